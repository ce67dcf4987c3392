"""Errors in Stripe's shape."""

from typing import Any


class ApiError(Exception):
    """Becomes `{"error": {"type", "message", "code"?, "param"?}}` with its status."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        fields = {"type": kind, "message": message, "code": code, "param": param}
        self.answer: dict[str, Any] = {"error": {name: value for name, value in fields.items() if value is not None}}


def missing(param: str) -> ApiError:
    return ApiError(400, f"Missing required param: {param}.", code="parameter_missing", param=param)


def unknown(param: str) -> ApiError:
    return ApiError(400, f"Received unknown parameter: {param}", code="parameter_unknown", param=param)


def invalid(message: str, param: str) -> ApiError:
    return ApiError(400, message, param=param)


def no_such(kind: str, object_id: str, param: str, status: int = 404) -> ApiError:
    """A path's id that is not there is 404, a parameter's is 400."""
    return ApiError(status, f"No such {kind}: '{object_id}'", code="resource_missing", param=param)

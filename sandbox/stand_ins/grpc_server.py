"""What the gRPC stand-ins share: a server on a loopback port, and services made of plain functions."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import grpc

from sandbox.stand_ins.faults import Broken, Cut, Faults, ProviderFaults

_THREADS = 64  # as calls that time out hold theirs for seconds
_SECONDS_TO_FINISH = 1.0


class RefusedError(Exception):
    """The call is answered with this gRPC status and has done nothing."""

    def __init__(self, status: grpc.StatusCode, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True)
class Method:
    """One call of a service: the function that answers it and its proto-plus message types."""

    answer: Callable[[Any], Any]
    request: Any
    response: Any


class StandIn(Protocol):
    def add_to(self, server: grpc.Server) -> None: ...


class GrpcServer:
    """Listens on the loopback port, or on a free one, from the moment it is made until `close`.

    `open` listens again on the same port; both may be called twice. Raises RuntimeError when the port is taken.
    """

    def __init__(
        self, stand_in: StandIn, port: int, faults: ProviderFaults, access: grpc.ServerInterceptor | None = None
    ) -> None:
        self._stand_in = stand_in
        self._interceptors = [_Suffering(faults), *([access] if access else [])]
        self._server: grpc.Server | None = None
        self.port = port
        self.open()

    @property
    def address(self) -> str:
        """What a client's insecure channel takes."""
        return f"127.0.0.1:{self.port}"

    def open(self) -> None:
        if self._server is not None:
            return
        # Without this option a second sandbox could listen on the same port and take half of the calls.
        options = [("grpc.so_reuseport", 0)]
        server = grpc.server(ThreadPoolExecutor(_THREADS), interceptors=self._interceptors, options=options)
        self._stand_in.add_to(server)
        self.port = server.add_insecure_port(self.address)
        server.start()
        self._server = server

    def close(self) -> None:
        """Refuses new calls at once and lets those under way end for one second."""
        if self._server is not None:
            self._server.stop(_SECONDS_TO_FINISH).wait()
            self._server = None


def serve(
    stand_in: StandIn,
    port: int = 0,
    faults: ProviderFaults | None = None,
    access: grpc.ServerInterceptor | None = None,
) -> GrpcServer:
    """A server of this stand-in, each of whose calls suffers what the faults do to it, if `access` lets it in."""
    return GrpcServer(stand_in, port, faults or Faults().of(""), access)


class _Suffering(grpc.ServerInterceptor):  # type: ignore[misc]  # grpc has no types
    def __init__(self, faults: ProviderFaults) -> None:
        self._faults = faults

    def intercept_service(self, continuation: Callable[[Any], Any], details: Any) -> Any:
        handler = continuation(details)
        if handler is None:
            return None  # there is no such call

        def answer(request: Any, context: grpc.ServicerContext) -> Any:
            try:
                return self._faults.suffer(lambda: handler.unary_unary(request, context))
            except Broken:
                context.abort(grpc.StatusCode.INTERNAL, "Internal error encountered.")
            except Cut:
                context.abort(grpc.StatusCode.UNAVAILABLE, "Socket closed")  # as a client sees a cut connection

        return grpc.unary_unary_rpc_method_handler(answer, handler.request_deserializer, handler.response_serializer)


def add_service(server: grpc.Server, name: str, methods: Mapping[str, Method]) -> None:
    """Serves the methods as the service of that full name, for instance `google.pubsub.v1.Publisher`."""
    handlers = {call: _handler(method) for call, method in methods.items()}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(name, handlers),))


def _handler(method: Method) -> grpc.RpcMethodHandler:
    def answer(request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method.answer(request)
        except RefusedError as refused:
            context.abort(refused.status, refused.message)

    return grpc.unary_unary_rpc_method_handler(
        answer,
        request_deserializer=method.request.deserialize,
        response_serializer=method.response.serialize,
    )

"""What the gRPC stand-ins share: a server on a loopback port, and services made of plain functions."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import grpc

_THREADS = 16
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


@dataclass(frozen=True)
class GrpcServer:
    """A server that listens; `address` is what a client's insecure channel takes."""

    address: str
    _server: grpc.Server

    def close(self) -> None:
        """Refuses new calls at once and lets those under way end for one second."""
        self._server.stop(_SECONDS_TO_FINISH).wait()


def serve(*stand_ins: StandIn, port: int = 0) -> GrpcServer:
    """Listens on the loopback port, or on a free one. Raises RuntimeError when the port is taken."""
    # Without this option a second sandbox could listen on the same port and take half of the calls.
    server = grpc.server(ThreadPoolExecutor(_THREADS), options=[("grpc.so_reuseport", 0)])
    for stand_in in stand_ins:
        stand_in.add_to(server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    return GrpcServer(f"127.0.0.1:{bound}", server)


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

"""Who may publish to which topic, as IAM says in the cloud: by caller, from the one table of functions.

A refusal is no error that the product would see: the message stays in its outbox and the relay publishes it. So each is
counted here, and written to the stand-ins' log.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

import grpc

from sandbox.stand_ins.callers import caller_of

log = logging.getLogger(__name__)

Rights = Mapping[str, tuple[str, ...]]
"""Caller, topics."""


class PubSubAccess(grpc.ServerInterceptor):  # type: ignore[misc]  # grpc has no types
    def __init__(self, rights: Rights) -> None:
        self._rights = rights
        self._lock = threading.Lock()
        self._refused = 0

    def stats(self) -> dict[str, int]:
        """Calls that were refused."""
        with self._lock:
            return {"refused": self._refused}

    def intercept_service(self, continuation: Callable[[Any], Any], details: Any) -> Any:
        handler = continuation(details)
        if handler is None:
            return None
        caller = caller_of(details)

        def answer(request: Any, context: grpc.ServicerContext) -> Any:
            topic = request.topic.rpartition("/")[2]
            if topic not in self._rights.get(caller, ()):
                self._refuse(caller or "nobody", topic)
                context.abort(grpc.StatusCode.PERMISSION_DENIED, "User not authorized to perform this action.")
            return handler.unary_unary(request, context)

        return grpc.unary_unary_rpc_method_handler(answer, handler.request_deserializer, handler.response_serializer)

    def _refuse(self, caller: str, topic: str) -> None:
        log.warning("%s may not publish to %s", caller, topic)
        with self._lock:
            self._refused += 1

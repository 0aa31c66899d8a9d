"""Work in slices, and requests that are answered by it: between two slices, other messages are answered."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Generator
from typing import Any, TypeVar

_LOG = logging.getLogger(__name__)
_R = TypeVar("_R")
Slices = Generator[None, None, _R]
"""Work that stops again and again; in the end it yields a result."""
Message = dict[str, Any]


class LongRequests:
    """Requests that take longer, one after the other. `send` sends an answer without its frame."""

    def __init__(self, send: Callable[[Message], object]) -> None:
        self._send = send
        self._begun: deque[tuple[object, str, Slices[Any]]] = deque()

    @property
    def are_left(self) -> bool:
        """Whether a request is not answered yet."""
        return bool(self._begun)

    def begin(self, id: object, method: str, slices: Slices[Any]) -> None:
        """Take a request, and answer it at once if it takes one slice and no other one is waiting."""
        self._begun.append((id, method, slices))
        if len(self._begun) == 1:
            self.go_on()

    def cancel(self, id: object) -> bool:
        """Drop a request without an answer; whether it was there."""
        kept = [one for one in self._begun if one[0] != id]
        dropped = len(kept) < len(self._begun)
        self._begun = deque(kept)
        return dropped

    def go_on(self) -> None:
        """Do a slice of the first request, and answer it if that was the last one."""
        from pygls.exceptions import JsonRpcException, JsonRpcInternalError  # not before `initialize` is answered

        id, method, slices = self._begun[0]
        try:
            next(slices)
        except StopIteration as end:
            answer: Message = {"result": end.value}
        except JsonRpcException as error:
            answer = {"error": {"code": error.code, "message": error.message}}
        except Exception as error:
            _LOG.exception("%s failed", method)
            failed = f"{method} failed: {type(error).__name__}"
            answer = {"error": {"code": JsonRpcInternalError.CODE, "message": failed}}
        else:
            return
        self._begun.popleft()
        self._send({"id": id, **answer})

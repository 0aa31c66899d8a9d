"""Around the handlers of requests: what they raise becomes an error of the protocol."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInternalError

from nccodsl.lsp.name_shapes import NotRenamed

_LOG = logging.getLogger(__name__)


def as_function(method: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A method as a function, which pygls can mark as its own."""
    return lambda params: method(params)


def is_of(kind: str, wanted: Iterable[str]) -> bool:
    """Whether a kind of code actions is one of those wanted, or below one."""
    return any(kind == str(one) or kind.startswith(f"{one}.") for one in (getattr(o, "value", o) for o in wanted))


class guarded:
    """Turns what a service raises into an error of the protocol, and logs it. Raises JsonRpcException."""

    def __init__(self, method: str) -> None:
        self._method = method

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, NotRenamed):
            raise JsonRpcException(str(error), code=types.LSPErrorCodes.RequestFailed) from None
        if isinstance(error, Exception) and not isinstance(error, JsonRpcException):
            _LOG.error("%s failed", self._method, exc_info=error)
            raise JsonRpcInternalError(f"{self._method} failed: {type(error).__name__}") from error

"""The requests of the Voice API: one table for the blocking and the asynchronous client."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from functools import partial, update_wrapper
from typing import Any, Generic, ParamSpec, Self, TypeVar, overload

from nccodsl.client import requests
from nccodsl.client.api_request import ApiRequest

P = ParamSpec("P")
T = TypeVar("T")


class Operation(Generic[P, T]):
    """A method that sends the request of a function of `requests`.

    It has the arguments and the docstring of that function. It returns the result, or a coroutine of it in the
    asynchronous client.
    """

    def __init__(self, make: Callable[P, ApiRequest[T]]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, client: None, owner: object = None) -> Self: ...
    @overload
    def __get__(self, client: BlockingOperations, owner: object = None) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: AwaitedOperations, owner: object = None) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, client: BlockingOperations | AwaitedOperations | None, owner: object = None) -> Any:
        if client is None:
            return self
        return update_wrapper(partial(client._operate, self._make), self._make)


class Operations:
    """The table. All of it raises VoiceError."""

    create = Operation(requests.create)
    page = Operation(requests.calls)
    show = Operation(requests.show)
    hangup = Operation(requests.hangup)
    mute = Operation(requests.mute)
    unmute = Operation(requests.unmute)
    earmuff = Operation(requests.earmuff)
    unearmuff = Operation(requests.unearmuff)
    transfer = Operation(requests.transfer)
    talk = Operation(requests.talk)
    stop_talk = Operation(requests.stop_talk)
    stream = Operation(requests.stream)
    stop_stream = Operation(requests.stop_stream)
    dtmf = Operation(requests.dtmf)
    subscribe_dtmf = Operation(requests.subscribe_dtmf)
    unsubscribe_dtmf = Operation(requests.unsubscribe_dtmf)


class BlockingOperations(Operations, ABC):
    """The table for a client whose `send` returns when there is a result."""

    @abstractmethod
    def send(self, request: ApiRequest[T]) -> T:
        """Carry out a request of `requests`. Raises VoiceError."""

    def _operate(self, make: Callable[P, ApiRequest[T]], *values: P.args, **named: P.kwargs) -> T:
        return self.send(make(*values, **named))


class AwaitedOperations(Operations, ABC):
    """The table for a client whose `send` is awaited."""

    @abstractmethod
    async def send(self, request: ApiRequest[T]) -> T:
        """Carry out a request of `requests`. Raises VoiceError."""

    async def _operate(self, make: Callable[P, ApiRequest[T]], *values: P.args, **named: P.kwargs) -> T:
        return await self.send(make(*values, **named))

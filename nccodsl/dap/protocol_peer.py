"""One end of the protocol: numbered messages, and an answer to each request, whatever it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import RLock
from typing import Any, TypeVar

from nccodsl.errors import NccodslError, UsageError

Arguments = Mapping[str, Any]
Body = dict[str, Any]
_Mode = TypeVar("_Mode")
Handlers = Mapping[str, Callable[[_Mode, Arguments], "Body | None"]]
"""What each command does."""


class ProtocolPeer:
    """Takes requests, and sends responses and events through `send`. A subclass knows the commands."""

    def __init__(self, send: Callable[[Body], None]) -> None:
        self._send = send
        self._seq = 0
        self._after: list[Callable[[], None]] = []
        self._turn = RLock()

    def answer(self, command: str, arguments: Arguments) -> Body | None:
        """The body of a response. Raises NccodslError."""
        raise NotImplementedError

    def afterwards(self, act: Callable[[], None]) -> None:
        """Do something when the response has been sent."""
        self._after.append(act)

    def receive(self, message: Mapping[str, Any]) -> None:
        """Answer a request. What is wrong with it becomes an error response; nothing is raised."""
        with self._turn:
            self._receive(message)

    def beside(self, act: Callable[[], None]) -> None:
        """Do something between two requests, from any thread."""
        with self._turn:
            self._after[:] = [act]
            self._finish()

    def _receive(self, message: Mapping[str, Any]) -> None:
        seq, command = message.get("seq"), message.get("command")
        number = seq if type(seq) is int else 0
        if message.get("type") != "request" or not isinstance(command, str):
            self.refuse("this is not a request", number)
            return
        self._after.clear()
        arguments = message.get("arguments")
        try:
            if not isinstance(arguments, Mapping | None):
                raise UsageError("`arguments` must be an object")
            body = self.answer(command, arguments or {})
        except NccodslError as error:
            self.refuse(str(error), number, command)
            return
        except Exception as error:  # a client gets an answer, whatever happens
            self.refuse(_internal(error), number, command)
            return
        self._post("response", request_seq=number, success=True, command=command, body=body or {})
        self._finish()

    def _finish(self) -> None:
        """What follows a response; what goes wrong there is told in the console."""
        try:
            for act in self._after:
                act()
        except NccodslError as error:
            self.say(str(error), "stderr")
        except Exception as error:
            self.say(_internal(error), "stderr")

    def refuse(self, why: str, request: int = 0, command: str = "") -> None:
        """An error response."""
        body = {"error": {"id": 1, "format": "{why}", "variables": {"why": why}, "showUser": True}}
        self._post("response", request_seq=request, success=False, command=command[:60], message=why, body=body)

    def event(self, event: str, **body: Any) -> None:
        self._post("event", event=event, body=body)

    def say(self, text: str, category: str = "console") -> None:
        """A line in the console of the client."""
        self.event("output", category=category, output=f"{text}\n")

    def _post(self, kind: str, **more: Any) -> None:
        self._seq += 1
        self._send({"seq": self._seq, "type": kind, **more})


def handler_of(handlers: Handlers[_Mode], command: str) -> Callable[[_Mode, Arguments], Body | None]:
    """What a command does. Raises UsageError."""
    handler = handlers.get(command)
    if handler is None:
        raise UsageError(f"the command {command[:60]!r} is not supported")
    return handler


def _internal(error: Exception) -> str:
    return f"internal error: {type(error).__name__}"

"""The calls of a running server, under a debugger that only watches: each webhook of a call is a stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from threading import Thread
from typing import Any

from nccodsl.dap.attach_request import attach_request
from nccodsl.dap.breakpoints import Breakpoints
from nccodsl.dap.live_call import ROOM, LiveCall
from nccodsl.dap.live_events import event_of, greeting_of, read_line
from nccodsl.dap.live_files import LiveFiles
from nccodsl.dap.protocol_peer import Arguments, Body, Handlers, ProtocolPeer, handler_of
from nccodsl.dap.request_arguments import breakpoints_of, window
from nccodsl.dap.scope_expressions import WithheldValue, value_of
from nccodsl.dap.script_access import Scripts
from nccodsl.dap.watched_calls import WatchedCalls
from nccodsl.dap.watched_feed import Watch, WatchedFeed
from nccodsl.errors import UsageError
from nccodsl.rehearsal.known_names import HIDDEN_VALUE


class AttachedCalls:
    """What each command does with the calls of a server."""

    def __init__(self, peer: ProtocolPeer, scripts: Scripts, watch: Watch) -> None:
        self._peer = peer
        self._scripts = scripts
        self._watch = watch
        self._feed: WatchedFeed | None = None
        self._lines: Iterator[bytes] = iter(())
        self._calls: WatchedCalls | None = None
        self._over = self._configured = False
        self._breakpoints = Breakpoints(scripts.absolute, peer.say)

    def answer(self, command: str, arguments: Arguments) -> Body | None:
        """The body of a response. Raises UsageError."""
        return handler_of(_HANDLERS, command)(self, arguments)

    # ---- beginning and end

    def attach(self, arguments: Arguments) -> None:
        """Connect. Raises UsageError with what is wrong."""
        if self._feed is not None:
            raise UsageError("a server is attached already; disconnect first")
        wanted = attach_request(arguments, self._scripts.token)
        feed = self._watch(wanted.url, wanted.token)
        try:
            self._lines = feed.lines()
            self._greeting = greeting_of(read_line(next(self._lines, b"{}")))
        except BaseException:
            feed.close()
            raise
        self._feed = feed
        self._files = LiveFiles(self._scripts, self._greeting, wanted.program, self._peer.say)
        last = self._greeting.last
        self._calls = WatchedCalls(self._peer, self._files, self._breakpoints, wanted.call, last)
        self._peer.afterwards(lambda: self._peer.event("initialized"))

    def leave(self) -> None:
        """Watch no more; the calls do not notice."""
        self._over = True
        if self._feed is not None:
            self._feed.close()

    def configuration_done(self, _arguments: Arguments) -> None:
        if self._configured:
            raise UsageError("the configuration is done already")
        self._configured = True
        self._peer.afterwards(self._begin)

    def _begin(self) -> None:
        for file in self._greeting.files:
            self._files.local(file)
        self._there().begin()
        Thread(target=self._read, name="nccodsl-watch", daemon=True).start()

    def _read(self) -> None:
        """In a thread of its own: read the feed to its end."""
        try:
            for line in self._lines:
                self._peer.beside(lambda line=line: self._hear(line))  # type: ignore[misc]
                if self._over:
                    return
            why = "the server has closed the connection"
        except UsageError as error:
            why = str(error)
        except (OSError, ValueError):
            self.leave()  # the client is gone
            return
        self._peer.beside(lambda: self._end(why))

    def terminate(self, _arguments: Arguments) -> None:
        self._peer.afterwards(lambda: self._end(""))

    def _end(self, why: str) -> None:
        if self._over:
            return
        self.leave()
        if why:
            self._peer.say(why, "stderr")
        self._peer.event("terminated")

    # ---- what the server says

    def _hear(self, line: bytes) -> None:
        if self._over or not line:
            return
        try:
            members = read_line(line)
            hear = _HEARD.get(members["type"])
            if hear is not None:  # what a newer server says more is left out
                hear(self, members)
        except UsageError as error:
            self._end(str(error))

    def _lost(self, members: Mapping[str, Any]) -> None:
        self._peer.say(f"{members.get('count')} webhooks were lost: this debugger reads too slowly", "stderr")

    def _webhook(self, members: Mapping[str, Any]) -> None:
        self._there().hear(event_of(members))

    # ---- breakpoints and moving

    def set_breakpoints(self, arguments: Arguments) -> Body:
        path, wanted = breakpoints_of(arguments)
        return {"breakpoints": [one.to_json() for one in self._breakpoints.set(path, wanted, self._files.stop_line)]}

    def nothing(self, _arguments: Arguments) -> None:
        """What has nothing to do here."""

    def move(self, how: Callable[[WatchedCalls, LiveCall], None], arguments: Arguments) -> Body:
        """Look at another webhook of a call, or at the next one that comes."""
        calls, call = self._there(), self._thread(arguments)
        self._peer.afterwards(lambda: how(calls, call))
        return {"allThreadsContinued": False}

    # ---- what is shown

    def threads(self, _arguments: Arguments) -> Body:
        return {"threads": [{"id": call.id, "name": call.name} for call in self._there().all]}

    def stack_trace(self, arguments: Arguments) -> Body:
        call = self._thread(arguments)
        event = call.event
        frames = [
            {
                "id": call.id * ROOM + number,
                "name": one.name,
                "line": one.line,
                "column": one.column,
                "source": self._files.source(event.files.get(one.file), one.file),
            }
            for number, one in enumerate(event.frames)
        ]
        return window(frames, arguments)

    def source(self, arguments: Arguments) -> Body:
        """The text of a file of the library."""
        return {"content": self._files.content(arguments.get("sourceReference"))}

    def scopes(self, arguments: Arguments) -> Body:
        return {"scopes": self._at(arguments.get("frameId")).variables.scopes()}

    def variables(self, arguments: Arguments) -> Body:
        reference = arguments.get("variablesReference")
        if type(reference) is not int:
            raise UsageError("`variablesReference` must be a whole number")
        return {"variables": self._at(reference).variables.children(reference)}

    def evaluate(self, arguments: Arguments) -> Body:
        expression = arguments.get("expression")
        if not isinstance(expression, str):
            raise UsageError("`expression` must be a text")
        frame = arguments.get("frameId")
        stopped = [one for one in self._there().all if one.at is not None]
        if frame is None and not stopped:
            raise UsageError("no call is stopped; the debugger only watches: expressions have a value at a stop")
        call = self._at(frame) if frame is not None else stopped[-1]
        try:
            found = call.variables.shown(value_of(expression, call.event.known)[0])
        except WithheldValue:
            found = {"value": HIDDEN_VALUE, "variablesReference": 0}
        return {**found, "result": found["value"]}

    def completions(self, _arguments: Arguments) -> Body:
        return {"targets": []}

    # ---- which call

    def _there(self) -> WatchedCalls:
        if self._calls is None or not self._configured:
            raise UsageError("attach to a server, and send configurationDone, first")
        return self._calls

    def _thread(self, arguments: Arguments) -> LiveCall:
        return self._there().numbered(arguments.get("threadId"))

    def _at(self, number: object) -> LiveCall:
        """The call that a frame or a value belongs to."""
        return self._there().numbered(number // ROOM if type(number) is int else None)


def _moves(how: Callable[[WatchedCalls, LiveCall], None]) -> Callable[[AttachedCalls, Arguments], Body]:
    return lambda calls, arguments: calls.move(how, arguments)


_HEARD: dict[str, Callable[[AttachedCalls, Mapping[str, Any]], None]] = {
    "webhook": AttachedCalls._webhook,
    "lost": AttachedCalls._lost,
    "end": lambda calls, _: calls._end("the server has stopped"),
}
"""What each kind of line of the feed does."""
_HANDLERS: Handlers[AttachedCalls] = {
    "configurationDone": AttachedCalls.configuration_done,
    "setBreakpoints": AttachedCalls.set_breakpoints,
    "setExceptionBreakpoints": AttachedCalls.nothing,
    "pause": _moves(WatchedCalls.look_at),
    "threads": AttachedCalls.threads,
    "stackTrace": AttachedCalls.stack_trace,
    "source": AttachedCalls.source,
    "scopes": AttachedCalls.scopes,
    "variables": AttachedCalls.variables,
    "evaluate": AttachedCalls.evaluate,
    "completions": AttachedCalls.completions,
    "continue": _moves(partial(WatchedCalls.go_on, steps=False)),
    **dict.fromkeys(("next", "stepIn", "stepOut"), _moves(partial(WatchedCalls.go_on, steps=True))),
    "stepBack": _moves(partial(WatchedCalls.back, far=False)),
    "reverseContinue": _moves(partial(WatchedCalls.back, far=True)),
    "terminate": AttachedCalls.terminate,
}
"""What each command of the protocol does."""

"""A call in the emulator, under a debugger. Nothing runs between two requests."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.dap.breakpoints import Breakpoints
from nccodsl.dap.console import console_line, show
from nccodsl.dap.debugged_call import CallStop, DebuggedCall
from nccodsl.dap.launch_request import LaunchRequest, launch_request
from nccodsl.dap.line_stops import stop_line
from nccodsl.dap.protocol_peer import Arguments, Body, Handlers, ProtocolPeer, handler_of
from nccodsl.dap.request_arguments import breakpoints_of, window
from nccodsl.dap.scope_expressions import value_of
from nccodsl.dap.scope_variables import VariableTree, variables_of
from nccodsl.dap.script_access import Scripts
from nccodsl.errors import NccodslError, UsageError
from nccodsl.lowering.block_frames import frames_at
from nccodsl.rehearsal.known_names import HIDDEN_VALUE
from nccodsl.std import is_library

_THREAD = 1


class LaunchedCall:
    """A call in the emulator, for one client: what each command does with it."""

    def __init__(self, peer: ProtocolPeer, scripts: Scripts) -> None:
        self._peer = peer
        self._scripts = scripts
        self._launched: LaunchRequest | None = None
        self._call: DebuggedCall | None = None
        self._configured = False
        self._ended = False
        self._variables: VariableTree | None = None
        self._breakpoints = Breakpoints(scripts.absolute, peer.say)

    def answer(self, command: str, arguments: Arguments) -> Body | None:
        """The body of a response. Raises UsageError, or what else is wrong with a script."""
        return handler_of(_HANDLERS, command)(self, arguments)

    @property
    def launched(self) -> bool:
        """Whether there is a call."""
        return self._call is not None

    def launch(self, arguments: Arguments) -> None:
        if self._call is not None:
            raise UsageError("a script is launched already; restart it, or disconnect")
        launched = launch_request(arguments)
        session = launched.session(self._scripts.load(launched.program))
        self._launched, self._call = launched, DebuggedCall(session)
        self._peer.afterwards(lambda: self._peer.event("initialized"))

    def configuration_done(self, _arguments: Arguments) -> None:
        call = self._started()
        if self._configured:
            raise UsageError("the configuration is done already")
        self._configured = True
        self._peer.afterwards(lambda: self._begin(call))

    def _begin(self, call: DebuggedCall) -> None:
        self._peer.say("Type what the person does: keys (1, 12#), words, an outcome or a reply. /help lists more.")
        entry = self._launched is not None and self._launched.stop_on_entry
        self._moving(lambda: call.step_in(self._stops_at) and "entry" if entry else self._on(call))

    def _on(self, call: DebuggedCall) -> str:
        return call.forward(self._stops_at)

    def restart(self, _arguments: Arguments) -> None:
        call = self._there()
        call.restart()
        self._ended = False
        self._peer.afterwards(lambda: self._begin(call))

    def terminate(self, _arguments: Arguments) -> None:
        self._peer.afterwards(self._end)

    def _end(self) -> None:
        if not self._ended:
            self._ended = True
            failures = self._call.session.replay.failures if self._call is not None else ()
            self._peer.event("exited", exitCode=1 if failures else 0)
            self._peer.event("terminated")

    # ---- breakpoints

    def set_breakpoints(self, arguments: Arguments) -> Body:
        path, wanted = breakpoints_of(arguments)
        return {"breakpoints": [one.to_json() for one in self._breakpoints.set(path, wanted, self._line)]}

    def _line(self, path: str, line: int) -> tuple[int | None, str]:
        flow = self._call.session.flow if self._call is not None else None
        return stop_line(flow, self._scripts.absolute, path, line)

    def _stops_at(self, stop: CallStop, *, logs: bool = True) -> bool:
        return self._breakpoints.stops_at([(stop.place.file, stop.place.line)], lambda: stop.names, logs=logs)

    def _quiet(self, stop: CallStop) -> bool:
        """Without what log points say: going back, it was said already."""
        return self._stops_at(stop, logs=False)

    def nothing(self, _arguments: Arguments) -> None:
        """What has nothing to do here: the call stands between two requests."""

    # ---- moving

    def forward(self, how: Callable[[DebuggedCall, Callable[[CallStop], bool]], str]) -> None:
        """Go on, after a look at the files of the script."""
        call = self._there()
        if call.over:
            self._peer.afterwards(self._end)
        else:
            self._peer.afterwards(lambda: self._moving(lambda: how(call, self._stops_at)))

    def backward(self, *, far: bool) -> None:
        call = self._there()
        self._peer.afterwards(lambda: self._moving(lambda: call.back(self._quiet if far else None)))

    def _moving(self, move: Callable[[], str]) -> None:
        """Move, show what is heard on the way, and say where the call stopped."""
        call = self._there()
        self._refresh()
        before = call.at
        reason = move()
        self._variables = None
        if call.at > before or call.over:
            for told in call.told(before):
                show(told, self._peer.say)
        self._stopped(call, reason)

    def _stopped(self, call: DebuggedCall, reason: str) -> None:
        more: Body = {"reason": reason, "threadId": _THREAD, "allThreadsStopped": True}
        asked = call.session.pending
        if call.over:
            more |= {"reason": "pause", "description": "the call is over", "text": "the call is over"}
            self._peer.say("The call is over. Step back, /undo, or continue to end the session.")
        elif call.waits and asked is not None:
            more["description"] = more["text"] = f"the call waits for {asked.prompt}"
            words = ", ".join(asked.words)
            self._peer.say(asked.text or f"The call waits for {asked.prompt}. Type {words} …")
        self._peer.event("stopped", **more)

    def _refresh(self) -> None:
        """Continue with the script as it is now, where it has changed."""
        call, launched = self._call, self._launched
        if call is None or launched is None or not self._scripts.changed(call.session.flow):
            return
        try:
            reloaded = call.reload(launched.flow(self._scripts.load(launched.program)))
        except NccodslError as error:
            self._peer.say(
                f"the script has changed, but cannot be used; the call goes on with the old one: {error}", "stderr"
            )
            return
        self._peer.say(f"reloaded {launched.program}", "important")
        if reloaded.altered is not None:
            self._peer.say(str(reloaded.altered), "important")
        for one in self._breakpoints.again(self._line):
            self._peer.event("breakpoint", reason="changed", breakpoint=one.to_json())

    # ---- what is shown

    def threads(self, _arguments: Arguments) -> Body:
        return {"threads": [{"id": _THREAD, "name": "call"}]}

    def stack_trace(self, arguments: Arguments) -> Body:
        call = self._there()
        stop = call.stop or (call.stops[-1] if call.over and call.stops else None)
        frames = frames_at(stop.session.flow, stop.where.block, stop.place.span) if stop is not None else []
        shown = [
            {
                "id": number + 1,
                "name": one.name,
                "line": one.line,
                "column": one.column,
                "source": self._source(one.file.name),
            }
            for number, one in enumerate(frames)
        ]
        return window(shown, arguments)

    def _source(self, name: str) -> Body:
        if not is_library(name):
            return {"name": name.replace("\\", "/").rpartition("/")[2], "path": self._scripts.absolute(name)}
        files = [file.name for file in self._there().session.flow.program.sources.files]
        return {"name": name, "sourceReference": files.index(name) + 1}

    def source(self, arguments: Arguments) -> Body:
        """The text of a file of the library."""
        files = self._there().session.flow.program.sources.files
        number = arguments.get("sourceReference")
        if type(number) is not int or not 1 <= number <= len(files):
            raise UsageError("there is no such source")
        return {"content": files[number - 1].text}

    def scopes(self, _arguments: Arguments) -> Body:
        return {"scopes": self._shown().scopes()}

    def variables(self, arguments: Arguments) -> Body:
        reference = arguments.get("variablesReference")
        if type(reference) is not int:
            raise UsageError("`variablesReference` must be a whole number")
        return {"variables": self._shown().children(reference)}

    def evaluate(self, arguments: Arguments) -> Body:
        expression = arguments.get("expression")
        if not isinstance(expression, str):
            raise UsageError("`expression` must be a text")
        call = self._there()
        if arguments.get("context") == "repl" and not expression.strip().startswith("{{"):
            return self._console(call, expression)
        shown = self._shown()
        value, hidden = value_of(expression, self._stop().names)
        found = {"value": HIDDEN_VALUE, "variablesReference": 0} if hidden else shown.shown(value)
        return {**found, "result": found["value"]}

    def _console(self, call: DebuggedCall, line: str) -> Body:
        self._refresh()
        found = console_line(call, line)
        if found.moves:
            self._variables = None
            if found.again:
                self._peer.afterwards(lambda: self._moving(lambda: call.go_on(self._stops_at)))
            else:
                self._peer.afterwards(lambda: self._stopped(call, "goto"))
        return {"result": found.text, "variablesReference": 0}

    def completions(self, _arguments: Arguments) -> Body:
        asked = self._there().session.pending
        return {"targets": [{"label": word} for word in (asked.words if asked is not None else ())]}

    # ---- what there has to be

    def _started(self) -> DebuggedCall:
        if self._call is None:
            raise UsageError("launch a script first")
        return self._call

    def _there(self) -> DebuggedCall:
        if not self._configured:
            raise UsageError("launch a script, and send configurationDone, first")
        return self._started()

    def _stop(self) -> CallStop:
        call = self._there()
        stop = call.stop or (call.stops[-1] if call.stops else None)
        if stop is None:
            raise UsageError("the call has not come to a line of the script")
        return stop

    def _shown(self) -> VariableTree:
        if self._variables is None:
            self._variables = variables_of(self._stop())
        return self._variables


_HANDLERS: Handlers[LaunchedCall] = {
    "launch": LaunchedCall.launch,
    "configurationDone": LaunchedCall.configuration_done,
    "setBreakpoints": LaunchedCall.set_breakpoints,
    "setExceptionBreakpoints": LaunchedCall.nothing,
    "pause": LaunchedCall.nothing,
    "threads": LaunchedCall.threads,
    "stackTrace": LaunchedCall.stack_trace,
    "source": LaunchedCall.source,
    "scopes": LaunchedCall.scopes,
    "variables": LaunchedCall.variables,
    "evaluate": LaunchedCall.evaluate,
    "completions": LaunchedCall.completions,
    "continue": lambda call, _: call.forward(DebuggedCall.forward),
    "next": lambda call, _: call.forward(DebuggedCall.next),
    "stepIn": lambda call, _: call.forward(DebuggedCall.step_in),
    "stepOut": lambda call, _: call.forward(DebuggedCall.step_out),
    "stepBack": lambda call, _: call.backward(far=False),
    "reverseContinue": lambda call, _: call.backward(far=True),
    "restart": LaunchedCall.restart,
    "terminate": LaunchedCall.terminate,
}
"""What each command of the protocol does."""

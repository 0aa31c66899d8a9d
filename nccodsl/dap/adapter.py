"""The debug adapter: requests of a client in, responses and events out. One thread; nothing runs between requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nccodsl.dap.breakpoints import Breakpoints
from nccodsl.dap.console import console_line, show
from nccodsl.dap.debugged_call import CallStop, DebuggedCall
from nccodsl.dap.launch_request import LaunchRequest, launch_request
from nccodsl.dap.protocol_peer import Arguments, Body, ProtocolPeer
from nccodsl.dap.scope_expressions import value_of
from nccodsl.dap.scope_variables import ScopeVariables
from nccodsl.dap.script_access import Scripts
from nccodsl.errors import NccodslError, UsageError
from nccodsl.lowering.block_frames import frames_at
from nccodsl.rehearsal.known_names import HIDDEN_VALUE
from nccodsl.std import is_library

CAPABILITIES = {
    "supportsConfigurationDoneRequest": True,
    "supportsConditionalBreakpoints": True,
    "supportsLogPoints": True,
    "supportsStepBack": True,
    "supportsEvaluateForHovers": True,
    "supportsRestartRequest": True,
    "supportsTerminateRequest": True,
    "supportsCompletionsRequest": True,
}
_THREAD = 1


class Adapter(ProtocolPeer):
    """A call for one client. `send` takes each message; `done` says that the connection should end."""

    def __init__(self, scripts: Scripts, send: Callable[[Body], None]) -> None:
        super().__init__(send)
        self._scripts = scripts
        self._launched: LaunchRequest | None = None
        self._call: DebuggedCall | None = None
        self._configured = False
        self._ended = False
        self._variables: ScopeVariables | None = None
        self._breakpoints = Breakpoints(scripts, self.say)
        self.done = False

    def answer(self, command: str, arguments: Arguments) -> Body | None:
        """The body of a response. Raises UsageError, or what else is wrong with a script."""
        handler = _HANDLERS.get(command)
        if handler is None:
            raise UsageError(f"the command {command[:60]!r} is not supported")
        return handler(self, arguments)

    # ---- beginning and end

    def initialize(self, _arguments: Arguments) -> Body:
        return dict(CAPABILITIES)

    def launch(self, arguments: Arguments) -> None:
        if self._call is not None:
            raise UsageError("a script is launched already; restart it, or disconnect")
        launched = launch_request(arguments)
        session = launched.session(self._scripts.load(launched.program))
        self._launched, self._call = launched, DebuggedCall(session)
        self.afterwards(lambda: self.event("initialized"))

    def configuration_done(self, _arguments: Arguments) -> None:
        call = self._started()
        if self._configured:
            raise UsageError("the configuration is done already")
        self._configured = True
        self.afterwards(lambda: self._begin(call))

    def _begin(self, call: DebuggedCall) -> None:
        self.say("Type what the person does: keys (1, 12#), words, an outcome or a reply. /help lists more.")
        entry = self._launched is not None and self._launched.stop_on_entry
        self._moving(lambda: call.step_in(self._breakpoints.stops_at) and "entry" if entry else self._on(call))

    def _on(self, call: DebuggedCall) -> str:
        return call.forward(self._breakpoints.stops_at)

    def restart(self, _arguments: Arguments) -> None:
        call = self._there()
        call.restart()
        self._ended = False
        self.afterwards(lambda: self._begin(call))

    def disconnect(self, _arguments: Arguments) -> None:
        self.done = True

    def terminate(self, _arguments: Arguments) -> None:
        self.afterwards(self._end)

    def _end(self) -> None:
        if not self._ended:
            self._ended = True
            failures = self._call.session.replay.failures if self._call is not None else ()
            self.event("exited", exitCode=1 if failures else 0)
            self.event("terminated")

    # ---- breakpoints

    def set_breakpoints(self, arguments: Arguments) -> Body:
        source, wanted = arguments.get("source"), arguments.get("breakpoints") or []
        path = source.get("path") if isinstance(source, Mapping) else None
        if not isinstance(wanted, list) or not isinstance(path, str | None) or "\0" in (path or ""):
            raise UsageError("breakpoints need a `source` with a `path`, and a list of `breakpoints`")
        flow = self._call.session.flow if self._call is not None else None
        return {"breakpoints": [one.to_json() for one in self._breakpoints.set(path or "", wanted, flow)]}

    def nothing(self, _arguments: Arguments) -> None:
        """What has nothing to do here: the call stands between two requests."""

    # ---- moving

    def forward(self, how: Callable[[DebuggedCall, Callable[[CallStop], bool]], str]) -> None:
        """Go on, after a look at the files of the script."""
        call = self._there()
        if call.over:
            self.afterwards(self._end)
        else:
            self.afterwards(lambda: self._moving(lambda: how(call, self._breakpoints.stops_at)))

    def backward(self, *, far: bool) -> None:
        call = self._there()
        self.afterwards(lambda: self._moving(lambda: call.back(self._breakpoints.quiet if far else None)))

    def _moving(self, move: Callable[[], str]) -> None:
        """Move, show what is heard on the way, and say where the call stopped."""
        call = self._there()
        self._refresh()
        before = call.at
        reason = move()
        self._variables = None
        if call.at > before or call.over:
            for told in call.told(before):
                show(told, self.say)
        self._stopped(call, reason)

    def _stopped(self, call: DebuggedCall, reason: str) -> None:
        more: Body = {"reason": reason, "threadId": _THREAD, "allThreadsStopped": True}
        asked = call.session.pending
        if call.over:
            more |= {"reason": "pause", "description": "the call is over", "text": "the call is over"}
            self.say("The call is over. Step back, /undo, or continue to end the session.")
        elif call.waits and asked is not None:
            more["description"] = more["text"] = f"the call waits for {asked.prompt}"
            words = ", ".join(asked.words)
            self.say(asked.text or f"The call waits for {asked.prompt}. Type {words} …")
        self.event("stopped", **more)

    def _refresh(self) -> None:
        """Continue with the script as it is now, where it has changed."""
        call, launched = self._call, self._launched
        if call is None or launched is None or not self._scripts.changed(call.session.flow):
            return
        try:
            reloaded = call.reload(self._scripts.load(launched.program))
        except NccodslError as error:
            self.say(
                f"the script has changed, but cannot be used; the call goes on with the old one: {error}", "stderr"
            )
            return
        self.say(f"reloaded {launched.program}", "important")
        if reloaded.altered is not None:
            self.say(str(reloaded.altered), "important")
        for one in self._breakpoints.again(call.session.flow):
            self.event("breakpoint", reason="changed", breakpoint=one.to_json())

    # ---- what is shown

    def threads(self, _arguments: Arguments) -> Body:
        return {"threads": [{"id": _THREAD, "name": "call"}]}

    def stack_trace(self, arguments: Arguments) -> Body:
        call = self._there()
        stop = call.stop or (call.stops[-1] if call.over and call.stops else None)
        frames = frames_at(stop.session.flow, stop.where.block, stop.place.span) if stop is not None else []
        start, levels = arguments.get("startFrame") or 0, arguments.get("levels") or len(frames)
        if type(start) is not int or type(levels) is not int or start < 0 or levels < 0:
            raise UsageError("`startFrame` and `levels` must be whole numbers")
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
        return {"stackFrames": shown[start : start + levels], "totalFrames": len(shown)}

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
        value, hidden = value_of(expression, call.session.replay, self._stop().where)
        found = {"value": HIDDEN_VALUE, "variablesReference": 0} if hidden else shown.shown(value)
        return {**found, "result": found["value"]}

    def _console(self, call: DebuggedCall, line: str) -> Body:
        self._refresh()
        found = console_line(call, line)
        if found.moves:
            self._variables = None
            if found.again:
                self.afterwards(lambda: self._moving(lambda: call.go_on(self._breakpoints.stops_at)))
            else:
                self.afterwards(lambda: self._stopped(call, "goto"))
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

    def _shown(self) -> ScopeVariables:
        if self._variables is None:
            self._variables = ScopeVariables(self._stop())
        return self._variables


_HANDLERS: dict[str, Callable[[Adapter, Arguments], Body | None]] = {
    "initialize": Adapter.initialize,
    "launch": Adapter.launch,
    "configurationDone": Adapter.configuration_done,
    "setBreakpoints": Adapter.set_breakpoints,
    "setExceptionBreakpoints": Adapter.nothing,
    "pause": Adapter.nothing,
    "threads": Adapter.threads,
    "stackTrace": Adapter.stack_trace,
    "source": Adapter.source,
    "scopes": Adapter.scopes,
    "variables": Adapter.variables,
    "evaluate": Adapter.evaluate,
    "completions": Adapter.completions,
    "continue": lambda adapter, _: adapter.forward(DebuggedCall.forward),
    "next": lambda adapter, _: adapter.forward(DebuggedCall.next),
    "stepIn": lambda adapter, _: adapter.forward(DebuggedCall.step_in),
    "stepOut": lambda adapter, _: adapter.forward(DebuggedCall.step_out),
    "stepBack": lambda adapter, _: adapter.backward(far=False),
    "reverseContinue": lambda adapter, _: adapter.backward(far=True),
    "restart": Adapter.restart,
    "terminate": Adapter.terminate,
    "disconnect": Adapter.disconnect,
}
"""What each command of the protocol does."""

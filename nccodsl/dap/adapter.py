"""The debug adapter: requests of a client in, responses and events out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from nccodsl.dap.attached_calls import AttachedCalls
from nccodsl.dap.launched_call import LaunchedCall
from nccodsl.dap.protocol_peer import Arguments, Body, ProtocolPeer
from nccodsl.dap.script_access import Scripts
from nccodsl.dap.watched_feed import Watch
from nccodsl.errors import UsageError

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


class DebugMode(Protocol):
    """What answers the commands: a call in the emulator, or those of a server."""

    def answer(self, command: str, arguments: Arguments) -> Body | None:
        """The body of a response. Raises NccodslError."""


class Adapter(ProtocolPeer):
    """Debugs for one client. `send` takes each message; `done` says that the connection should end."""

    def __init__(self, scripts: Scripts, watch: Watch, send: Callable[[Body], None]) -> None:
        super().__init__(send)
        self._mode: DebugMode = LaunchedCall(self, scripts)
        self._attached = AttachedCalls(self, scripts, watch)
        self.done = False

    def close(self) -> None:
        """Nothing more is asked, or shown."""
        self._attached.leave()

    def answer(self, command: str, arguments: Arguments) -> Body | None:
        match command:
            case "initialize":
                return dict(CAPABILITIES)
            case "disconnect":
                self.done = True
                self.close()
                return None
            case "attach":
                if isinstance(self._mode, LaunchedCall) and self._mode.launched:
                    raise UsageError("a script is launched already; disconnect first")
                self._attached.attach(arguments)
                self._mode = self._attached
                return None
        return self._mode.answer(command, arguments)

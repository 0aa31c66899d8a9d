"""Breakpoints: at which lines they are, under which conditions, and what they log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nccodsl.base.record import Record
from nccodsl.dap.debugged_call import CallStop
from nccodsl.dap.line_stops import LineStops
from nccodsl.dap.scope_expressions import expression_of, is_true, log_message
from nccodsl.dap.script_access import Scripts
from nccodsl.errors import UsageError
from nccodsl.lowering.compiled import Compiled

MOST = 1000
"""Breakpoints of one file."""
_NOWHERE = "nothing is heard, done or asked on this line; set it on a line such as `talk` or `input`"


class Breakpoint(Record):
    """As the client wants it. `line`: where it stops; None: nowhere, and `message` says why."""

    id: int
    wanted: int
    line: int | None
    message: str
    condition: str
    log: str

    def to_json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"id": self.id, "verified": self.line is not None, "line": self.line or self.wanted}
        return shown | ({"message": self.message} if self.message else {})


class Breakpoints:
    """The breakpoints of all files. `say` shows a line in the console."""

    def __init__(self, scripts: Scripts, say: Callable[[str, str], None]) -> None:
        self._scripts = scripts
        self._say = say
        self._by_file: dict[str, list[Breakpoint]] = {}
        self._last = 0

    def set(self, path: str, wanted: list[Any], flow: Compiled | None) -> list[Breakpoint]:
        """Replace those of a file. Raises UsageError where the client's list is wrong."""
        if len(wanted) > MOST:
            raise UsageError(f"at most {MOST} breakpoints in a file")
        found = []
        for one in wanted:
            line = one.get("line") if isinstance(one, Mapping) else None
            if type(line) is not int:
                raise UsageError("each breakpoint needs a `line`")
            condition, log = (str(one.get(name) or "") for name in ("condition", "logMessage"))
            self._last += 1
            found.append(self._verified(Breakpoint(self._last, line, None, "", condition, log), path, flow))
        self._by_file[self._scripts.absolute(path)] = found
        return found

    def again(self, flow: Compiled) -> list[Breakpoint]:
        """Those whose line is another one in this version of the script."""
        changed = []
        for path, found in self._by_file.items():
            now = [self._verified(one, path, flow) for one in found]
            changed += [one for one, before in zip(now, found, strict=True) if one != before]
            self._by_file[path] = now
        return changed

    def _verified(self, one: Breakpoint, path: str, flow: Compiled | None) -> Breakpoint:
        line, message = None, ""
        wanted = self._scripts.absolute(path)
        files = flow.program.sources.files if flow is not None else ()
        file = next((file for file in files if self._scripts.absolute(file.name) == wanted), None)
        if flow is None:
            message = "no script is launched yet"
        elif file is None:
            message = f"{flow.name} does not include this file"
        else:
            line = LineStops(flow, file).at_or_after(one.wanted)
            message = _NOWHERE if line is None else ""
        try:
            if one.condition:
                expression_of(one.condition)
        except UsageError as reason:
            line, message = None, f"the condition is wrong: {reason}"
        return Breakpoint(one.id, one.wanted, line, message, one.condition, one.log)

    def quiet(self, stop: CallStop) -> bool:
        """As `stops_at`, without what log points say: going back, it was said already."""
        return self.stops_at(stop, logs=False)

    def stops_at(self, stop: CallStop, *, logs: bool = True) -> bool:
        """Whether a breakpoint stops a call here. Log points say their text."""
        found = self._by_file.get(self._scripts.absolute(stop.place.file), ())
        stops = False
        for one in found:
            if one.line == stop.place.line and self._holds(one, stop):
                if one.log and logs:
                    self._say(log_message(one.log, stop.session.replay, stop.where), "console")
                stops = stops or not one.log
        return stops

    def _holds(self, one: Breakpoint, stop: CallStop) -> bool:
        if not one.condition:
            return True
        try:
            return is_true(one.condition, stop.session.replay, stop.where)
        except UsageError as reason:
            self._say(f"the condition of the breakpoint at line {one.line} cannot be computed: {reason}", "stderr")
            return True

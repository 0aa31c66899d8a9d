"""Breakpoints: at which lines they are, under which conditions, and what they log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nccodsl.base.record import Record
from nccodsl.dap.scope_expressions import ScopeNames, expression_of, log_message, value_of
from nccodsl.errors import UsageError

MOST = 1000
"""Breakpoints of one file."""
Lines = Callable[[str, int], tuple[int | None, str]]
"""From a file and a line to the line at which it stops, or None and why it does not."""


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
    """The breakpoints of all files. `absolute`: one name for each file; `say` shows a line in the console."""

    def __init__(self, absolute: Callable[[str], str], say: Callable[[str, str], None]) -> None:
        self._absolute = absolute
        self._say = say
        self._by_file: dict[str, list[Breakpoint]] = {}
        self._last = 0

    def set(self, path: str, wanted: list[Any], lines: Lines) -> list[Breakpoint]:
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
            found.append(self._verified(Breakpoint(self._last, line, None, "", condition, log), path, lines))
        self._by_file[self._absolute(path)] = found
        return found

    def again(self, lines: Lines) -> list[Breakpoint]:
        """Those whose line is another one in this version of the script."""
        changed = []
        for path, found in self._by_file.items():
            now = [self._verified(one, path, lines) for one in found]
            changed += [one for one, before in zip(now, found, strict=True) if one != before]
            self._by_file[path] = now
        return changed

    def _verified(self, one: Breakpoint, path: str, lines: Lines) -> Breakpoint:
        line, message = lines(path, one.wanted)
        try:
            if one.condition:
                expression_of(one.condition)
        except UsageError as reason:
            line, message = None, f"the condition is wrong: {reason}"
        return Breakpoint(one.id, one.wanted, line, message, one.condition, one.log)

    def stops_at(
        self, places: Iterable[tuple[str, int]], names: Callable[[], ScopeNames], *, logs: bool = True
    ) -> bool:
        """Whether a breakpoint stops a call that is at these files and lines. Log points say their text."""
        if not any(self._by_file.values()):
            return False
        stops = False
        at = {(self._absolute(path), line) for path, line in places}
        for path, found in self._by_file.items():
            for one in found:
                if (path, one.line) in at and self._holds(one, names):
                    if one.log and logs:
                        self._say(log_message(one.log, names()), "console")
                    stops = stops or not one.log
        return stops

    def _holds(self, one: Breakpoint, names: Callable[[], ScopeNames]) -> bool:
        if not one.condition:
            return True
        try:
            return bool(value_of(one.condition, names())[0])
        except UsageError as reason:
            self._say(f"the condition of the breakpoint at line {one.line} cannot be computed: {reason}", "stderr")
            return True

"""Arguments of requests that several modes take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nccodsl.dap.protocol_peer import Arguments, Body
from nccodsl.errors import UsageError


def breakpoints_of(arguments: Arguments) -> tuple[str, list[Any]]:
    """The path and the breakpoints of `setBreakpoints`. Raises UsageError."""
    source, wanted = arguments.get("source"), arguments.get("breakpoints") or []
    path = source.get("path") if isinstance(source, Mapping) else None
    if not isinstance(wanted, list) or not isinstance(path, str | None) or "\0" in (path or ""):
        raise UsageError("breakpoints need a `source` with a `path`, and a list of `breakpoints`")
    return path or "", wanted


def window(frames: list[Body], arguments: Arguments) -> Body:
    """The frames that `stackTrace` asks for. Raises UsageError."""
    start, levels = arguments.get("startFrame") or 0, arguments.get("levels") or len(frames)
    if type(start) is not int or type(levels) is not int or start < 0 or levels < 0:
        raise UsageError("`startFrame` and `levels` must be whole numbers")
    return {"stackFrames": frames[start : start + levels], "totalFrames": len(frames)}

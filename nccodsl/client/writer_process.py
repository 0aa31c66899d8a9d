"""Whether the process that wrote something down is still at it."""

from __future__ import annotations

import os
from pathlib import Path


def is_running(pid: int, began: str | None) -> bool:
    """Whether a process still runs (on this machine); `began` as `started` said then."""
    if pid == os.getpid():
        return began == started(pid)
    # Elsewhere signal 0 is not a question but an order.
    if os.name != "posix":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    # Numbers of processes come round again; the time at which one began tells two of them apart.
    return began is None or began == started(pid)


def started(pid: int) -> str | None:
    """When a process began, in ticks since the machine did; None where it is over, and on systems but Linux."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    # Who is dead keeps a number until the parent has noticed.
    return None if fields[0] in "ZX" else fields[19]

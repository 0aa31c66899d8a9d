"""`nccodsl check --watch`: the findings again whenever a file changes, until Ctrl-C."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

from nccodsl.base.plural import counted
from nccodsl.cli.output import STDIN, print_json, say
from nccodsl.cli.report import once, report
from nccodsl.cli.watched_scripts import WatchedScripts
from nccodsl.diagnostics.printers.json import json_object

_PAUSE = 0.2
"""Seconds between two looks, at least: a look must not take more than a twentieth of the time."""
_SHARE = 20
_STILL = 0.05
# Seconds in which nothing must change before it is read: editors write a file in several steps.
_MOST_STEPS = 20
_CLEAR = "\x1b[2J\x1b[3J\x1b[H"


def watch_scripts(paths: tuple[str, ...], api: str, form: str) -> int:
    """Print what is wrong in scripts again and again; the exit code once Ctrl-C is pressed."""
    from click import UsageError

    if STDIN in paths:
        raise UsageError("--watch looks at files: give no `-`.")
    if form not in ("text", "json"):
        raise UsageError("--watch prints --format text or json.")
    scripts = WatchedScripts(paths or (".",), api)
    try:
        for _ in _changes(scripts):
            _print(scripts, form)
    except KeyboardInterrupt:
        if form == "text":
            say("")
    return 0


def _changes(scripts: WatchedScripts) -> Iterator[None]:
    """At the beginning and behind each change of a file, once it is still."""
    scripts.relist()
    scripts.look()
    while True:
        yield
        while not _looked(scripts):
            pass
        for _ in range(_MOST_STEPS):
            time.sleep(_STILL)
            if not scripts.relist() and not scripts.look():
                break


def _looked(scripts: WatchedScripts) -> bool:
    """Look, after a pause that is long enough for as many files as there are."""
    began = time.monotonic()
    changed = scripts.relist()
    changed = scripts.look() or changed
    time.sleep(max(_PAUSE, _SHARE * (time.monotonic() - began)) if not changed else 0)
    return changed


def _print(scripts: WatchedScripts, form: str) -> None:
    now = time.strftime("%H:%M:%S")
    findings = once(scripts.findings)
    if form == "json":
        print_json({"time": now, "files": len(scripts), **json_object(findings)})
        return
    if sys.stderr is not None and sys.stderr.isatty():
        sys.stderr.write(_CLEAR)
    report(findings, form, strict=False, files=len(scripts), fixable=True, head=f"{now}  ")
    say(f"watching {counted(len(scripts), 'file')}; press Ctrl-C to stop")

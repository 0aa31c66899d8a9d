"""`nccodsl test --replay`: recorded calls and the scripts as they are now."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from nccodsl.base.plural import counted
from nccodsl.cli.inputs import load_flow
from nccodsl.cli.output import STDIN, colored, joined, print_out, show, styled, write_whole
from nccodsl.cli.recorded_calls import recorded_calls
from nccodsl.cli.show_error import coded
from nccodsl.diagnostics.printers import printer
from nccodsl.errors import ScriptError
from nccodsl.rehearsal.safety import VERDICTS, Judged, Safety, counts, groups, told
from nccodsl.rehearsal.stage import URL
from nccodsl.runtime.address_name import flow_name
from nccodsl.runtime.history import BadHistory, History
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.versions import rebuilt
from nccodsl.server.refusals import BadStore
from nccodsl.server.stores.base import Store
from nccodsl.server.stores.open_store import open_store

_MOST_SHOWN = 20
"""Messages of one kind that are printed for people; the others are counted."""
_COUNTED = {"same": "unchanged", "unknown": "unknown", "different": "different", "broken": "broken"}


def run(files: Sequence[str], history: str, *, store: str | None, junit: str | None, as_json: bool) -> int:
    """Replay a history with scripts, print what differs, and write the reports. The exit code.

    Raises UsageError where no script fits, CannotWrite.
    """
    try:
        recorded = recorded_calls(history, "--replay")
        # A report should not create one.
        kept = open_store(store, create=False) if store is not None else None
    except (BadHistory, BadStore) as error:
        show([coded(error)])
        return 2
    try:
        reports = list(_reports(files, recorded, history, kept))
    except ScriptError as error:
        show(error.diagnostics)
        return 1
    finally:
        if kept is not None:
            kept.close()
    if junit is not None:
        from nccodsl.cli.junit import replay_to_xml

        write_whole(junit, replay_to_xml(reports))
    safe = all(report.safe for _, report in reports)
    if as_json:
        print_out({"safe": safe, "files": [{"file": file, **report.to_json()} for file, report in reports]})
    else:
        for file, report in reports:
            _tell(file, report)
    return 0 if safe else 1


def _reports(files: Sequence[str], history: History, name: str, store: Store | None) -> Iterator[tuple[str, Safety]]:
    """A report for each script that calls were recorded of. Raises ScriptError, UsageError."""
    flows = history.flows
    found = False
    for file in files:
        called = flow_name(str(Path(file).resolve())) if file != STDIN else ""
        if len(files) == 1 and len(flows) == 1:
            # Whatever the file is called now: it is the script that is meant.
            called = flows[0]
        if called not in flows:
            continue
        found = True
        script = Runnable(load_flow(file), URL)

        def kept(version: str, script: Runnable = script) -> bool:
            if version == script.version:
                return True
            texts = store.texts(version) if store is not None else None
            return texts is not None and rebuilt(texts, script, version) is not None

        yield file, Safety(script, history, called, kept if store is not None else None)
    if not found:
        known = ", ".join(flows) or "no call"
        raise click.UsageError(f"{name} has calls of {known}; give the script of that name")


# ---- for people


def _tell(file: str, report: Safety) -> None:
    versions = len(report.versions)
    print_out(
        f"{file}: {counted(report.calls, 'recorded call')}, {report.calls - report.ended} of them in flight, "
        f"by {counted(versions, 'version')} of the script"
    )
    if report.cut:
        print_out(f"  note: {counted(report.cut, 'line')} of the history could not be read")
    if report.partial:
        print_out(f"  note: parts of {counted(report.partial, 'call')} are not in the history")
    if report.settled:
        depends = "depends on a private value, and was" if report.settled == 1 else "depend on private values, and were"
        print_out(f"  note: {counted(report.settled, 'decision')} {depends} taken as recorded")
    _line(f"new calls: {_counted(report.beginnings)}", good=_clean(report.beginnings))
    by = "each continues with the version it began with"
    by += ", which the store has" if report.checked else ", as long as the server keeps its store"
    _line(
        f"calls in flight: {report.verdict}" + (f"; {by}" if _clean(report.deployed) else ""),
        good=_clean(report.deployed),
    )
    shown = list(report.diagnostics())
    if shown:
        print_out(printer("text", color=colored(sys.stdout), width=100)(shown[:_MOST_SHOWN]).rstrip("\n"))
        if len(shown) > _MOST_SHOWN:
            print_out(f"  and {len(shown) - _MOST_SHOWN} more, which --json shows")
    _tell_taken_over(report)


def _tell_taken_over(report: Safety) -> None:
    """What would be if the script had to go on with calls of the others; nothing where that is no question."""
    if _clean(report.taken_over):
        return
    print_out(f"if this version had to continue calls of other versions: {_counted(report.taken_over)}")
    found = groups(report.taken_over)
    for group in found[:_MOST_SHOWN]:
        print_out(f"  {VERDICTS[group.verdict]}: {told(group)}")
    if len(found) > _MOST_SHOWN:
        print_out(f"  and {len(found) - _MOST_SHOWN} more, which --json shows")


def _line(text: str, *, good: bool) -> None:
    mark, style = ("✓", "green") if good else ("✗", "red")
    print_out(joined("  ", styled(mark, fg=style) if colored(sys.stdout) else mark, f" {text}"))


def _clean(judged: list[Judged]) -> bool:
    return not groups(judged)


def _counted(judged: list[Judged]) -> str:
    found = counts(judged)
    return ", ".join(f"{number} {_COUNTED[verdict]}" for verdict, number in found.items() if number) or "none recorded"

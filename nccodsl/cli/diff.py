"""`nccodsl diff`: what callers, callees and other systems notice when a script changes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from nccodsl.base.record import Record
from nccodsl.cli.diff_progress import DiffProgress
from nccodsl.cli.given import GivenValues, not_overwritten, one_standard_input, values_from
from nccodsl.cli.inputs import load_flow
from nccodsl.cli.output import (
    STDIN,
    STDIN_NAME,
    colored,
    columns,
    hung,
    lines_of,
    on_terminal,
    script_errors,
    write_whole,
)
from nccodsl.diff.changes import KINDS_OF_CHANGE
from nccodsl.diff.compare_versions import VersionComparison, compare_versions
from nccodsl.diff.printed_comparison import to_data, to_lines, to_markdown
from nccodsl.errors import ScriptError
from nccodsl.io.git_files import GitRevision, NoSuchVersion

if TYPE_CHECKING:
    from nccodsl.lowering.compiled import Compiled

FAILS_ON = (*KINDS_OF_CHANGE, "incomplete", "any")
"""What `--fail-on` takes."""
_COLORS = {"removed": "red", "changed": "yellow", "added": "green"}


class DiffOptions(Record):
    """What the command line asks for."""

    versions: tuple[str, ...]
    values: GivenValues
    depth: int
    form: str
    fail_on: tuple[str, ...]
    output: str | None


class ScriptVersion(Record):
    """A version of a script: a file as it is, or as it was in a revision of git (empty: as it is)."""

    path: str
    revision: str = ""

    @property
    def name(self) -> str:
        """As it is shown: `main:ivr.call`."""
        shown = STDIN_NAME if self.path == STDIN else self.path
        return f"{self.revision}:{shown}" if self.revision else shown


def compare_scripts(wanted: DiffOptions) -> int:
    """Print what changes between two versions; the exit code."""
    fails_on = _fails_on(wanted.fail_on)
    old, new = versions_of(wanted.versions)
    one_standard_input(old.path, new.path, wanted.values.vars_file)
    not_overwritten(wanted.output, *(one.path for one in (old, new) if not one.revision))
    with script_errors(), DiffProgress(shown=on_terminal()) as progress:
        found = compare_versions(_loaded(old), _loaded(new), wanted.depth, values_from(wanted.values), progress)
    write_whole(wanted.output, _printed(found, old.name, new.name, wanted))
    return 1 if _fails(found, fails_on) else 0


def versions_of(given: tuple[str, ...]) -> tuple[ScriptVersion, ScriptVersion]:
    """The versions that arguments name. Raises UsageError.

    `OLD NEW`, each a file or `REVISION:FILE`; `REVISION FILE`; or one of them alone, compared with the file as it is.
    """
    if len(given) == 1:
        only = _version(given[0])
        if only is None:
            raise click.UsageError(f"there is no file {given[0]}; to compare with a revision, add the FILE.")
        return (only, ScriptVersion(only.path)) if only.revision else (ScriptVersion(only.path, "HEAD"), only)
    if len(given) != 2:
        raise click.UsageError("name two versions, OLD and NEW, or one.")
    old, new = map(_version, given)
    if new is None:
        raise click.UsageError(f"there is no file {given[1]}.")
    if old is None and (given[0].endswith(".call") or new.revision or new.path == STDIN):
        raise click.UsageError(f"there is no file {given[0]}.")
    return (old or ScriptVersion(new.path, given[0])), new


def _version(given: str) -> ScriptVersion | None:
    """The version that one argument names; None where it is no file, and does not name one in a revision."""
    if given == STDIN or os.path.exists(given):  # noqa: PTH110
        return ScriptVersion(given)
    revision, colon, path = given.rpartition(":")
    return ScriptVersion(path, revision) if colon and revision and path else None


def _loaded(version: ScriptVersion) -> Compiled:
    """The compiled script of a version. Raises ScriptError."""
    if not version.revision:
        return load_flow(version.path)
    from nccodsl.api import load_with
    from nccodsl.diagnostics import Diagnostic

    try:
        revision = GitRevision(version.revision, os.path.dirname(version.path))  # noqa: PTH120
        text = revision.text(version.path)
        return load_with(text.removeprefix("\ufeff"), version.name, revision.reader_for(version.path, version.name))
    except NoSuchVersion as error:
        raise ScriptError([Diagnostic.of(error.code, str(error), help=error.help)]) from None


def _fails_on(given: Iterable[str]) -> frozenset[str]:
    """The words of `--fail-on`, which may stand in lists. Raises BadParameter."""
    words = [word.strip() for one in given for word in one.split(",") if word.strip()]
    for word in words:
        if word not in FAILS_ON:
            raise click.BadParameter(f"{word!r} is not one of {', '.join(FAILS_ON)}", param_hint="'--fail-on'")
    return frozenset(words)


def _fails(found: VersionComparison, kinds: frozenset[str]) -> bool:
    if "any" in kinds:
        return not found.same
    return ("incomplete" in kinds and not found.complete) or any(change.kind in kinds for change in found.changes)


def _printed(found: VersionComparison, old: str, new: str, wanted: DiffOptions) -> bytes:
    if wanted.form == "markdown":
        return to_markdown(found, old, new).encode()
    if wanted.form == "json":
        import json

        return (json.dumps(to_data(found, old, new), ensure_ascii=False, indent=2) + "\n").encode(
            errors="backslashreplace"
        )
    terminal = wanted.output in (None, STDIN)
    lines = _colored(found, old, new, terminal and colored(sys.stdout), columns(sys.stdout) if terminal else None)
    return f"{lines_of(lines)}\n".encode()


def _colored(found: VersionComparison, old: str, new: str, color: bool, width: int | None) -> Iterator[str]:
    for kind, line in to_lines(found, old, new):
        head = line[: len(line) - len(line.lstrip(" "))] or (line[:2] if kind else "")
        text = line.removeprefix(head)
        yield from hung(head, text, width, fg=_COLORS[kind]) if kind and color else hung(head, text, width)

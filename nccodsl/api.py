"""The public functions: `load`, `check` and `validate`."""

from __future__ import annotations

import os
import re

from nccodsl.analysis.analyse import Checked, analyse
from nccodsl.base.garbage import collector_paused
from nccodsl.base.source import SourceFile, Sources, Span
from nccodsl.diagnostics import Diagnostic, messages
from nccodsl.errors import CannotRead, ScriptError, UsageError
from nccodsl.flow import Flow
from nccodsl.io.files import read_text, reader_for

_FILE_NAME = re.compile(r"[^\s{}\"]+\.call")


def load(source: str | os.PathLike[str], *, name: str | None = None) -> Flow:
    """Compile a script.

    `source` is a path (a `Path`, or a string that is one word ending in `.call`) or the text of a script. `name` is
    what messages call a text. Raises ScriptError with every error found, or one that says why the file cannot be read.
    """
    checked, shown = _checked(source, name)
    if checked.collector.has_errors:
        raise ScriptError([found for found in checked.collector.sorted() if found.is_error])
    with collector_paused():
        return Flow(checked, shown)


def check(source: str | os.PathLike[str], *, name: str | None = None) -> list[Diagnostic]:
    """Every finding about a script, in the order of their places; `source` and `name` as for `load`."""
    from nccodsl.analysis.lint.registry import run_lints
    from nccodsl.analysis.unneeded import report_unneeded

    try:
        checked, _ = _checked(source, name)
    except ScriptError as error:
        return error.diagnostics
    run_lints(checked.program, checked.collector, slow=True)
    report_unneeded(checked.collector)
    return checked.collector.sorted()


def format(text: str, width: int = 100) -> str:
    """The script in its one layout, in lines of at most `width` columns where they can be broken.

    Only the layout changes; comments stay. Raises ScriptError where the text has syntax errors.
    """
    from nccodsl.syntax.formatter import format_text

    if width < 1:
        raise UsageError(f"the width must be 1 or more, not {width}")
    with collector_paused():
        result = format_text(text.removeprefix("\ufeff"), width=width)
    if result.text is None:
        raise ScriptError(result.collector.sorted())
    return result.text


def decompile(document: object, *, params: bool = False, lenient: bool = False, api: str | None = None) -> str:
    """The script that compiles to an NCCO or a call body.

    `document` is Python data as `json.loads` makes it, or a string of JSON. With `params`, placeholders such as
    `YOUR_NUMBER` become parameters. `api` is the version that a call body is judged by, None for what either takes.
    An `input` without `type` is upgraded, so the script compiles to today's form of it. Raises ScriptError with what is
    wrong with the document; `lenient` keeps that with `raw` instead.
    """
    from nccodsl.decompiler.to_script import decompile_text

    text = document if isinstance(document, str) else _as_json(document)
    with collector_paused():
        result = decompile_text("document.json", text, params=params, lenient=lenient, api=api)
    if not result.scripts:
        raise ScriptError([found for found in result.diagnostics if found.is_error])
    return result.scripts[0]


def _as_json(document: object) -> str:
    import json

    try:
        return json.dumps(document, indent=2, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UsageError(f"the document cannot be written as JSON: {reason}") from None


def validate(text: str, *, api: str | None = None, name: str = "document.json") -> list[Diagnostic]:
    """Every finding about an NCCO or call body that stands in JSON text.

    `api` is "v1", "v2", or None to accept what either does.
    """
    from nccodsl.documents.validate import validate_text

    return validate_text(name, text, api)


def is_file_name(source: str | os.PathLike[str]) -> bool:
    """Whether `load` takes `source` for the path of a file."""
    return not isinstance(source, str) or _FILE_NAME.fullmatch(source) is not None


def _checked(source: str | os.PathLike[str], name: str | None) -> tuple[Checked, str]:
    with collector_paused():
        return _analysed(source, name)


def _analysed(source: str | os.PathLike[str], name: str | None) -> tuple[Checked, str]:
    sources = Sources()
    if not is_file_name(source):
        shown = name or "script.call"
        text = str(source).removeprefix("\ufeff")
        return analyse(sources, sources.add(shown, text)), shown
    path = os.fspath(source)
    shown = name or path
    try:
        text = read_text(path)
    except CannotRead as reason:
        raise ScriptError([unreadable(shown, str(reason))]) from None
    return analyse(sources, sources.add(shown, text), reader_for(path)), shown


def unreadable(name: str, reason: str) -> Diagnostic:
    """E110 about a whole file."""
    return messages.syntax.cannot_be_read(reason).about(SourceFile(name, ""), Span(0, 0))

"""The public functions: `load`, `check`, `validate`, `decompile` and `format`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from nccodsl.analysis.analyse import Checked, analyse
from nccodsl.analysis.judge_drafts import known_version
from nccodsl.base.garbage import collector_paused
from nccodsl.base.source import Sources
from nccodsl.diagnostics import Diagnostic
from nccodsl.errors import CannotRead, ScriptError, UsageError, unreadable
from nccodsl.flow import Flow
from nccodsl.io.files import read_text, reader_for

_FILE_NAME = re.compile(r"[^\s{}\"]+\.call")


def load(source: str | os.PathLike[str], *, name: str | None = None, pseudo: bool = False) -> Flow:
    """Compile a script.

    `source` is a path or the text of a script. A path is a `Path`, or a string without spaces that ends with `.call`.
    `name` is the name of the script in messages. With `pseudo`, its texts are in a pseudo-language. Raises ScriptError
    with every error in the script, or with the reason why the file cannot be read.
    """
    return _flow(*_checked(source, name, pseudo=pseudo))


def check(source: str | os.PathLike[str], *, name: str | None = None, api: str = "v2") -> list[Diagnostic]:
    """The errors and warnings about a script, in the order of their places. `source` and `name` are as in `load`.

    What the version `api` of the API refuses in a `call` block is an error, as in `Flow.call`.
    """
    from nccodsl.analysis.advice import report_advice

    known_version(api)
    try:
        checked, _ = _checked(source, name, api)
    except ScriptError as error:
        return error.diagnostics
    report_advice(checked)
    return checked.collector.sorted()


def format(text: str, width: int = 100) -> str:
    """Format a script. Lines have at most `width` columns where they can be broken.

    Only white space changes; comments stay. Raises ScriptError if the text has syntax errors.
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
    """Turn an NCCO or a call body into a script that compiles to it.

    `document` is Python data, as from `json.loads`, or JSON text. With `params`, placeholders such as `YOUR_NUMBER`
    become params. `api` is the API version for the checks of a call body; None allows what either version allows. An
    `input` without `type` is upgraded, so the script compiles to its current form. Raises ScriptError if the document
    is wrong; with `lenient`, wrong parts are kept with `raw`.
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
    """The errors and warnings about an NCCO or a call body in JSON text.

    `api` is "v1", "v2", or None to allow what either version allows.
    """
    from nccodsl.documents.validate import validate_text

    return validate_text(name, text, api)


def is_file_name(source: str | os.PathLike[str]) -> bool:
    """Whether `load` reads `source` as the path of a file."""
    return not isinstance(source, str) or _FILE_NAME.fullmatch(source) is not None


def load_with(text: str, name: str, reader: Callable[[str, str], tuple[str, str]]) -> Flow:
    """Compile the text of a script whose includes come from somewhere else. Raises ScriptError."""
    sources = Sources()
    with collector_paused():
        checked = analyse(sources, sources.add(name, text), reader)
    return _flow(checked, name)


def _flow(checked: Checked, name: str) -> Flow:
    """The checked script, compiled. Raises ScriptError."""
    if checked.collector.has_errors:
        raise ScriptError([found for found in checked.collector.sorted() if found.is_error])
    with collector_paused():
        return Flow(checked, name)


def _checked(
    source: str | os.PathLike[str], name: str | None, api: str | None = None, *, pseudo: bool = False
) -> tuple[Checked, str]:
    with collector_paused():
        return _analysed(source, name, api, pseudo=pseudo)


def _analysed(
    source: str | os.PathLike[str], name: str | None, api: str | None, *, pseudo: bool
) -> tuple[Checked, str]:
    sources = Sources()
    if not is_file_name(source):
        shown = name or "script.call"
        text = str(source).removeprefix("\ufeff")
        return analyse(sources, sources.add(shown, text), api=api, pseudo=pseudo), shown
    path = os.fspath(source)
    shown = name or path
    try:
        text = read_text(path)
    except CannotRead as reason:
        raise ScriptError([unreadable(shown, str(reason))]) from None
    return analyse(sources, sources.add(shown, text), reader_for(path, shown), api, pseudo=pseudo), shown

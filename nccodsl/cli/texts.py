"""`nccodsl texts`: extracting texts into files of translations, and checking these."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import click

from nccodsl.analysis.item_walks import every_item
from nccodsl.analysis.program import Program
from nccodsl.analysis.script_languages import ScriptLanguages, SourceText
from nccodsl.api import check
from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.base.source import SourceFile, Span
from nccodsl.cli.inputs import load_flow
from nccodsl.cli.output import STDIN, print_out, script_errors, write_whole
from nccodsl.cli.report import report
from nccodsl.cli.script_files import named_scripts
from nccodsl.diagnostics import Diagnostic, messages
from nccodsl.errors import CannotRead, ScriptError
from nccodsl.io.files import read_text
from nccodsl.std import is_library
from nccodsl.translation.po_file import BadCatalog
from nccodsl.translation.po_update import Extracted, updated
from nccodsl.voice.locales import locale_of

CODES = ("E327", "E328", "E329", "W049", "W050", "W051", "W052", "W053", "W055")
"""What is reported about translations."""


class TextsUpdateOptions(Record):
    """What the command line asks for."""

    paths: tuple[str, ...]
    languages: tuple[str, ...]


class TextsCheckOptions(Record):
    """What the command line asks for."""

    paths: tuple[str, ...]
    languages: tuple[str, ...]
    form: str
    strict: bool


def update_texts(wanted: TextsUpdateOptions) -> int:
    """Bring the files of translations up to date; the exit code."""
    with script_errors():
        programs = _programs(wanted.paths, wanted.languages)
        files: dict[str, str] = {}
        for folder, group in programs.items():
            for code in _codes(group, wanted.languages):
                path = os.path.join(folder, "locale", f"{code}.po")  # noqa: PTH118
                files[path] = _update(path, code, folder, group)
    for path, line in files.items():
        print_out(f"{path}: {line}")
    return 0


def check_texts(wanted: TextsCheckOptions) -> int:
    """Report what is wrong with translations; the exit code."""
    files = [path for path in named_scripts(wanted.paths or (".",)) if path != STDIN]
    found: list[Diagnostic] = []
    for path in files:
        found += [one for one in check(Path(path), name=path) if one.is_error or one.code in CODES]
    others = tuple(code for path in files for code in _others(path, wanted.languages)) if wanted.languages else ()
    found = [one for one in found if one.is_error or not _about(one, others)]
    return report(found, wanted.form, strict=wanted.strict, files=len(files))


def _others(path: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The languages of a script that are not asked about."""
    try:
        languages = load_flow(path).program.languages
    except ScriptError:
        return ()  # which is reported
    return tuple(code for code in languages.codes if code not in wanted) if languages is not None else ()


def _about(found: Diagnostic, codes: tuple[str, ...]) -> bool:
    """Whether a problem is about one of these languages: it stands in its file, or at its name."""
    file, span = found.file, found.span
    if file is None or span is None:
        return False
    return any(file.name.endswith(f"/{code}.po") for code in codes) or file.slice(span) in codes


# ---- which scripts, which languages


def _programs(paths: tuple[str, ...], languages: tuple[str, ...]) -> dict[str, list[Program]]:
    """The checked scripts with several languages, by folder. Raises ScriptError, UsageError."""
    found: dict[str, list[Program]] = defaultdict(list)
    known: set[str] = set()
    for path in named_scripts(paths or (".",)):
        program = load_flow(path).program
        if path != STDIN and program.languages is not None:
            found[os.path.dirname(path)].append(program)  # noqa: PTH120
            known.update(program.languages.targets)
    if not found:
        raise click.UsageError("no script here has `languages`")
    for code in languages:
        if code not in known:
            raise click.UsageError(f"no script is translated into {code}; the languages are {', '.join(sorted(known))}")
    return found


def _codes(group: list[Program], wanted: tuple[str, ...]) -> list[str]:
    each = (code for program in group if program.languages is not None for code in program.languages.targets)
    return [code for code in dict.fromkeys(each) if not wanted or code in wanted]


# ---- one file


def _update(path: str, code: str, folder: str, group: list[Program]) -> str:
    """Write one file, if anything changes; what to say of it. Raises ScriptError."""
    texts: dict[str, Extracted] = {}
    read: set[str] = set()
    for program in group:
        languages = program.languages
        read.update(_relative(file, folder) for file in program.sources.files)
        if languages is not None and code in languages.targets:
            for text in _extracted(program, languages, code, folder):
                texts[text.text] = _joined(texts.get(text.text), text)
    old = _read(path)
    try:
        new = updated(old, str(locale_of(code)), texts.values(), frozenset(read))
    except BadCatalog as wrong:
        raise ScriptError([_bad(path, old or "", wrong)]) from None
    if new.text != old:
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
        write_whole(path, new.text.encode())
    state = f"{new.open} to translate" if new.open else "all translated"
    return f"{counted(new.count, 'text')}, {state}"


def _bad(path: str, text: str, wrong: BadCatalog) -> Diagnostic:
    file = SourceFile(path, text)
    return messages.translations.bad_catalog(wrong.why).about(file, file.line_span(wrong.line))


def _read(path: str) -> str | None:
    try:
        return read_text(path)
    except CannotRead as reason:
        if reason.missing:
            return None
        raise ScriptError([messages.translations.bad_catalog(str(reason)).about()]) from None


def _joined(first: Extracted | None, other: Extracted) -> Extracted:
    """One text that stands in several places."""
    if first is None:
        return other
    locations = tuple(dict.fromkeys((*first.locations, *other.locations)))
    comments = tuple(dict.fromkeys((*first.comments, *other.comments)))
    return Extracted(first.text, first.plural or other.plural, locations, comments)


# ---- the texts of one script


def _extracted(program: Program, languages: ScriptLanguages, code: str, folder: str) -> Iterator[Extracted]:
    statements = sorted(item.span for item in every_item(program.steps, program.handlers))
    for text in languages.texts:
        if (code, text.text) in languages.elsewhere:
            continue
        file = program.sources.file_of(text.span)
        if code == languages.own and not is_library(file.name):
            continue
        line = file.line_column(text.span.start)[0]
        comments = _comments(file, line) or _comments(file, _statement(file, text, statements, line))
        yield Extracted(text.text, text.plural, ((_relative(file, folder), line),), tuple(comments))


def _statement(file: SourceFile, text: SourceText, statements: list[Span], line: int) -> int:
    """The line of the innermost statement around a text."""
    for number in range(bisect_right(statements, text.span) - 1, -1, -1):
        if text.span.start < statements[number].end:
            return file.line_column(statements[number].start)[0]
    return line


def _comments(file: SourceFile, line: int) -> list[str]:
    """The `#.` lines directly above a line."""
    found: list[str] = []
    while line > 1 and (above := file.line(line - 1).strip()).startswith("#"):
        found += [above.removeprefix("#.").strip()] if above.startswith("#.") else []
        line -= 1
    return found[::-1]


def _relative(file: SourceFile, folder: str) -> str:
    return file.name if is_library(file.name) else os.path.relpath(file.name, folder or ".").replace(os.sep, "/")

"""What is said of missing translations where a script is used; `nccodsl check` lists them one by one."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.analysis.program import Program
from nccodsl.diagnostics import Collector, Diagnostic, messages


def untranslated(program: Program) -> Iterator[Diagnostic]:
    """W049 for each language in which texts are said in another one."""
    languages = program.languages
    if languages is None:
        return
    collector = Collector(program.sources, program.ignores)
    for code, count in languages.unusable.items():
        message = messages.translations.some_missing(code, count, len(languages.texts), languages.own)
        collector.report(message, languages.span)
    yield from collector.sorted()

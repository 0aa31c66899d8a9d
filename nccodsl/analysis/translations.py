"""The texts of a script in its other languages: looked up, compiled, and judged when the script is checked.

What cannot be used is said in the script's own language, and by its voice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nccodsl.analysis.by_language import placed_in, translated
from nccodsl.analysis.catalogs import FOLDER, Catalog, Catalogs
from nccodsl.analysis.items import Hole
from nccodsl.analysis.modules import Reader
from nccodsl.analysis.program import Program
from nccodsl.analysis.script_languages import ScriptLanguages, SourceText
from nccodsl.analysis.templates import Templates
from nccodsl.analysis.tongues import Tongues
from nccodsl.analysis.translatable import filled, is_translatable
from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Collector, Message, messages
from nccodsl.std import WRITTEN_IN, is_library
from nccodsl.syntax import ast
from nccodsl.templates import Template, compile_text, is_template
from nccodsl.templates.dialect import LANGUAGE
from nccodsl.translation.pseudo_text import pseudo
from nccodsl.voice import forms


class _Unusable(Exception):
    """A text has no translation: why, and where (None: at the text)."""

    def __init__(self, message: Message, span: Span | None) -> None:
        super().__init__(message.text)
        self.message = message
        self.span = span


class Translations:
    """The translations of one script. `pseudo`: all texts are in the pseudo-language instead."""

    def __init__(
        self, collector: Collector, templates: Templates, tongues: Tongues, reader: Reader | None, *, pseudo: bool
    ) -> None:
        self._collector = collector
        self._templates = templates
        self._tongues = tongues
        self._pseudo = self.everything = pseudo
        self._main = ""
        self._catalogs = Catalogs(collector, tongues, reader)
        self._texts: dict[Span, list[SourceText]] = {}
        self._words: dict[str, dict[str, tuple[str, ...]]] = {}
        self._problems: dict[tuple[Message, Span], None] = {}
        self._elsewhere: set[tuple[str, str]] = set()
        self._unusable: dict[str, set[Span]] = {}
        self._foreign = False
        """Whether texts of the library lack a translation into the script's own language that comes with it."""

    # ---- what is declared

    def begin(self, main: SourceFile) -> None:
        """Read the files of translations that stand beside the script."""
        self._main = main.name
        for code in self._tongues.codes[1:]:
            self._catalogs.beside(code, main.name)

    @property
    def active(self) -> bool:
        """Whether texts are anything else than what the script says."""
        return self._pseudo or len(self._tongues.codes) > 0

    def result(self) -> ScriptLanguages | None:
        """What the checked script knows of its languages; None without `languages` and the pseudo-language."""
        if not self.active:
            return None
        codes = self._tongues.codes
        texts = tuple(text for group in self._texts.values() for text in group)
        span = self._tongues.span or Span(0, 0)
        unusable = {code: len(spans) for code, spans in self._unusable.items()}
        return ScriptLanguages(
            codes,
            span,
            texts,
            tuple(self._catalogs.paths),
            self._words,
            tuple(self._lacking(len(texts))),
            unusable,
            frozenset(self._elsewhere),
            self._pseudo,
            (*codes[1:], *(codes[:1] if self._foreign else ())),
        )

    def _lacking(self, count: int) -> Iterator[tuple[Message, Span]]:
        """What is wrong with translations; a file that is not there is one problem."""
        for code in self._tongues.codes if not self._pseudo and count else ():
            if self._catalogs.beside(code, self._main) is None and self._unusable.get(code):
                path = f"{FOLDER}/{code}.po"
                missing = len(self._unusable[code])
                yield messages.translations.no_catalog(code, path, missing), self._tongues.spans[code]
        yield from self._problems

    # ---- texts

    def word(self, node: ast.Text) -> object:
        """A constant text that is matched or compared: the text itself stays. Its translations are in `words`."""
        if self.active and is_translatable(node.text):
            for code, way in self._ways(node, compile_text(node.text)).items():
                real = self._catalogs.word(code, self._main, node.text) if self._pseudo else None
                words = (way, real) if real is not None else (way,)
                self._words.setdefault(code, {})[node.text] = tuple(map(str, words))
        return node.text

    def text(self, node: ast.Text, *, markup: bool = False, heard: bool = False) -> tuple[object, dict[str, str]]:
        """The draft of a text, and in which language it is really said for each language.

        `heard`: callers hear it as it is, so that the pseudo-language shows it though it has no words of its own.
        """
        codes = self._tongues.codes
        same = {code: code for code in codes}
        has_words = is_translatable(node.text) or (heard and self._pseudo)
        own = codes[0] if codes and has_words else None
        source: object = node.text
        if is_template(node.text):
            source = self._templates.text(node, markup=markup, language=own)
        template = source.code if isinstance(source, Hole) else self._compiled(node.text, own, markup, None)
        assert isinstance(template, Template)
        if template.problems or not has_words:
            return source, same
        ways = self._ways(node, template)
        if own is None:
            return ways.get("", source), same
        spoken = {code: code if code in ways or code == own else own for code in codes}
        if not ways:
            return source, spoken
        return translated(node.text, source, {own: source, **ways}, node.span, markup=markup), spoken

    def _ways(self, node: ast.Text, source: Template) -> dict[str, object]:
        """The translations of a text with words that can be used, by language."""
        if source.blocks and is_translatable(source.with_forms([[""] for _ in source.blocks])):
            self._collector.report(messages.translations.text_beside_forms(), node.span)
        entries = self._texts.setdefault(node.span, list(self._entries(source, node.span)))
        ways: dict[str, object] = {}
        for code in self._tongues.codes or ("",):
            if self._pseudo:
                ways[code] = self._hole(self._compiled(pseudo_of(source), code or None, source.markup, None), node)
            elif self._is_written_in(code, node):
                if code != self._tongues.codes[0]:
                    ways[code] = self._hole(self._compiled(node.text, code, source.markup, None), node)
            else:
                try:
                    ways[code] = self._way(node, source, entries, code)
                except _Unusable as wrong:
                    self._foreign |= code == self._tongues.codes[0]
                    self._unusable.setdefault(code, set()).add(node.span)
                    if wrong.span is not None or self._catalogs.beside(code, self._main) is not None:
                        self._problems[wrong.message, wrong.span or node.span] = None
        return ways

    def _is_written_in(self, code: str, node: ast.Text) -> bool:
        """Whether a text is written in a language: those of the library are in English."""
        if is_library(self._collector.sources.file_of(node.span).name):
            return code.partition("-")[0].casefold() == WRITTEN_IN
        return code == self._tongues.codes[0]

    def _compiled(self, text: str, language: str | None, markup: bool, plural: Callable[[int], int] | None) -> Template:
        if not is_template(text) and not markup:
            return compile_text(text)
        from nccodsl.voice.speech_filters import SPEECH

        local = self._templates.names.local_keys
        return compile_text(text, SPEECH, markup=markup, language=language, plural=plural, local=local)

    def _entries(self, source: Template, span: Span) -> Iterator[SourceText]:
        """What translators see of a text: all of it, or the forms of its `trans` blocks."""
        if not source.blocks:
            yield SourceText(source.text, None, span)
            return
        for block in source.blocks:
            forms = [source.text[start:end] for start, end in block.forms]
            yield SourceText(forms[0], forms[1] if len(forms) > 1 else None, span)

    def _way(self, node: ast.Text, source: Template, entries: list[SourceText], code: str) -> object:
        """The translation of a text. Raises _Unusable."""
        found = [self._found(entry, code) for entry in entries]
        catalog, line = found[0][0], found[0][1]
        at = catalog.span(line)
        text = source.with_forms([forms for _, _, forms in found]) if source.blocks else found[0][2][0]
        if forms.is_ssml(text) != (markup := forms.is_ssml(source.text)):
            raise _Unusable(messages.translations.other_form(markup=markup), at)
        compiled = self._compiled(text, code, source.markup, catalog.po.plural)
        for problem in compiled.problems[:1]:
            raise _Unusable(messages.translations.broken(problem.said.text, problem.said.advice), at)
        unknown, missing = _differing(source, compiled)
        if unknown:
            raise _Unusable(messages.translations.placeholder_unknown(unknown), at)
        if missing:
            self._problems[messages.translations.placeholder_missing(missing), at] = None
        _check_form(text, compiled, at)
        return self._hole(compiled, node)

    def _hole(self, compiled: Template, node: ast.Text) -> object:
        if not is_template(compiled.text):
            return compiled.text
        return Hole(placed_in(compiled, len(node.text)), node.span)

    def _found(self, entry: SourceText, code: str) -> tuple[Catalog, int, tuple[str, ...]]:
        """What translators have written: where, and in which forms. Raises _Unusable."""
        own = self._tongues.codes[0]
        missing = _Unusable(messages.translations.not_extracted(code), None)
        beside = self._collector.sources.file_of(entry.span).name
        for name in dict.fromkeys((self._main, beside)):
            catalog = self._catalogs.beside(code, name)
            known = catalog.po.translations.get(entry.text) if catalog is not None else None
            if catalog is None or known is None:
                continue
            self._foreign |= code == own and name == self._main
            if name != self._main:
                self._elsewhere.add((code, entry.text))
            at = catalog.span(known.line)
            if known.fuzzy and known.complete:
                missing = _Unusable(messages.translations.fuzzy(code, own), at)
            elif not known.complete:
                missing = _Unusable(messages.translations.not_translated(code, own), at)
            else:
                return catalog, known.line, known.forms
        raise missing


def pseudo_of(source: Template) -> str:
    """A text in the pseudo-language; of one with `trans` blocks, these."""
    if not source.blocks:
        return pseudo(source.text, markup=forms.is_ssml(source.text))
    return source.with_forms(
        [[pseudo(source.text[start:end]) for start, end in block.forms] for block in source.blocks]
    )


def _differing(source: Template, other: Template) -> tuple[list[str], list[str]]:
    """The placeholders that only a translation has, and those that it lacks."""
    ours, theirs = _placeholders(source), _placeholders(other)
    return sorted(theirs - ours), sorted(ours - theirs)


def _placeholders(template: Template) -> set[str]:
    return {".".join((use.name, *use.attributes)) for use in template.names if use.name != LANGUAGE}


def _check_form(text: str, compiled: Template, at: Span) -> None:
    """Raises _Unusable for what a talk cannot say."""
    if not is_template(text) and (wrong := forms.text(text)) is not None:
        raise _Unusable(messages.translations.broken(wrong.text, wrong.advice), at)
    if compiled.markup:
        from nccodsl.voice.ssml import check_ssml  # rare, and its parser is slow to import

        for problem in check_ssml(filled(compiled)) if compiled.pieces is not None else ():
            if problem.code == "E316":
                raise _Unusable(messages.translations.broken_ssml(problem.message), at)


def report_translations(program: Program, collector: Collector) -> None:
    """Report all that is wrong with the translations of a script, each where it stands."""
    for message, span in program.languages.problems if program.languages is not None else ():
        collector.report(message, span)

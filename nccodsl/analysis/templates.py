"""Templates in a script: compiling them, placing their problems, and checking the names that they use."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from nccodsl.analysis.names import Names
from nccodsl.analysis.program import Hole
from nccodsl.base.source import SourceFile, Sources, Span
from nccodsl.diagnostics import Collector
from nccodsl.syntax import ast
from nccodsl.syntax.strings import Offsets
from nccodsl.templates import Expression, NameUse, TemplateProblem, compile_expression, compile_text


def place(sources: Sources, span: Span, start: int, end: int) -> Span:
    """Offsets inside the template of a literal, or of a `{{ }}` value, as a span of the script."""
    offsets = _offsets(sources.file_of(span), span)
    if offsets is None:
        return Span(span.start + 2 + start, span.start + 2 + max(end, start + 1))
    first = span.start + offsets.source(start)
    return Span(first, max(span.start + offsets.source(max(end - 1, start)) + 1, first + 1))


@lru_cache(maxsize=4)
def _offsets(file: SourceFile, span: Span) -> Offsets | None:
    """The table of a literal, kept for its next template; None for a `{{ }}`, which stands as it is written."""
    literal = file.slice(span)
    return Offsets(literal) if literal.startswith('"') else None


def _ends_inside(file: SourceFile, span: Span) -> bool:
    """Whether a text ends inside one of its templates, and touches a word or another text."""
    literal, behind = file.slice(span), file.slice(Span(span.end, span.end + 1))
    opened = literal.count("{{") + literal.count("{%")
    return opened > literal.count("}}") + literal.count("%}") and (behind.isalnum() or behind in ('"', "_"))


class Templates:
    """Compiles the templates of one script."""

    def __init__(self, collector: Collector, names: Names) -> None:
        self._collector = collector
        self.names = self._names = names
        self.follows: str | None = None
        """The language of templates that are in none of their own."""
        self._expressions: dict[tuple[object, ...], Expression] = {}

    def text(self, node: ast.Text, *, markup: bool = False, language: str | None = None) -> Hole:
        """A string that contains templates."""
        from nccodsl.voice.speech_filters import SPEECH  # not needed, and slow to import, where there is no template

        local = self._names.local_keys
        compiled = compile_text(node.text, SPEECH, markup=markup, language=language or self.follows, local=local)
        self._problems(node.span, compiled.problems)
        self._uses(node.span, compiled.names, quoted=True)
        return Hole(compiled, node.span)

    def expression(self, node: ast.Template, *, language: str | None = None) -> Hole:
        """`{{ expression }}` alone as a value."""
        # Scripts repeat their expressions; what is compiled depends on the dialog and the loops around it alone.
        language = language or self.follows
        local = self._names.local_keys
        key = (node.source, language, *local.items())
        compiled = self._expressions.get(key)
        if compiled is None:
            from nccodsl.voice.speech_filters import SPEECH

            compiled = self._expressions[key] = compile_expression(node.source, SPEECH, language=language, local=local)
        self._problems(node.span, compiled.problems)
        self._uses(node.span, compiled.names)
        return Hole(compiled, node.span)

    def _problems(self, span: Span, problems: Iterable[TemplateProblem]) -> None:
        file = self._collector.sources.file_of(span)
        if file.slice(span)[:1] not in ('"', "{"):
            return  # a condition whose braces lack, which is reported with its operators
        if _ends_inside(file, span):
            return  # a quote inside the template has ended the text, which is reported
        for problem in problems:
            at = place(self._collector.sources, span, problem.start, problem.end)
            self._collector.report(problem.said, at)

    def _uses(self, span: Span, uses: Iterable[NameUse], *, quoted: bool = False) -> None:
        for use in uses:
            self._names.use(use, place(self._collector.sources, span, use.start, use.end), quoted=quoted)

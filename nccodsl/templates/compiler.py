"""What compiling needs whatever is compiled: places in the text, problems, and failures told at their place.

Owns the dispatch to a method for each kind of node; the methods are in `expressions` and `statements`. What has no
method is refused, so nothing newer in Jinja becomes reachable by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nccodsl.diagnostics import Message, messages
from nccodsl.templates import limits, tree
from nccodsl.templates.dialect import Dialect, Manner
from nccodsl.templates.places import Source
from nccodsl.templates.plain_words import in_words
from nccodsl.templates.scope import ChangedMarkup, NameUse, Refusal, RenderFailure, Scope, TemplateProblem
from nccodsl.templates.tree import NOWHERE, kind_of

Closure = Callable[[Scope], Any]
FAILURES = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
"""What Python's own operations raise when a value does not suit them."""


class Stop(Exception):
    """Compiling cannot go on; the problem has been noted."""


class Compiler:
    """The state of compiling one template: problems, the names taken from outside, and depth."""

    def __init__(self, source: Source, manner: Manner, dialect: Dialect, local: Mapping[str, str]) -> None:
        """`local`: what names are called in the scope, where that is not what the template calls them."""
        self.source = source
        self.manner = manner
        self.dialect = dialect
        self.local = local
        self.problems: list[TemplateProblem] = []
        self.names: list[NameUse] = []
        self.bound: set[str] = set()
        self.encoded_names: frozenset[str] = frozenset()
        """What the template sets to values that `urlencode` made."""
        self.skipped: set[int] = set()
        """Where words stand that are no names."""
        self.depth = 0
        self.uses_markup_filter = False
        self._spans: dict[int, tuple[int, int]] = {}

    # places

    def own(self, node: tree.Node) -> tuple[int, int]:
        """The token that the node was made at."""
        if node.at == NOWHERE:
            return next((self.own(child) for child in node.children()), (0, self.source.limit))
        return node.at, self.source.end_of(node.at)

    def span(self, node: tree.Node) -> tuple[int, int]:
        """The whole of an expression, from its first token to its last that the tree remembers."""
        known = self._spans.get(id(node))
        if known is not None:
            return known
        places = [self.span(child) for child in node.children() if not isinstance(child, tree.Slice)]
        # The parser gives operators and tuples the line of a later token: only their operands' places are right.
        if not places or not isinstance(
            node, tree.BinExpr | tree.Compare | tree.Operand | tree.Concat | tree.CondExpr | tree.Tuple
        ):
            places.append(self.own(node))
        if isinstance(node, tree.Getattr):
            places.append(self.source.after(node.at))
        result = (min(start for start, _ in places), max(end for _, end in places))
        self._spans[id(node)] = result
        return result

    def note(self, message: Message, place: tuple[int, int]) -> None:
        self.problems.append(TemplateProblem(message, *place))
        if len(self.problems) >= limits.PROBLEMS:
            raise Stop

    def refuse(self, message: Message, place: tuple[int, int]) -> Closure:
        """Note a problem, and give what fails the same way if it is run all the same."""
        self.note(message, place)

        def fail(scope: Scope) -> object:
            raise RenderFailure(message, *place)

        return fail

    # the way in

    def expression(self, node: tree.Node, lenient: bool = False) -> Closure:
        """The closure for `node`. A lenient one may give MISSING where a strict one fails."""
        handler = getattr(self, f"on_{kind_of(node).lower()}", None)
        if handler is None:
            return self.refuse(messages.templates.expression_not_allowed(), self.span(node))
        self.depth += 1
        if self.depth > limits.TREE_DEPTH:
            self.note(messages.template_limits.too_many_operators(limits.TREE_DEPTH), self.own(node))
            raise Stop
        closure: Closure = handler(node, lenient)
        self.depth -= 1
        return closure

    def expressions(self, items: Sequence[tree.Expr]) -> list[Closure]:
        return [self.expression(item) for item in items]

    def guarded(self, place: tuple[int, int], run: Closure) -> Closure:
        """`run`, whose failures are reported at `place`."""

        def guarded(scope: Scope) -> object:
            try:
                return run(scope)
            except Refusal as refusal:
                raise self._worded(refusal).at(*place) from None
            except FAILURES as error:
                raise RenderFailure(messages.template_values.unsuitable(in_words(error)), *place) from None

        return guarded

    def _worded(self, refusal: Refusal) -> Refusal:
        """A refusal to change markup says which one, and what makes it."""
        form = self.manner.markup
        if form is None or not isinstance(refusal, ChangedMarkup):
            return refusal
        return Refusal(messages.template_values.cannot_change_markup(form.name, form.last_help))

"""`choose`: a choice by value, which becomes the arms of an `if` that all look at one value."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.analysis import flow_fixes
from nccodsl.analysis.program import NOTHING, Body, ChoiceItem, Hole
from nccodsl.analysis.templates import Templates
from nccodsl.analysis.when_tests import WhenTest, compared
from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Collector, messages
from nccodsl.diagnostics.edits import without_second
from nccodsl.syntax import ast
from nccodsl.templates import is_template


class Choose:
    """Analyses the `choose` statements of one script. `target` says what a branch does."""

    def __init__(
        self, collector: Collector, templates: Templates, target: Callable[[ast.Target], Body], *, complete: bool
    ) -> None:
        """`complete`: no syntax error has dropped anything."""
        self._complete = complete
        self._collector = collector
        self._templates = templates
        self._target = target

    def item(self, node: ast.Choose) -> ChoiceItem:
        """The first `when` that has the value, else `otherwise`."""
        subject = self._templates.expression(node.subject)
        arms: list[tuple[Hole, Body]] = []
        otherwise: ast.Otherwise | None = None
        rest = NOTHING
        seen: dict[object, Span] = {}
        for item in node.choices.items:
            if isinstance(item, ast.Otherwise):
                if otherwise is not None:
                    twice = messages.options.given_twice("otherwise", otherwise.span)
                    self._collector.report(without_second(twice, self._file(item.span), item.span), item.span)
                otherwise, rest = item, self._target(item.target)
                continue
            if otherwise is not None:
                fix = flow_fixes.before_otherwise(item.span, otherwise.span, self._file(item.span))
                self._collector.report(messages.flow.behind_otherwise(fix), item.span)
            test = self._test(node.subject, subject, item, seen)
            arms.append((test, self._target(item.target)))
        if not arms and self._complete:
            at = Span(node.span.start, node.span.start + len("choose"))
            self._collector.report(messages.flow.nothing_chosen(), at)
        return ChoiceItem(tuple(arms) or ((subject, NOTHING),), rest, node.span)

    def _test(self, written: ast.Template, subject: Hole, node: ast.When, seen: dict[object, Span]) -> WhenTest:
        values = [self._value(match, node, seen) for match in node.matches]
        words = " or ".join(self._file(match.span).slice(match.span) for match in node.matches)
        span = Span(node.span.start, node.matches[-1].span.end)
        return WhenTest(subject, values, span, f"{written.source.strip()} is {words}")

    def _value(self, node: ast.Value, when: ast.When, seen: dict[object, Span]) -> object:
        match node:
            case ast.Template():
                return self._templates.expression(node)
            case ast.Text() if is_template(node.text):
                return self._templates.text(node)
            case ast.Text():
                value: object = node.text
            case ast.Number():
                # A number that is written with zeros before it is one that was typed.
                value = node.text if node.text.startswith("0") and node.text.isdigit() else node.value
            case ast.Word() if node.text in ("true", "false", "null"):
                value = None if node.text == "null" else node.text == "true"
            case _:
                word = self._file(node.span).slice(node.span)
                self._collector.report(messages.flow.no_value_of_when(word), node.span)
                return None
        self._once(compared(value), node, when, seen)
        return value

    def _once(self, key: object, node: ast.Value, when: ast.When, seen: dict[object, Span]) -> None:
        if key in seen:
            file = self._file(node.span)
            fix = flow_fixes.drop_branch(when, node.span, file)
            self._collector.report(messages.flow.matched_twice(file.slice(node.span), seen[key], fix), node.span)
        seen.setdefault(key, node.span)

    def _file(self, span: Span) -> SourceFile:
        return self._collector.sources.file_of(span)

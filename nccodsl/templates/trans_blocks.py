"""`{% trans count=n %}…{% pluralize %}…{% endtrans %}`: a text in the forms that a language has for a number.

Owns the parsing, to nodes that Jinja has: a `with` around an overlay scope, which no other tag makes.
"""

from __future__ import annotations

from typing import Any

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

from nccodsl.templates.template import TransBlock


class TransTag(Extension):
    """Parses the blocks, and notes where they stand in `environment.blocks`."""

    tags = {"trans"}  # noqa: RUF012

    def parse(self, parser: Parser) -> nodes.Node:
        environment: Any = parser.environment
        text: str = environment.text
        token = next(parser.stream)
        targets: list[nodes.Node] = []
        values: list[nodes.Expr] = []
        while parser.stream.current.type != "block_end":
            if targets:
                parser.stream.expect("comma")
            target = parser.parse_assign_target(name_only=True)
            targets.append(target.set_ctx("param"))
            named = parser.stream.skip_if("assign")
            values.append(parser.parse_expression() if named else nodes.Name(target.name, "load", lineno=target.lineno))
        forms: list[tuple[int, int]] = []
        bodies: list[nodes.Node] = []
        counted = targets[0] if targets else None
        ends = ("name:pluralize", "name:endtrans")
        while True:
            start = parser.stream.current.lineno + len(parser.stream.current.value)
            body = parser.parse_statements(ends)
            forms.append((start, _opening(text, parser.stream.current.lineno)))
            bodies.append(nodes.Scope(body, lineno=token.lineno))
            if next(parser.stream).value == "endtrans":
                break
            if parser.stream.current.type == "name":
                counted = parser.parse_assign_target(name_only=True)
        if len(forms) > 1 and not isinstance(counted, nodes.Name):
            parser.fail("pluralize without a number: write {% trans count=… %}", token.lineno)
        end = parser.stream.current.lineno + len(parser.stream.current.value)
        environment.blocks.append(TransBlock(end, tuple(forms)))
        number: nodes.Expr = nodes.Const(1, lineno=token.lineno)
        if len(forms) > 1 and isinstance(counted, nodes.Name):
            number = nodes.Name(counted.name, "load", lineno=counted.lineno)
        chosen = nodes.OverlayScope(number, bodies, lineno=token.lineno)
        return nodes.With(targets, values, [chosen], lineno=token.lineno)


def _opening(text: str, at: int) -> int:
    """Where the `{%` of the tag stands whose word begins at `at`."""
    return text.rfind("{%", 0, at)

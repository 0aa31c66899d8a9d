"""The types of values, and what rendering leaves behind."""

from __future__ import annotations

from typing import Any

import pytest

from nccodsl.templates import Scope, compile_expression, compile_text


def value(source: str, **values: Any) -> object:
    expression = compile_expression(f" {source} ")
    assert expression.problems == ()
    return expression.evaluate(Scope(values))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("n + 1", 8),
        ("n / 2", 3.5),
        ("n > 3", True),
        ("none", None),
        ("[n, 'a']", [7, "a"]),
        ("{'a': n}", {"a": 7}),
        ("range(3)", [0, 1, 2]),
        ("m.items()", [("items", 1)]),
        ("m.items", 1),
        ("m['_id'] | default('x')", "x"),
        ("[3, 1] | sort", [1, 3]),
        ("nothing | default(none)", None),
    ],
)
def test_an_expression_keeps_the_type_of_its_value(source: str, expected: object) -> None:
    found = value(source, n=7, m={"items": 1})
    assert found == expected
    assert type(found) is type(expected)


def test_whether_an_expression_is_constant() -> None:
    assert compile_expression(" 1 + 2 ").constant
    assert not compile_expression(" 1 + n ").constant
    assert not compile_expression(" 1 + ").constant


def test_rendering_leaves_the_scope_as_it_was() -> None:
    scope = Scope({"n": 1})
    text = "{% set n = 2 %}{% for x in [1] %}{% set y = 1 %}{% endfor %}{{ n }}"
    assert compile_text(text).render(scope) == "2"
    assert scope == {"n": 1}

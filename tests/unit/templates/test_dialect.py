"""What a dialect adds: filters, checks of what is written out, and markup."""

from __future__ import annotations

import re
from typing import Any

import pytest
from markupsafe import Markup

from nccodsl.diagnostics import Message
from nccodsl.templates import PLAIN, Dialect, MarkupForm, RenderFailure, Scope, compile_expression, compile_text
from nccodsl.templates.dialect import Manner
from nccodsl.templates.scope import Refusal


def _shout(manner: Manner, value: Any, times: int = 1) -> str:
    return f"{value}{'!' * times} ({manner.language})"


def _star(manner: Manner, value: Any) -> Markup:
    return Markup(f"*{value}*")


def _few(times: Any) -> None:
    if times > 3:
        raise Refusal(Message("E606", "that is too loud"))


STARS = MarkupForm(
    name="stars",
    escape=lambda text: text.replace("*", "**"),
    is_plain=lambda text: "*" not in text,
    find_illegal=re.compile("~").search,
    filters=frozenset({"star"}),
    misplaced_help="only in stars",
    last_help="put `star` last",
)
LOUD = Dialect(filters={"shout": _shout, "star": _star}, checks={"shout": _few}, markup=STARS)


def test_its_filters_are_there_beside_those_of_jinja() -> None:
    assert compile_text("{{ a | upper | shout(2) }}", LOUD, language="en").render(Scope({"a": "x"})) == "X!! (en)"
    assert compile_expression("['a', 'b'] | map('shout') | list", LOUD).evaluate(Scope()) == ["a! (None)", "b! (None)"]


def test_a_plain_template_does_not_have_them() -> None:
    (found,) = compile_text("{{ a | shout }}").problems
    assert (found.code, found.said.text) == ("E603", "`shout` is not a filter")
    assert "star" in (compile_text("{{ a | stra }}", LOUD).problems[0].said.help or "")


@pytest.mark.parametrize("source", ["a | shout(4)", "a | shout(times=4)"])
def test_arguments_that_are_written_out_are_checked_when_it_is_compiled(source: str) -> None:
    (found,) = compile_expression(source, LOUD).problems
    assert (found.code, found.said.text) == ("E606", "that is too loud")
    assert source[found.start : found.end] == "4"


@pytest.mark.parametrize("source", ["a | shout(b)", "a | shout(3)", "a | shout", "a | upper"])
def test_others_are_not(source: str) -> None:
    assert compile_expression(source, LOUD).problems == ()


@pytest.mark.parametrize("text", ["{{ a }}", "{{ a }}{{ b }}", "{% if true %}{{ a }}{% endif %}", "{{ a | lower }}"])
def test_values_are_escaped_in_its_form(text: str) -> None:
    assert compile_text(text, LOUD, markup=True).render(Scope({"a": "x*", "b": ""})) == "x**"
    assert compile_text(text, LOUD).render(Scope({"a": "x*", "b": ""})) == "x*"


def test_what_makes_markup_is_not_escaped_and_stands_in_markup_only() -> None:
    assert compile_text("{{ a | star }}", LOUD, markup=True).render(Scope({"a": "x"})) == "*x*"
    (found,) = compile_text("{{ a | star }}", LOUD).problems
    message = "the filter `star` makes stars, and this text is not stars"
    assert (found.code, found.said.text, found.said.help) == ("E604", message, "only in stars")


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("{{ a | star | upper }}", "stars markup cannot be changed further", "put `star` last"),
        ("{{ '~\\n' }}", "the value contains a character that stars cannot hold (U+007E)", None),
    ],
)
def test_refusals_are_in_its_words(text: str, message: str, help: str | None) -> None:
    template = compile_text(text, LOUD, markup=True)
    with pytest.raises(RenderFailure) as caught:
        template.render(Scope({"a": "x"}))
    assert (caught.value.code, caught.value.said.text, caught.value.said.help) == ("E606", message, help)


def test_a_dialect_without_markup_compiles_none() -> None:
    with pytest.raises(AssertionError, match="no markup"):
        compile_text("a", PLAIN, markup=True)

"""Texts that are passed over quickly hold nothing that the patterns for placeholders would find."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

import nccodsl
from nccodsl.analysis.lint.foreign_placeholder import _OTHER, _PLACEHOLDER, _TEMPLATE, _is_ordinary

parts = st.sampled_from(
    [*"{}%$[]<> \n", "{{", "}}", "{{ name }}", "{{name", "name", "name}}", "\0", "a", "é", "x" * 501, "{{" + "x" * 501]
)


@given(st.lists(parts, max_size=9).map("".join))
def test_an_ordinary_text_has_no_placeholder(text: str) -> None:
    if _is_ordinary(text):
        plain = _TEMPLATE.sub(lambda hole: "\0" * len(hole[0]), text)
        assert _PLACEHOLDER.search(text) is None
        assert _OTHER.search(plain) is None
        assert "\0}" not in plain


@pytest.mark.parametrize("text", ["Hello", "Hello {{ name }}, it is {{ day }}.", "{{ name }}", "", "5 > 4, é"])
def test_most_texts_are_ordinary(text: str) -> None:
    assert _is_ordinary(text)


@pytest.mark.parametrize(
    "text", ["Hello {name}", "Hello {{ name }}}", "%name%", "$name", "[name]", "<name>", "name }}"]
)
def test_placeholders_are_found(text: str) -> None:
    assert not _is_ordinary(text)
    found = nccodsl.check(f'param name: text\ntalk "Dear {{{{ name }}}}"\ntalk "Dear {text}"\n')
    assert [one.code for one in found] == ["W042"]

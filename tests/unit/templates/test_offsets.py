"""Where problems, names and failures are said to be."""

from __future__ import annotations

import pytest

from nccodsl.templates import RenderFailure, Scope
from tests.templating import compile_expression, compile_text


@pytest.mark.parametrize(
    ("text", "wrong", "code"),
    [
        ("Hello {{ name | uper }}", "uper", "E603"),
        ("a\nb\r\nc {{ x is defind }}", "defind", "E603"),
        ("\r\r\n{{- x -}}\r\n {{ y | foo }}", "foo", "E603"),
        ("{% if a %}\n  {{- b.__class__ -}}\n{% endif %}", "__class__", "E604"),
        ("{# a \r\n comment #} {{ _x }}", "_x", "E604"),
        ("{% raw %} {{ no }} {% endraw %}\n{{ zz() }}", "zz", "E603"),
        ("{%- raw -%} {{ no }} {%- endraw -%}\n{{ zz() }}", "zz", "E603"),
        ("é😀 {{ 'é😀\\n' ~ x y }}", "y", "E601"),
        ("{{ a }} {% elif %}", "elif", "E601"),
        ("{{ a\n  .b\n  .nope() }}", "nope", "E604"),
        ("{{ x | map('uper') }}", "'uper'", "E603"),
        ("   {% include 'x' %}", "include", "E604"),
        ("{{ a ) }}", ")", "E601"),
    ],
)
def test_a_problem_is_at_the_offset_of_what_is_wrong(text: str, wrong: str, code: str) -> None:
    found = compile_text(text).problems[0]
    assert found.code == code
    assert text[found.start : found.end] == wrong


@pytest.mark.parametrize(
    "text", ["{{", "{{ x", "{% if x %}", "{#", "{% raw %}", "{{ 'x }}", "{{ x ] }}", "{{}}", "{%%}"]
)
def test_what_is_left_open_is_a_syntax_error_inside_the_text(text: str) -> None:
    (found,) = compile_text(text).problems
    assert found.code == "E601"
    assert 0 <= found.start <= found.end <= len(text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{{ name }} {{ nam }}", "nam"),
        ("x\r\ny {{ name.first }}", "first"),
        ("{{ 1 + 2 + name }}", "1 + 2 + name"),
        ("{{ none -}}\n\n {{ 5 }}", "none"),
        ("{% for a in 5 %}{% endfor %}", "5"),
        ("{% set a, b = (1, 2, 3) %}", "a, b"),
        ("{{ name | e164 }}", "e164"),
        ("{{ [1][4] }}", "[1][4"),
    ],
)
def test_a_failure_is_at_the_offset_of_what_failed(text: str, wrong: str) -> None:
    template = compile_text(text)
    assert not template.problems
    with pytest.raises(RenderFailure) as caught:
        template.render(Scope({"name": {} if "first" in text else "Ann"}))
    assert text[caught.value.start : caught.value.end] == wrong


def test_names_are_told_with_place_members_and_whether_they_may_be_missing() -> None:
    text = "{{ a.b.c }} {{ d | default(e) }} {{ f is defined }} {{ g['h'].upper() }} {{ i[0].j }}"
    names = compile_text(text).names
    assert [(use.name, use.optional, use.attributes) for use in names] == [
        ("a", False, ("b", "c")),
        ("d", True, ()),
        ("e", False, ()),
        ("f", True, ()),
        ("g", False, ("h",)),
        ("i", False, ()),
    ]
    assert all(text[use.start : use.end] == use.name for use in names)


def test_names_that_the_template_binds_are_not_free() -> None:
    text = """
      {% for x in xs if x > low %}{{ loop.index }}{{ x }}{% set inner = 1 %}{{ inner }}{% endfor %}
      {{ x }} {{ inner }} {% set y = 1 %}{{ y }}{% with z = y %}{{ z }}{% endwith %}{{ z }}
    """
    assert [use.name for use in compile_text(text).names] == ["xs", "low", "x", "inner", "z"]


def test_an_expression_counts_from_its_own_beginning() -> None:
    found = compile_expression("- x | uper -")
    assert (found.problems[0].start, found.problems[0].end) == (6, 10)
    assert compile_expression(" a ").names[0].start == 1


@pytest.mark.parametrize("source", ["a }} b {{ c", "a }}{# x #}", "a }}{% if b %}{{ c", "", " ", "a %}", "a }}x"])
def test_a_source_that_is_not_one_expression_is_refused(source: str) -> None:
    (found,) = compile_expression(source).problems
    assert found.code == "E601"
    assert 0 <= found.start <= found.end <= len(source)


def test_the_pieces_of_a_simple_template() -> None:
    template = compile_text("Hi {{ name }},{# x #} you owe {{ sum + 1 }}%")
    assert template.pieces is not None
    literal, name, middle, total, end = template.pieces
    assert (literal, middle, end) == ("Hi ", ", you owe ", "%")
    assert not isinstance(name, str)
    assert not isinstance(total, str)
    assert (name.source, total.source) == ("name", "sum + 1")
    assert total.evaluate(Scope({"sum": 2})) == 3
    assert [use.name for use in total.names] == ["sum"]
    assert template.render(Scope({"name": "%s", "sum": 2})) == "Hi %s, you owe 3%"
    assert compile_text("{% if x %}{% endif %}").pieces is None

"""The quick way from a template to its tree never takes what Jinja refuses, and gives Jinja's tree with its places."""

from __future__ import annotations

import subprocess
import sys

import pytest

import nccodsl
from nccodsl.templates.places import Source
from nccodsl.templates.quick_parse import quick_parse
from tests.growth import assert_linear
from tests.sizes import examples
from tests.unit.templates.random_templates import reads_quickly, template_of


def test_random_templates() -> None:
    read = [reads_quickly(template_of(seed)) for seed in range(examples(12000))]
    accepted = [quick for right, quick in read if right]
    assert len(read) / 4 < len(accepted) < len(read)
    # Many of them have what is left to Jinja, such as escapes.
    assert sum(accepted) > len(accepted) / 4


def test_expressions_alone() -> None:
    read = [reads_quickly("{{" + template_of(seed) + "}}", shift=2) for seed in range(examples(3000))]
    assert {right for right, _ in read} == {True, False}


@pytest.mark.parametrize(
    "text",
    [
        "Hello {{ name }}, {{ a.b.c | default('x') }}",
        "{{ items[1:] | map(attribute='name') | join(', ') }}",
        "{{ 'morning' if hour < 12 else 'evening' }}",
        "{{ {'a': {'b': 1}} }}",
        "{{ a is not defined or b is divisibleby 3 }}",
        "{{ a, b }}",
    ],
)
def test_what_scripts_have(text: str) -> None:
    assert reads_quickly(text) == (True, True)


@pytest.mark.parametrize(
    "text", ["{% if a %}b{% endif %}", "a {# b #}", "{{- a }}", "{{ a -}}", "{{ 'a\\n' }}", "a\r{{ b }}"]
)
def test_what_is_left_to_jinja(text: str) -> None:
    assert reads_quickly(text) == (True, False)


@pytest.mark.parametrize("row", ["a[0]+1", "f(0)+1", "a|d(0)+1", "f(0) if a", "[0]+[1]", "{0:0}|a", "(0)-1"])
def test_nesting_takes_no_longer_than_its_length(row: str) -> None:
    before, behind = row.split("0", 1)
    assert_linear(lambda size: "{{ " + (before * 12 + "0" + behind * 12 + " }}{{ ") * size + "a }}", read, 5)


@pytest.mark.parametrize("link", [".b", "[0]", "|first", ".b()", " if b else a", "+1", " and a"])
def test_what_is_very_deep_is_left_to_jinja(link: str) -> None:
    for count in (20, 120, 400):
        reads_quickly("{{ a" + link * count + " }}")
    assert reads_quickly("{{ a" + link * 400 + " }}")[1] is False


def read(text: str) -> None:
    """Read a template the quick way, which knows it."""
    assert quick_parse(text, Source(text, limit=len(text))) is not None


def test_digits_of_other_scripts() -> None:
    for text in ("{{ ١.5 }}", "{{ ١e3 }}"):
        assert reads_quickly(text) == (False, False)
        with pytest.raises(nccodsl.ScriptError):
            nccodsl.load(f'talk "{text}"')


def test_no_jinja_is_imported_for_text_with_holes() -> None:
    code = "import sys, nccodsl; nccodsl.load('param a: text\\ntalk \"Hi {{ a | title }}\"'); sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

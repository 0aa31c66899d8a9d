"""Templates as people read them in descriptions and graphs."""

from __future__ import annotations

import pytest

from nccodsl.templates.readable import readable


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Hello {{ name }}", "Hello {{ name }}"),
        ("Hello {% if vip %}dear {% endif %}{{ name }}.", "Hello [if vip: dear] {{ name }}."),
        ("Hello{% if vip %} again{% endif %}.", "Hello [if vip: again]."),
        ("{% if a > 1 %}A{% elif b %}B {% else %}C{% endif %}", "[if a > 1: A; otherwise, if b: B; otherwise: C]"),
        ("{%- for x in xs -%} {{ x }}, {% endfor %}done", "[for each x in xs: {{ x }},] done"),
        ("{% set a = 1 %}{% set b %}t{% endset %}{{ a }}{{ b }}", "[set a = 1][set b: t]{{ a }}{{ b }}"),
        ("{% with c=2 %}{{ c }}{% endwith %}{# a comment #}", "[with c=2: {{ c }}]"),
        ("{%\nif\tx\n%}a{% endif %}", "[if x: a]"),
        ("{% if '%}' == x %}a{% endif %}", "[if '%}' == x: a]"),
        ("{% if x %}{{ '{% if %}' }}{% endif %}", "[if x: {{ '{% if %}' }}]"),
        ("{% raw %}{{ as it is }}{% endraw %}", "{{ as it is }}"),
    ],
)
def test_tags_in_words(text: str, read: str) -> None:
    assert readable(text) == read

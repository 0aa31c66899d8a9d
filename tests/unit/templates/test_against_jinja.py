"""The same templates with Jinja itself: where both give a result, it is the same one."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Iterator
from typing import Any

import jinja2
import markupsafe
import pytest
from hypothesis import given, settings, strategies as st

from nccodsl.templates import RenderFailure, Scope
from tests.sizes import examples
from tests.templating import compile_expression, compile_text

PLAIN = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
ESCAPING = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True, autoescape=True)


def eager(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter of Jinja's whose lazy result is made a list, as ours are: a generator is true even when empty.

    What is marked as safe becomes common text.
    """

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        found = function(*args, **kwargs)
        if isinstance(found, markupsafe.Markup):
            return str(found)
        return list(found) if isinstance(found, Iterator) else found

    return run


for environment in (PLAIN, ESCAPING):
    for name in (
        "map",
        "select",
        "reject",
        "selectattr",
        "rejectattr",
        "unique",
        "reverse",
        "batch",
        "items",
        "tojson",
    ):
        environment.filters[name] = eager(environment.filters[name])

VALUES: dict[str, Any] = {
    "n": 7,
    "f": 2.5,
    "s": "héllo wOrld <b> 'q' & \"r\"",
    "e": "",
    "t": True,
    "xs": [3, 1, 2, 3],
    "ws": ["beta", "Alpha", "gamma"],
    "m": {"b": 2, "a": 1, "name": "Ann"},
    "rows": [{"k": 2, "v": "x"}, {"k": 1, "v": "Y"}, {"k": 3, "v": "z"}],
    "day": datetime.date(2026, 3, 4),
}

small = st.integers(-3, 12)
leaf = st.one_of(
    small.map(str),
    st.sampled_from(["1.5", "'a'", "'B c'", '"it\'s"', "true", "false", "none", "''", "0x1F", "1_000", "'a' 'b'"]),
    st.sampled_from(sorted(VALUES)),
    st.sampled_from(
        ["m.a", "m['b']", "m.nope", "xs[0]", "xs[-1]", "xs[9]", "rows[1].v", "missing", "m.name", "day.year"]
    ),
)


def words(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from(text.split())


def combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.sampled_from(
        ["+", "-", "*", "/", "//", "%", "~", "==", "!=", "<", ">", "<=", ">=", "and", "or", "in", "not in"]
    )
    filters = words(
        "upper lower title capitalize trim length int float abs round string wordcount first last sort reverse list"
        " unique sum min max join default(1) default('x',true) d('y') join(',') truncate(5) truncate(4,true,'')"
        " round(1)"
        " replace('a','bb') sort(reverse=true) batch(2) urlencode tojson dictsort items map('upper') select"
        " select('odd') reject('odd') map(attribute='k') selectattr('k','gt',1) rejectattr('k') sum(attribute='k')"
        " sort(attribute='v') round(0,'floor') int(5) replace('l','')"
    )
    tests = words(
        "defined undefined none string number integer float boolean mapping sequence iterable even odd lower upper true"
        " false divisibleby(3) in(xs) eq(1) ne(1) lt(2) ge(2)"
    )
    methods = st.sampled_from(
        ["upper()", "split()", "startswith('a')", "get('a')", "get('z',3)", "items()", "strip()", "replace('a','b')"]
    )
    slices = st.sampled_from(["[1:]", "[:2]", "[::-1]", "[-2:]", "[0]", "['a']"])
    return st.one_of(
        st.tuples(inner, binary, inner).map(lambda parts: f"{parts[0]} {parts[1]} {parts[2]}"),
        st.tuples(inner, small.filter(lambda n: 0 <= n < 5)).map(lambda parts: f"({parts[0]}) ** {parts[1]}"),
        st.tuples(inner, filters).map(lambda parts: f"{parts[0]} | {parts[1]}"),
        st.tuples(inner, filters).map(lambda parts: f"({parts[0]}) | {parts[1]}"),
        st.tuples(inner, tests).map(lambda parts: f"({parts[0]}) is {parts[1]}"),
        st.tuples(inner, tests).map(lambda parts: f"({parts[0]}) is not {parts[1]}"),
        st.tuples(inner, methods).map(lambda parts: f"({parts[0]}).{parts[1]}"),
        st.tuples(inner, slices).map(lambda parts: f"({parts[0]}){parts[1]}"),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} if {parts[1]} else {parts[2]})"),
        st.tuples(inner, inner).map(lambda parts: f"({parts[0]} if {parts[1]})"),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} < {parts[1]} <= {parts[2]})"),
        inner.map(lambda part: f"not {part}"),
        inner.map(lambda part: f"(-({part}))"),
        inner.map(lambda part: f"({part})"),
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]"),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({', '.join(parts)})"),
        inner.map(lambda part: f"{{'k': {part}}}"),
    )


expressions = st.recursive(leaf, combined, max_leaves=6)


def settled(value: Any) -> Any:
    """Jinja's lazy results as lists, at all depths."""
    if isinstance(value, list | tuple):
        return type(value)(settled(part) for part in value) if type(value) in (list, tuple) else tuple(value)
    if isinstance(value, str | bytes | dict | jinja2.Undefined) or not hasattr(value, "__iter__"):
        return str(value) if isinstance(value, str) else value
    return [settled(part) for part in value]


@settings(max_examples=examples(600), deadline=None)
@given(expressions)
def test_expressions_have_the_value_that_jinja_gives(source: str) -> None:
    ours: Any
    try:
        # With spaces: a `-` at either end would be Jinja's whitespace control.
        ours = compile_expression(f" {source} ").evaluate(Scope(VALUES))
    except RenderFailure:
        return
    try:
        theirs = PLAIN.compile_expression(source, undefined_to_none=False)(**VALUES)
    except Exception:
        # Filters of Jinja's that do not turn numbers into text first; Python that cannot be compiled, as `(0)[1:]`.
        return
    assert not isinstance(theirs, jinja2.Undefined)
    theirs = settled(theirs)
    assert ours == theirs
    assert type(ours) is type(theirs)


@settings(max_examples=examples(300), deadline=None)
@given(expressions)
def test_what_we_refuse_jinja_refuses_too_or_a_rule_of_ours_says_why(source: str) -> None:
    try:
        theirs = PLAIN.compile_expression(source, undefined_to_none=False)(**VALUES)
        str(theirs)
    except Exception:
        return
    code = None
    try:
        compile_expression(f" {source} ").evaluate(Scope(VALUES))
    except RenderFailure as failure:
        code = failure.code
    # Stricter by design: no undefined value passes unseen, `none` is no text, kinds must suit.
    assert code in (None, "E602", "E604", "E606")


segments = st.one_of(
    st.sampled_from(["text ", "\n", "\r\n", "  ", "100%", "{", "}", "{# note #}", "{%- raw -%} {{ x }} {%- endraw %}"]),
    expressions.map(lambda source: f"{{{{ {source} }}}}"),
    expressions.map(lambda source: f"{{{{- {source} -}}}}"),
)


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, max_size=3).map("".join)
    return st.one_of(
        st.tuples(leaf, body, body).map(lambda p: f"{{% if {p[0]} %}}{p[1]}{{% else %}}{p[2]}{{% endif %}}"),
        st.tuples(leaf, body, leaf, body).map(
            lambda p: f"{{% if {p[0]} -%}}{p[1]}{{%- elif {p[2]} %}}{p[3]}{{% endif %}}"
        ),
        st.tuples(st.sampled_from(["xs", "ws", "range(3)", "m", "rows", "e"]), body).map(
            lambda p: f"{{% for n in {p[0]} %}}{{{{ loop.index }}}}{{{{ loop.last }}}}{p[1]}{{% else %}}-{{% endfor %}}"
        ),
        body.map(lambda p: f"{{% for k, v in m.items() if v > 1 %}}{{{{ k }}}}{p}{{{{ loop.length }}}}{{% endfor %}}"),
        st.tuples(leaf, body).map(lambda p: f"{{% set n = {p[0]} %}}{p[1]}{{{{ n }}}}"),
        st.tuples(leaf, body).map(
            lambda p: f"{{% with n = {p[0]}, f = n %}}{p[1]}{{{{ f }}}}{{% endwith %}}{{{{ n }}}}"
        ),
        body.map(lambda p: f"{{% set s %}}{p}{{% endset %}}{{{{ s }}}}"),
    )


@settings(max_examples=examples(500), deadline=None)
@given(st.lists(st.recursive(segments, nested, max_leaves=5), max_size=5).map("".join), st.booleans())
def test_templates_render_as_jinja_renders_them(text: str, markup: bool) -> None:
    template = compile_text(text, markup=markup)
    try:
        ours = template.render(Scope(VALUES))
    except RenderFailure:
        return
    try:
        theirs = (ESCAPING if markup else PLAIN).from_string(text).render(**VALUES)
    except Exception:
        return
    if any(lazy in theirs for lazy in ("generator object", "_iterator object", " object at ", "dict_items(")):
        # What Jinja computes lazily it prints as Python shows it; ours are lists.
        return
    if "Undefined" in theirs:
        # Within `{% set s %}…{% endset %}` Jinja takes `s` for undefined; ours still is the one from outside.
        return
    assert ours == theirs


@settings(max_examples=examples(400), deadline=None)
@given(st.text(alphabet=st.sampled_from("{}%#-+ \n\r()[]ab.|'\"1,:=~*/\\é\0if"), max_size=40), st.booleans())
def test_any_text_compiles_or_has_problems_inside_it(text: str, markup: bool) -> None:
    for template in (compile_text(text, markup=markup), compile_expression(text)):
        for problem in template.problems:
            assert 0 <= problem.start <= problem.end <= len(text)
            assert problem.code.startswith("E6")
        for use in template.names:
            assert text[use.start : use.end] == use.name


@settings(max_examples=examples(300), deadline=None)
@given(st.text(max_size=60))
def test_any_unicode_text_compiles_or_has_problems(text: str) -> None:
    for wrapped in (text, f"{{{{ {text} }}}}", f"{{% {text} %}}", f"{{{{ '{text}' }}}}"):
        compile_text(wrapped)
        compile_expression(wrapped)


@pytest.mark.parametrize(
    "text",
    [
        "{% for x in xs %}{% if loop.first %}{% set q = x %}{% endif %}{{ q is defined }}{% endfor %}",
        "{% set q = 0 %}{% for x in xs %}{% set q = q + x %}{{ q }},{% endfor %}{{ q }}",
        "{% for x in xs %}{{ loop.cycle('a', 'b') }}{{ loop.previtem is defined }}{{ loop.revindex }}{% endfor %}",
        "{% for x in xs if x != 1 %}{{ loop.length }}{{ loop.index0 }}{{ loop.revindex0 }}{% endfor %}",
        "{% for row in rows %}{% for n in xs %}{{ n }}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}{{ n }}",
        "a\r\nb\r{{ s }}\n\n",
        "{% if e %}1{% elif n %}2{% else %}3{% endif %}",
        "{% print n, s %}",
        "{{ missing | default('x') }}{{ m.z | default(m.y) | default('w') }}{{ (n if e) | default('none') }}",
        "{{ missing is defined }}{{ m.z is undefined }}{{ m.a is defined }}{{ xs[7] is defined }}",
        "{{ xs.0 }} {{ rows[0]['v'] }}",
        "{{ [1.0, 'x', none, true] }} {{ (1,) }} {{ {'a': none} }} {{ 3.0 }} {{ true }}",
    ],
)
@pytest.mark.parametrize("markup", [False, True])
def test_cases_of_scope_and_space(text: str, markup: bool) -> None:
    ours = compile_text(text, markup=markup).render(Scope(VALUES))
    assert ours == (ESCAPING if markup else PLAIN).from_string(text).render(**VALUES)

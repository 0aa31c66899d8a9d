"""Templates that reach for what they may not, or for too much of it: each ends in a coded error, and soon."""

from __future__ import annotations

import pytest

from nccodsl.templates import RenderFailure, Scope, limits
from nccodsl.voice.ssml import check_ssml
from tests.templating import compile_expression, compile_text

VALUES = {"x": "text", "xs": [1, 2, 3], "m": {"a": 1}}


def outcome(text: str) -> str:
    template = compile_text(text)
    if template.problems:
        with pytest.raises(RenderFailure):
            template.render(Scope(VALUES))
        return template.problems[0].code
    with pytest.raises(RenderFailure) as caught:
        template.render(Scope(VALUES))
    assert 0 <= caught.value.start <= caught.value.end <= len(text)
    return caught.value.code


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ ''['__class__'] }}",
        "{{ x.__init__.__globals__ }}",
        "{{ x['__in' ~ 'it__'] }}",
        "{{ xs | map(attribute='__class__') | list }}",
        "{{ xs | map(attribute='a.' ~ '__class__') | list }}",
        "{{ xs | sum(attribute='_x') }}",
        "{{ xs | selectattr('__class__') | list }}",
        "{{ x | attr('__class__') }}",
        "{{ x | safe }}",
        "{{ '%s' | format(x) }}",
        "{{ '{0.__class__}'.format(x) }}",
        "{{ '{0.__class__}'.format_map(m) }}",
        "{{ x.upper }}",
        "{{ m.update({}) }}",
        "{{ xs.append(1) }}",
        "{{ xs.__len__() }}",
        "{{ range.mro() }}",
        "{{ _private }}",
        "{{ __import__('os') }}",
        "{{ [].__class__.__base__.__subclasses__() }}",
        "{{ x.encode() }}",
        "{{ range(*xs) }}",
        "{{ x | replace(*xs) }}",
        "{{ x is in(**m) }}",
        "{{ (x | upper)() }}",
        "{% include '/etc/passwd' %}",
        "{% extends 'a' %}",
        "{% import 'a' as b %}",
        "{% from 'a' import b %}",
        "{% block a %}{% endblock %}",
        "{% macro a() %}{{ a() }}{% endmacro %}",
        "{% call x() %}{% endcall %}",
        "{% do x %}",
        "{% filter upper %}a{% endfilter %}",
        "{% autoescape false %}{{ x }}{% endautoescape %}",
        "{% set ns.x = 1 %}",
        "{% set _x = 1 %}",
        "{% set a | upper %}x{% endset %}",
        "{% for a in xs recursive %}{{ loop(xs) }}{% endfor %}",
        "{% for a in xs %}{{ loop.items }}{% endfor %}",
        "{% for _a in xs %}{% endfor %}",
        "{{ x | say_as('character') }}",
        "{{ x | ssml }}",
    ],
)
def test_what_may_not_be_reached(text: str) -> None:
    assert outcome(text) == "E604"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{{ cycler }}", "E602"),
        ("{{ self }}", "E602"),
        ("{{ lipsum }}", "E602"),
        ("{{ namespace }}", "E602"),
        ("{{ range }}", "E602"),
        ("{{ cycler(1) }}", "E603"),
        ("{{ lipsum(n=100000) }}", "E603"),
        ("{{ namespace(a=1) }}", "E603"),
        ("{{ dict(a=1) }}", "E603"),
        ("{{ joiner() }}", "E603"),
        ("{{ self() }}", "E603"),
        ("{{ x | center(100000000) }}", "E603"),
        ("{{ x | indent(100000000) }}", "E603"),
        ("{{ x | filesizeformat }}", "E603"),
        ("{{ x is sameas(1) }}", "E603"),
        ("{{ '%1000000000d' % 1 }}", "E606"),
        ("{{ x % m }}", "E606"),
        ("{{ (-8) ** 0.5 }}", "E606"),
        ("{{ 1 / 0 }}", "E606"),
        ("{{ 1 // 0 }}", "E606"),
        ("{{ 5 % 0 }}", "E606"),
        ("{{ 2.0 ** 100000 }}", "E606"),
        ("{{ 'a' + 1 }}", "E606"),
        ("{{ none }}", "E606"),
        ("{{ 'a' ~ none }}", "E606"),
        ("{{ [1] < 'a' }}", "E606"),
        ("{{ -'a' }}", "E606"),
        ("{{ {[1]: 2} }}", "E606"),
        ("{{ m[[1]] }}", "E606"),
        ("{{ xs['a'] }}", "E604"),
        ("{{ xs[9] }}", "E602"),
        ("{{ m.b }}", "E602"),
        ("{{ m.items }}", "E602"),
        ("{{ m['_' ~ '_class__'].x }}", "E602"),
        ("{{ 1 | round(-(10**9)) }}", "E606"),
        ("{{ 1 if false }}", "E602"),
        ("{{ [] | first }}", "E602"),
        ("{{ x.split('') }}", "E606"),
        ("{{ xs[::0] }}", "E606"),
        ("{{ xs | sum(start=[]) }}", "E606"),
        ("{{ 'x' | money }}", "E606"),
        ("{{ 5 | money('ABC') }}", "E606"),
        ("{{ 'soon' | spoken_date }}", "E606"),
        ("{{ 'x' | e164 }}", "E606"),
    ],
)
def test_what_does_not_exist_or_cannot_be(text: str, code: str) -> None:
    assert outcome(text) == code


DOUBLING = "{% set a = [1] %}" + "{% set a = [a, a] %}" * 60


@pytest.mark.parametrize(
    "text",
    [
        "{{ range(10**9) }}",
        "{{ range(0, 10**30) }}",
        "{{ range(10**9, 0, -1) }}",
        "{{ 'a' * 10**9 }}",
        "{{ 10**9 * 'a' }}",
        "{{ [1] * 10**9 }}",
        "{{ (1,) * 10**30 }}",
        "{{ 9 ** (9 ** 9) }}",
        "{{ 2 ** (2 ** 4000) }}",
        "{{ 2 ** 5000 }}",
        "{{ (2 ** 4000) * (2 ** 4000) }}",
        "{{ " + "9" * 5000 + " }}",
        "{{ 0x" + "f" * 5000 + " }}",
        "{{ ('f' * 100000) | int(base=16) }}",
        "{{ 1 | round(10**9) }}",
        "{{ x | replace('', 'a' * 900000) }}",
        "{{ x.replace('', 'a' * 900000) }}",
        "{{ ['a' * 1000] * 2000 }}",
        "{{ range(2000) | join('a' * 1000) }}",
        "{{ ('%' * 900000) | urlencode }}",
        "{{ x | truncate(10**9) }}",
        "{{ [1] | tojson(indent=10**9) }}",
        "{{ [1] | batch(10**9, 0) }}",
        "{{ 'a' * 999999 }}{{ 'a' * 999999 }}",
        "{% set a = 'ab' %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}",
        "{% set a = 'ab' %}" + "{% set a = a + a %}" * 40 + "{{ a }}",
        "{% set a = [1] %}" + "{% set a = a + a %}" * 40,
        "{% set a %}abcdefghij{% endset %}" + "{% set a %}{{ a }}{{ a }}{{ a }}{{ a }}{% endset %}" * 40,
        DOUBLING,
        DOUBLING + "{{ a }}",
        DOUBLING.replace("[", "(").replace("]", ",)") + "{{ {a: 1} }}",
        DOUBLING.replace("[a, a]", "{1: a, 2: a}") + "{{ a | tojson }}",
        "{% set a = 1 %}" + "{% set a = [a] %}" * 100,
        "{% for a in range(10000) %}{% for b in range(10000) %}{% endfor %}{% endfor %}",
        "{% for a in range(10000) if range(10000) | list %}{% endfor %}",
        "{% for a in range(10000) %}{% for b in [1] * 100000 if b > 1 %}{% endfor %}{% endfor %}",
        "{% for a in range(10000) %}{{ range(10000) | sort | length }}{% endfor %}",
        "{% for a in range(10000) %}{{ ('a' * 900000) | upper | length }}{% endfor %}",
        "{% for a in range(10000) %}{{ 'a' * 1000 }}{% endfor %}",
        "{% set s = 'a' * 900000 %}{% for a in range(10000) %}{% if s == s ~ 'b' %}{% endif %}{% endfor %}",
        "{% set s = range(10000) %}{% for a in range(10000) %}{% if 10001 in s %}{% endif %}{% endfor %}",
        "{% for a in range(10000) %}{% set v = [a] * 1000 %}{% endfor %}",
        "{{ " + "(" * 60 + "1" + ")" * 60 + " }}",
        "{{ " + "[" * 5000 + " }}",
        "{{ " + "-" * 5000 + "1 }}",
        "{{ " + "not " * 5000 + "1 }}",
        "{{ x" + "|upper" * 5000 + " }}",
        "{{ x" + ".a" * 5000 + " }}",
        "{{ 1" + "+1" * 5000 + " }}",
        "{{ 1" + " if 1 else 1" * 3000 + " }}",
        "{% if x %}" * 2000 + "{% endif %}" * 2000,
        "{% for a in xs %}" * 150 + "{% endfor %}" * 150,
        "{{ x }}" + "a" * 300_000,
    ],
    ids=lambda text: text[:50],
)
def test_what_grows_too_large_or_runs_too_long(text: str) -> None:
    assert outcome(text) == "E605"


@pytest.mark.parametrize(
    "body",
    [
        "{{ (xs | string) | length }}",
        "{{ (xs ~ '') | length }}",
        "{{ big is lower }}",
        "{{ big in big }}",
        "{{ xs == xs }}",
        "{% with a = 1 %}{% for b in [] %}{% endfor %}{% endwith %}",
        "{% set a %}{{ big }}{% endset %}",
        "{{ xs | map('string') | list | length }}",
        "{{ xs.index(1) }}",
    ],
)
def test_work_in_a_loop_is_charged_for_what_it_handles(body: str) -> None:
    many = {f"name{number}": number for number in range(20_000)}
    scope = Scope({**many, "xs": list(range(20_000)), "big": "a" * 900_000})
    with pytest.raises(RenderFailure) as caught:
        compile_text("{% for i in range(10000) %}" + body + "{% endfor %}").render(scope)
    assert caught.value.code == "E605"


def test_problems_without_number_are_cut_short() -> None:
    assert len(compile_text("{{ a | b }}" * 15_000).problems) == limits.PROBLEMS
    assert len(check_ssml("<speak>" + "<a/>" * 15_000 + "</speak>")) == limits.PROBLEMS


def test_a_loop_within_the_limit_runs() -> None:
    template = compile_text("{% for a in range(10000) %}{{ a }}{% endfor %}")
    assert len(template.render(Scope())) == 38890


def test_the_work_of_all_templates_of_a_scope_adds_up() -> None:
    template = compile_text("{% for a in range(9000) %}{% endfor %}")
    scope = Scope()
    for _ in range(8):
        template.render(scope)
    assert scope.steps > 8 * 9000 * limits.UNITS_PER_STEP
    scope.steps = limits.UNITS - 10
    with pytest.raises(RenderFailure, match="100,000 steps") as caught:
        template.render(scope)
    assert caught.value.code == "E605"


def test_a_value_given_from_outside_that_holds_itself_is_refused() -> None:
    ring: list[object] = []
    ring.append(ring)
    with pytest.raises(RenderFailure) as caught:
        compile_text("{{ ring }}").render(Scope({"ring": ring}))
    assert caught.value.code == "E605"


def test_a_name_may_be_anything_in_python_but_its_attributes_are_out_of_reach() -> None:
    class Secret:
        token = "t"

    scope = Scope({"secret": Secret()})
    for source in (" secret.token ", " secret['token'] ", " [secret] | map(attribute='token') | list "):
        with pytest.raises(RenderFailure) as caught:
            compile_expression(source).evaluate(scope)
        assert caught.value.code == "E604"

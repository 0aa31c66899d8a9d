"""The quick way to a document gives what the common way gives, or leaves the values to it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

import nccodsl
from nccodsl.flow import Flow
from nccodsl.lowering.at_once import _STRICTER
from nccodsl.lowering.document_pattern import OfValues, Test
from nccodsl.voice.forms import is_plain_url
from tests.bench.rendered_calls import recipients
from tests.growth import assert_linear

SCRIPT = (Path(__file__).parents[3] / "tests" / "bench" / "flow.call").read_text(encoding="utf-8")
FLOW = nccodsl.load(SCRIPT)


def quick_of(flow: Flow, api: str | None = "v2") -> OfValues:
    """The quick way of a flow, which it must have."""
    flow.prepare(call=api is not None, api=api or "v2")
    quick = flow._renderers[api][1]
    assert quick is not None
    return quick


def common(flow: Flow, values: Mapping[str, object], api: str | None = "v2") -> bytes | str:
    """The document by the common way, or what is wrong with the values."""
    render = flow._renderers[api][0]
    copied = copy(flow)
    copied.__dict__["_renderers"] = {api: (render, None, None)}
    try:
        return copied.render_json(values, call=api is not None)
    except nccodsl.RenderError as error:
        return str(error)


QUICK = quick_of(FLOW)
odd = st.sampled_from(
    [
        *(
            "",
            " ",
            '"',
            "\\",
            "\n",
            "\x00",
            "é☎",
            "\ud800",
            "<speak>a</speak>",
            "<",
            "{{ a }}",
            "%s",
            "%",
            "a" * 1500,
            "a" * 1400,
        ),
        *(
            "14155550101",
            "+14155550101",
            "+1 415 555 0101",
            "0",
            "1",
            "999999999",
            "15551234567",
            "442079460958",
            "1415555010",
        ),
        *(
            "https://example.com/x",
            "https://example.com/ü",
            "HTTPS://EXAMPLE.com",
            "wss://example.com",
            "ftp://x",
            "https://",
        ),
        *("continue", "hangup", "Continue", "sip:a@example.com"),
    ]
)
values = st.one_of(odd, st.text(max_size=8), st.integers(0, 10**15), st.none(), st.booleans(), st.just([1]))


@given(
    st.dictionaries(st.sampled_from([*recipients(1)[0], "other"]), values, max_size=4),
    st.sets(st.sampled_from([*recipients(1)[0]]), max_size=1),
)
def test_both_ways_agree(changed: dict[str, object], missing: set[str]) -> None:
    given = {**recipients(1)[0], **changed}
    for name in missing:
        del given[name]
    quick = QUICK(given)
    if quick is not None:
        assert quick == common(FLOW, given)


def test_common_values_go_the_quick_way() -> None:
    for row in recipients(50):
        assert QUICK(row) == common(FLOW, row)


@pytest.mark.parametrize(
    ("script", "given"),
    [
        ('talk "Hello"\n', {}),
        ('param a: text\ntalk "100 % {{ a }}"\n', {"a": "50 %"}),
        ('param a: text\nparam b: text\ntalk "Hi {{ a }}{{ b }} {{ a }}" language=en-GB\n', {"a": "x", "b": "y"}),
        ("param a: text\ntalk {{ a }}\n", {"a": "x"}),
        ("param u: url\nstream {{ u }}\n", {"u": "https://example.com/a.mp3"}),
    ],
)
def test_scripts_that_have_it(script: str, given: dict[str, object]) -> None:
    flow = nccodsl.load(script)
    quick = quick_of(flow, None)(given)
    assert quick is not None
    assert quick == common(flow, given, None)


MIXED = [
    'param a: text\ntalk "{{ a }} there"\n',
    'param a: text\ntalk "Hi {{ a | upper }}"\ntalk "Hi {{ a }}"\n',
    'param a: number\ntalk "Hi {{ a }}"\n',
    'param n: integer\nparam a: phone\nconnect phone {{ a }} from=14155550100 timeout={{ n }}\ntalk "Hi {{ 6 // n }}"\n',
    'param a: text\nparam b: text = "x"\ntalk "Hi {{ a }}"\n',
    'param a: text\nparam b: text = "x"\nparam n: integer = 2\ntalk "Hi {{ a }} {{ b }}"\ntalk "Hi {{ b * n }}"\n',
    'param a: text\nparam b: text = "{{ a }} y"\ntalk "Hi {{ b }}"\n',
    'param a: text\nif {{ a == "x" }} { talk "Hi {{ a }}" } else { stream "https://example.com/{{ a }}.mp3" }\n',
    'param a: text\nparam l: list\nfor one in {{ l }} { talk "Hi {{ one }} {{ a }}" }\ntalk "Hi"\n',
    'param a: text\ntalk "<speak>{{ a }}</speak>"\ntalk "Hi {{ a }}"\n',
    'param a: text\nstream "https://example.com/{{ a }}.mp3"\n',
    'param a: any\nparam d: date\nparam m: map\ntalk {{ m.x }}\ntalk "Hi {{ a }} {{ d.year }}" premium={{ m.y }}\n',
]
MIXED_FLOWS = [nccodsl.load(script) for script in MIXED]
mixed = st.fixed_dictionaries(
    {},
    optional={
        "a": odd | st.text(max_size=5) | st.none() | st.just(["x"]) | st.just("x"),
        "b": st.sampled_from(["x", "", '"', None, 5]),
        "n": st.sampled_from([0, 1, 20, 60, 61, "30", "x", "", None, True]),
        "l": st.lists(st.sampled_from(["x", "\ud800", 5, None, "a" * 1600]), max_size=3) | st.just("a, b") | st.none(),
        "d": st.sampled_from(["2026-12-24", "24.12.", None]),
        "m": st.sampled_from([{"x": "y"}, {}, {"x": "\ud800"}, {"y": True, "x": "z"}, '{"x": "y"}', "x", None]),
    },
)


@given(st.sampled_from(MIXED_FLOWS), mixed, st.booleans())
def test_both_ways_agree_where_holes_are_more_than_names(flow: Flow, given: dict[str, object], exact: bool) -> None:
    if exact:
        given = {name: value for name, value in given.items() if flow.takes(name)}
    quick = quick_of(flow, None)(given)
    if quick is not None:
        assert quick == common(flow, given, None)


@pytest.mark.parametrize("flow", MIXED_FLOWS)
def test_common_values_of_more_than_names_go_the_quick_way(flow: Flow) -> None:
    usual = {"a": "14155550101", "b": "z", "n": 20, "l": ["x", 5], "d": "2026-12-24", "m": {"x": "y", "y": True}}
    given = {name: value for name, value in usual.items() if flow.takes(name)}
    quick = quick_of(flow, None)(given)
    assert quick is not None
    assert quick == common(flow, given, None)


def test_defaults_may_be_left_out_together() -> None:
    flow = MIXED_FLOWS[5]
    quick = quick_of(flow, None)
    assert quick({"a": "x"}) == common(flow, {"a": "x"}, None)
    assert quick({"a": "x", "b": "y", "n": 1}) == common(flow, {"a": "x", "b": "y", "n": 1}, None)
    assert quick({"a": "x", "b": "y"}) is None


def test_much_work_is_left_to_the_common_way() -> None:
    flow = nccodsl.load(
        'param n: integer\ntalk "{% for i in range(n) %}{% for j in range(1000) %}{% endfor %}{% endfor %}x"\n'
    )
    quick = quick_of(flow, None)
    assert quick({"n": 10}) == common(flow, {"n": 10}, None)
    assert quick({"n": 70}) is None
    assert isinstance(common(flow, {"n": 70}, None), bytes)
    assert "100,000 steps" in str(common(flow, {"n": 150}, None))


@pytest.mark.parametrize(
    "script",
    [
        'param a: text\nlet b = "x {{ a }}"\ntalk "Hi {{ b }}"\n',
        'talk "Hi {{ a }}"\n',
        'zone "Europe/London"\nparam a: text\ntalk "Hi {{ a }}, it is {{ now.hour }}"\n',
    ],
)
def test_scripts_that_do_not(script: str) -> None:
    flow = nccodsl.load(script)
    assert flow.at_once(call=False) is None


def test_a_text_that_becomes_too_long_is_refused() -> None:
    flow = nccodsl.load('param a: text\ntalk "Hello {{ a }}"\n')
    quick = quick_of(flow, None)
    assert quick({"a": "x" * 1494}) == common(flow, {"a": "x" * 1494}, None)
    assert quick({"a": "x" * 1495}) is None
    with pytest.raises(nccodsl.RenderError):
        flow.render_json({"a": "x" * 1495})


class Name(str):
    """What is said of it differs from what it is."""

    def __str__(self) -> str:
        return "other"


@pytest.mark.parametrize("value", [Name("Ann"), 5, None, ["Ann"]])
def test_values_that_are_no_texts_go_the_common_way(value: object) -> None:
    assert QUICK({**recipients(1)[0], "name": value}) is None


@pytest.mark.parametrize("value", ["é☎", "a\u00a0b", "a\u200bb", "a\x7f"])
def test_what_cannot_be_printed_is_written_as_it_is(value: str) -> None:
    given = {**recipients(1)[0], "name": value}
    assert QUICK(given) == common(FLOW, given)


def test_half_a_surrogate_pair_goes_the_common_way() -> None:
    given = {**recipients(1)[0], "name": "\ud800"}
    assert QUICK(given) is None
    assert "surrogate" in str(common(FLOW, given))


@pytest.mark.parametrize("caller", ["14155550100", "sip:desk@pbx.example.com"])
def test_a_caller_is_a_number_or_a_sip_address(caller: str) -> None:
    flow = nccodsl.load('param a: text\ncall { to phone 14155550101 from phone {{ a }} }\ntalk "Hello"\n')
    quick = quick_of(flow)({"a": caller})
    assert quick is not None
    assert quick == common(flow, {"a": caller})


@given(st.sampled_from(sorted(_STRICTER.items(), key=str)), odd | st.from_regex(is_plain_url.__self__))
def test_what_a_stricter_test_accepts_the_other_accepts(tests: tuple[Test, Test], text: object) -> None:
    lenient, strict = tests
    if isinstance(text, str) and strict(text):
        assert lenient(text)


def test_many_params_take_no_longer_than_their_number() -> None:
    def flow_of(size: int) -> Flow:
        params = "".join(f'param p{number}: text\nparam d{number}: text = "x"\n' for number in range(size))
        return nccodsl.load(params + "".join(f"talk {{{{ p{number} }}}}\n" for number in range(size)))

    assert_linear(flow_of, lambda flow: flow._renderer(None), 200)
    flow = flow_of(200)
    assert quick_of(flow, None)({f"p{number}": "x" for number in range(200)}) is not None


def test_placing_calls_leaves_nothing_behind() -> None:
    flow = nccodsl.load(SCRIPT)
    call = flow.judged_call("v2")
    for _ in range(3):
        flow.plan.call(call, "v2", {})
    before = len(flow.plan._objects.plain)
    flow.plan.call(call, "v2", {})
    assert len(flow.plan._objects.plain) == before

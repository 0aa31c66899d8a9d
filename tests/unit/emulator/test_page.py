from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, strategies as st

from nccodsl.emulator.emulate import emulate
from nccodsl.emulator.personas.persona import BUILT_IN, Act, Cast, Persona, Rule
from nccodsl.emulator.views.page import to_html
from nccodsl.emulator.views.swimlanes import picture
from nccodsl.emulator.views.time_scale import ROOMY, USUAL_WIDTH, Scale

HOSTILE = """<script>alert(1)</script>"'&]]></style>\n\u202eabc\x00\x0b"""
BODY: dict[str, Any] = {
    "to": [{"type": "phone", "number": "14155550101"}],
    "from": {"type": "phone", "number": "14155550100"},
}
TALK = {"action": "talk", "text": "Hello Ann"}
SVG = "{http://www.w3.org/2000/svg}"


def call(*ncco: dict[str, Any], persona: Persona = BUILT_IN["answers"]) -> dict[str, Any]:
    return emulate({**BODY, "ncco": list(ncco)}, Cast((persona,))).to_json()


class Reader(HTMLParser):
    """Checks that what opens is closed, and keeps rows and text."""

    VOID = frozenset(("meta", "br", "input"))

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.rows = 0
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.rows += tag == "tr"
        if tag not in self.VOID:
            self.open.append(tag)
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def check(document: dict[str, Any]) -> str:
    html = to_html(document)
    reader = Reader()
    reader.feed(html)
    assert not reader.open
    assert "script" not in reader.seen
    assert reader.rows == len(document["timeline"]) + 1
    svg = re.search(r"<svg xmlns.*</svg>(?=</div>)", html, re.S)
    assert svg
    root = ElementTree.fromstring(svg[0])
    for part in root.iter():
        x, width = (float(part.attrib.get(name, "0").removesuffix("%")) for name in ("x", "width"))
        if part.attrib.get("x", "").endswith("%"):
            assert 0 <= x <= 100
            if part.attrib.get("width", "").endswith("%"):
                assert x + width <= 100.01
    assert not re.search(r"(src|href)=|url\(|@import", html)
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'\"" in html
    return html


def svg(document: dict[str, Any]) -> str:
    return picture(document).svg


def svg_of(document: dict[str, Any]) -> ElementTree.Element:
    return ElementTree.fromstring(svg(document))


def places(document: dict[str, Any], name: str) -> list[tuple[float, float]]:
    """Where the marks of a class stand, in pixels of a usual window."""
    root = svg_of(document)
    seconds = float(root.attrib["style"].removeprefix("--seconds: "))
    pixels = max(USUAL_WIDTH, seconds * ROOMY) / 100
    found = []
    for place in root.iter(f"{SVG}svg"):
        for part in place.findall(f"{SVG}path"):
            if part.attrib.get("class") == name:
                aside = re.findall(r"translate\(([-\d.]+) 0\)", part.attrib.get("transform", ""))
                x = float(place.attrib["x"].removesuffix("%")) * pixels
                found.append((x + float((aside or [0])[0]), float(place.attrib["y"])))
    return found


def leg(name: str = "a", ended: float | None = 10.0) -> dict[str, Any]:
    return {
        "name": name,
        "uuid": "u",
        "direction": "outbound",
        "endpoint": name,
        "outcome": "completed",
        "started": 0.0,
        "answered": 2.0,
        "ended": ended,
        "ended_by": "user" if ended is not None else None,
    }


def made(*entries: dict[str, Any], legs: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    timeline = [{"leg": "a", "text": "some text", **entry} for entry in entries]
    return {"outcome": "completed", "seconds": 10.0, "legs": list(legs) or [leg()], "timeline": timeline}


def test_what_was_heard_is_on_the_page() -> None:
    html = check(call(TALK, {"action": "talk", "text": "Goodbye"}))
    assert html.count("Hello Ann") >= 2
    assert "phone 14155550101: completed" in html


@pytest.mark.parametrize("kind", ["talk", "notify", "conversation"])
def test_hostile_texts_are_texts(kind: str) -> None:
    actions = {
        "talk": {"action": "talk", "text": HOSTILE},
        "notify": {"action": "notify", "payload": {"x": HOSTILE}, "eventUrl": ["https://example.com/" + HOSTILE]},
        "conversation": {"action": "conversation", "name": HOSTILE},
    }
    html = check(call(actions[kind], persona=Persona(does=(Rule((Act("say", HOSTILE),), when="answered"),))))
    assert "<script" not in html
    assert "\u202e" not in html
    assert "\x00" not in html


def test_a_very_long_call_is_cut_short() -> None:
    html = check(call({"action": "talk", "text": "la", "loop": 0}))
    assert "time is shortened here" in html
    assert re.search(r">[\d:]+ cut</text>", html)
    assert "2:00:02" in html


@pytest.mark.parametrize("outcome", ["busy", "rejected", "timeout"])
def test_a_call_that_nobody_takes(outcome: str) -> None:
    check(call(TALK, persona=Persona(outcome=outcome)))


def test_many_legs_and_many_entries() -> None:
    connects = [
        {"action": "connect", "endpoint": [{"type": "phone", "number": f"1415555011{number}"}], "timeout": 5}
        for number in range(8)
    ]
    assert to_html(call(*connects)).count('class="leg"') == 9
    many = check(call(*[TALK] * 2000))
    assert len(many) < 2_000_000


def test_nothing_at_all() -> None:
    check({"outcome": "completed", "seconds": 0.0, "legs": [], "timeline": []})


def test_a_call_without_length() -> None:
    short = {**leg(ended=0.0), "answered": None}
    document = {**made({"at": 0.0, "kind": "status"}, legs=(short,)), "seconds": 0.0}
    check(document)
    assert places(document, "end") == [(0, 50)]


def test_every_entry_is_in_the_table_with_its_times() -> None:
    timeline = [{"at": number + 0.5, "kind": "note", "text": f"note {number}."} for number in range(30)]
    html = check(made(*timeline, {"at": 3.0, "kind": "hears", "until": 4.2, "cut": True}))
    body = html[html.index("<tbody>") :]
    assert all(body.count(f">note {number}.<") == 1 for number in range(30))
    assert "<td>0:29.5</td>" in body
    assert "<td>0:04.2, cut short</td>" in body


def test_the_legs_are_told_with_their_times_and_who_ended_them() -> None:
    html = check(made(legs=(leg("a", 48.949999999), leg("b", None))))
    assert re.search(r"<bdi>a</bdi>, outbound: completed, started .*, ended at 0:49\.0 by the callee</li>", html)
    assert "<bdi>b</bdi>, outbound: completed, started at 0:00.0, answered at 0:02.0</li>" in html
    assert "2 legs" in html


def test_where_a_leg_ended_is_marked() -> None:
    legs = (leg("a", 10.0), leg("b", 5.0), leg("c", None))
    ends = places(made(legs=legs), "end")
    assert len(ends) == 2
    assert ends[0][0] > ends[1][0]


def test_marks_at_one_instant_do_not_hide_each_other() -> None:
    kinds = ["webhook", "webhook", "note", "request"]
    document = made(*[{"at": 3.0, "kind": kind} for kind in kinds])
    spots = [spot for kind in sorted(set(kinds)) for spot in places(document, kind)]
    assert len(spots) == 4
    for one, other in pairwise(sorted(spots, key=lambda spot: (spot[1], spot[0]))):
        assert abs(one[0] - other[0]) >= 10 or abs(one[1] - other[1]) >= 12


def test_webhooks_do_not_move_a_note_from_its_time() -> None:
    document = made(*[{"at": 3.0, "kind": kind} for kind in ("webhook", "webhook", "note")])
    assert places(document, "note")[0][0] == places(document, "webhook")[0][0]


def test_many_keys_at_the_end_stay_in_the_picture() -> None:
    check(made({"at": 10.0, "kind": "presses", "data": {"keys": "1234567890" * 100}}))


def test_a_mark_is_not_moved_far_from_its_time() -> None:
    spots = places(made(*[{"at": 3.0, "kind": "webhook"}] * 200), "webhook")
    assert len(spots) == 200
    assert max(spots)[0] - min(spots)[0] <= 56


def test_marks_at_the_end_of_a_call_stay_in_the_picture() -> None:
    spots = places(made(*[{"at": 10.0, "kind": "webhook"}] * 3), "webhook")
    assert len({x for x, _ in spots}) == 3
    assert max(spots)[0] <= USUAL_WIDTH + 9


def test_a_webhook_that_was_not_sent_is_drawn_otherwise() -> None:
    document = made(
        {"at": 1.0, "kind": "webhook", "data": {"sent": False, "answer": "webhooks are off"}},
        {"at": 2.0, "kind": "webhook", "data": {"sent": True, "answer": "200"}},
    )
    assert len(places(document, "webhook unsent")) == len(places(document, "webhook")) == 1
    assert "some text (webhooks are off)</title>" in svg(document)


def test_what_was_cut_has_a_hatched_end() -> None:
    heard = {"at": 1.0, "kind": "hears", "until": 4.0}
    assert 'class="torn"' not in svg(made(heard))
    assert svg(made({**heard, "cut": True})).count('class="torn"') == 1


def test_words_stand_only_where_they_have_room() -> None:
    heard = [{"at": 0.1 * number, "kind": "hears", "until": 0.1 * number + 0.1} for number in range(3)]
    assert svg(made(*heard)).count('class="words"') == 1  # the last one, behind which nothing stands
    assert 'class="words"' not in svg(made(*heard, {"at": 0.3, "kind": "hears", "until": 10.0, "text": ""}))[:1500]
    assert 'class="words"' in svg(made({"at": 0.0, "kind": "hears", "until": 3.0}))


def test_words_wrap_and_the_lane_grows_with_them() -> None:
    def height(words: int) -> float:
        return float(svg_of(made({"at": 0.0, "kind": "hears", "until": 3.0, "text": "word " * words})).attrib["height"])

    assert height(3) < height(30) < height(60) < height(10_000) == height(1000)


def test_two_minutes_with_two_legs_fit_on_one_screen() -> None:
    texts = [{"at": at, "kind": "hears", "until": at + 9.5, "text": "word " * 27} for at in range(0, 120, 10)]
    said = [{**text, "kind": "says"} for text in texts]
    both = [{**entry, "leg": name} for entry in texts + said for name in "ab"]
    root = svg_of(made(*both, {"at": 60.0, "kind": "note"}, legs=(leg("a", 120.0), leg("b", 119.0))))
    seconds = float(root.attrib["style"].removeprefix("--seconds: "))
    assert root.attrib["width"] == "100%"
    assert seconds * ROOMY <= USUAL_WIDTH
    assert float(root.attrib["height"]) <= 780


def test_each_prompt_names_its_language() -> None:
    html = check(call(TALK, {"action": "talk", "text": "Hola Ann", "language": "es-ES"}))
    assert re.findall(r'lang="([\w-]+)" dir="auto"><b>\1</b> (\w+)', html) == [("en-US", "Hello"), ("es-ES", "Hola")]
    assert "“Hello Ann” in en-US</td>" in html
    assert "“Hola Ann” in es-ES</td>" in html
    beep = check(made({"at": 1.0, "kind": "hears", "until": 4.0, "text": "a beep", "data": {"sound": "beep"}}))
    assert "<b>" not in beep
    assert "a beep</td>" in beep


def test_a_note_does_not_look_like_a_problem() -> None:
    note = {"at": 3.0, "kind": "note", "text": "input received: keys 1"}
    problem = {"at": 6.0, "kind": "note", "text": "the server answered 500", "data": {"code": "E712"}}
    document = made(note, problem)
    assert len(places(document, "note")) == len(places(document, "problem")) == 1
    assert '<div class="aside" dir="auto">input received: keys 1</div>' in svg(document)
    html = check(document)
    assert html.count("</svg>note</li>") == html.count("</svg>problem</li>") == 1
    assert 'class="kind-note">note<' in html
    assert 'class="kind-problem">problem<' in html
    assert "</svg>problem</li>" not in check(made(note))


def test_of_a_very_long_timeline_the_beginning_and_the_end_are_drawn() -> None:
    drawn = svg(made(*[{"at": number / 100, "kind": "note", "text": f"note {number}."} for number in range(2000)]))
    shown = [number for number in range(2000) if f"note {number}.<" in drawn]
    assert shown == [*range(1000), *range(1500, 2000)]
    assert "the first 1,000 and the last 500 of 2,000 entries" in drawn
    assert "entries" not in svg(made({"at": 1.0, "kind": "note"}))


def test_tooltips_hold_the_whole_text_unless_there_are_very_many() -> None:
    text = "word " * 280
    assert f"{text}</title>" in svg(made({"at": 1.0, "kind": "note", "text": text}))
    many = svg(made(*[{"at": 1.0, "kind": "note", "text": text}] * 1500))
    assert len(many) < 1_000_000
    assert "…</title>" in many


def test_what_helps_to_read_it() -> None:
    html = check(call(TALK))
    assert '<html lang="en">' in html
    assert html.count('<th scope="col">') == 5
    assert "<th></th>" not in html
    root = svg_of(call(TALK))
    assert root.attrib["role"] == "img"
    assert [root.find(f"{SVG}{name}") is not None for name in ("title", "desc")] == [True] * 2
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html


@given(st.lists(st.floats(0, 100_000), max_size=60))
def test_time_goes_from_left_to_right(instants: list[float]) -> None:
    scale = Scale(instants)
    places = [scale.x(time) for time in sorted({0.0, *instants})]
    assert places == sorted(places)
    assert places[0] == 0
    assert places[-1] <= 100
    ticks = list(scale.ticks())
    assert all(after[1] > before[1] for before, after in pairwise(ticks))


texts = st.text(max_size=20)
times = st.floats(0, 10_000)
entries = st.fixed_dictionaries(
    {
        "at": times,
        "leg": st.sampled_from(["a", "b", "<c>"]),
        "kind": st.sampled_from(
            ["status", "hears", "says", "presses", "webhook", "note", "records", "action", "joins"]
        ),
        "text": texts,
    },
    optional={"cut": st.booleans(), "data": st.fixed_dictionaries({}, optional={"text": texts, "keys": texts})},
).flatmap(
    lambda entry: st.one_of(st.just(entry), st.floats(0, 5000).map(lambda more: {**entry, "until": entry["at"] + more}))
)


@given(st.lists(entries, max_size=30))
def test_any_timeline(timeline: list[dict[str, Any]]) -> None:
    legs = [leg(name, ended=None) for name in ("a", "<c>")]
    check({"outcome": "completed", "seconds": 1.0, "legs": legs, "timeline": timeline})
    ElementTree.fromstring(
        re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", svg({"legs": legs, "timeline": []}))
    )

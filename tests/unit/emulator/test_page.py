from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nccodsl.emulator.page import to_html
from nccodsl.emulator.personas import BUILT_IN, Act, Cast, Persona, Rule
from nccodsl.emulator.picture import MARGIN, Scale, picture
from nccodsl.emulator.virtual import emulate

HOSTILE = """<script>alert(1)</script>"'&]]></style>\n\u202eabc\x00\x0b"""
BODY: dict[str, Any] = {
    "to": [{"type": "phone", "number": "14155550101"}],
    "from": {"type": "phone", "number": "14155550100"},
}
TALK = {"action": "talk", "text": "Hello Ann"}


def call(*ncco: dict[str, Any], persona: Persona = BUILT_IN["answers"]) -> dict[str, Any]:
    return emulate({**BODY, "ncco": list(ncco)}, Cast((persona,))).to_json()


class Reader(HTMLParser):
    """Checks that what opens is closed, and keeps rows and text."""

    VOID = frozenset(("meta", "br"))

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
    width = float(root.attrib["width"])
    for part in root.iter():
        if "x" in part.attrib and "width" in part.attrib and part.attrib["width"] != "100%":
            assert 0 <= float(part.attrib["x"]) <= width
            assert float(part.attrib["x"]) + float(part.attrib["width"]) <= width + 1
    assert not re.search(r"(src|href)=|url\(|@import", html)
    return html


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
    assert "time is cut short here" in html
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


@given(st.lists(st.floats(0, 100_000), max_size=60))
def test_time_goes_from_left_to_right(instants: list[float]) -> None:
    scale = Scale(instants)
    places = [scale.x(time) for time in sorted({0.0, *instants})]
    assert places == sorted(places)
    assert places[0] == MARGIN
    assert places[-1] <= scale.width - MARGIN + 0.1
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
    legs = [
        {"name": name, "outcome": "completed", "started": 0.0, "answered": 2.0, "ended": None} for name in ("a", "<c>")
    ]
    check({"outcome": "completed", "seconds": 1.0, "legs": legs, "timeline": timeline})
    ElementTree.fromstring(
        re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", picture({"legs": legs, "timeline": []}))
    )

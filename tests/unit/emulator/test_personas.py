from __future__ import annotations

from typing import Any

import pytest

from nccodsl.emulator.bad_input import BadPersona
from nccodsl.emulator.emulate import emulate, virtual_network
from nccodsl.emulator.personas.persona import BUILT_IN, DEFAULT, Act, Cast, Persona, Rule, read_cast


def test_one_persona() -> None:
    cast = read_cast(
        {
            "name": "Ann",
            "answers": "1.5s",
            "does": [{"hears": "press 1", "press": 1, "wait": "2s", "say": "hm", "hang_up": True}],
        }
    )
    acts = (Act("press", "1"), Act("wait", 2.0), Act("say", "hm"), Act("hang_up", True))
    assert cast.personas == (Persona("Ann", delay=1.5, does=(Rule(acts, hears="press 1"),)),)


def test_the_first_that_stands_for_an_endpoint_plays_it() -> None:
    cast = read_cast({"personas": [{"for": 14155550101, "name": "a"}, {"for": "sip *", "name": "b"}]})
    assert cast.playing("phone 14155550101").name == "a"
    assert cast.playing("sip sip:x@example.com").name == "b"
    assert cast.playing("phone 14155550102") is DEFAULT
    assert Cast().playing("app ann") is DEFAULT


@pytest.mark.parametrize(
    ("said", "member", "value"),
    [
        ({"answers": False}, "outcome", "timeout"),
        ({"answers": 3}, "delay", 3.0),
        ({"after": "500ms"}, "delay", 0.5),
        ({"greeting": "Hi"}, "machine", True),
        ({"greeting": "Hi", "machine": False}, "machine", False),
        ({"machine": True}, "greeting", BUILT_IN["voicemail"].greeting),
        ({"for": ["1", "app x"]}, "of", ("phone 1", "app x")),
        ({"stays": "1m30s"}, "stays", 90.0),
        ({"does": [{"hang_up": True}]}, "does", (Rule((Act("hang_up", True),), when="answered"),)),
        (
            {"does": [{"hears": "x", "silence": 3, "times": "always"}]},
            "does",
            (Rule((Act("wait", 3.0),), "x", times=None),),
        ),
    ],
)
def test_members(said: dict[str, Any], member: str, value: object) -> None:
    assert getattr(read_cast(said).personas[0], member) == value


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "must be a map"),
        (None, "must be a map"),
        ({"personas": []}, "must be a list of personas"),
        ({"personas": "x"}, "must be a list of personas"),
        ({"personas": [1]}, "personas[0] must be a map"),
        ({"personas": [{}], "answers": 1}, "answers is not a setting"),
        ({"awnsers": 1}, "awnsers is not a setting"),
        ({"outcome": "bussy"}, "did you mean busy?"),
        ({"outcome": 3}, "must be one of"),
        ({"answers": "soon"}, "a duration such as"),
        ({"answers": -1}, "must be 0 seconds to a day"),
        ({"answers": True}, "must be a duration"),
        ({"stays": float("nan")}, "must be 0 seconds to a day"),
        ({"machine": "yes"}, "true or false"),
        ({"confidence": 2}, "must be 0 to 1"),
        ({"name": " "}, "must be a text"),
        ({"for": [None]}, "must be an endpoint"),
        ({"does": {}}, "must be a list"),
        ({"does": ["press 1"]}, "must be a list of maps such as"),
        ({"does": [{"hears": "x"}]}, "has no act"),
        ({"does": [{"hears": "x", "after": 1, "press": 1}]}, "cannot have both"),
        ({"does": [{"hears": "x", "pres": 1}]}, "pres is not a setting"),
        ({"does": [{"press": "a"}]}, "must be keys"),
        ({"does": [{"press": ""}]}, "must be keys"),
        ({"does": [{"press": True}]}, "must be keys"),
        ({"does": [{"press": 1, "times": 0}]}, "must be 1 or more, or always"),
        ({"does": [{"when": "joind", "press": 1}]}, "did you mean joined?"),
    ],
)
def test_what_is_wrong_is_told(data: object, words: str) -> None:
    with pytest.raises(BadPersona) as told:
        read_cast(data)
    assert words in str(told.value)
    assert told.value.code == "E711"


def test_a_near_name_is_suggested() -> None:
    with pytest.raises(BadPersona) as told:
        read_cast({"does": [{"heers": "x", "press": 1}]})
    assert told.value.help == "did you mean `hears`?"


def _heard(ncco: list[dict[str, Any]], persona: dict[str, Any]) -> list[tuple[str, str]]:
    body = {"to": [{"type": "phone", "number": "14155550101"}], "random_from_number": True, "ncco": ncco}
    call = emulate(body, read_cast(persona))
    return [(entry.kind, entry.text) for entry in call.timeline.entries if entry.kind in ("says", "presses", "records")]


SAYS_AND_PRESSES = [("records", "(mp3)"), ("says", "“It is Ann.”"), ("presses", "#")]


def test_the_beep_of_a_recording_is_a_beep() -> None:
    ncco = [{"action": "record", "beepStart": True, "endOnKey": "#"}]
    for when in ({"when": "beep"}, {"hears": "<beep>"}):
        assert _heard(ncco, {"does": [{**when, "say": "It is Ann.", "press": "#"}]}) == SAYS_AND_PRESSES


def test_a_recording_without_a_beep_is_none() -> None:
    ncco = [{"action": "record", "timeOut": 5}, {"action": "talk", "text": "Bye"}]
    assert _heard(ncco, {"does": [{"when": "beep", "say": "It is Ann."}]}) == [("records", "(mp3)")]


def test_each_beep_counts() -> None:
    record = {"action": "record", "beepStart": True, "timeOut": 5}
    for times, said in ((1, 1), (2, 2), ("always", 3)):
        found = _heard([record] * 3, {"does": [{"when": "beep", "say": "yes", "times": times}]})
        assert found.count(("says", "“yes”")) == said


def test_a_machine_that_is_recorded_hears_two_beeps() -> None:
    ncco = [{"action": "record", "beepStart": True, "timeOut": 9}]
    machine = {"greeting": "Hello.", "does": [{"when": "beep", "say": "yes", "times": "always"}]}
    assert _heard(ncco, machine).count(("says", "“yes”")) == 2


def test_an_earmuffed_leg_hears_no_beep() -> None:
    network = virtual_network(read_cast({"does": [{"when": "beep", "say": "yes"}]}))
    number = {"type": "phone", "number": "14155550101"}
    ncco = [{"action": "talk", "text": "Hello"}, {"action": "record", "beepStart": True, "timeOut": 9}]
    leg = network.place({"to": [number], "from": number, "ncco": ncco})
    leg.earmuffed = True
    network.clock.run_until(60.0)
    assert leg.ended_at is not None
    assert not list(leg.timeline.of("says"))


def test_a_language() -> None:
    assert read_cast({"language": "DE-de"}).personas[0].language == "de-DE"
    with pytest.raises(BadPersona, match="did you mean de-DE"):
        read_cast({"language": "de-DF"})
    with pytest.raises(BadPersona, match="must be a language"):
        read_cast({"language": 5})

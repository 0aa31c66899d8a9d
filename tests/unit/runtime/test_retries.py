"""What a `retry` says: in the voice of the talk that was last heard, whatever the way there, or in its own."""

from __future__ import annotations

from typing import Any

import pytest

import nccodsl
from nccodsl.describe.describe import describe
from nccodsl.runtime.first_ncco import begun
from nccodsl.runtime.manifest import files_of
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from tests.unit.server.handle_drive import URL, Caller

ASK = 'input dtmf max_digits=1 { on "1" -> main retry 2 "Otra vez." OWN otherwise { talk "Bye." } }'
SPANISH = 'talk "¿Qué?" language=es-US style=1 level=0.5'
ENGLISH = 'talk "What?" language=en-GB style=2'
VOICE = {"level": 0.5, "language": "es-US", "style": 1}


def retried(script: str, *keys: str, own: str = "", **values: object) -> dict[str, Any]:
    """What is said first after the keys, the last of which is no answer to anything."""
    caller = Caller(script.replace("ASK", ASK.replace("OWN", own)), **values)
    caller.call()
    for key in keys:
        caller.press(key)
    said: dict[str, Any] = caller.ncco[0]
    return said


@pytest.mark.parametrize(
    ("script", "keys"),
    [
        (f"step main {{ {SPANISH} ASK }}", "9"),
        # In the branches of an `if`: the one that was taken.
        (f'param es: boolean\nstep main {{ if {{{{ es }}}} {{ {SPANISH} }} else {{ {ENGLISH} }} ASK }}', "9"),
        (f'param es: boolean\nstep main {{ {ENGLISH} if {{{{ es }}}} {{ {SPANISH} }} ASK }}', "9"),
        (f'param es: boolean\nstep main {{ {SPANISH} if {{{{ not es }}}} {{ {ENGLISH} }} ASK }}', "9"),
        (f"step main {{ if {{{{ visits < 9 }}}} {{ {SPANISH} }} else {{ {SPANISH} }} ASK }}", "9"),
        # Where the branches lead on by themselves.
        (f'step main {{ if {{{{ visits > 9 }}}} {{ {ENGLISH} hangup }} {SPANISH} ASK }}', "9"),
        # In a loop, which may be empty.
        (f"step main {{ {ENGLISH} for x in [1, 2] {{ {SPANISH} }} ASK }}", "9"),
        (f"step main {{ {SPANISH} for x in {{{{ [] }}}} {{ {ENGLISH} }} ASK }}", "9"),
        ('step main { for to in ["en-GB", "es-US"] { talk "?" language={{ to }} style=1 level=0.5 } ASK }', "9"),
        # In an earlier step, or before another question.
        (f"step main {{ {SPANISH} -> asks }} step asks {{ ASK }}", "9"),
        (f'step main {{ {ENGLISH} input dtmf {{ on "2" -> es otherwise -> asks }} }} step es {{ {SPANISH} -> asks }} step asks {{ ASK }}', "29"),
        (f'step main {{ {SPANISH} input dtmf {{ on "2" -> asks otherwise {{ {ENGLISH} -> asks }} }} }} step asks {{ ASK }}', "29"),
        # After a retry, which is heard last itself.
        (f"step main {{ if {{{{ visits == 1 }}}} {{ {SPANISH} }} ASK }}", "99"),
        # Behind other actions.
        (f'step main {{ {SPANISH} stream "https://example.com/a.mp3" wait 1s set a = 1 if {{{{ a == 2 }}}} {{ {ENGLISH} }} ASK }}', "9"),
        # With a language that is computed.
        ('param es: boolean\nstep main { set to = {{ "es-US" if es else "en-GB" }} talk "?" language={{ to }} style=1 level=0.5 set to = "en-GB" ASK }', "9"),
    ],
)  # fmt: skip
def test_a_retry_speaks_as_the_talk_that_was_last_heard(script: str, keys: str) -> None:
    values = {"es": True} if "param es" in script else {}
    assert retried(script, *keys, **values) == {"action": "talk", "text": "Otra vez.", **VOICE}


OTHER = f"param es: boolean\nstep main {{ if {{{{ es }}}} {{ {SPANISH} }} else {{ {ENGLISH} }} ASK }}"


def test_the_other_branch_is_heard_in_the_other_language() -> None:
    expected = {"action": "talk", "text": "Otra vez.", "language": "en-GB", "style": 2}
    assert retried(OTHER, "9", es=False) == expected


@pytest.mark.parametrize("main", [f"step main {{ {SPANISH} ASK }}", OTHER])
@pytest.mark.parametrize(
    ("own", "voice"),
    [
        ("level=1", {"level": 1, "language": "es-US", "style": 1}),
        ("style=0", {"level": 0.5, "language": "es-US", "style": 0}),
        # A style is one of a language.
        ("language=en-AU", {"level": 0.5, "language": "en-AU"}),
        ("language=en-AU style=2", {"level": 0.5, "language": "en-AU", "style": 2}),
        ("language=null", {"level": 0.5}),
        ("loop=2 level=null", {"loop": 2, "language": "es-US", "style": 1}),
        ("barge_in=true", {"bargeIn": True, **VOICE}),
    ],
)
def test_options_of_its_own(main: str, own: str, voice: dict[str, Any]) -> None:
    values = {"es": True} if "param es" in main else {}
    assert retried(main, "9", own=own, **values) == {"action": "talk", "text": "Otra vez.", **voice}


@pytest.mark.parametrize(
    ("main", "barges"),
    [
        (f"step main {{ {SPANISH} barge_in=true ASK }}", True),
        (f'param es: boolean\nstep main {{ if {{{{ es }}}} {{ {SPANISH} barge_in=true }} else {{ {ENGLISH} barge_in=true }} ASK }}', True),
        (f"step main {{ wait 1s {SPANISH} barge_in=true ASK }}", False),
        (f'param es: boolean\nstep main {{ wait 1s if {{{{ es }}}} {{ {SPANISH} barge_in=true }} else {{ {ENGLISH} barge_in=true }} ASK }}', False),
    ],
)  # fmt: skip
def test_it_is_cut_short_like_its_prompt_where_the_input_comes_next(main: str, barges: bool) -> None:
    values = {"es": True} if "param es" in main else {}
    assert retried(main, "9", **values).get("bargeIn", False) is barges


@pytest.mark.parametrize(
    ("main", "language"),
    [
        ("step main { ASK }", "fr-FR"),
        ('step main { if {{ visits > 9 }} { talk "a" } ASK }', "fr-FR"),
        ('step main { if {{ visits > 9 }} { talk "a" language=es-ES } ASK }', "fr-FR"),
        ('step main { if {{ visits < 9 }} { talk "a" language=null } ASK }', None),
    ],
)
def test_where_nothing_was_heard_the_defaults_are(main: str, language: str | None) -> None:
    assert retried(f"defaults talk language=fr-FR loop=2\n{main}", "9").get("language") == language


def test_the_voice_is_kept_only_where_it_matters() -> None:
    for script, kept in ((f"step main {{ {SPANISH} ASK }}", False), (OTHER, True)):
        values = {"es": True} if "param es" in script else {}
        caller = Caller(script.replace("ASK", ASK.replace("OWN", "")), **values)
        caller.call()
        caller.press("9")
        (state,) = (State.from_bytes(kept.data) for kept in caller.kept.values())
        assert bool(state.voice) is kept


def test_the_manifest_says_what_is_known_only_by_what_was_heard() -> None:
    for script, values, needs in ((f"step main {{ {SPANISH} ASK }}", {}, None), (OTHER, {"es": True}, ["voice"])):
        runnable = Runnable(nccodsl.load(script.replace("ASK", ASK.replace("OWN", ""))), URL)
        files = files_of(runnable, begun(runnable, values))
        assert ("main.retry.json" in files) is (needs is None)
        assert needs is None or b'"needs": [\n        "voice"' in files["manifest.json"]


def test_it_is_described_with_what_is_its_own() -> None:
    script = f"step main {{ {SPANISH} ASK }}".replace("ASK", ASK.replace("OWN", "language=es-ES style=1"))
    assert "says “Otra vez.” in es-ES (style 1) and asks again, up to 2 times" in describe(nccodsl.load(script))
    plain = f"defaults talk language=fr-FR\nstep main {{ {SPANISH} ASK }}".replace("ASK", ASK.replace("OWN", ""))
    assert "says “Otra vez.” and asks again" in describe(nccodsl.load(plain))


@pytest.mark.parametrize(
    ("own", "codes"),
    [
        ("language=es-US style=1", []),
        ("style=99", []),  # of a language that only the call knows
        ("language=es-US style=99", ["W008"]),
        ("langauge=es-US", ["E202"]),
        ("language=xx-XX", ["W007"]),
        ("style=1 style=2", ["E105"]),
        ("level=2", ["E304"]),
        ("loop=0", ["E304"]),
        ("bargeIn=true", ["E203"]),
    ],
)
def test_own_options_are_judged(own: str, codes: list[str]) -> None:
    script = f"step main {{ {SPANISH} ASK }}".replace("ASK", ASK.replace("OWN", own))
    assert [found.code for found in nccodsl.check(script)] == codes


def test_own_options_want_a_text_and_barge_in_an_input() -> None:
    (found,) = nccodsl.check(
        'step main { input dtmf { on "1" -> main retry 2 style=1 -> bye } } step bye { talk "Bye." }'
    )
    assert (found.code, found.message) == ("E401", "`style` belongs to a text, and this `retry` has none")
    script = 'step main { wait 1s input dtmf { on "1" -> main retry 2 "Hm?" barge_in=true otherwise hangup } }'
    assert [found.code for found in nccodsl.check(script)] == ["E404"]

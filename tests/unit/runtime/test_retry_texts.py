"""A `retry` with several texts asks with other words each time."""

from __future__ import annotations

import json

import nccodsl
from nccodsl.describe.describe import describe
from nccodsl.diagnostics.fixes import apply_fixes
from nccodsl.graph.build import build
from nccodsl.runtime.first_ncco import begun
from nccodsl.runtime.manifest import files_of
from nccodsl.runtime.runnable import Runnable
from tests.unit.server.handle_drive import LEG, URL, Caller

ASKED = """
step main {
  talk "Press 1." language=es-US style=1
  input dtmf max_digits=1 {
    on "1" { talk "Thanks." }
    RETRY
    otherwise { talk "Bye." }
  }
}
"""
TEXTS = '"Sorry?", "Please press 1, {{ visits }}.", {{ "Once" ~ " more." }}'


def asking(retry: str) -> Caller:
    caller = Caller(ASKED.replace("RETRY", retry))
    caller.call()
    return caller


def pressed(caller: Caller, *keys: str) -> list[list[str]]:
    said = []
    for key in keys:
        caller.press(key)
        said.append(caller.said)
    return said


def test_each_time_says_the_next_text() -> None:
    caller = asking(f"retry {TEXTS}")
    again = ["Press 1."]
    expected = [["Sorry?", *again], ["Please press 1, 3.", *again], ["Once more.", *again], ["Bye."]]
    assert pressed(caller, "9", "8", "7", "6") == expected


def test_one_text_alone_asks_once() -> None:
    assert pressed(asking('retry "Sorry?"'), "9", "9") == [["Sorry?", "Press 1."], ["Bye."]]


def test_each_text_has_the_voice_of_the_prompt_and_the_options_of_the_retry() -> None:
    caller = asking('retry "a", "b" level=0.5')
    for text in ("a", "b"):
        caller.press("9")
        assert caller.ncco[0] == {"action": "talk", "text": text, "language": "es-US", "style": 1, "level": 0.5}


def test_the_same_webhook_twice_gets_the_same_text() -> None:
    caller = asking(f"retry {TEXTS}")
    caller.press("9")
    address, payload = caller.address(), {**LEG, "dtmf": {"digits": "9", "timed_out": False}}
    first, second = caller.send(*address, **payload), caller.send(*address, **payload)
    assert json.loads(first.body)[0]["text"] == "Please press 1, 3."
    assert first.body == second.body


def test_going_there_anew_begins_with_the_first_text() -> None:
    script = """
    step main { input dtmf max_digits=1 { on "1" -> other retry "a", "b" otherwise { talk "Bye." } } }
    step other { input dtmf max_digits=1 { otherwise -> main } }
    """
    caller = Caller(script)
    caller.call()
    assert pressed(caller, "9", "1", "9", "9", "9") == [["a"], [], [], ["a"], ["b"]]


def test_the_manifest_has_a_file_for_each_text() -> None:
    flow = nccodsl.load(ASKED.replace("RETRY", 'retry "a", "b"'))
    script = Runnable(flow, URL)
    files = files_of(script, begun(script, {}, key="", token=False))
    ways = json.loads(files["manifest.json"])["nccos"]["main"]["waits"][0]["then"]
    assert ways[1:3] == [
        {"retry": 1, "number": 1, "ncco": "main.retry.1"},
        {"retry": 1, "number": 2, "ncco": "main.retry.2"},
    ]
    assert [json.loads(files[f"main.retry.{n}.json"])[0]["text"] for n in (1, 2)] == ["a", "b"]


def test_it_is_described_and_drawn() -> None:
    flow = nccodsl.load(ASKED.replace("RETRY", 'retry "a", "b"'))
    assert "on silence or no match: says “a”, then “b” and asks again, up to 2 times" in describe(flow)
    assert [edge.says for edge in build(flow).edges if edge.says] == ["says “a”, then says “b”"]


def test_a_number_beside_several_texts_is_an_error_with_a_fix() -> None:
    script = ASKED.replace("RETRY", 'retry 3 "a", "b"')
    (found,) = nccodsl.check(script)
    assert (found.code, found.line) == ("E326", 6)
    assert found.file is not None
    fixed, count = apply_fixes([found], found.file, unsafe=True)
    assert (count, fixed) == (1, ASKED.replace("RETRY", 'retry "a", "b"'))


def test_every_text_is_judged() -> None:
    script = ASKED.replace("RETRY", 'retry "a", "<speak>b", "{{ 1 + }}" loop=0')
    assert sorted(found.code for found in nccodsl.check(script)) == ["E304", "E316", "E601"]

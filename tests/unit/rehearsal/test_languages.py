"""In which language something is heard: shown where it is not the default, and what tests can ask of it."""

from __future__ import annotations

import json

import pytest

import nccodsl
from nccodsl.emulator.views.lines import listing
from nccodsl.emulator.views.page import to_html
from nccodsl.rehearsal.run_tests import ScriptTestOutcome, run_test
from nccodsl.rehearsal.stage import URL, Stage
from nccodsl.rehearsal.transcript import Transcript
from nccodsl.runtime.runnable import Runnable

MENU = """
param spanish: boolean = true
step main {
  talk "Welcome."
  if {{ spanish }} { talk "Oprima uno." language=es-US style=1 } else { talk "Press one." }
  input dtmf max_digits=1 {
    on "1" { talk "Bien." language=es-us loop=2 }
    retry 1 "¿Qué?"
    otherwise { stream "https://example.com/bye.mp3" talk "Dos." voice_name=Conchita }
  }
}
"""


def run(test: str, script: str = MENU) -> ScriptTestOutcome:
    flow = nccodsl.load(f'{script}\ntest "t" {{ {test} }}')
    return run_test(flow, Runnable(flow, URL), flow.program.tests[0])


@pytest.mark.parametrize(
    "test",
    [
        'hear "welcome" language=en-US style=0 hear "oprima" language=es-US press "1" hear "bien" language=es-US ended',
        'hear "uno" language=ES-us style=1 press "9" hear "qué" language=es-US style=1 press "9" hear "dos" language=es-ES',
        'with spanish=false hear "one" language=en-US silence hear "qué" language=en-US',
        'not hear "welcome" language=es-US not hear "oprima" language=en-US press "1" ended',
        'hear "uno" language={{ "es-US" if spanish else "en-US" }}',
        'press "9" press "9" hear "bye.mp3" hear "dos" ended',
    ],
)
def test_passing(test: str) -> None:
    assert run(test).failure is None


@pytest.mark.parametrize(
    ("test", "expected", "instead"),
    [
        (
            'hear "uno" language=en-US press "1"',
            "to hear “uno” in en-US",
            ("heard “Welcome.” in en-US", "heard “Oprima uno.” in es-US"),
        ),
        ('hear "uno" style=2', "to hear “uno” in style 2", ("heard “Oprima uno.” in es-US, style 1",)),
        ('press "9" hear "qué" language=es-ES style=1', "to hear “qué” in es-ES, style 1", ()),
        ('press "1" not hear "bien" language=es-US', "not to hear “bien” in es-US", ("heard “Bien.” in es-US",)),
        ('press "9" press "9" hear "bye.mp3" language=en-US', "to hear “bye.mp3” in en-US", ()),
    ],
)
def test_failing(test: str, expected: str, instead: tuple[str, ...]) -> None:
    failure = run(test).failure
    assert failure is not None
    assert failure.expected == expected
    assert set(instead) <= set(failure.instead)


@pytest.mark.parametrize(
    ("line", "code", "message", "help"),
    [
        ('hear "a" language=es-XX', "E302", "`es-XX` is not a published language", "did you mean"),
        ('hear "a" language=3', "E301", "`language` must be a language code", "write `en-US`"),
        ('hear "a" style=high', "E301", "`style` must be a whole number", "write `0`"),
        ('hear "a" style=-1', "E304", "`style` must be a whole number from 0, not -1", "write `0`"),
        ('hear "a" style=1 style=2', "E105", "`style` is given twice", None),
        ('hear "a" langauge=es-US', "E202", "`hear` has no option `langauge`", "did you mean `language`?"),
        ('hear "a" volume=1', "E202", "`hear` has no option `volume`", "use one of language, style"),
        ('press "1" language=es-US', "E202", "`press` takes no options", "only `hear` takes `language`"),
        ("ended loop=2", "E202", "`ended` takes no options", None),
        ("hear language=es-US", "E401", "`hear` needs text in quotes", None),
    ],
)
def test_what_a_test_may_ask(line: str, code: str, message: str, help: str | None) -> None:
    (found,) = [one for one in nccodsl.check(f'{MENU}\ntest "t" {{ {line} }}') if one.is_error]
    assert (found.code, found.message) == (code, message)
    assert (help or "") in (found.help or "")


def test_formatting_keeps_it() -> None:
    text = 'talk "a"\n\ntest "t" {\n  hear "a" language=es-US style=1\n  fetched "https://a.example.com/" reply {a: 1}\n}\n'
    assert nccodsl.format(text) == text
    assert nccodsl.format(text.replace(" language=es-US style=1", "   language = es-US\n style=1 ")) == text


def test_lines_json_page_and_transcript_show_it() -> None:
    flow = nccodsl.load(MENU)
    stage = Stage(flow)
    leg = stage.begin()
    while leg.listening is None or not leg.quiet:
        stage.step()
    leg.press("1")
    call = stage.finish()
    said = [line.text for line in listing(call) if line.text.startswith("hears")]
    assert said == ["hears “Welcome.”", "hears “Oprima uno.” in es-US", "hears “Bien.” in es-US, 2 times"]
    data = call.to_json()
    heard = [entry["data"] for entry in data["timeline"] if entry["kind"] == "hears"]
    assert [(one.get("language"), one.get("style")) for one in heard] == [(None, None), ("es-US", 1), ("es-US", None)]
    assert "“Oprima uno.” in es-US" in to_html(json.loads(json.dumps(data)))
    transcript = Transcript("menu.call", call, [None] * len(call.timeline.entries))
    assert "hears “Oprima uno.” in es-US" in transcript.to_text()
    rows = [row for row in transcript.to_json()["transcript"] if row["kind"] == "hears"]
    assert [(row["words"], row.get("language")) for row in rows] == [
        ("Welcome.", None),
        ("Oprima uno.", "es-US"),
        ("Bien.", "es-US"),
    ]

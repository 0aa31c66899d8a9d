"""Scripts in several languages while they run: which text is said, by which voice, and which words are understood."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

import nccodsl
from nccodsl.describe.describe import describe
from nccodsl.runtime.first_ncco import begun
from nccodsl.runtime.manifest import files_of
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.versions import rebuilt, texts_of
from tests.catalogs import catalog_of, flow_of, translated
from tests.unit.server.handle_drive import URL, Caller

CLINIC = """
languages en-GB style=2, es-ES style=1
let greeting = "Good day"
step main {
  talk "{{ greeting }}."
  input dtmf speech max_digits=1 context=["yes"] as choice {
    on "2" { set language = "es-ES" talk "{{ greeting }}." -> main }
    on "3" { set language = {{ choice.digits }} -> main }
    on "yes" { talk "You said yes." }
    retry 1 "Sorry?"
    otherwise { talk "Goodbye." language=en-US }
  }
}
"""


def caller(flow: nccodsl.Flow, **values: object) -> Caller:
    made = Caller("talk 'x'".replace("'", '"'), **values)
    made.script = Runnable(flow, URL, values)
    made.call()
    return made


def said(made: Caller) -> list[tuple[str, str | None, int | None]]:
    return [(one["text"], one.get("language"), one.get("style")) for one in made.ncco if one["action"] == "talk"]


def test_the_language_changes_from_the_next_statement_on() -> None:
    made = caller(translated(CLINIC))
    assert said(made) == [("Good day.", "en-GB", 2)]
    made.press("2")
    # The let is made anew as well; what is only a placeholder is not translated.
    assert said(made) == [("Es Good day.", "es-ES", 1)] * 2


def test_the_recognizer_follows_and_both_words_are_understood() -> None:
    flow = translated(CLINIC, translate=lambda text: {"yes": "claro"}.get(text, f"Es {text}"))
    made = caller(flow, language="es-ES")
    assert made.ncco[1]["speech"] == {"context": ["claro"], "language": "es-ES"}
    for words in ("yes", "Claro."):
        made = caller(flow, language="es-ES")
        made.say(words)
        assert said(made) == [("Es You said yes.", "es-ES", 1)]
    made = caller(flow)
    made.say("claro")
    assert said(made)[0] == ("Sorry?", "en-GB", 2)


def test_a_retry_speaks_the_language_of_the_moment() -> None:
    made = caller(translated(CLINIC), language="es_es")
    made.press("9")
    assert said(made)[0] == ("Es Sorry?", "es-ES", 1)
    made.press("9")
    assert said(made) == [("Goodbye.", "en-US", None)]


def test_the_voice_of_a_retry_needs_no_memory() -> None:
    assert not Runnable(translated(CLINIC), URL).keeps_voice


def test_what_is_described_are_the_texts_of_the_script() -> None:
    told = describe(translated(CLINIC))
    assert told.startswith("Speaks en-GB, translated into es-ES.\n")
    assert "says “Sorry?” and asks again" in told
    assert "Sets language to es-ES." in told
    assert "{{ language }}" not in told


def test_a_value_that_is_no_language_changes_nothing_and_is_reported() -> None:
    made = caller(translated(CLINIC))
    made.press("3")
    assert (made.reply.status, made.reply.code) == (200, "E332")
    assert said(made) == [("Good day.", "en-GB", 2)]


def test_a_text_without_a_translation_is_said_in_its_own_language() -> None:
    catalog = catalog_of(CLINIC, "es-ES", lambda text: "" if text == "Sorry?" else f"Es {text}")
    made = caller(flow_of(CLINIC, {"es-ES": catalog}), language="es-ES")
    made.press("9")
    assert said(made) == [("Sorry?", "en-GB", 2), ("Es Good day.", "es-ES", 1)]


FORMS = {0: "0 zpráv", 1: "1 zpráva", 3: "3 zprávy", 5: "5 zpráv"}


@pytest.mark.parametrize(("count", "czech"), FORMS.items())
def test_plurals_have_the_forms_of_the_language(count: int, czech: str) -> None:
    script = (
        "languages en-GB, cs-CZ\nparam n: integer\n"
        'talk "{% trans count=n %}{{ count }} message{% pluralize %}{{ count }} messages{% endtrans %}"\n'
    )
    forms = iter(("{{ count }} zpráva", "{{ count }} zprávy", "{{ count }} zpráv"))
    catalog = catalog_of(script, "cs-CZ", lambda _text: next(forms))
    flow = flow_of(script, {"cs-CZ": catalog})
    assert [one["text"] for one in flow.ncco(n=count)] == ["1 message" if count == 1 else f"{count} messages"]
    assert [one["text"] for one in flow.ncco(n=count, language="cs-CZ")] == [czech]


def test_filters_follow_the_language() -> None:
    script = (
        "languages en-GB, es-ES\nparam day: date\nlet when = {{ day | spoken_date }}\n"
        "talk {{ 12.5 | money('EUR') }}\ntalk \"On {{ day | spoken_date('long') }}.\"\ntalk {{ when }}\n"
    )
    flow = translated(script)
    values = {"day": date(2026, 5, 23)}
    texts = [one["text"] for one in flow.ncco(values)]
    assert texts == ["12.50 euros", "On 23 May 2026.", "Saturday, 23 May 2026"]
    texts = [one["text"] for one in flow.ncco(values, language="es-ES")]
    assert texts == ["12,50 euros", "Es On 23 de mayo de 2026.", "sábado, 23 de mayo de 2026"]


def test_a_translation_may_read_what_its_text_reads_and_nothing_else() -> None:
    script = 'languages en-GB, es-ES\nparam name: text\nparam code: text private = "1"\ntalk "Hello {{ name }}."\ntalk {{ code }}\n'
    flow = flow_of(script, {"es-ES": catalog_of(script, "es-ES", lambda _: "Hola {{ name }} {{ code }}.")})
    assert flow.ncco(name="Ann", language="es-ES")[0]["text"] == "Hello Ann."
    assert [one.code for one in flow.warnings if one.code == "W049"] == ["W049"]


def test_a_value_that_is_no_language_is_refused_before_the_call() -> None:
    with pytest.raises(nccodsl.RenderError, match="fr-FR"):
        translated('languages en-GB, es-ES\ntalk "Hello."\n').ncco(language="fr-FR")


def test_markup_may_stand_in_a_let() -> None:
    script = "languages en-GB, es-ES\nlet pause = \"<speak>Hello<break time='1s'/></speak>\"\ntalk {{ pause }}\n"
    flow = translated(script, translate=lambda text: text.replace("Hello", "Hola"))
    assert flow.ncco(language="es-ES")[0]["text"] == "<speak>Hola<break time='1s'/></speak>"
    assert nccodsl.load(script, pseudo=True).ncco()[0]["text"] == "<speak>[Héllö<break time='1s'/>]</speak>"


def test_a_translation_that_fails_is_reported_at_the_text() -> None:
    script = 'languages en-GB, es-ES\nparam n: any\ntalk "Half is {{ n }}."\n'
    flow = flow_of(script, {"es-ES": catalog_of(script, "es-ES", lambda _: "La mitad es {{ n / 2 }}, {{ n }}.")})
    with pytest.raises(nccodsl.RenderError) as error:
        flow.ncco(n="x", language="es-ES")
    found = error.value.diagnostics[0]
    assert found.span is not None
    assert script[found.span.start : found.span.end] == '"Half is {{ n }}."'[1:-1]


def test_translations_belong_to_the_version_and_are_kept_with_it() -> None:
    flow = translated(CLINIC)
    other = translated(CLINIC, translate=lambda text: f"Otra {text}")
    assert flow.version != other.version
    like = Runnable(other, URL)
    again = rebuilt(texts_of(flow), like, flow.version)
    assert again is not None
    made = caller(flow)
    made.script = again
    made.press("2")
    assert said(made)[0] == ("Es Good day.", "es-ES", 1)
    # A file that was not there then is not looked for among the others.
    alone = flow_of(CLINIC, {})
    assert rebuilt(texts_of(alone), like, alone.version) is not None


def test_what_reads_a_language_that_is_set_is_left_out_of_files() -> None:
    def nccos(script: str) -> dict[str, Any]:
        made = Runnable(translated(script), URL)
        found: dict[str, Any] = json.loads(files_of(made, begun(made, {}))["manifest.json"])["nccos"]
        return found

    ask = 'input dtmf max_digits=1 { on "1" { CHANGE talk "Hello." } otherwise hangup }'
    script = f'languages en-GB, es-ES\nstep main {{ talk "Welcome." {ask} }}\n'
    left = nccos(script.replace("CHANGE", 'set language = "es-ES"'))
    assert left["main"]["needs"] == ["language"]
    assert nccos(script.replace("CHANGE", ""))["main"]["file"] == "main.json"


def test_a_script_with_one_language_is_what_it_was() -> None:
    plain = nccodsl.load('talk "Hello." language=en-GB style=2')
    assert translated('languages en-GB style=2, es-ES\ntalk "Hello."').ncco() == plain.ncco()


def test_templates_are_judged_in_the_pseudo_language_too() -> None:
    script = 'param name: text\nparam who: text\nlet hello = "Hello {{ name }}"\ntalk "{{ hello }}, {{ who }}."\n'
    flow = nccodsl.load(script, pseudo=True)
    assert [one.code for one in flow.warnings] == []
    assert flow.ncco(name="Ann", who="you")[0]["text"] == "[[Héllö Ann], you.]"
    with pytest.raises(nccodsl.ScriptError, match="nobody"):
        nccodsl.load('param name: text\ntalk "Hello {{ nobody }}, {{ name }}."', pseudo=True)
    assert nccodsl.load('talk "You are {{ caller }}."', pseudo=True).runtime_needs()


def test_the_pseudo_language() -> None:
    script = (
        'let who = "world"\nparam n: integer = 2\ntalk "Hello {{ who }}, {{ n }}."\ntalk "<speak>Hi<break/></speak>"\n'
    )
    texts = [one["text"] for one in nccodsl.load(script, pseudo=True).ncco()]
    assert texts == ["[Héllö [wörld], 2.]", "<speak>[Hí<break/>]</speak>"]

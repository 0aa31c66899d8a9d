"""The library in other languages: its translations come with it, whatever language the script is written in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import nccodsl
from nccodsl.cli.texts import TextsUpdateOptions, update_texts
from nccodsl.rehearsal.run_tests import run_test
from nccodsl.rehearsal.stage import URL
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.versions import rebuilt, texts_of
from nccodsl.std import library_translations, read_library
from nccodsl.translation.po_file import read_catalog, read_po
from tests.unit.rehearsal.test_library import ASKED, FOLDER, script

CATALOGS = sorted((FOLDER / "locale").glob("*.po"))
CODES = [path.stem for path in CATALOGS]

HEARD = {
    "en-US": [
        "Is that right? Press 1 for yes, or 2 for no.",
        "yes",
        "You entered: 1, 2.",
        "We are open.",
        "12.50 euros",
    ],
    "es-ES": ["¿Es correcto? Pulse 1 para sí", "sí", "Ha indicado: 1, 2.", "Estamos abiertos.", "12,50 euros"],
    "fr-FR": [
        "Est-ce exact ? Tapez 1 pour oui",
        "oui",
        "Vous avez indiqué : 1, 2.",
        "Nous sommes ouverts.",
        "12,50 euros",
    ],
    "de-DE": ["Ist das richtig? Drücken Sie die 1", "ja", "Ihre Eingabe: 1, 2.", "Wir haben geöffnet.", "12,50 Euro"],
    "it-IT": ["È corretto? Prema 1 per sì", "sì", "Ha indicato: 1, 2.", "Siamo aperti.", "12,50 euro"],
    "pt-BR": ["Está correto? Digite 1 para sim", "sim", "Você informou: 1, 2.", "Estamos abertos.", "12,50 euros"],
}
SCRIPT = """
include <std/confirm.call>
include <std/collect.call>
include <std/amount.call>
include <std/opening.call>
languages LANGUAGES
zone "Europe/London"
hours office { mon-fri 09:00-17:00 }
step main { ask confirm() { on yes -> number  otherwise { hangup } } }
step number { ask collect(least=2) { on done -> hours_told  otherwise { hangup } } }
step hours_told { ask opening(office={{ office }}) { otherwise -> pay } }
step pay { ask amount(currency="EUR") { otherwise { hangup } } }
test "the library" {
  at "2026-12-24 12:00"
  with language="SPOKEN"
  hear "QUESTION" language=SPOKEN
  say "YES"
  press "12#"
  hear "HEARD"
  say "YES"
  hear "OPEN"
  press "12*5#"
  hear "AMOUNT"
  say "YES"
  ended
}
"""


def spoken(language: str, languages: str) -> str:
    words = dict(zip(("QUESTION", "YES", "HEARD", "OPEN", "AMOUNT"), HEARD[language], strict=True))
    text = SCRIPT.replace("LANGUAGES", languages).replace("SPOKEN", language)
    for mark, word in words.items():
        text = text.replace(f'"{mark}"', json.dumps(word, ensure_ascii=False))
    return text


@pytest.mark.parametrize("own", ["en-US", "es-ES", "de-DE"])
@pytest.mark.parametrize("language", HEARD)
def test_the_library_speaks_each_language(language: str, own: str) -> None:
    text = spoken(language, ", ".join(dict.fromkeys([own, *HEARD])))
    assert nccodsl.check(text) == []
    flow = nccodsl.load(text)
    (test,) = flow.program.tests
    assert run_test(flow, Runnable(flow, URL), test).failure is None


@pytest.mark.parametrize("path", CATALOGS, ids=CODES)
def test_a_file_translates_all_texts_of_the_library_and_no_others(path: Path, tmp_path: Path) -> None:
    main = tmp_path / "main.call"
    main.write_text(f"languages en-US, sv-SE\n{script(*ASKED)}", encoding="utf-8")
    flow = nccodsl.load(main)
    assert flow.program.languages is not None
    library = [
        text for text in flow.program.languages.texts if flow.program.sources.file_of(text.span).name != str(main)
    ]
    known = read_po(path.read_text("utf-8")).translations
    assert {text.text for text in library} == known.keys()
    assert all(one.complete and not one.fuzzy for one in known.values())
    header = read_catalog(path.read_text("utf-8"))
    assert str(header.locale) == path.stem.replace("-", "_")


def test_a_language_of_another_country_has_the_same_file() -> None:
    assert library_translations("es-ES") == "<std/locale/es-ES.po>"
    assert library_translations("es-MX") == "<std/locale/es-ES.po>"
    assert library_translations("sv-SE") == "<std/locale/sv-SE.po>"
    assert "Ist das richtig?" in read_library(library_translations("de-AT"))[1]


def test_a_script_translates_what_the_library_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    main = tmp_path / "main.call"
    main.write_text(f"languages sv-SE, es-ES, fi-FI\n{script('confirm')}", encoding="utf-8")
    found = [(one.code, one.message) for one in nccodsl.check(Path("main.call"))]
    assert [code for code, _ in found] == ["W049"] * 3
    assert "texts have no sv-SE translation" in found[0][1]
    assert update_texts(TextsUpdateOptions(paths=("main.call",), languages=())) == 0
    swedish = (tmp_path / "locale" / "sv-SE.po").read_text("utf-8")
    assert "#: <std/confirm.call>:" in swedish
    assert 'msgid "Is that right?"' in swedish
    assert "Given up." not in swedish  # it is Swedish, as all of the script itself
    assert "Is that right?" not in (tmp_path / "locale" / "es-ES.po").read_text("utf-8")
    assert "Is that right?" in (tmp_path / "locale" / "fi-FI.po").read_text("utf-8")
    (tmp_path / "locale" / "sv-SE.po").write_text(
        swedish.replace('msgid "Is that right?"\nmsgstr ""', 'msgid "Is that right?"\nmsgstr "Stämmer det?"'), "utf-8"
    )
    assert update_texts(TextsUpdateOptions(paths=("main.call",), languages=("sv-SE",))) == 0
    assert 'msgstr "Stämmer det?"' in (tmp_path / "locale" / "sv-SE.po").read_text("utf-8")
    main.write_text(main.read_text("utf-8") + 'test "a" { hear "Stämmer det?" language=sv-SE }', "utf-8")
    flow = nccodsl.load(main)
    assert run_test(flow, Runnable(flow, URL), flow.program.tests[0]).failure is None


def test_the_words_of_a_script_win(tmp_path: Path) -> None:
    (tmp_path / "locale").mkdir()
    (tmp_path / "locale" / "es-ES.po").write_text('msgid "Is that right?"\nmsgstr "¿De acuerdo?"\n', encoding="utf-8")
    main = tmp_path / "main.call"
    test = 'test "a" { with language="es-ES" hear "¿De acuerdo? Pulse 1" }'
    main.write_text(f"languages en-GB, es-ES\n{script('confirm')}{test}", encoding="utf-8")
    flow = nccodsl.load(main)
    assert run_test(flow, Runnable(flow, URL), flow.program.tests[0]).failure is None


def test_a_call_goes_on_with_the_translations_it_began_with() -> None:
    flow = nccodsl.load(spoken("es-ES", "en-US, es-ES"))
    texts = texts_of(flow)
    assert "<std/locale/es-ES.po>" in [name for name, _ in texts]
    script = Runnable(flow, URL)
    assert rebuilt(texts, script, flow.version) is not None
    assert rebuilt(tuple(one for one in texts if not one[0].endswith(".po>")), script, flow.version) is None

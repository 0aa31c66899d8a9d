"""`nccodsl texts`, and what other commands do with scripts in several languages."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest

from nccodsl.cli.examples import EXAMPLES
from nccodsl.cli.served_scripts import Reloader, loaded
from nccodsl.runtime.runnable import Runnable
from nccodsl.server.log import StreamLog
from nccodsl.server.server import Server
from tests.e2e.in_process import run_here

SCRIPT = """languages en-GB style=2, es-ES style=1, cy-GB
include "shared/closing.call"
param n: integer = 2

step main {
  #. The very first thing
  #. that callers hear
  talk "Welcome."
  # Not for translators
  talk "{% trans count=n %}You have {{ count }} message.{% pluralize %}You have {{ count }} messages.{% endtrans %}"
  -> closing
}
"""
CLOSING = 'step closing { talk "Goodbye." }\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "nccodsl.toml").touch()
    (tmp_path / "shared").mkdir()
    (tmp_path / "clinic.call").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "shared" / "closing.call").write_text(CLOSING, encoding="utf-8")
    return tmp_path


def run(folder: Path, *words: str, code: int = 0) -> str:
    done = run_here(folder, {"HOME": str(folder)}, *words)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def translate(folder: Path, code: str = "es-ES", **texts: str) -> None:
    path = folder / "locale" / f"{code}.po"
    po = path.read_text(encoding="utf-8")
    for text, translation in texts.items():
        assert f'msgid "{text}."\nmsgstr ""' in po
        po = po.replace(f'msgid "{text}."\nmsgstr ""', f'msgid "{text}."\nmsgstr "{translation}"')
    path.write_text(po, encoding="utf-8")


def test_from_a_script_to_a_translated_call(folder: Path) -> None:
    assert "there is no locale/es-ES.po" in run(folder, "check", "clinic.call")
    shown = run(folder, "texts", "update", "clinic.call")
    assert shown.splitlines() == [
        "locale/es-ES.po: 3 texts, 3 to translate",
        "locale/cy-GB.po: 3 texts, 3 to translate",
    ]
    po = (folder / "locale" / "es-ES.po").read_text(encoding="utf-8")
    assert '#. The very first thing\n#. that callers hear\n#: clinic.call:8\nmsgid "Welcome."\n' in po
    assert '#: shared/closing.call:1\nmsgid "Goodbye."\n' in po
    assert '#: clinic.call:10\nmsgid "You have {{ count }} message."\nmsgid_plural ' in po
    translate(folder, Welcome="Bienvenido.")
    said = run(folder, "compile", "clinic.call", "--compact", "--var", "language=es-ES")
    document = json.loads(next(line for line in said.splitlines() if line.startswith("[")))
    assert [(one["text"], one["language"]) for one in document] == [
        ("Bienvenido.", "es-ES"),
        ("You have 2 messages.", "en-GB"),
        ("Goodbye.", "en-GB"),
    ]
    assert "2 of 3 texts have no usable es-ES translation" in said


def test_what_is_wrong_stands_in_the_file_of_the_translator(folder: Path) -> None:
    run(folder, "texts", "update", "clinic.call", "--language", "es-ES")
    assert not (folder / "locale" / "cy-GB.po").exists()
    translate(folder, Welcome="{{ welcome }}", Goodbye="Adiós {{ n | nothing }}")
    shown = run(folder, "texts", "check", "clinic.call", "--language", "es-ES", "--format", "json")
    report = json.loads(shown)
    found = report["diagnostics"] if isinstance(report, dict) else report
    assert sorted((one["code"], Path(one["file"]).name) for one in found) == [
        ("W049", "es-ES.po"),
        ("W051", "es-ES.po"),
        ("W052", "es-ES.po"),
    ]
    run(folder, "texts", "check", "clinic.call", "--strict", code=1)
    run(folder, "check", "clinic.call", "--strict", code=1)


def test_texts_of_other_scripts_in_the_folder_stay(folder: Path) -> None:
    (folder / "other.call").write_text('languages en-GB, es-ES\ntalk "Another."\n', encoding="utf-8")
    run(folder, "texts", "update")
    translate(folder, Another="Otro.")
    run(folder, "texts", "update", "clinic.call")
    po = (folder / "locale" / "es-ES.po").read_text(encoding="utf-8")
    assert '#: other.call:2\nmsgid "Another."\nmsgstr "Otro."\n' in po
    (folder / "other.call").write_text('languages en-GB, es-ES\ntalk "Something."\n', encoding="utf-8")
    run(folder, "texts", "update")
    assert '#~ msgid "Another."\n#~ msgstr "Otro."\n' in (folder / "locale" / "es-ES.po").read_text(encoding="utf-8")


def test_translations_beside_an_included_file_are_used(folder: Path) -> None:
    run(folder, "texts", "update", "clinic.call")
    translate(folder, Goodbye="Adiós.")
    os.renames(folder / "locale" / "es-ES.po", folder / "shared" / "locale" / "es-ES.po")
    said = run(folder, "compile", "clinic.call", "--compact", "--var", "language=es-ES")
    assert '"text":"Adiós."' in said
    # What stands there is not asked for here again.
    assert run(folder, "texts", "update", "clinic.call", "--language", "es-ES").startswith("locale/es-ES.po: 2 texts")


def test_a_broken_file_is_an_error(folder: Path) -> None:
    run(folder, "texts", "update", "clinic.call")
    path = folder / "locale" / "es-ES.po"
    path.write_text(path.read_text(encoding="utf-8") + "\nmsgid x\n", encoding="utf-8")
    shown = run(folder, "compile", "clinic.call", code=1)
    assert "error[E329]" in shown
    assert "es-ES.po:" in shown
    run(folder, "texts", "update", "clinic.call", code=1)


def test_wrong_usage(folder: Path) -> None:
    assert "fr-FR" in run(folder, "texts", "update", "clinic.call", "--language", "fr-FR", code=2)
    assert "no script here" in run(folder, "texts", "update", "shared", code=2)


PSEUDO = """
languages en-GB, es-ES
step main {
  talk "Hello."
  input speech { on "yes" -> bye otherwise hangup }
}
step bye { talk SAID }
test "yes" { hear "Hello" say "yes" hear "Bye" ended }
test "sí" { with language="es-ES" hear "Hola" say "sí" hear "Adiós" ended }
"""


def test_the_pseudo_language_shows_what_is_not_translated(folder: Path) -> None:
    path = folder / "said.call"
    path.write_text(PSEUDO.replace("SAID", '"Bye."'), encoding="utf-8")
    run(folder, "texts", "update", "said.call")
    translate(folder, Hello="Hola.", Bye="Adiós.")
    po = folder / "locale" / "es-ES.po"
    po.write_text(po.read_text(encoding="utf-8").replace('msgid "yes"\nmsgstr ""', 'msgid "yes"\nmsgstr "sí"'))
    assert "2 passed" in run(folder, "test", "said.call")
    assert "2 passed" in run(folder, "test", "said.call", "--pseudo")
    path.write_text(PSEUDO.replace("SAID", "{{ 'Bye.' }}"), encoding="utf-8")
    shown = run(folder, "test", "said.call", "--pseudo", code=1)
    assert "expected all texts to be translated, but “Bye.” is not" in shown


def test_a_file_of_translations_that_comes_later_is_taken_up(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {"clinic": str(folder / "clinic.call")}
    flows = loaded(files)
    taken: list[str] = []

    class Site:
        scripts = {"clinic": Runnable(flows["clinic"], "https://calls.example.com/clinic")}  # noqa: RUF012

    class Served:
        site = Site()

        async def replace(self, name: str, script: Runnable) -> None:
            taken.append(script.version)
            self.site.scripts[name] = script

    reloader = Reloader(files, flows, {}, StreamLog(as_json=False))
    server: Server = Served()  # type: ignore[assignment]
    asyncio.run(reloader.look(server))
    assert not taken
    run(folder, "texts", "update", "clinic.call")
    asyncio.run(reloader.look(server))
    assert len(taken) == 1
    translate(folder, Welcome="Bienvenido.")
    asyncio.run(reloader.look(server))
    assert len(set(taken)) == 2


def test_examples_of_the_help() -> None:
    assert {"texts update", "texts check"} <= EXAMPLES.keys()

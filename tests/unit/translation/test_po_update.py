"""Bringing files of translations up to date."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from nccodsl.translation.po_file import read_catalog, read_po
from nccodsl.translation.po_update import Extracted, updated

READ = frozenset({"a.call"})


def text(words: str, line: int = 1, *, plural: str | None = None, path: str = "a.call", said: str = "") -> Extracted:
    return Extracted(words, plural, ((path, line),), (said,) if said else ())


def filled(po: str, **translations: str) -> str:
    for words, translation in translations.items():
        words = words.replace("_", " ")
        assert f'msgid "{words}"\nmsgstr ""' in po
        po = po.replace(f'msgid "{words}"\nmsgstr ""', f'msgid "{words}"\nmsgstr "{translation}"')
    return po


def test_a_new_file_has_what_translators_need() -> None:
    new = updated(None, "es_ES", [text("Hello", 3, said="The caller"), text("a day", 4, plural="{{ n }} days")], READ)
    assert (new.count, new.open) == (2, 2)
    assert '#. The caller\n#: a.call:3\nmsgid "Hello"\nmsgstr ""\n' in new.text
    assert 'msgid "a day"\nmsgid_plural "{{ n }} days"\nmsgstr[0] ""\nmsgstr[1] ""\n' in new.text
    assert '"Language: es_ES\\n"' in new.text
    assert "Plural-Forms: nplurals=" in new.text


def test_nothing_changes_twice() -> None:
    texts = [text("Hello {{ name }}, 100% sure", 3), text("Bye", 9)]
    once = filled(updated(None, "es_ES", texts, READ).text, Bye="Adiós")
    assert updated(once, "es_ES", texts, READ).text == once
    assert "format" not in once


def test_a_changed_text_is_fuzzy_and_says_what_it_was() -> None:
    old = filled(updated(None, "es_ES", [text("Welcome to the clinic")], READ).text, Welcome_to_the_clinic="Bienvenido")
    new = updated(old, "es_ES", [text("Welcome to our clinic")], READ)
    assert '#, fuzzy\n#| msgid "Welcome to the clinic"\nmsgid "Welcome to our clinic"\nmsgstr "Bienvenido"' in new.text
    assert new.open == 1
    # And again: it stays what it is.
    assert updated(new.text, "es_ES", [text("Welcome to our clinic")], READ).text == new.text


def test_a_text_that_is_gone_stays_as_a_comment_and_may_come_back() -> None:
    old = filled(updated(None, "es_ES", [text("Hello"), text("Something else", 2)], READ).text, Something_else="Otra")
    gone = updated(old, "es_ES", [text("Hello")], READ).text
    assert '#~ msgid "Something else"\n#~ msgstr "Otra"' in gone
    back = updated(gone, "es_ES", [text("Hello"), text("Something else", 5)], READ).text
    assert '#: a.call:5\nmsgid "Something else"\nmsgstr "Otra"' in back
    assert "#~" not in back


def test_texts_of_other_scripts_stay() -> None:
    both = updated(None, "es_ES", [text("Hello"), text("Hello", path="b.call"), text("Bye", path="b.call")], READ).text
    new = updated(both, "es_ES", [text("Hello", 7)], READ).text
    assert '#: a.call:7 b.call:1\nmsgid "Hello"' in new
    assert '#: b.call:1\nmsgid "Bye"' in new


def test_what_a_translator_has_written_stays() -> None:
    old = updated(None, "pl_PL", [text("a day", plural="days"), text("x\ny")], READ).text
    noted = old.replace('#: a.call:1\nmsgid "a day"', '# A note\n#: a.call:1\nmsgid "a day"')
    new = updated(noted, "pl_PL", [text("a day", 2, plural="days"), text("x\ny")], READ).text
    assert '# A note\n#: a.call:2\nmsgid "a day"' in new
    assert "msgstr[2]" in new


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext is not installed")
@pytest.mark.parametrize("locale", ["es_ES", "cs_CZ", "ja_JP", "cy_GB"])
def test_gettext_reads_it(locale: str, tmp_path: Path) -> None:
    texts = [
        text('Say "{{ name | upper }}", 50% off', 1),
        text("<speak>Hi<break time='1s'/></speak>", 2, said="100 %"),
        text("{{ count }} message", 3, plural="{{ count }} messages"),
        text("First line\nsecond line", 4),
    ]
    old = updated(None, locale, [*texts, text("An older text that is gone", 5)], READ).text
    path = tmp_path / "a.po"
    path.write_text(updated(old, locale, texts, READ).text, encoding="utf-8")
    done = subprocess.run(
        ["msgfmt", "--check", "-o", str(tmp_path / "a.mo"), str(path)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stderr


def test_it_is_read_again_as_it_was_written() -> None:
    texts = [text('Say "{{ a }}"\\ and\ttab\nnew line'), text("ü" * 200, 2), text("one", 3, plural="many")]
    new = updated(None, "es_ES", texts, READ).text
    assert set(read_po(new).translations) == {one.text for one in texts}
    assert len(read_catalog(new)) == 3

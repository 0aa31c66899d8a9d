"""Renaming: all uses and nothing else, or a reason why not."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from nccodsl.editor.document import Document
from nccodsl.editor.index import index_of
from nccodsl.editor.services.renames import FileEdit, Renamable, RenameRefused, prepare_rename, rename
from nccodsl.errors import CannotRead
from tests.unit.editor.scripts import SCRIPT, document, place, words


def applied(text: str, edits: Iterable[FileEdit], name: str = "main.call") -> str:
    for edit in sorted(edits, key=lambda edit: edit.place, reverse=True):
        if edit.place.name == name:
            text = text[: edit.place.start] + edit.text + text[edit.place.end :]
    return text


def _edits(wanted: str, name: str, text: str = SCRIPT, **files: str) -> tuple[FileEdit, ...]:
    found = rename(document(text, **files), place(text, wanted), name)
    assert not isinstance(found, RenameRefused), found.message
    return found


def _refused(wanted: str, name: str, text: str = SCRIPT, **files: str) -> str:
    found = rename(document(text, **files), place(text, wanted), name)
    assert isinstance(found, RenameRefused)
    return found.message


@pytest.mark.parametrize(
    ("wanted", "lines"),
    [
        ("param |guest", [3, 4, 9, 24, 40]),
        ("let |greeting", [4, 18]),
        ("secret |token", [5, 34]),
        ("hours |office", [6, 18]),
        ("dialog |account", [8, 24, 41]),
        ("account(|prompt: ", [8, 9, 24, 41]),
        ("-> done(number: text), |lost", [8, 10, 12, 26, 41]),
        ("as |typed", [10, 13]),
        ("set |typed", [33, 37]),
        ("step |read_back", [10, 11]),
        ("for |agent", [19, 19]),
        ("{% set |n", [18, 18]),
        ("step |closing", [25, 28, 29, 32]),
        ("as |found", [24, 25]),
    ],
)
def test_all_uses_are_renamed(wanted: str, lines: list[int]) -> None:
    edits = _edits(wanted, "fresh")
    assert [int(word.partition(":")[0]) for word in words(SCRIPT, [one.place for one in edits])] == lines
    assert Document("main.call", applied(SCRIPT, edits), document()._reader).findings == []


def test_a_rename_from_any_use_is_the_same() -> None:
    edits = _edits("param |guest", "fresh")
    for edit in edits:
        assert rename(document(), edit.place.start, "fresh") == edits
        assert rename(document(), edit.place.end, "fresh") == edits


def test_what_can_be_renamed_is_told_beforehand() -> None:
    assert prepare_rename(document(), place(SCRIPT, "ends |lost") + 2) == Renamable(
        next(one.place for one in _edits("ends |lost", "x") if one.place.start == place(SCRIPT, "ends |lost")), "lost"
    )


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ("{{ |caller", "`caller` is a name of the language, which cannot be changed."),
        ("|headers=", "There is no name here that can be changed."),
        ('"|it says', "There is no name here that can be changed."),
        ("customer.|name", "The members of an answer cannot be renamed: others may read them by their names."),
        ("ask |confirm", "`confirm` belongs to the library file <std/confirm.call>, which cannot be changed."),
        ("confirm(|question", "`question` belongs to the library file <std/confirm.call>, which cannot be changed."),
    ],
)
def test_what_cannot_be_renamed(wanted: str, reason: str) -> None:
    assert prepare_rename(document(), place(SCRIPT, wanted)) == RenameRefused(reason)
    assert _refused(wanted, "fresh") == reason


@pytest.mark.parametrize(
    ("wanted", "name", "reason"),
    [
        ("param |guest", "Guest", "`Guest` cannot be a name: use small letters, digits and `_`, and begin with a letter."),
        ("param |guest", "", "`` cannot be a name: use small letters, digits and `_`, and begin with a letter."),
        ("param |guest", "_g", "`_g` cannot be the name of a value: templates do not read names that begin with `_`."),
        ("param |guest", "not", "`not` is a word of the language: choose another name."),
        ("step |read_back", "again", "`again` is a word of the language: choose another name."),
        ("ends |lost", "hear", "`hear` is a word of the language: choose another name."),
        ("as |choice", "caller", "`caller` is what the language calls something else: choose another name."),
        ("param |guest", "greeting", "`greeting` is already the name of a let."),
        ("param |guest", "caller", "`caller` is already the name of something that the language reads."),
        ("param |guest", "typed", "`typed` is already the name of a value of the call."),
        ("param |guest", "prompt", "`prompt` is already the name of a param."),
        ("param |guest", "choice", "`choice` is already the name of a value of the call."),
        ("account(|prompt: ", "guest", "`guest` is already the name of a param."),
        ("as |typed", "tries", "`tries` is already the name of a param."),
        ("step |closing", "menu", "`menu` is already the name of a step."),
        ("step |read_back", "done", "`done` is already the name of an outcome."),
        ("dialog |account", "confirm", "`confirm` is already the name of a dialog."),
        ("step |menu", "main", "`main` is already the name of a step."),
        ("{% set |n", "greeting", "`greeting` is already the name of a let."),
    ],
)  # fmt: skip
def test_names_that_cannot_be_given(wanted: str, name: str, reason: str) -> None:
    assert _refused(wanted, name) == reason


def test_names_of_other_scopes_can_be_given() -> None:
    assert _edits("as |found", "agent")  # a loop elsewhere
    assert _edits("set |typed", "prompt")  # a param of a dialog
    assert _edits("step |closing", "read_back")  # a step of a dialog
    assert _edits("account(|prompt: ", "choice")  # a value of the call, which dialogs do not see


def test_a_loop_would_take_a_name() -> None:
    text = 'param a: text\nfor b in [1] { talk "{{ a }} {{ b }}" }\n'
    assert _refused("param |a", "b", text) == "`b` is already the name of the value of a loop."
    assert _refused("for |b", "a", text) == "`a` is already the name of a param."


def test_what_a_filter_reads_without_a_word_stays() -> None:
    text = 'param now: text\nparam at: text\ntalk "{{ at | spoken_datetime }}"\n'
    reason = "The filter `spoken_datetime` reads `now`, and would read something else."
    assert _refused("param |now", "fresh", text) == reason
    assert _refused("param |at", "now", text.replace("param now: text\n", "")) == reason
    assert _edits("param |now", "fresh", text.replace(" | spoken_datetime", ""))


def test_the_call_begins_where_it_did() -> None:
    text = 'step first { -> main }\nstep main { talk "x" }\n'
    assert _refused("step |main", "other", text) == (
        "The call begins at `main`. It would begin at `first`, because `main` is where calls begin."
    )
    text = 'step first { -> other }\nstep other { talk "x" }\n'
    assert _refused("step |other", "main", text).startswith("The call begins at `first`. It would begin at `main`")
    assert len(_edits("step |first", "main", text)) == 1


def test_what_cannot_be_read_may_have_the_name() -> None:
    text = 'param guest: text\nstep main {\n  talk "{{ guest }}"\n  talk {{ guest }\n}\n'
    assert _refused("param |guest", "fresh", text) == (
        "Correct the errors in main.call first: `guest` in line 4 may be this name, or another."
    )
    assert len(_edits("step |main", "main", text)) == 0
    text = 'param guest: text\nstep main {\n  talk "{{ guest }}"\n  talk talk\n}\n'
    assert len(_edits("param |guest", "fresh", text)) == 2


def test_across_includes() -> None:
    main = 'include "rest.call"\nparam guest: text\nstep main { -> rest }\n'
    rest = 'step rest { talk "{{ guest }}" }\n'
    edits = _edits("param |guest", "fresh", main, rest=rest)
    assert applied(main, edits) == main.replace("guest", "fresh")
    assert applied(rest, edits, "rest.call") == rest.replace("guest", "fresh")


def test_across_documents_that_include_the_same_file() -> None:
    rest = 'step rest { talk "hi" }\n'
    one = document('include "rest.call"\nstep main { -> rest }\n', rest=rest)
    alone = Document("rest.call", rest)
    edits = rename(alone, rest.index("rest"), "fresh", [one, alone])
    assert not isinstance(edits, RenameRefused)
    assert [edit.place.name for edit in edits] == ["main.call", "rest.call"]
    refused = rename(alone, rest.index("rest"), "main", [one])
    assert refused == RenameRefused("`main` is already the name of a step.")


@pytest.mark.parametrize("word", ["talk", "at", "open", "private", "timeout", "hours"])
def test_words_of_the_language_can_be_names(word: str) -> None:
    for wanted in ("param |guest", "step |closing", "as |choice", "dialog |account", "set |typed"):
        text = applied(SCRIPT, _edits(wanted, word))
        assert Document("main.call", text, document()._reader).findings == [], wanted


@pytest.mark.parametrize(("name", "count"), [("clinic", 4), ("patient", 4), ("count", 5), ("goodbye", 0)])
def test_translations_keep_their_texts(name: str, count: int) -> None:
    folder = Path(__file__).parents[3] / "examples" / "clinic-line"
    text = (folder / "script.call").read_text(encoding="utf-8")
    catalog = (folder / "locale" / "es-ES.po").read_text(encoding="utf-8")

    def made(text: str, catalog: str) -> Document:
        def read(path: str, including: str) -> tuple[str, str]:
            if path != "locale/es-ES.po":
                raise CannotRead(path, missing=True)
            return path, catalog

        return Document("main.call", text, read)

    one = made(text, catalog)
    use = next(use for use in index_of(one).uses if use.name == name and use.is_definition)
    edits = rename(one, use.place.start, "fresh")
    assert not isinstance(edits, RenameRefused)
    assert sum(edit.place.name == "locale/es-ES.po" for edit in edits) == count
    changed = applied(text, edits)
    assert bool(made(changed, catalog).findings) == bool(count)  # the translations of other texts
    assert made(changed, applied(catalog, edits, "locale/es-ES.po")).findings == []

"""Real documents with verdicts: what is valid has no error and goes there and back, and each known error is found at its
place; what is a placeholder becomes a parameter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import nccodsl
from nccodsl.decompiler.to_script import decompile_text
from nccodsl.voice.judge import judge_document

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"

PHONE = [{"type": "phone", "number": "14155550101"}]


def _rows(*verdicts: str) -> Iterator[Any]:
    manifest = CORPUS / "MANIFEST.json"
    if not manifest.exists():
        yield pytest.param(None, marks=pytest.mark.skip(reason=f"no corpus at {CORPUS}"))
        return
    for row in json.loads(manifest.read_text(encoding="utf-8")):
        if row["verdict"].partition(":")[0] in verdicts:
            yield pytest.param(row, id=row["file"])


def _pointer(path: tuple[str | int, ...]) -> str:
    return "".join(f"/{part}" for part in path)


@pytest.mark.parametrize("row", list(_rows("valid", "invalid")))
def test_verdict(row: dict[str, Any]) -> None:
    document = json.loads((CORPUS / row["file"]).read_text(encoding="utf-8"))
    errors = [problem for problem in judge_document(document) if problem.is_error]
    if row["verdict"] == "valid":
        assert errors == []
        return
    places = {_pointer(problem.path) for problem in errors}
    for known in row["errors"]:
        if _is_tolerated(known, document):
            continue
        wanted = {known["at"]}
        if known["code"] == "missing_required":
            wanted.add(known["at"].rpartition("/")[0])
        assert places & wanted, f"{known} not among {errors}"


def _is_tolerated(known: dict[str, Any], document: Any) -> bool:
    """Whether an error of the list is only a warning here: what official code writes all the same."""
    found = {problem.code for problem in judge_document(document) if _pointer(problem.path) == known["at"]}
    return found == {_TOLERATED.get(known["code"])}


_TOLERATED = {"empty_array": "W021", "wrong_type": "W035", "bad_enum": "W019"}


def _real(value: Any) -> Any:
    """The document with numbers and booleans for those that it has as strings: a script makes them real."""
    copy = json.loads(json.dumps(value))
    for problem in judge_document(value):
        if problem.code in ("W009", "W035"):
            owner = copy
            for part in problem.path[:-1]:
                owner = owner[part]
            owner[problem.path[-1]] = problem.replacement
    return copy


@pytest.mark.parametrize("row", list(_rows("valid")))
def test_there_and_back(row: dict[str, Any]) -> None:
    document = json.loads((CORPUS / row["file"]).read_text(encoding="utf-8"))
    script = nccodsl.decompile(document)
    api = "v1" if script.startswith("# Only POST /v1/calls") else "v2"
    assert nccodsl.format(script) == script
    assert [found for found in nccodsl.check(script, api=api) if found.is_error] == []
    flow = nccodsl.load(script)
    made = flow.call({}, api=api) if isinstance(document, dict) else flow.ncco()
    assert made == _real(document)


@pytest.mark.parametrize("row", list(_rows("invalid")))
def test_what_is_wrong_is_refused_or_kept(row: dict[str, Any]) -> None:
    text = (CORPUS / row["file"]).read_text(encoding="utf-8")
    document = json.loads(text)
    wrong = [known for known in row["errors"] if not _is_tolerated(known, document)]
    refused = decompile_text(row["file"], text)
    # Inputs without type are upgraded.
    if {known["code"] for known in wrong} != {"legacy_input_without_type"}:
        assert not refused.scripts
    places = {found.path for found in refused.diagnostics}
    for known in wrong:
        assert places & {known["at"], known["at"].rpartition("/")[0]}, known
    kept = decompile_text(row["file"], text, lenient=True)
    lacks_caller = isinstance(document, dict) and "from" not in document and not document.get("random_from_number")
    assert [found.code for found in kept.lacking] == ["E401"] * lacks_caller
    # That the script compiles to the document has been proven by decompile_text.
    assert len(kept.scripts) == 1


@pytest.mark.parametrize("row", list(_rows("placeholder")))
def test_placeholders_become_params(row: dict[str, Any]) -> None:
    result = decompile_text(row["file"], (CORPUS / row["file"]).read_text(encoding="utf-8"), params=True)
    (script,) = result.scripts
    assert [found for found in nccodsl.check(script) if found.is_error] == []
    assert nccodsl.format(script) == script
    numbers = {known["detail"] for known in row["placeholders"] if known["code"] == "placeholder_number"}
    params = [param for param in nccodsl.load(script).params if param.type == "phone"]
    assert len(params) == len(numbers)


@pytest.mark.parametrize("row", list(_rows("valid")))
def test_the_emulator_plays_it_through(row: dict[str, Any]) -> None:
    """As it stands: with tolerated spellings, numbers in strings and arrays of one left out."""
    from nccodsl.emulator.core.mail import WebhookReply
    from nccodsl.emulator.emulate import emulate
    from nccodsl.emulator.personas.persona import Act, Cast, Persona, Rule
    from nccodsl.emulator.views.page import to_html

    document = json.loads((CORPUS / row["file"]).read_text(encoding="utf-8"))
    body = document if isinstance(document, dict) else {"to": PHONE, "from": PHONE[0], "ncco": document}
    ann = Persona(does=(Rule((Act("press", "1"), Act("say", "yes")), hears="", times=None),))
    call = emulate(body, Cast((ann,)), lambda _: WebhookReply())
    assert all(leg.ended is not None for leg in call.legs)
    kinds = [entry.data["action"] for entry in call.timeline.of("action")]
    assert kinds[:1] == [action["action"] for action in body.get("ncco", ())][:1]
    assert to_html(call.to_json())

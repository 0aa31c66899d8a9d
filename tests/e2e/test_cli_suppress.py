"""`nccodsl suppress`: numbers that opted out, as people list, export, add and remove them."""

from __future__ import annotations

import csv
import io
import json
import shlex
from contextlib import closing
from pathlib import Path

import pytest

from nccodsl.cli.examples import EXAMPLES
from nccodsl.server.stores.open_store import open_store
from nccodsl.server.stores.sqlite_store import SqliteStore
from tests.e2e.in_process import run_here

STORE = ("--store", "sqlite:calls.db")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store = SqliteStore(tmp_path / "calls.db", lambda: 1_800_000_000.0)
    store.save("ivr/leg-1", b"1", None, opt_outs=(("14155550101", "=pressed 9"), ("sip:ann@example.com", "")))
    store.close()
    return tmp_path


def suppress(folder: Path, *words: str, code: int = 0, stdin: bytes = b"") -> str:
    done = run_here(folder, {"NCCODSL_STATE": str(folder / "state")}, "suppress", *words, stdin=stdin)
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


def test_listing(folder: Path) -> None:
    assert suppress(folder, "list", *STORE).splitlines() == [
        "14155550101      2027-01-15T08:00:00Z  =pressed 9  (ivr/leg-1)",
        "sip:ann@example.com  2027-01-15T08:00:00Z    (ivr/leg-1)",
    ]
    found = json.loads(suppress(folder, "list", *STORE, "--json"))
    assert found[0] == {
        "number": "14155550101",
        "reason": "=pressed 9",
        "source": "ivr/leg-1",
        "since": "2027-01-15T08:00:00Z",
    }


def test_a_server_that_has_kept_nothing_yet(tmp_path: Path) -> None:
    assert suppress(tmp_path, "list") == "No numbers are suppressed.\n"
    assert suppress(tmp_path, "export") == "number,reason,source,since\n"
    assert "E803" in suppress(tmp_path, "list", *STORE, code=2)
    assert "E803" in suppress(tmp_path, "list", "--store", "memory:", code=2)


def test_a_database_that_no_server_has_used(tmp_path: Path, postgres_url: str) -> None:
    said = suppress(tmp_path, "list", "--store", postgres_url, code=2)
    assert "E803" in said
    assert "there is no store in postgresql://" in said
    assert "E803" in suppress(tmp_path, "list", "--store", "postgresql://ann:secret@127.0.0.1:1/calls", code=2)


def test_exporting(folder: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(suppress(folder, "export", *STORE))))
    assert [row["number"] for row in rows] == ["14155550101", "sip:ann@example.com"]
    assert rows[0]["reason"] == "'=pressed 9", "no spreadsheet takes it for a formula"
    assert len(json.loads(suppress(folder, "export", *STORE, "--format", "json"))) == 2


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_adding_and_removing(request: pytest.FixtureRequest, folder: Path, kind: str) -> None:
    where = STORE if kind == "sqlite" else ("--store", request.getfixturevalue("postgres_url"))
    with closing(open_store(where[1] if kind == "postgres" else f"sqlite:{folder / 'calls.db'}")) as store:
        store.save("ivr/leg-2", b"1", None, opt_outs=(("14155550101", "pressed 9"), ("sip:ann@example.com", "")))
    added = suppress(folder, "add", "+44 20 7946 0000", "14155550101", "--reason", "by mail", *where)
    assert added == "1 number suppressed.\n"
    assert "is not a valid phone number" in suppress(folder, "add", "12", *where, code=2)
    assert "is not suppressed" in suppress(folder, "remove", "14155550101", "14155550177", *where, code=2)
    removed = suppress(folder, "remove", "+1 415 555 0101", "sip:ann@example.com", *where, "--json")
    assert json.loads(removed) == {"numbers": ["14155550101", "sip:ann@example.com"]}
    assert [one["number"] for one in json.loads(suppress(folder, "list", *where, "--json"))] == ["442079460000"]


def test_importing(folder: Path) -> None:
    (folder / "list.csv").write_text(
        "number,reason\n+1 415 555 0101,\n14155550102,asked by mail\nnone,\n14155550103,\n,\n", encoding="utf-8"
    )
    done = run_here(folder, {}, "suppress", "import", "list.csv", "--reason", "state list", *STORE)
    assert done.returncode == 1
    assert done.stdout == "2 numbers suppressed; suppressed already: 1.\n"
    assert done.stderr.splitlines() == [
        "list.csv:4: E732 `none` is not a valid phone number: only digits, spaces, dots, hyphens, brackets and a "
        "leading + are allowed",
        "list.csv:6: E732 the recipient has no number",
    ]
    found = json.loads(suppress(folder, "list", *STORE, "--json"))
    assert {one["number"]: one["reason"] for one in found if one["number"] != "sip:ann@example.com"} == {
        "14155550101": "=pressed 9",
        "14155550102": "asked by mail",
        "14155550103": "state list",
    }
    # What was exported can be imported elsewhere.
    (folder / "exported.csv").write_text(suppress(folder, "export", *STORE), encoding="utf-8")
    rows = (folder / "exported.csv").read_text(encoding="utf-8").replace("sip:ann@example.com", "14155550104")
    (folder / "exported.csv").write_text(rows, encoding="utf-8")
    assert suppress(folder, "import", "exported.csv") == "4 numbers suppressed.\n"
    assert "no column is called `phone`" in suppress(folder, "import", "list.csv", "--column", "phone", code=1)
    said = suppress(folder, "import", "list.csv", "--column", "phone", code=1)
    assert "give `--column NAME`; the columns are `number`, `reason`" in said
    (folder / "plain.txt").write_text("number\n", encoding="utf-8")
    said = suppress(folder, "import", "plain.txt", code=2)
    assert "'FILE': plain.txt is neither" in said
    assert "--rows" not in said
    (folder / "bad.csv").write_bytes(b"\xff\xfen\x00")
    assert "UTF-16" in suppress(folder, "import", "bad.csv", code=1)
    (folder / "list.jsonl").write_text('{"number": 14155550109}\n{"number": true}\n', encoding="utf-8")
    assert "E732" in suppress(folder, "import", "list.jsonl", code=1)


@pytest.mark.parametrize("name", ["add", "remove", "list", "export", "import"])
def test_the_examples_run(folder: Path, name: str) -> None:
    suppress(folder, "add", "14155550101")
    (folder / "do-not-call.csv").write_text("number,phone\n14155550102,14155550102\n", encoding="utf-8")
    for example in EXAMPLES[f"suppress {name}"]:
        words = shlex.split(example.partition(" > ")[0].partition(" < ")[0])[2:]
        suppress(folder, "add", "14155550101", *(STORE if STORE[1] in words else ()))
        suppress(folder, *words, stdin=b"number,phone\n14155550102,14155550102\n")

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


def suppress(folder: Path, *words: str, code: int = 0) -> str:
    done = run_here(folder, {"NCCODSL_STATE": str(folder / "state")}, "suppress", *words)
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


@pytest.mark.parametrize("name", ["add", "remove", "list", "export"])
def test_the_examples_run(folder: Path, name: str) -> None:
    suppress(folder, "add", "14155550101")
    for example in EXAMPLES[f"suppress {name}"]:
        words = shlex.split(example.partition(" > ")[0])[2:]
        suppress(folder, "add", "14155550101", *(STORE if STORE[1] in words else ()))
        suppress(folder, *words)

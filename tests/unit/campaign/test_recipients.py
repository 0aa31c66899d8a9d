"""Recipients of a campaign: from files, queries and standard input, each row called for or skipped with a reason."""

from __future__ import annotations

import io
import sqlite3
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import BinaryIO

import pytest

from nccodsl.campaign import parquet_rows
from nccodsl.campaign.campaign_plan import Columns, RecipientSource
from nccodsl.campaign.query_rows import BadRecipients, row_of
from nccodsl.campaign.recipient_rows import open_recipients
from nccodsl.campaign.recipients import Recipient, SkippedRow, recipients_in
from nccodsl.campaign.seen_on_disk import SeenOnDisk
from nccodsl.documents.rows import Row, RowFailure
from nccodsl.io.sqlite import open_scratch

PHONE = Columns("phone")
Found = list[tuple[int, str, str]]


def read(source: RecipientSource, folder: Path, stdin: bytes = b"", columns: Columns = PHONE) -> Found:
    """Line, number or reason, and code of each row."""
    with open_recipients(source, str(folder), io.BytesIO(stdin)) as rows, SeenOnDisk() as seen:
        return [
            (one.line, one.number, "") if isinstance(one, Recipient) else (one.line, one.reason, one.failure.code)
            for one in recipients_in(rows, columns, seen)
        ]


def refused(source: RecipientSource, folder: Path, stdin: bytes = b"") -> str:
    with pytest.raises(BadRecipients) as told:
        read(source, folder, stdin)
    return f"{told.value.code} {told.value}"


CSV = (
    b"name,phone\n"
    b"Ann,+1 415 555 0101\n"
    b"Bob,0170 1234567\n"
    b"Cy,\n"
    b"Di,14155550101\n"
    b"\xc5ke,+46 8 123 456\n"
    b"Ed,14155550102,x\n"
    b'"Fay,14155550103\n'
    b'Gus",14155550103\n'
)


def test_each_row_of_a_csv_file_is_accounted_for(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(CSV)
    found = read(RecipientSource(str(tmp_path / "a.csv")), tmp_path)
    assert found == [
        (2, "14155550101", ""),
        (3, "invalid", "E732"),
        (4, "invalid", "E732"),
        (5, "duplicate", "E733"),
        (6, "bad_row", "E110"),
        (7, "bad_row", "E310"),
        (8, "14155550103", ""),
    ]


def test_json_lines_and_standard_input(tmp_path: Path) -> None:
    lines = b'{"phone": "14155550101"}\n{"phone": 14155550102}\n{"phone": 1.5}\n{}\n[]\n{\n{"phone": true}\n'
    expected = [
        (1, "14155550101", ""),
        (2, "14155550102", ""),
        (3, "invalid", "E732"),
        (4, "invalid", "E732"),
        (5, "bad_row", "E301"),
        (6, "bad_row", "E112"),
        (7, "invalid", "E732"),
    ]
    (tmp_path / "a.jsonl").write_bytes(lines)
    (tmp_path / "a.txt").write_bytes(lines)
    assert read(RecipientSource(str(tmp_path / "a.jsonl")), tmp_path) == expected
    assert read(RecipientSource(str(tmp_path / "a.txt"), "jsonl"), tmp_path) == expected
    assert read(RecipientSource("-"), tmp_path, lines) == expected
    assert read(RecipientSource("-"), tmp_path, CSV)[0] == (2, "14155550101", "")


def test_what_a_recipient_holds() -> None:
    columns = Columns("phone", "tz", "zip", "agreed", (("who", "name"), ("called", "phone")))
    text = "name,phone,tz,zip,agreed\nAnn,+1 (415) 555-0101,UTC, ,yes\n"
    with open_recipients(RecipientSource("-"), "", io.BytesIO(text.encode())) as rows, SeenOnDisk() as seen:
        (one,) = recipients_in(rows, columns, seen)
    assert isinstance(one, Recipient)
    assert (one.row, one.line, one.zone, one.postal_code, one.consent) == (1, 2, "UTC", None, "yes")
    assert one.values["who"] == "Ann"
    assert one.values["phone"] == one.values["called"] == "14155550101"


def test_a_row_that_cannot_be_called_does_not_stand_for_its_number() -> None:
    rows = io.BytesIO(b"phone,name\n14155550101,\n14155550101,Ann\n14155550101,Bob\n")

    def judge(one: Recipient, row: Row) -> RowFailure | None:
        return None if one.values["name"] else RowFailure(row.line, "E211", "no name")

    with open_recipients(RecipientSource("-"), "", rows) as table, SeenOnDisk() as seen:
        found = list(recipients_in(table, PHONE, seen, judge))
    assert [one.reason if isinstance(one, SkippedRow) else one.values["name"] for one in found] == [
        "invalid",
        "Ann",
        "duplicate",
    ]
    assert isinstance(found[2], SkippedRow)
    assert "line 3" in found[2].failure.message


# ---- queries


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "crm.db"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE people (phone, name, since)")
    db.executemany(
        "INSERT INTO people VALUES (?, ?, ?)",
        [("14155550101", "Ann", 1), (14155550102, None, 2.5), (None, "Cy", 3), (b"1", "Di", 4)],
    )
    db.execute("INSERT INTO people VALUES ('14155550103', CAST(x'ff' AS TEXT), 5)")
    db.commit()
    db.close()
    return path


def test_a_query(database: Path, tmp_path: Path) -> None:
    source = RecipientSource(query="SELECT * FROM people ORDER BY since", database=str(database))
    assert read(source, tmp_path) == [
        (1, "14155550101", ""),
        (2, "14155550102", ""),
        (3, "invalid", "E732"),
        (4, "bad_row", "E732"),
        (5, "bad_row", "E110"),
    ]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT * FROM persons", "no such table: persons"),
        ("SELEC", "syntax error"),
        ("DELETE FROM people", "readonly"),
        ("INSERT INTO people VALUES (1, 2, 3)", "readonly"),
        ("PRAGMA user_version = 3", "the query"),
        ("SELECT phone, name AS phone FROM people", "two columns are called `phone`"),
        ("SELECT json_extract(name, '$.x') AS phone FROM people", "malformed JSON"),
    ],
)
def test_a_query_that_fails(database: Path, tmp_path: Path, query: str, reason: str) -> None:
    told = refused(RecipientSource(query=query, database=str(database)), tmp_path)
    assert told.startswith(f"E731 {database}: ")
    assert reason in told


def test_a_database_is_only_read(database: Path, tmp_path: Path) -> None:
    before = database.read_bytes()
    read(RecipientSource(query="SELECT phone FROM people", database=str(database)), tmp_path)
    assert database.read_bytes() == before
    assert "no such file" in refused(RecipientSource(query="SELECT 1", database=str(tmp_path / "b.db")), tmp_path)
    assert not (tmp_path / "b.db").exists()
    (tmp_path / "c.db").write_text("no database at all " * 100)
    assert "not a database" in refused(
        RecipientSource(query="SELECT * FROM a", database=str(tmp_path / "c.db")), tmp_path
    )


MODULE = """
import sqlite3

def connect():
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE people (phone TEXT)")
    db.execute("INSERT INTO people VALUES ('14155550101')")
    return db

def broken():
    raise KeyError("DSN")

def nothing():
    return None
"""


def test_another_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "crm_of_a_test.py").write_text(MODULE)

    def source(function: str) -> RecipientSource:
        return RecipientSource(query="SELECT phone FROM people", connect=function)

    assert read(source("crm_of_a_test:connect"), tmp_path) == [(1, "14155550101", "")]
    assert refused(source("crm_of_a_test:broken"), tmp_path) == "E731 crm_of_a_test:broken: KeyError: 'DSN'"
    assert "DB-API" in refused(source("crm_of_a_test:nothing"), tmp_path)
    assert "AttributeError" in refused(source("crm_of_a_test:missing"), tmp_path)
    assert "ModuleNotFoundError" in refused(source("no_such_module_at_all:connect"), tmp_path)


def test_values_of_a_database() -> None:
    row = row_of({"day": date(2026, 12, 1), "n": 1.5, "none": None}, 7)
    assert (row.line, row.number, row.values) == (7, 7, {"day": "2026-12-01", "n": 1.5, "none": None})


# ---- parquet


def test_parquet(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pyarrow.table({"phone": ["14155550101", None, "14155550101"], "day": [date(2026, 12, 1)] * 3})
    parquet.write_table(table, tmp_path / "a.parquet")
    assert read(RecipientSource(str(tmp_path / "a.parquet")), tmp_path) == [
        (1, "14155550101", ""),
        (2, "invalid", "E732"),
        (3, "duplicate", "E733"),
    ]
    (tmp_path / "b.parquet").write_bytes(b"PAR1 and no more")
    assert refused(RecipientSource(str(tmp_path / "b.parquet")), tmp_path).startswith("E731 ")


def test_parquet_without_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(parquet_rows, "import_module", missing)
    (tmp_path / "a.parquet").touch()
    told = refused(RecipientSource(str(tmp_path / "a.parquet")), tmp_path)
    assert told == "E731 parquet files need the package pyarrow"


# ---- what cannot be read at all


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.csv", b"", "E314"),
        ("a.csv", "phone\n14155550101\n".encode("utf-16"), "E110"),
        ("a.csv", b"phone,phone\n", "E113"),
        ("a.xls", b"phone\n", "E731"),
        ("a.csv", None, "E731"),
    ],
)
def test_a_table_that_cannot_be_read(tmp_path: Path, name: str, data: bytes | None, told: str) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    assert refused(RecipientSource(str(tmp_path / name)), tmp_path).startswith(told)


def test_a_folder_and_piped_parquet(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    assert "a directory" in refused(RecipientSource(str(tmp_path / "a.csv")), tmp_path)
    assert "cannot be piped" in refused(RecipientSource("-", "parquet"), tmp_path)


# ---- streams


class Endless(io.RawIOBase):
    """A table that is made as it is read, and counts the lines that were asked for."""

    def __init__(self, rows: int) -> None:
        self.rows, self.given = rows, 0

    def readline(self, size: int | None = -1, /) -> bytes:
        if self.given > self.rows:
            return b""
        self.given += 1
        if self.given == 1:
            return b"phone,name\n"
        return b"%d,somebody with a name of some length\n" % (14150000000 + self.given)


def stream(table: BinaryIO) -> Iterator[Recipient | SkippedRow]:
    with open_recipients(RecipientSource("-", "csv"), "", table) as rows, SeenOnDisk() as seen:
        yield from recipients_in(rows, PHONE, seen)


def test_rows_come_as_they_are_read() -> None:
    table = Endless(10**9)
    found = stream(table)  # type: ignore[arg-type]
    for number in range(2, 50):
        next(found)
        assert table.given == number
    found.close()  # type: ignore[attr-defined]


def test_memory_does_not_grow_with_the_table() -> None:
    def peak(rows: int) -> int:
        tracemalloc.start()
        try:
            assert sum(isinstance(one, Recipient) for one in stream(Endless(rows))) == rows  # type: ignore[arg-type]
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(100)
    small, large = peak(1000), peak(10_000)
    assert large < small + 300_000, "10 times the rows would be over 1 MB if each of them stayed"


def test_a_query_is_fetched_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = open_scratch()
    fetched = 0

    class Cursor:
        description = (("phone",),)

        def execute(self, query: str) -> None:
            pass

        def fetchmany(self, most: int) -> list[tuple[int]]:
            nonlocal fetched
            fetched += most
            return [(14150000000 + fetched + number,) for number in range(most)]

    class Connection:
        def cursor(self) -> Cursor:
            return Cursor()

        def close(self) -> None:
            db.close()

    module = type(sys)("endless_of_a_test")
    module.connect = Connection  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "endless_of_a_test", module)
    monkeypatch.setattr(sys, "path", list(sys.path))
    source = RecipientSource(query="…", connect="endless_of_a_test:connect")
    with open_recipients(source, str(tmp_path), io.BytesIO()) as rows, SeenOnDisk() as seen:
        found = recipients_in(rows, PHONE, seen)
        for _ in range(1200):
            next(found)
    assert 1200 <= fetched <= 2000

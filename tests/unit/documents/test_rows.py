"""Tables as streams of rows."""

from __future__ import annotations

import io
from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from nccodsl.documents.rows import MOST_BYTES_IN_LINE, BadTable, open_rows


def rows(data: bytes, kind: str | None = "csv") -> list[tuple[int, object]]:
    return [(row.line, row.failure.code if row.failure else row.values) for row in open_rows(io.BytesIO(data), kind)]


def test_lines_are_those_where_rows_begin() -> None:
    data = b'a,b\r\n"1\r\n2",x\r\n\r\n3,"y ""z"""\r\n'
    assert rows(data) == [(2, {"a": "1\r\n2", "b": "x"}), (5, {"a": "3", "b": 'y "z"'})]


@pytest.mark.parametrize(
    ("line", "code"),
    [(b"1", "E310"), (b"1,2,3", "E310"), (b'"1"2,3', "E313"), (b"\xff,1", "E110"), (b"\x00,1", "E110")],
)
def test_a_bad_row_does_not_stop_the_next(line: bytes, code: str) -> None:
    assert rows(b"a,b\n" + line + b"\n5,6\n") == [(2, code), (3, {"a": "5", "b": "6"})]


def test_an_open_quote_is_a_failure() -> None:
    assert rows(b'a\n"1\n2\n') == [(2, "E102")]


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(BadTable, match="longer"):
        rows(b"a\n" + b"x" * (MOST_BYTES_IN_LINE + 1))


def test_kinds_are_told_apart() -> None:
    assert rows(b'{"a": 1}\n', None) == [(1, {"a": 1})]
    assert rows(b"a\n1\n", None) == [(2, {"a": "1"})]


def test_json_keys_that_stand_twice_are_refused() -> None:
    assert rows(b'{"a": 1, "a": 2}\n' + b"[" * 100_000 + b"\n3\n", "jsonl")[0] == (1, "E113")
    assert [code for _, code in rows(b"[" * 100_000 + b"\n3\n", "jsonl")] == ["E108", "E301"]


@given(st.binary(max_size=200), st.sampled_from(["csv", "jsonl", None]))
def test_any_bytes_end_in_rows_or_a_reason(data: bytes, kind: str | None) -> None:
    with suppress(BadTable):
        assert all(line >= 1 for line, _ in rows(data, kind))

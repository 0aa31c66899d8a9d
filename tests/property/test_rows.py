"""Rows of a table give the same bytes and the same reasons, whether the quick way may take them or not."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from contextlib import redirect_stderr, suppress
from functools import partial
from pathlib import Path

from hypothesis import given, settings, strategies as st

import nccodsl
from nccodsl.cli.compile_rows import Table, compile_table
from nccodsl.flow import Flow
from tests.sizes import examples

BENCH = nccodsl.load(Path(__file__).parents[1] / "bench" / "flow.call")
DEFAULTS = nccodsl.load(
    'param name: text\nparam to: phone\nparam greeting: text = "Good day"\nparam caller: phone = "14155550100"\n'
    "param web: url\ncall { to phone {{ to }} from phone {{ caller }} event_url={{ web }} }\n"
    'talk "Dear {{ name }}, {{ greeting }}."\ntalk "Again: {{ greeting }}"\n'
)
MORE_THAN_NAMES = nccodsl.load('param name: text\nparam n: integer = 1\ntalk "{{ name | title }} {{ 6 // n }}"\n')
CONDITION = nccodsl.load(
    'param name: text\nparam day: date\nparam things: list = ["one"]\n'
    'if {{ name == "Ann" }} { talk "Today is {{ day.year }}." }\nfor one in {{ things }} { talk "Hi {{ one }}" }\n'
)
OPEN = nccodsl.load('talk "Hello {{ name }}"\n')
ONE = nccodsl.load('param name: any\ntalk "Hello {{ name }}"\n')
NONE = nccodsl.load('talk "Hello"\n')
FLOWS = [BENCH, DEFAULTS, MORE_THAN_NAMES, CONDITION, OPEN, ONE, NONE]

good = st.sampled_from(
    [
        *("14155550101", "442079460958", "+14155550101", "https://example.com/x", "Ann", "hangup", "2", "Bob Dé"),
    ]
)
odd = st.sampled_from(
    [
        *("", " ", '"', "\\", "\n", "\r\n", "a,b", "é☎", "\u2028", "\u00a0", "\x7f", "\x01", "<speak>a</speak>", "%s"),
        *("1.4e+10", "0", "999999999", "nan", "x" * 1600, "https://", "http://a b", "sip:a@example.com", "null"),
    ]
)
cells = good | odd | st.text(max_size=6)


def names_of(flow: Flow) -> list[str]:
    return ["name"] if flow is OPEN else [parameter.name for parameter in flow.params]


@st.composite
def given_values(draw: st.DrawFn, flow: Flow) -> dict[str, object]:
    names = names_of(flow)
    if not names:
        return {}
    return draw(st.dictionaries(st.sampled_from(names), good | odd | st.none() | st.just(5), max_size=2))


@st.composite
def usual(draw: st.DrawFn, name: str) -> str:
    """A cell that most often is right for the param."""
    if draw(st.integers(0, 9)) == 0:
        return draw(cells)
    if name in ("number", "caller", "agent", "to"):
        return draw(st.sampled_from(["14155550101", "442079460958", "33123456789"]))
    if name in ("event_url", "web"):
        return "https://example.com/x"
    if name in ("n", "day", "things"):
        return draw(st.sampled_from(["2", "2026-12-24", "a, b", '["x", 5]']))
    return "continue" if name == "detection" else draw(st.sampled_from(["Ann", "Bob Dé", "3"]))


@st.composite
def csv_tables(draw: st.DrawFn, flow: Flow) -> bytes:
    names = names_of(flow)
    columns = draw(st.permutations([*names, *draw(st.sampled_from([[], ["other"], [""], ["", "x", ""]]))]))
    if draw(st.integers(0, 4)) == 0:
        columns = columns[1:]
    text = io.StringIO()
    write = csv.writer(text, lineterminator=draw(st.sampled_from(["\n", "\r\n"]))).writerow
    write(columns)
    for _ in range(draw(st.integers(0, 6))):
        row = [draw(usual(name)) for name in columns]
        match draw(st.integers(0, 12)):
            case 0:
                write(row[:-1])
            case 1:
                write([*row, draw(cells)])
            case 2:
                text.write(draw(st.sampled_from(["\n", "\0\n", '"a"b,c\n', '"open\n', ",,,\n", " , \n"])))
            case _:
                write(row)
    data = text.getvalue().encode()
    return data if draw(st.integers(0, 6)) else data.replace(b"Bob D", b"\xff", 1)


@st.composite
def json_tables(draw: st.DrawFn, flow: Flow) -> bytes:
    names = names_of(flow)
    other = st.none() | st.booleans() | st.integers(-5, 10**12) | st.just(["a"]) | st.just("\ud800") | cells
    lines = []
    for _ in range(draw(st.integers(0, 6))):
        row: dict[str, object] = {name: draw(usual(name)) for name in draw(st.permutations(names))}
        if names and draw(st.integers(0, 2)) == 0:
            row[draw(st.sampled_from([*names, "other"]))] = draw(other)
        if names and draw(st.integers(0, 5)) == 0:
            row.pop(draw(st.sampled_from(names)), None)
        line = json.dumps(row, ensure_ascii=draw(st.booleans())).encode(errors="replace")
        lines.append(
            draw(st.sampled_from([line, line, line, line, line, b"", b"[1]", line[:-1], line + b"x", b"\xff"]))
        )
    return b"\n".join(lines)


def made(flow: Flow, data: bytes, kind: str, values: dict[str, object], *, quick: bool) -> tuple[object, ...]:
    """What comes of a table: the documents, the failures, what is said, and whether any failed or the command ended."""
    with tempfile.TemporaryDirectory() as folder:
        path, out, errors = (Path(folder) / name for name in (f"r.{kind}", "out", "errors"))
        path.write_bytes(data)
        table = Table(str(path), values, flow.has_call, "v2", str(errors), str(out))
        render = partial(flow.render_json, call=flow.has_call, api="v2")
        said, failed = io.StringIO(), None
        with redirect_stderr(said), suppress(SystemExit):
            failed = compile_table(flow, table, render, judge=quick)
        written = [one.read_bytes() if one.exists() else None for one in (out, errors)]
        return (*written, said.getvalue().replace(folder, ""), failed)


@settings(max_examples=examples(400), deadline=None)
@given(st.data(), st.sampled_from(FLOWS), st.sampled_from(["csv", "jsonl"]))
def test_both_ways_agree(data: st.DataObject, flow: Flow, kind: str) -> None:
    table = data.draw(csv_tables(flow) if kind == "csv" else json_tables(flow))
    values = data.draw(given_values(flow))
    assert made(flow, table, kind, values, quick=True) == made(flow, table, kind, values, quick=False)

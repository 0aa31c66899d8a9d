"""Which rows go the quick way."""

from __future__ import annotations

import pytest

import nccodsl
from nccodsl.cli.quick_rows import OfCells, OfMembers, of_cells, of_members
from nccodsl.flow import Flow
from nccodsl.lowering.document_pattern import DocumentPattern
from tests.bench.rendered_calls import recipients
from tests.property.test_rows import BENCH, DEFAULTS, MORE_THAN_NAMES

ROW = recipients(1)[0]
DEAR = {"name": "Ann", "to": "14155550101", "web": "https://example.com/x"}


def pattern_of(flow: Flow) -> DocumentPattern:
    at_once = flow.at_once(call=flow.has_call)
    assert at_once is not None
    return at_once


def cells_of(flow: Flow, columns: list[str], values: dict[str, object]) -> OfCells | None:
    return of_cells(pattern_of(flow), columns, flow.program.parameters, values)


def members_of(flow: Flow, values: dict[str, object]) -> OfMembers | None:
    return of_members(pattern_of(flow), flow.program.parameters, values)


@pytest.mark.parametrize(
    ("flow", "row", "values"),
    [
        (BENCH, ROW, {}),
        (BENCH, {"other": "", "": "x", **dict(reversed(ROW.items()))}, {}),
        (BENCH, {name: ROW[name] for name in ROW if name != "caller"}, {"caller": "+1 415 555 0100"}),
        (BENCH, ROW, {"caller": "14155550100"}),
        (DEFAULTS, DEAR, {}),
        (DEFAULTS, DEAR, {"greeting": "Hi"}),
        (DEFAULTS, {**DEAR, "greeting": "Hello", "caller": "442079460958"}, {}),
        (DEFAULTS, {**DEAR, "name": ""}, {}),
        (nccodsl.load('param a: text\ntalk "Hi {{ a }}"\n'), {"a": "x"}, {}),
        (nccodsl.load('param a: text = "x"\ntalk "Hi {{ a }}"\n'), {"b": ""}, {}),
        (nccodsl.load('talk "Hi"\n'), {"b": "x"}, {}),
        (MORE_THAN_NAMES, {"name": "ann"}, {}),
        (MORE_THAN_NAMES, {"name": "ann"}, {"n": 2}),
        (MORE_THAN_NAMES, {"n": "3", "name": "ann"}, {"n": 2}),
    ],
)
def test_cells_that_do(flow: Flow, row: dict[str, str], values: dict[str, object]) -> None:
    quick = cells_of(flow, list(row), values)
    assert quick is not None
    given = {**values, **{name: cell for name, cell in row.items() if flow.takes(name)}}
    assert quick(list(row.values())) == flow.render_json(given).decode()


@pytest.mark.parametrize(
    ("flow", "columns", "values"),
    [
        (BENCH, [name for name in ROW if name != "caller"], {}),
        (BENCH, [name for name in ROW if name != "caller"], {"caller": "1"}),
        (BENCH, [name for name in ROW if name != "name"], {"name": 'A "quoted" name'}),
        (DEFAULTS, ["to", "web"], {"name": ["Ann"]}),
    ],
)
def test_tables_that_do_not(flow: Flow, columns: list[str], values: dict[str, object]) -> None:
    assert cells_of(flow, columns, values) is None


@pytest.mark.parametrize(
    ("row", "values"),
    [
        ({"greeting": ""}, {}),
        ({"caller": ""}, {}),
        ({"name": ""}, {"name": "Bob"}),
        ({"to": "1"}, {}),
        ({"name": '"'}, {}),
    ],
)
def test_cells_that_do_not(row: dict[str, str], values: dict[str, object]) -> None:
    whole = {"greeting": "Hello", "caller": "14155550100", **DEAR, **row}
    quick = cells_of(DEFAULTS, list(whole), values)
    assert quick is not None
    assert quick(list(whole.values())) is None
    assert quick(list({**whole, **DEAR, "greeting": "Hi", "caller": "14155550100"}.values())) is not None


@pytest.mark.parametrize("cell", ["", "x", "1.5", "0"])
def test_cells_that_do_not_where_holes_are_more_than_names(cell: str) -> None:
    quick = cells_of(MORE_THAN_NAMES, ["name", "n"], {})
    assert quick is not None
    assert quick(["ann", cell]) is None


def test_members() -> None:
    quick = members_of(BENCH, {"caller": "14155550100"})
    assert quick is not None
    row = {name: value for name, value in ROW.items() if name != "caller"}
    assert quick(row) == BENCH.render_json(ROW).decode()
    for odd in ({**row, "caller": "14155550101"}, {**row, "x": "y"}, {**row, "name": 5}, {**row, "name": None}, {}):
        assert quick(odd) is None


def test_an_empty_member_of_a_param_with_a_default_is_none() -> None:
    quick = members_of(DEFAULTS, {})
    assert quick is not None
    row = {**DEAR, "greeting": "Hi", "caller": "14155550100"}
    assert quick(row) == DEFAULTS.render_json(row).decode()
    assert quick({**row, "greeting": ""}) is None
    assert quick({**row, "name": ""}) is not None


def test_a_script_without_a_pattern() -> None:
    assert nccodsl.load('talk "Hi {{ a }}"\n').at_once(call=False) is None

"""How many rows of a table `compile --rows` makes documents of in a second, on one core."""

from __future__ import annotations

import csv
import json
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import nccodsl
from nccodsl.cli.compile_rows import Table, compile_table
from tests.bench.rendered_calls import recipients

WANTED = 147_000.0
"""Rows of CSV that are to be compiled in a second."""


def rows_a_second(count: int, rounds: int) -> dict[str, float]:
    """By kind of table, the best of `rounds`, by the time of the processor: the machine may have other work."""
    flow = nccodsl.load(Path(__file__).with_name("flow.call"))
    render = partial(flow.render_json, call=True, api="v2")
    best = dict.fromkeys(("CSV", "JSON lines"), 0.0)
    with tempfile.TemporaryDirectory() as folder:
        tables = _tables(Path(folder), recipients(count))
        for _ in range(rounds):
            for kind, path in tables.items():
                table = Table(str(path), {}, True, "v2", None, str(path.with_suffix(".out")))
                start = time.process_time()
                assert not compile_table(flow, table, render, judge=True)
                best[kind] = max(best[kind], count / (time.process_time() - start))
        written = {path.with_suffix(".out").read_bytes() for path in tables.values()}
        assert written == {b"".join(flow.render_json(values) + b"\n" for values in recipients(count))}
    return best


def _tables(folder: Path, values: list[dict[str, Any]]) -> dict[str, Path]:
    tables = {"CSV": folder / "rows.csv", "JSON lines": folder / "lines.jsonl"}
    with tables["CSV"].open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(values[0]))
        writer.writeheader()
        writer.writerows(values)
    tables["JSON lines"].write_text("".join(json.dumps(row) + "\n" for row in values), encoding="utf-8")
    return tables

"""`python -m tests.bench`: speed as ratios measured in one run. `--json` for machines, `--quick` for a smoke test."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import nccodsl
from tests.bench.rendering import WAYS, recipients

HELLO = 'call {\n  to   phone 14155550101\n  from phone 14155550100\n}\n\ntalk "Hello World"\n'


class Row(NamedTuple):
    """One comparison: `ratio` should be at most `target` (None: only shown)."""

    name: str
    measured: str
    ratio: float
    target: float | None


def rendering(count: int, rounds: int) -> list[Row]:
    """Microseconds a call, the best of interleaved rounds."""
    values = recipients(count)
    makes = {name: way() for name, way in WAYS.items()}
    bodies = [json.loads(make(values[1])) for make in makes.values()]  # type: ignore[arg-type]
    assert all(body == bodies[0] for body in bodies), "the five ways do not make the same body"
    best = dict.fromkeys(makes, float("inf"))
    for _ in range(rounds):
        for name, make in makes.items():
            start = time.perf_counter()
            for one in values:
                make(one)
            best[name] = min(best[name], (time.perf_counter() - start) / count * 1e6)
    mine = best["nccodsl, Flow.render_json"]
    targets = {"vonage-voice models": 0.5, "Jinja template, unchecked": 1.0, "dicts and orjson": 3.0}
    rows = [Row("render: nccodsl, Flow.render_json", f"{mine:.1f} µs a call", 1.0, None)]
    rows += [
        Row(f"render: ours against {name}", f"{taken:.1f} µs a call", mine / taken, targets.get(name))
        for name, taken in best.items()
        if taken != mine
    ]
    return rows


def _talks(count: int) -> str:
    lines = (f'talk "Hello number {i} {{{{ name }}}}" language=en-GB style=2\n' for i in range(count))
    return "param name: text\n" + "".join(lines)


def _steps(count: int) -> str:
    return (
        "".join(f'step s{i} {{ talk "x" -> s{i + 1} }}\n' for i in range(count)) + f'step s{count} {{ talk "end" }}\n'
    )


def _params(count: int) -> str:
    return "".join(f"param p{i}: text\n" for i in range(count)) + "".join(
        f"talk {{{{ p{i} }}}}\n" for i in range(count)
    )


def _errors(count: int) -> str:
    return "".join(f'talk "x" lang{i}=3\n' for i in range(count))


def _nesting(count: int) -> str:
    line = 'if {{ a }} { if {{ b }} { if {{ c }} { talk "x" } } }\n'
    return line * count


LONG: dict[str, Callable[[int], str]] = {
    "lines": _talks,
    "steps": _steps,
    "params": _params,
    "errors": _errors,
    "nested choices": _nesting,
}


def growth(small: int, rounds: int) -> list[Row]:
    """Ten times the lines: how many times the processor time to check, compile and render."""
    rows = []
    for name, write in LONG.items():
        best = []
        for count in (small, small * 10):
            text = write(count)
            times = []
            for _ in range(rounds):
                start = time.process_time()
                if not any(found.is_error for found in nccodsl.check(text)):
                    flow = nccodsl.load(text)
                    flow.ncco({p.name: "x" for p in flow.params} or {"a": 1, "b": 1, "c": 1})
                times.append(time.process_time() - start)
            best.append(min(times))
        rows.append(Row(f"growth: 10 x the {name}", f"{small * 10:,}: {best[1]:.2f} s", best[1] / best[0], 11.0))
    return rows


def starting(rounds: int) -> list[Row]:
    """Medians of interleaved process starts against the bare interpreter's."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = str(Path(nccodsl.__file__).parents[1])
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "hello.call").write_text(HELLO, encoding="utf-8")
        # Lark takes up `interegular` where it is installed, as for the strict-grammar test; users do not have it.
        entry = "import sys; sys.modules['interegular'] = None; from nccodsl.__main__ import main; main()"
        commands = {
            "bare interpreter": [sys.executable, "-c", "pass"],
            "nccodsl --help": [sys.executable, "-c", entry, "--help"],
            "nccodsl compile hello.call": [sys.executable, "-c", entry, "compile", "hello.call"],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(rounds + 1):
            for name, command in commands.items():
                start = time.perf_counter()
                subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
                if number:
                    times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    bare = medians["bare interpreter"]
    targets = {"nccodsl --help": 5.0, "nccodsl compile hello.call": 11.0}
    return [
        Row(f"start: {name}", f"{taken * 1000:.0f} ms", taken / bare, targets.get(name))
        for name, taken in medians.items()
    ]


def table(rows: list[Row]) -> str:
    """The rows as text, a line each."""
    lines = [f"{'what':<52}{'measured':>18}{'ratio':>8}{'at most':>9}"]
    for row in rows:
        target = "" if row.target is None else f"{row.target:g}"
        verdict = "" if row.target is None else ("  ok" if row.ratio <= row.target else "  over")
        lines.append(f"{row.name:<52}{row.measured:>18}{row.ratio:>8.2f}{target:>9}{verdict}")
    return "\n".join(lines)


def run(*, quick: bool = False) -> list[Row]:
    """All rows; `quick` is only good for seeing that it works."""
    if quick:
        return [*rendering(20, 1), *growth(5, 1), *starting(1)]
    return [*rendering(3000, 15), *growth(1000, 3), *starting(25)]


def main(arguments: list[str]) -> None:
    rows = run(quick="--quick" in arguments)
    data: list[dict[str, Any]] = [row._asdict() for row in rows]
    print(json.dumps(data, indent=2, ensure_ascii=False) if "--json" in arguments else table(rows))


if __name__ == "__main__":
    main(sys.argv[1:])

"""`python -m tests.bench [PART…]`: speed as ratios measured in one run.

Rivals take turns in every round, so that a slow moment of the machine meets all of them. Always ends with 0: a figure
over its target is shown, not failed, since a busy machine is no reason to fail.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from types import MappingProxyType
from typing import Any, NamedTuple

import nccodsl
from nccodsl.base.plural import counted
from nccodsl.base.source import Sources
from nccodsl.diagnostics import Collector
from nccodsl.syntax.grammar_parser import parse_by_grammar
from nccodsl.syntax.parser import parse
from nccodsl.templates.jinja_parse import parse_with_jinja
from nccodsl.templates.places import Source
from nccodsl.templates.quick_parse import quick_parse
from tests.bench.edited_script import MEMORY_WANTED, START_WANTED, WANTED as EDIT_WANTED, start_to_initialize, waits
from tests.bench.emulated_calls import WANTED, calls_a_second, requests_a_second
from tests.bench.rehearsed_tests import WANTED as TESTS_WANTED, tests_a_second
from tests.bench.rendered_calls import RECIPIENTS, WAYS, recipients
from tests.bench.served_webhooks import ANSWERED, PROCESSOR, slowest, webhooks_a_second
from tests.bench.simulated_campaigns import seconds_a_run
from tests.bench.socket_legs import LEGS, WANTED as FRAMES_WANTED, frames_of_legs
from tests.bench.speech_estimate import errors, prompts
from tests.bench.table_rows import WANTED as ROWS_WANTED, rows_a_second
from tests.e2e.edited_server import memory

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
    for one in values:
        bodies = [json.loads(make(one)) for make in makes.values()]  # type: ignore[arg-type]
        assert all(body == bodies[0] for body in bodies), "the ways do not make the same body"
    best = dict.fromkeys(makes, float("inf"))
    for _ in range(rounds):
        for name, make in makes.items():
            start = time.process_time()
            for one in values:
                make(one)
            best[name] = min(best[name], (time.process_time() - start) / count * 1e6)
    mine = best["nccodsl, Flow.render_json"]
    targets = {"vonage-voice models": 0.5, "Jinja template, unchecked": 1.0, "dicts and orjson": 1.7}
    rows = [Row("render: nccodsl, Flow.render_json", f"{mine:.1f} µs a call", 1.0, None)]
    rows += [
        Row(f"render: ours against {name}", f"{taken:.1f} µs a call", mine / taken, targets.get(name))
        for name, taken in best.items()
        if taken != mine
    ]
    return rows


MORE_THAN_NAMES = {
    "a filter": ("Hello {{ name }}", "Hello {{ name | title }}"),
    "a condition": ("connect phone", 'if {{ day == "Monday" }} { talk "It is Monday." }\nconnect phone'),
}
"""What the script of `rendering` has instead of a text."""


def other_bodies(count: int, rounds: int) -> list[Row]:
    """The script of `rendering` with more than names in its holes, against itself."""
    values = recipients(count)
    script = Path(__file__).with_name("flow.call").read_text(encoding="utf-8")
    scripts = {"plain": script} | {name: script.replace(*change) for name, change in MORE_THAN_NAMES.items()}
    flows = {name: nccodsl.load(text) for name, text in scripts.items()}
    best = _least(rounds, {name: partial(_render_all, flow, values) for name, flow in flows.items()})
    return [
        Row(f"render: {name}, against plain names", f"{best[name] / count * 1e6:.1f} µs a call", taken, None)
        for name in MORE_THAN_NAMES
        for taken in [best[name] / best["plain"]]
    ]


def _render_all(flow: nccodsl.Flow, values: list[dict[str, Any]]) -> None:
    for one in values:
        flow.render_json(one)


def tables(count: int, rounds: int) -> list[Row]:
    """Tables compiled by `compile --rows` against the rows a second that are wanted."""
    gc.disable()
    speeds = rows_a_second(count, rounds)
    gc.enable()
    return [
        Row(f"rows: {kind}", f"{speed:,.0f} rows/s", ROWS_WANTED / speed, 1.0 if kind == "CSV" else None)
        for kind, speed in speeds.items()
    ]


def forecasts(people: int, rounds: int) -> list[Row]:
    """A run of a forecast, for some people and for ten times as many."""
    few, many = (seconds_a_run(count, rounds) for count in (people, 10 * people))
    return [
        Row(f"forecast: a run with {people:,} people", f"{few * 1000:.0f} ms CPU", 1.0, None),
        Row(f"forecast: a run with {10 * people:,} people", f"{many * 1000:.0f} ms CPU", many / few, None),
    ]


def socket_legs(few: int, many: int, seconds: float) -> list[Row]:
    """How late 99 of 100 frames of so many WebSocket legs come, against the time within which they are to come."""
    rows = []
    for count, new in ((few, False), (many, False), (few, True)):
        found = frames_of_legs(count, seconds, prompts=new)
        late, share = found.late[1], found.processor
        measured = f"{late * 1000:.1f} ms late at 99 %, {found.lost} lost, {share:.0%} of a core"
        name = f"sockets: frames of {counted(count, 'leg')}" + ", which hear new prompts" * new
        rows.append(Row(name, measured, late / FRAMES_WANTED, 1.0 if count == LEGS and not new else None))
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
    """Choices in one another as deep as brackets may stand (50), again and again."""
    depth = min(count, 40)
    return ("if {{ a }} {\n" * depth + 'talk "x"\n' + "}\n" * depth) * max(1, count // (2 * depth + 1))


def _depth(count: int) -> str:
    """As many choices on the outside, ever deeper: 4 becomes 40."""
    depth = 40 if count > 1000 else 4
    return ("if {{ a }} {\n" * depth + 'talk "x"\n' + "}\n" * depth) * 25


LONG: dict[str, Callable[[int], str]] = {
    "lines": _talks,
    "steps": _steps,
    "params": _params,
    "errors": _errors,
    "choices, each 40 deep": _nesting,
    "depth of choices, 4 to 40": _depth,
}


def growth(small: int, rounds: int) -> list[Row]:
    """Ten times the lines: how many times the processor time to check, compile and render."""
    rows = []
    gc.disable()  # its collections are as long as what this process holds
    for name, write in LONG.items():
        texts = [write(small), write(small * 10)]
        best = [float("inf")] * 2
        for _ in range(rounds):
            for number, text in enumerate(texts):
                start = time.process_time()
                if not any(found.is_error for found in nccodsl.check(text)):
                    flow = nccodsl.load(text)
                    flow.ncco({p.name: "x" for p in flow.params} or {"a": 1})
                best[number] = min(best[number], time.process_time() - start)
        lines = texts[1].count("\n")
        rows.append(Row(f"growth: 10 x the {name}", f"{lines:,} lines: {best[1]:.2f} s", best[1] / best[0], 11.0))
    gc.enable()
    return rows


def formatting(characters: int, rounds: int) -> list[Row]:
    """Formatting a long script, proof included, against parsing it; and ten times the script."""
    texts = [_annotated(characters // 10), _annotated(characters)]
    best = {name: [float("inf")] * 2 for name in ("parse", "format")}
    gc.disable()  # as nccodsl does while it works; the parser alone would otherwise look slower than it is
    for _ in range(rounds):
        for number, text in enumerate(texts):
            for name, work in (("parse", _parse), ("format", nccodsl.format)):
                start = time.process_time()
                work(text)
                best[name][number] = min(best[name][number], time.process_time() - start)
    gc.enable()
    size = f"{len(texts[1]) / 1e6:.2f} MB: {best['format'][1]:.2f} s"
    longer = len(texts[1]) / len(texts[0])
    return [
        Row("format: against parsing the same script", size, best["format"][1] / best["parse"][1], 14.0),
        Row(f"growth: {longer:.0f} x the text to format", size, best["format"][1] / best["format"][0], 1.1 * longer),
    ]


def _annotated(characters: int) -> str:
    """A script as people write them, not yet formatted, with comments."""
    one = (
        '# What comes next.\ntalk "Hello {{ name }}, this is line %d"   language=en-GB style=2 # said\n'
        'if {{ name == "x" }} { connect phone {{ name }} from=14155550100 timeout=20s '
        'event_url="https://example.com/a/long/address/%d" }\n\n\n'
        'notify {a: [1, 2, 3], b: {c: "d"}} event_url="https://example.com/notify"\n'
    )
    return "".join(one % (i, i) for i in range(max(1, characters // len(one))))


def _parse(text: str) -> None:
    collector = Collector(Sources())
    parse(collector.sources.add("script.call", text), collector)


def two_ways(size: int, rounds: int) -> list[Row]:
    """The quick ways to a tree against the parsers that they are held to: processor time, the least of the rounds."""
    texts = {"lines": _talks(size), "steps": _steps(size), "a formatted mix": _annotated(50 * size)}
    rows = []
    for name, text in texts.items():
        best = _least(rounds, {"quick": partial(_parse, text), "grammar": partial(_parse_by_grammar, text)})
        measured = f"{best['quick'] / text.count(chr(10)) * 1e6:.1f} µs a line"
        rows.append(Row(f"parse: {name}, against the grammar's parser", measured, best["quick"] / best["grammar"], 0.2))
    template = "Hello {{ name }}, your {{ thing | title }} is {{ 'here' if n > 1 else 'there' }}."
    best = _least(
        rounds,
        {
            "quick": partial(_templates, quick_parse, template, size),
            "jinja": partial(_templates, parse_with_jinja, template, size),
        },
    )
    measured = f"{best['quick'] / size * 1e6:.1f} µs a template"
    return [*rows, Row("parse: a template, against Jinja's parser", measured, best["quick"] / best["jinja"], 0.35)]


def _least(rounds: int, works: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    best = dict.fromkeys(works, float("inf"))
    gc.disable()
    for _ in range(rounds):
        for name, work in works.items():
            start = time.process_time()
            work()
            best[name] = min(best[name], time.process_time() - start)
    gc.enable()
    return best


def _templates(parse_one: Callable[[str, Source], object], text: str, count: int) -> None:
    for _ in range(count):
        parse_one(text, Source(text, limit=len(text)))


def _parse_by_grammar(text: str) -> None:
    collector = Collector(Sources())
    parse_by_grammar(collector.sources.add("script.call", text), collector)


def there_and_back(actions: int, rounds: int) -> list[Row]:
    """Ten times the actions of an NCCO: how many times the time to decompile it, and to compile it again."""
    texts = [json.dumps(_ncco(actions // 10)), json.dumps(_ncco(actions))]
    best = {name: [float("inf")] * 2 for name in ("decompile", "compile")}
    gc.disable()
    for _ in range(rounds):
        for number, text in enumerate(texts):
            start = time.process_time()
            script = nccodsl.decompile(text)
            half = time.process_time()
            made = nccodsl.load(script).render_json({})
            end = time.process_time()
            assert json.loads(made) == json.loads(text)
            best["decompile"][number] = min(best["decompile"][number], half - start)
            best["compile"][number] = min(best["compile"][number], end - half)
    gc.enable()
    return [
        Row(f"growth: 10 x the actions to {name}", f"{actions:,} actions: {taken[1]:.2f} s", taken[1] / taken[0], 11.0)
        for name, taken in best.items()
    ]


def _ncco(actions: int) -> list[dict[str, Any]]:
    menu: list[dict[str, Any]] = [
        {"action": "talk", "text": "Press 1 to go on.", "bargeIn": True, "language": "en-GB"},
        {"action": "input", "type": ["dtmf"], "dtmf": {"maxDigits": 1}, "eventUrl": ["https://example.com/i"]},
        {"action": "notify", "payload": {"x": ["a", {"b": None}]}, "eventUrl": ["https://example.com/n"]},
        {"action": "connect", "from": "14155550100", "endpoint": [{"type": "phone", "number": "14155550101"}]},
    ]
    return [menu[number % 4] for number in range(actions)]


def emulation(count: int, requests: int, rounds: int) -> list[Row]:
    """Calls at virtual speed against the thousand a second that are wanted, and the HTTP front against a bare app."""
    rows = [
        Row(f"emulate: {name}", f"{speed:,.0f} calls/s", WANTED / speed, 1.0)
        for name, speed in calls_a_second(count, rounds).items()
    ]
    rows += [
        Row(f"emulator: {name} a call, against bare Starlette", f"{ours:,.0f} requests/s", theirs / ours, 2.0)
        for name, (ours, theirs) in requests_a_second(requests, rounds).items()
    ]
    return rows


def serving(requests: int, rounds: int) -> list[Row]:
    """`nccodsl serve` with its signatures, its store and its log, against a bare app; and its slowest answers."""
    ours, theirs = webhooks_a_second(requests, rounds)
    slow = slowest(max(100, requests // 8))
    rows = [
        Row(
            "serve: webhooks, against bare Starlette",
            f"{ours.a_second:,.0f} requests/s",
            theirs.a_second / ours.a_second,
            2.0,
        ),
        Row("serve: 99 of 100 answers, at 100 a second, against 50 ms", f"{slow * 1000:.1f} ms", slow / ANSWERED, 1.0),
    ]
    if ours.processor and theirs.processor:
        rows += [
            Row(
                f"serve: processor time of {name}, against {PROCESSOR * 1e6:.0f} µs",
                f"{speed.processor * 1e6:.0f} µs a request",
                speed.processor / PROCESSOR,
                target,
            )
            for name, speed, target in (("a webhook", ours, 1.0), ("bare Starlette", theirs, None))
        ]
    return rows


def rehearsal(count: int, rounds: int) -> list[Row]:
    """Tests of scripts against the twelve hundred a second that are wanted."""
    return [
        Row(f"test: calls with two inputs, {kind}", f"{speed:,.0f} calls/s", TESTS_WANTED / speed, 1.0)
        for kind, speed in tests_a_second(count, rounds).items()
    ]


def _installed(folder: Path) -> Path | None:
    """The interpreter of a new environment with nccodsl's wheel and this one's dependencies; None where pip cannot."""
    checkout = Path(nccodsl.__file__).parents[1]
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    try:
        venv.create(folder / "venv", with_pip=False)
        python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        where = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
        target = subprocess.run(where, check=True, capture_output=True, text=True).stdout.strip()
        subprocess.run([*pip, "wheel", "--no-deps", "-w", str(folder), str(checkout)], check=True, capture_output=True)
        (wheel,) = folder.glob("*.whl")
        subprocess.run([*pip, "install", "--no-deps", "-t", target, str(wheel)], check=True, capture_output=True)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    paths = dict.fromkeys(sysconfig.get_path(kind) for kind in ("purelib", "platlib"))
    (Path(target) / "dependencies.pth").write_text("\n".join(paths), encoding="utf-8")
    return python


def starting(rounds: int, *, installed: bool) -> list[Row]:
    """The least of interleaved process starts, against the bare interpreter's."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment.pop("PYTHONPATH", None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = _installed(folder) if installed else None
        if python is None:
            environment["PYTHONPATH"] = str(Path(nccodsl.__file__).parents[1])
        where = "checkout" if python is None else "wheel"
        bare = [str(python or sys.executable), "-c"]
        (folder / "hello.call").write_text(HELLO, encoding="utf-8")
        # Lark takes up `interegular` where it is installed, as for the strict-grammar test; users do not have it.
        entry = "import sys; sys.modules['interegular'] = None; from nccodsl.__main__ import main; main()"
        (folder / "hello.tpl.call").write_text('param name: text\ntalk "Hello {{ name }}"\n', encoding="utf-8")
        environment["XDG_CACHE_HOME"] = str(folder / "cache")
        times = {name: Spent() for name in ("bare interpreter", *STARTS)}
        for number in range(rounds + 1):
            for name, spent in times.items():
                command = [*bare, "pass"] if name == "bare interpreter" else [*bare, entry, *name.split()[1:]]
                with spent.once(counts=number > 0):
                    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    least = times["bare interpreter"].processor
    return [
        Row(f"start ({where}): {name}", str(spent), spent.processor / least, STARTS.get(name))
        for name, spent in times.items()
    ]


STARTS = {
    "nccodsl --help": 4.0,
    "nccodsl compile hello.call --no-cache": 6.0,
    "nccodsl compile hello.tpl.call --var name=Ann --no-cache": 6.0,
    "nccodsl compile hello.call": 2.0,
    "nccodsl check hello.call": 6.0,
    "nccodsl fmt --check hello.call": 5.0,
}
"""Commands, and how many times the start of Python they should take at most."""


class Spent:
    """The least time that something took: of the processor, and by the clock."""

    def __init__(self) -> None:
        self.processor = self.wall = float("inf")

    @contextmanager
    def once(self, *, counts: bool) -> Iterator[None]:
        """Measure what child processes take meanwhile."""
        before, start = getrusage(RUSAGE_CHILDREN), time.perf_counter()
        yield
        wall, after = time.perf_counter() - start, getrusage(RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        if counts:
            self.processor, self.wall = min(self.processor, spent), min(self.wall, wall)

    def __str__(self) -> str:
        return f"{self.processor * 1000:.0f} ms CPU, {self.wall * 1000:.0f} ms"


def table(rows: list[Row], before: Mapping[str, float] = MappingProxyType({})) -> str:
    """The rows as text, a line each; `before`: the ratios of an earlier run."""
    lines = [f"{'what':<66}{'measured':>26}{'ratio':>8}{'before':>8}{'at most':>9}"]
    for row in rows:
        target = "" if row.target is None else f"{row.target:g}"
        verdict = "" if row.target is None else ("  ok" if row.ratio <= row.target else "  over")
        earlier = f"{before[row.name]:.2f}" if row.name in before else ""
        lines.append(f"{row.name:<66}{row.measured:>26}{row.ratio:>8.2f}{earlier:>8}{target:>9}{verdict}")
    return "\n".join(lines)


def editing(steps: int, rounds: int) -> list[Row]:
    """What an editor waits for, as parts of a whole check; start and memory of the server."""
    whole, found = waits(steps, rounds)
    rows = [Row(f"edit: a whole check, {27 * steps:,} lines", f"{whole:.0f} ms CPU", 1.0, None)]
    for name, percentiles in found.items():
        rows += [
            Row(f"edit: {name}, {which}", f"{ms:.1f} ms CPU", ms / whole, target)
            for which, ms, target in zip(("p50", "p95"), percentiles, (None, EDIT_WANTED[name]), strict=True)
        ]
    server, bare = start_to_initialize(min(rounds, 25))
    rows.append(
        Row("start: `initialize` answered / bare interpreter", f"{server:.0f} ms CPU", server / bare, START_WANTED)
    )
    files = 50 if rounds > 1 else 1
    *_, used = memory(8, 20 * rounds, 2, files)
    held = Row(
        f"edit: memory of the server, {files} files, against {MEMORY_WANTED:.0f} MB",
        f"{used:.0f} MB",
        used / MEMORY_WANTED,
        1.0,
    )
    return [*rows, held]


def speech_estimate(most: int) -> list[Row]:
    """The estimated time of prompts, through that of espeak-ng: the median; and how far it is off, median and p90."""
    from nccodsl.audio.engine_voices import Voices
    from nccodsl.audio.espeak_engine import EspeakEngine

    texts = {language: said[:most] for language, said in prompts().items()}
    return [
        Row(
            f"speech: estimate of {one.count} prompts, {language or 'all'}, against a voice",
            f"off by {one.median:.0%}, p90 {one.p90:.0%}",
            one.ratio,
            None,
        )
        for language, one in errors(texts, Voices(EspeakEngine()).seconds).items()
    ]


PARTS: dict[str, tuple[Callable[[], list[Row]], Callable[[], list[Row]]]] = {
    "rendering": (
        lambda: [*rendering(RECIPIENTS, 40), *other_bodies(RECIPIENTS, 15)],
        lambda: [*rendering(20, 1), *other_bodies(20, 1)],
    ),
    "rows": (lambda: tables(50_000, 8), lambda: tables(20, 1)),
    "forecasting": (lambda: forecasts(100_000, 15), lambda: forecasts(100, 1)),
    "parsing": (lambda: two_ways(3000, 5), lambda: two_ways(10, 1)),
    "growth": (lambda: growth(1000, 3), lambda: growth(5, 1)),
    "formatting": (lambda: formatting(1_000_000, 2), lambda: formatting(5000, 1)),
    "decompiling": (lambda: there_and_back(10_000, 3), lambda: there_and_back(40, 1)),
    "emulating": (lambda: emulation(1000, 4000, 5), lambda: emulation(5, 40, 1)),
    "serving": (lambda: serving(4000, 5), lambda: serving(40, 1)),
    "testing": (lambda: rehearsal(500, 5), lambda: rehearsal(5, 1)),
    "speech_estimate": (lambda: speech_estimate(500), lambda: speech_estimate(3)),
    "editing": (lambda: editing(185, 40), lambda: editing(2, 1)),
    "sockets": (lambda: socket_legs(LEGS, 100, 20.0), lambda: socket_legs(1, 2, 0.5)),
    "starting": (lambda: starting(25, installed=True), lambda: starting(1, installed=False)),
}
"""Each in full, and as a smoke test."""


def run(names: Iterable[str] = PARTS, *, quick: bool = False) -> list[Row]:
    """All rows of some parts; `quick` is only good for seeing that it works."""
    return [row for name in names for row in PARTS[name][quick]()]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Speed as ratios measured in one run.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"what to measure: {', '.join(PARTS)}; else all")
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.add_argument("--quick", action="store_true", help="only see that it works")
    parser.add_argument("--save", type=Path, metavar="FILE", help="keep the ratios, for a later run")
    parser.add_argument("--against", type=Path, metavar="FILE", help="show the ratios that an earlier run kept")
    given = parser.parse_args()
    if odd := set(given.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(odd))}; there are {', '.join(PARTS)}")
    rows = run(given.parts or PARTS, quick=given.quick)
    data: list[dict[str, Any]] = [row._asdict() for row in rows]
    before = json.loads(given.against.read_text(encoding="utf-8")) if given.against else {}
    print(json.dumps(data, indent=2, ensure_ascii=False) if given.json else table(rows, before))
    if given.save:
        kept = json.dumps({row.name: row.ratio for row in rows}, indent=2, ensure_ascii=False)
        given.save.write_text(kept + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""What is tried with each input, and what must hold: nothing crashes, and what one part says the others bear out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import nccodsl
from nccodsl.diagnostics import Diagnostic
from tests.fuzz.commands import Done, ends, holds, run
from tests.fuzz.emulated import play
from tests.fuzz.inputs import Input

FORMATS = ("text", "json", "sarif", "github")
BEYOND = {"E108", "E109", "E114", "E115", "E318", "E605"}
"""What a document may have that JSON can say, and a script cannot: depth, size, kinds of things."""
SECRET = b"4155550199"
"""The value of every private param: a phone number without its country, a text, and a number too."""
Target = Callable[[], None]


def targets(given: Input, folder: Path) -> Iterator[tuple[str, Target]]:
    """The names of what is tried with an input, and how. `folder` is for files, and is used by one input at a time."""
    random = Random(given.choices)
    if given.is_json:
        path = folder / random.choice(("document.json", "document.json", "document.json", "documents.jsonl"))
        path.write_bytes(given.data)
        yield "validate", lambda: _validate(path, random)
        yield "decompile", lambda: _decompile(path, random)
        yield "emulator", lambda: play(given.data, random)
        return
    yield from _of_script(folder / "script.call", given.data, random)


def _of_script(path: Path, data: bytes, random: Random) -> Iterator[tuple[str, Target]]:
    path.write_bytes(data)
    yield "check", lambda: _check(path, random)
    yield "fmt", lambda: _format(path, random)
    if random.random() < 0.3:
        yield "fix", lambda: _fix(path)
    flows: list[Any] = [None]
    yield "load", lambda: flows.append(_flow(path))
    names = list(_SCRIPTS)
    if flows[-1] is None:
        # They all refuse it alike, so one of them is enough.
        names = random.sample(names, random.random() < 0.2)
    for name in names:
        yield name, partial(_SCRIPTS[name], path, flows[-1], random)


# -- scripts --------------------------------------------------------------------------------------


def _check(path: Path, random: Random) -> None:
    form = random.choice(FORMATS)
    strict = ["--strict"] * (random.random() < 0.2)
    _readable(ends(run("check", str(path), "--format", form, *strict), 0, 1), form)


def _format(path: Path, random: Random) -> None:
    width = random.choice(("1", "20", "100", "100", "400"))
    done = ends(run("fmt", "-", "--width", width, sent=path.read_bytes()), 0, 1)
    if done.code == 0:
        again = run("fmt", "-", "--width", width, sent=done.output)
        holds(again.code == 0, "fmt refuses what it wrote", again.errors)
        holds(again.output == done.output, "fmt changes what it wrote", width)


def _fix(path: Path) -> None:
    data = path.read_bytes()
    done = ends(run("check", "--fix", "-", sent=data), 0, 1)
    left = run("check", "-", sent=done.output).code
    holds(done.code == left, "check --fix judges otherwise than check does of what it wrote", done.errors)


def _compile(path: Path, flow: Any, random: Random) -> None:
    for arguments in _ways(random):
        values = path.parent / "values.json"
        values.write_text(json.dumps(_values(flow, random)), encoding="utf-8")
        done = ends(run("compile", str(path), "--vars", str(values), *arguments), 0, 1)
        holds(flow is not None or done.code == 1, "compile takes what check refuses")
        holds(SECRET not in done.errors, "compile shows a private value", done.errors)
        if done.code == 0:
            _is_judged_valid(done, path, arguments)


def _ways(random: Random) -> list[list[str]]:
    return [[], random.choice((["--call"], ["--call", "--api", "v1"], ["--base-url", "https://example.com"]))]


def _is_judged_valid(done: Done, path: Path, arguments: list[str]) -> None:
    """What a script compiles to is valid, and can be decompiled; unless `raw` says otherwise."""
    json.loads(done.output)
    if b"raw" in path.read_bytes():
        return
    made = path.parent / "made.json"
    made.write_bytes(done.output)
    api = ["--api", "v1" if "v1" in arguments else "v2"] * ("--call" in arguments)
    judged = run("validate", str(made), *api)
    # That a call ends, or which number it is from, may come with a value that a template leaves out.
    codes = {found.code for found in nccodsl.validate(done.output.decode()) if found.is_error}
    holds(judged.code == 0 or not codes - {"E401"}, "what compile wrote is judged invalid", judged.errors)
    ends(run("decompile", str(made), *api), *((0,) if judged.code == 0 else (0, 1)))


def _describe(path: Path, flow: Any, random: Random) -> None:
    values = path.parent / "values.json"
    values.write_text(json.dumps(_values(flow, random)), encoding="utf-8")
    done = ends(run("describe", str(path), *random.choice(([], ["--vars", str(values)]))), 0, 1)
    holds(SECRET not in done.output + done.errors, "describe shows a private value", done.output, done.errors)


def _graph(path: Path, flow: Any, random: Random) -> None:
    form = random.choice(("mermaid", "dot", "json"))
    done = ends(run("graph", str(path), "--format", form), 0, 1)
    _agrees(flow, done)
    if form == "json" and done.code == 0:
        json.loads(done.output)


def _schema(path: Path, flow: Any, _random: Random) -> None:
    done = ends(run("schema", "params", str(path)), 0, 1)
    _agrees(flow, done)
    if done.code == 0:
        json.loads(done.output)


def _test(path: Path, flow: Any, _random: Random) -> None:
    if flow is not None and flow.program.tests:
        ends(run("test", str(path)), 0, 1, 2)


def _agrees(flow: Any, done: Done) -> None:
    holds((flow is not None) == (done.code == 0), f"{done.arguments[0]} and load disagree", done.errors)


def _flow(path: Path) -> Any:
    try:
        return nccodsl.load(path)
    except nccodsl.ScriptError:
        return None


def _values(flow: Any, random: Random) -> dict[str, object]:
    """Values for the params of a script: mostly fitting ones."""
    odd: tuple[object, ...] = (
        "",
        "x",
        "<speak>a & b</speak>",
        "{{ x }}",
        0,
        -1,
        1e300,
        None,
        [],
        {"a": 1},
        True,
        "a\x1b[0m\u202e",
        "é" * 2000,
    )
    fitting: dict[str, object] = {
        **{"phone": "14155550101", "text": "Ann", "number": 3, "integer": 3, "boolean": True, "duration": "3s"},
        **{
            "date": "2026-01-01",
            "time": "10:00",
            "datetime": "2026-01-01T10:00:00Z",
            "list": ["a"],
            "object": {"a": 1},
        },
    }
    return {
        one.name: SECRET.decode()
        if one.private
        else fitting[one.type]
        if one.type in fitting and random.random() < 0.8
        else random.choice(odd)
        for one in (flow.params if flow is not None else ())
    }


_SCRIPTS: dict[str, Callable[[Path, Any, Random], None]] = {
    "compile": _compile,
    "describe": _describe,
    "graph": _graph,
    "schema": _schema,
    "test": _test,
}


# -- documents ------------------------------------------------------------------------------------


def _validate(path: Path, random: Random) -> None:
    form = random.choice(FORMATS)
    api = random.choice(([], [], ["--api", "v1"], ["--api", "v2"]))
    _readable(ends(run("validate", str(path), "--format", form, *api), 0, 1), form)


def _decompile(path: Path, random: Random) -> None:
    _decompiled(path, [])
    api = random.choice(([], ["--api", "v1"], ["--api", "v2"]))
    for options in ([], ["--params"], ["--lenient"], ["--params", "--lenient"]):
        _decompiled(path, [*options, *api])
    folder = path.parent / "scripts"
    folder.mkdir(exist_ok=True)
    ends(run("decompile", str(path), "-o", str(folder)), 0, 1)
    for script in folder.iterdir():
        script.unlink()


def _decompiled(path: Path, options: list[str]) -> None:
    """Decompile a document; a script that comes of it is valid and has the one layout."""
    done = ends(run("decompile", str(path), *options), 0, 1)
    if done.code == 0:
        again = run("fmt", "-", sent=done.output)
        holds(again.code == 0 and again.output == done.output, "decompile writes in another layout", again.errors)
        # A call that one version of the API alone accepts says so; `check` is for the other one.
        api = ["--api", "v1"] if b"Only POST /v1/calls" in done.output else []
        holds(run("check", "-", *api, sent=done.output).code == 0, "decompile writes what check refuses", done.output)
    elif not options and path.suffix == ".json" and not done.output:
        errors = _errors(path)
        holds(
            errors is None or errors or any(code.encode() in done.errors for code in BEYOND),
            "decompile refuses what validate takes",
            done.errors,
        )


def _errors(path: Path) -> list[Diagnostic] | None:
    """The errors of a document; None where it is no text."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return None
    return [found for found in nccodsl.validate(text) if found.is_error]


def _readable(done: Done, form: str) -> None:
    """What is for machines can be read by them."""
    if form in ("json", "sarif"):
        json.loads(done.output)
    elif form == "github":
        done.output.decode()

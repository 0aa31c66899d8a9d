"""`nccodsl init`: the files of a first project, or of one of the examples."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from shlex import quote

import click

from nccodsl.base.record import Record
from nccodsl.cli.output import CannotWrite, print_out, say, show, write_whole
from nccodsl.diagnostics import messages

FILES = ("reminder.call", "vars.json", "recipients.csv")


class InitOptions(Record):
    """What the command line asks for."""

    folder: str
    example: str | None
    listed: bool


def write_project(wanted: InitOptions) -> int:
    """Write a project that compiles, or list the examples; the exit code."""
    if wanted.listed:
        for name, example in examples().items():
            print_out(f"{name:26} {_about(example)}")
        return 0
    if wanted.example is None:
        project = files("nccodsl.cli") / "project"
        _write_files(wanted.folder, {name: (project / name).read_bytes() for name in FILES})
        _say_next(wanted.folder)
        return 0
    known = examples()
    if wanted.example not in known:
        show([messages.names.no_example(wanted.example, known).about()])
        return 2
    example = known[wanted.example]
    contents = dict(files_of(example))
    _write_files(wanted.folder, contents)
    _say_next_of_example(wanted.folder, contents)
    return 0


def examples() -> dict[str, Traversable]:
    """The folders of the examples by name: in a wheel inside the package, in a checkout in the top folder."""
    inside = files("nccodsl") / "_examples"
    home: Traversable = inside if inside.is_dir() else Path(__file__).parents[2] / "examples"
    return {one.name: one for one in sorted(home.iterdir(), key=lambda one: one.name) if one.is_dir()}


def files_of(folder: Traversable, before: str = "") -> Iterator[tuple[str, bytes]]:
    """The files of an example by their paths in it, in order, without what Python has compiled."""
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name == "__pycache__":
            continue
        if file.is_dir():
            yield from files_of(file, f"{before}{file.name}/")
        else:
            yield f"{before}{file.name}", file.read_bytes()


def _about(example: Traversable) -> str:
    """The first sentence of the comment that the script of an example begins with."""
    first = (example / "script.call").read_text(encoding="utf-8").partition("\n")[0]
    return first.removeprefix("# ").partition(". ")[0].rstrip(".")


def _write_files(folder: str, contents: dict[str, bytes]) -> None:
    """Write files into a folder. Raises UsageError where one of them is there already."""
    target = Path(folder)
    taken = [name for name in contents if (target / name).exists() or (target / name).is_symlink()]
    if taken:
        listed = ", ".join(str(target / name) for name in taken)
        raise click.UsageError(f"{listed} already {'exists' if len(taken) == 1 else 'exist'}; nothing was written.")
    try:
        for name in contents:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(folder, error) from None
    for name, content in contents.items():
        write_whole(str(target / name), content)


def _say_next(folder: str) -> None:
    script, values, recipients = (quote(str(Path(folder) / name)) for name in FILES)
    say(f"Wrote {script}, {values} and {recipients}. Next:\n")
    say(f"  nccodsl describe {script}")
    say(f"  nccodsl compile {script} --call --vars {values}")
    say(f"  nccodsl compile {script} --call --rows {recipients}")
    say(f"  nccodsl call {script} --vars {values} --emulate")


def _say_next_of_example(folder: str, contents: dict[str, bytes]) -> None:
    script, values = (quote(str(Path(folder) / name)) for name in ("script.call", "vars.json"))
    with_values = f" --vars {values}" if "vars.json" in contents else ""
    say(f"Wrote {', '.join(quote(str(Path(folder) / name)) for name in contents)}. Next:\n")
    say(f"  nccodsl describe {script}")
    if b"\ntest " in contents["script.call"]:
        say(f"  nccodsl test {script}")
    say(f"  nccodsl call {script}{with_values} --emulate")

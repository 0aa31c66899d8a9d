"""`nccodsl init`: the files of a first project."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from shlex import quote

import click

from nccodsl.base.record import Record
from nccodsl.cli.output import CannotWrite, say, write_whole

FILES = ("reminder.call", "vars.json", "recipients.csv")


class InitOptions(Record):
    """What the command line asks for."""

    folder: str


def write_project(wanted: InitOptions) -> int:
    """Write a project that compiles, and say what can be done with it; the exit code."""
    target = Path(wanted.folder)
    taken = [name for name in FILES if (target / name).exists() or (target / name).is_symlink()]
    if taken:
        raise click.UsageError(f"{', '.join(str(target / name) for name in taken)} would be overwritten.")
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(wanted.folder, error) from None
    templates = files("nccodsl.cli") / "project"
    for name in FILES:
        write_whole(str(target / name), (templates / name).read_bytes())
    script, values, recipients = (quote(str(target / name)) for name in FILES)
    say(f"{script}, {values} and {recipients} are written. Next:\n")
    say(f"  nccodsl describe {script}")
    say(f"  nccodsl compile {script} --call --vars {values}")
    say(f"  nccodsl compile {script} --call --rows {recipients}")
    say(f"  nccodsl call {script} --vars {values} --emulate")
    return 0

"""`nccodsl init`: a first project that compiles."""

from __future__ import annotations

import click

FILES = ("reminder.call", "vars.json", "recipients.csv")


@click.command("init")
@click.argument("folder", default=".", type=click.Path(file_okay=False), metavar="[DIR]")
def command(folder: str) -> None:
    """Write a first project into DIR (made if need be), or into the folder where you are."""
    from importlib.resources import files
    from pathlib import Path

    from nccodsl.cli.output import CannotWrite, say, write_whole

    target = Path(folder)
    taken = [name for name in FILES if (target / name).exists() or (target / name).is_symlink()]
    if taken:
        raise click.UsageError(f"{', '.join(str(target / name) for name in taken)} would be overwritten.")
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(folder, error) from None
    templates = files("nccodsl.cli") / "project"
    for name in FILES:
        write_whole(str(target / name), (templates / name).read_bytes())
    first, values, recipients = (_quoted(target / name) for name in FILES)
    say(f"{first}, {values} and {recipients} are written. Next:\n")
    say(f"  nccodsl describe {first}")
    say(f"  nccodsl compile {first} --call --vars {values}")
    say(f"  nccodsl compile {first} --call --rows {recipients}")
    say(f"  nccodsl call {first} --vars {values} --emulate")


def _quoted(path: object) -> str:
    from shlex import quote

    return quote(str(path))

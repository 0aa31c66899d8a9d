"""`nccodsl diff`: what callers notice when a script changes."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import OUTPUT, Command, option, parsed, var_options
from nccodsl.cli.completion import ScriptPath


@click.command(
    "diff",
    cls=Command,
    exits={
        0: "compared; nothing that --fail-on names",
        1: "something that --fail-on names, or errors in a script",
        2: "wrong usage",
    },
)
@click.argument("versions", nargs=-1, required=True, type=ScriptPath(allow_dash=True), metavar="[OLD] NEW")
@var_options
@option(
    "--depth",
    type=click.IntRange(1, 40),
    default=10,
    show_default=True,
    metavar="N",
    group="Input",
    help="Compare paths of up to N answers.",
)
@option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    group="Output",
    help="Text, Markdown for a pull request, or JSON.",
)
@option(
    "--fail-on",
    "fail_on",
    multiple=True,
    metavar="KIND",
    group="Output",
    help="Exit with 1 on a change of this KIND: removed, changed, added, incomplete or any. Can be repeated.",
)
@option(
    "-o", "--output", type=OUTPUT, metavar="FILE", group="Output", help="Write to this file instead of standard output."
)
def command() -> int:
    """Report what callers notice when a script changes.

    OLD and NEW are files, or versions in git such as `main:menu.call`. `REVISION FILE` compares a file with its
    version in that revision, and FILE alone with that of the last commit.
    """
    from nccodsl.cli.diff import DiffOptions, compare_scripts

    return compare_scripts(parsed(DiffOptions))

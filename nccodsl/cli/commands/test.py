"""`nccodsl test`: runs the `test` blocks of scripts in virtual time."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import ANYTHING, OUTPUT, Command, parsed


@click.command("test", cls=Command)
@click.argument("paths", nargs=-1, type=ANYTHING, metavar="[FILE…]")
@click.option("-k", "keyword", metavar="TEXT", help="Only tests whose title, or whose file, contains this.")
@click.option("--coverage", is_flag=True, help="Count the steps, branches and handlers that the tests have taken.")
@click.option("--explore", type=click.IntRange(1, 40), metavar="N", help="Walk every path of up to N answers besides.")
@click.option(
    "--replay",
    type=ANYTHING,
    metavar="HISTORY",
    help="Play calls that `nccodsl serve --record` has recorded, instead of the tests.",
)
@click.option("--store", metavar="URL", help="With --replay: where the server keeps calls, to see which can go on.")
@click.option("--junit", type=OUTPUT, metavar="FILE", help="Write a JUnit report.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with the timeline of each call.")
@click.option("--seed", type=int, default=0, metavar="N", help="For the ids that calls and legs get.")
def command() -> int:
    """Run the tests of scripts: no network, no account, no waiting. Of a folder, all `*.call` files in it and below.

    Exit codes: 0 all passed, 1 a test failed, a script is wrong or exploring found something, 2 wrong usage. With
    --replay: 0 safe to deploy, 1 something differs or cannot be told, 2 wrong usage.
    """
    from nccodsl.cli.test import SuiteOptions, run_tests

    return run_tests(parsed(SuiteOptions))

"""`nccodsl test`: runs the `test` blocks of scripts in virtual time."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import ANYTHING, OUTPUT, SCRIPTS, Command, option, parsed, pseudo_option
from nccodsl.cli.emulation_click_options import after_connect_option
from nccodsl.cli.job_count import JobCount


@click.command(
    "test",
    cls=Command,
    exits={
        0: "passed; with --replay, safe to deploy",
        1: "a test failed, errors in a script, or a replay differs",
        2: "wrong usage",
    },
)
@click.argument("paths", nargs=-1, type=SCRIPTS, metavar="[FILE…]")
@option("-k", "keyword", metavar="TEXT", group="Input", help="Run only tests whose title or file contains TEXT.")
@option(
    "-j",
    "jobs",
    type=JobCount(),
    default="1",
    show_default=True,
    metavar="N",
    group="Input",
    help="Run tests in up to N processes; `auto` takes one for each core.",
)
@option(
    "--explore",
    type=click.IntRange(1, 40),
    metavar="N",
    group="Input",
    help="Also explore every path of up to N answers.",
)
@option(
    "--replay",
    type=ANYTHING,
    metavar="HISTORY",
    group="Input",
    help="Replay calls recorded by `nccodsl serve --record` instead of running tests.",
)
@option(
    "--store",
    metavar="URL",
    group="Input",
    help="With --replay: the server's store, to see which of its calls can continue.",
)
@option("--seed", type=int, default=0, show_default=True, metavar="N", group="Input", help="Seed for the IDs of calls.")
@pseudo_option
@after_connect_option("continue", "What a call does when the connected phone has hung up.")
@option("--coverage", is_flag=True, group="Output", help="Report which steps, branches and handlers the tests reach.")
@option("--junit", type=OUTPUT, metavar="FILE", group="Output", help="Write a JUnit report.")
@option("--json", "as_json", is_flag=True, group="Output", help="Print JSON, with the timeline of each call.")
def command() -> int:
    """Run the tests in scripts, in virtual time.

    FILE is a script, or a folder with `*.call` files; without FILE, the current folder. Tests need no network, no
    account and no waiting.
    """
    from nccodsl.cli.test import SuiteOptions, run_tests

    return run_tests(parsed(SuiteOptions))

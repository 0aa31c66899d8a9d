"""`nccodsl test`: runs the `test` blocks of scripts in virtual time."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import ANYTHING, OUTPUT, one_standard_input


@click.command("test")
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
def command(
    paths: tuple[str, ...],
    keyword: str | None,
    coverage: bool,
    explore: int | None,
    replay: str | None,
    store: str | None,
    junit: str | None,
    as_json: bool,
    seed: int,
) -> None:
    """Run the tests of scripts: no network, no account, no waiting. Of a folder, all `*.call` files in it and below.

    Exit codes: 0 all passed, 1 a test failed, a script is wrong or exploring found something, 2 wrong usage. With
    --replay: 0 safe to deploy, 1 something differs or cannot be told, 2 wrong usage.
    """
    from nccodsl.cli.script_files import scripts_in
    from nccodsl.cli.test import Suite

    one_standard_input(*paths, replay)
    given = paths or (".",)
    if replay is not None:
        if keyword is not None or coverage or explore is not None:
            raise click.UsageError("--replay cannot be combined with -k, --coverage or --explore")
        from nccodsl.cli.replay import run

        raise SystemExit(run(scripts_in(given), replay, store=store, junit=junit, as_json=as_json))
    if store is not None:
        raise click.UsageError("--store goes with --replay")
    files = scripts_in(given)
    if not files:
        raise click.UsageError(f"no *.call file in {', '.join(given)}")
    suite = Suite(keyword=keyword, coverage=coverage, explore=explore, seed=seed, as_json=as_json)
    for file in files:
        suite.run(file)
    if not suite.ran and not suite.wrong and explore is None:
        which = f" whose title or file contains {keyword!r}" if keyword else ""
        raise click.UsageError(f"there is no test{which} in {', '.join(given)}")
    suite.finish(junit)
    raise SystemExit(1 if suite.wrong else 0)

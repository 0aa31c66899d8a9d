"""Options that several commands share: input files, `--api`, and the values that a script wants."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from nccodsl.cli.output import STDIN

if TYPE_CHECKING:
    pass

_F = TypeVar("_F", bound=Callable[..., Any])

# Whether a file can be read is found out by reading it: then the message has a code, and other files go on.
SCRIPT = click.Path(exists=True, dir_okay=False, readable=False, allow_dash=True)
ANYTHING = click.Path(exists=True, readable=False, allow_dash=True)
OUTPUT = click.Path(dir_okay=False, writable=False, allow_dash=True)


def var_options(function: _F) -> _F:
    """`--var` and `--vars`."""
    function = click.option(
        "--vars", "vars_file", type=SCRIPT, metavar="FILE", help="Values from a .json, .yaml or .toml file."
    )(function)
    return click.option(
        "--var", "pairs", multiple=True, metavar="NAME=VALUE", callback=_pairs, help="A value; wins over --vars."
    )(function)


def api_option(default: str | None, help: str) -> Callable[[_F], _F]:
    """`--api`."""
    return click.option("--api", type=click.Choice(["v1", "v2"]), default=default, help=help)


def format_options(function: _F) -> _F:
    """`--format` and `--strict`."""
    function = click.option("--strict", is_flag=True, help="Count warnings as errors.")(function)
    return click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json", "sarif", "github"]),
        default="text",
        show_default=True,
        help="text goes to standard error, the others to standard output.",
    )(function)


def _pairs(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, object]:
    values: dict[str, object] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(f"{pair!r} is not of the form name=value", ctx=ctx, param=parameter)
        values[name.strip()] = value
    return values


def values_from(pairs: dict[str, object], vars_file: str | None) -> dict[str, object]:
    """The values of `--vars`, overridden by those of `--var`. Raises ScriptError where the file is wrong."""
    if vars_file is None:
        return pairs
    from nccodsl.cli.variables import read_variables

    return {**read_variables(vars_file), **pairs}


def one_standard_input(*files: str | None) -> None:
    """Standard input can be read once."""
    if sum(file == STDIN for file in files) > 1:
        raise click.UsageError("standard input (`-`) can stand for one file only.")

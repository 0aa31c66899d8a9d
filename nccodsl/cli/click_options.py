"""How commands are made: options that several share, and the record of what was given."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from nccodsl.base.record import Record
from nccodsl.cli.output import STDIN
from nccodsl.voice.call_api import API_VERSIONS

_F = TypeVar("_F", bound=Callable[..., object])
_R = TypeVar("_R", bound=Record)

# Whether a file can be read is found out by reading it: then the message has a code, and other files go on.
SCRIPT = click.Path(exists=True, dir_okay=False, readable=False, allow_dash=True)
ANYTHING = click.Path(exists=True, readable=False, allow_dash=True)
OUTPUT = click.Path(dir_okay=False, writable=False, allow_dash=True)


class Command(click.Command):
    """A command whose function takes no arguments and returns the exit code; `parsed` gives it what was typed."""

    def invoke(self, ctx: click.Context) -> None:
        assert self.callback is not None
        ctx.exit(ctx.invoke(self.callback))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from nccodsl.cli.examples import EXAMPLES

        if examples := EXAMPLES.get(self.name or ""):
            with formatter.section("Examples"):
                formatter.write("".join(f"{'':{formatter.current_indent}}{example}\n" for example in examples))
        super().format_options(ctx, formatter)


class GivenValues(Record):
    """Values for a script: those of `--var`, and the file of `--vars`."""

    pairs: dict[str, object]
    vars_file: str | None


class AccountOptions(Record):
    """Whose calls they are, and where the API is, as far as the options say."""

    app: str | None
    key: str | None
    profile: str | None
    region: str | None
    host: str | None


GROUPS: dict[str, type[Record]] = {"values": GivenValues, "account": AccountOptions}
"""Fields of records that hold several options."""


def parsed(kind: type[_R]) -> _R:
    """The arguments and options of the command that runs, as its record: fields are called as parameters are."""
    given: dict[str, object] = dict(click.get_current_context().params)
    for field in GROUPS.keys() & set(kind._fields):
        group = GROUPS[field]
        given[field] = group(**{name: given.pop(name) for name in group._fields})
    return kind(**given)


def var_options(function: _F) -> _F:
    """`--var` and `--vars`: the field `values` of a record."""
    function = click.option(
        "--vars", "vars_file", type=SCRIPT, metavar="FILE", help="Values from a .json, .yaml or .toml file."
    )(function)
    return click.option(
        "--var", "pairs", multiple=True, metavar="NAME=VALUE", callback=_pairs, help="A value; wins over --vars."
    )(function)


def account_options(function: _F) -> _F:
    """`--app`, `--key`, `--profile`, `--region` and `--host`: the field `account` of a record."""
    for option in reversed(
        (
            click.option("--app", metavar="ID", help="The id of the voice application."),
            click.option("--key", metavar="FILE", help="Its private key: a file, or the PEM itself."),
            click.option("--profile", metavar="NAME", help="A profile of nccodsl.toml or pyproject.toml."),
            click.option("--region", metavar="NAME", help="Where the API is asked, such as eu-west."),
            click.option("--host", metavar="HOST", help="Any other host, such as an emulator's."),
        )
    ):
        function = option(function)
    return function


def api_option(default: str | None, help: str) -> Callable[[_F], _F]:
    """`--api`."""
    return click.option("--api", type=click.Choice(API_VERSIONS), default=default, help=help)


def json_option(function: _F) -> _F:
    """`--json`: the field `as_json` of a record."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


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


def values_from(given: GivenValues) -> dict[str, object]:
    """The values of `--vars`, overridden by those of `--var`. Raises ScriptError where the file is wrong."""
    if given.vars_file is None:
        return given.pairs
    from nccodsl.cli.variables import read_variables

    return {**read_variables(given.vars_file), **given.pairs}


def one_standard_input(*files: str | None) -> None:
    """Standard input can be read once."""
    if sum(file == STDIN for file in files) > 1:
        raise click.UsageError("standard input (`-`) can stand for one file only.")


def not_overwritten(output: str | None, *read: str | None) -> None:
    """What is read cannot be written at the same time."""
    from nccodsl.cli.output import same_file

    for file in read:
        if same_file(output, file):
            raise click.UsageError(f"{file} is read; it cannot be written at the same time.")

"""How commands are made: options that several share, and the record of what was given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from nccodsl.base.record import Record
from nccodsl.cli.completion import ScriptPath
from nccodsl.cli.given import AccountOptions, GivenValues, pair_of
from nccodsl.cli.output import CannotWrite
from nccodsl.voice.call_api import API_VERSIONS

_F = TypeVar("_F", bound=Callable[..., object])
_R = TypeVar("_R", bound=Record)

# Whether a file can be read is found out by reading it: then the message has a code, and other files go on.
SCRIPT = ScriptPath(exists=True, dir_okay=False, readable=False, allow_dash=True)
SCRIPTS = ScriptPath(exists=True, readable=False, allow_dash=True)
DATA = click.Path(exists=True, dir_okay=False, readable=False, allow_dash=True)
ANYTHING = click.Path(exists=True, readable=False, allow_dash=True)
OUTPUT = click.Path(dir_okay=False, writable=False, allow_dash=True)

EXITS = {0: "success", 1: "errors in a script", 2: "wrong usage"}
"""Exit codes of a command that says nothing else."""
API_EXITS = {
    0: "success",
    1: "refused by the API, or errors in a script",
    2: "wrong usage or credentials",
    3: "unknown whether the API carried it out",
    4: "the API cannot be reached",
}
"""Exit codes of a command that talks to the API."""

BOOK_EXITS = {0: "success", 1: "the campaigns cannot be read or written", 2: "wrong usage, or no such campaign"}
"""Exit codes of commands about campaigns that were started."""
BOOK = "nccodsl.book"
"""Where `--book` is kept, among the `meta` of a command."""
HEADINGS = ("Input", "Call", "Account", "Network", "SHAKEN", "Emulation", "Output")
"""Groups of options in the order of the help; options without a group come last."""
_MANY = 7
"""A command with more options than this, `--help` among them, shows them in groups."""

Facts = Callable[[], Mapping[str, Mapping[str, str]]]
"""More sections of a help, by heading: names, and what they mean."""


class OneLineChoice(click.Choice[str]):
    """A choice of which one must be given; what there is to choose from is named in one line."""

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """What is said where nothing is given."""
        return f"Choose from {', '.join(self.choices)}."


class GroupedOption(click.Option):
    """An option, and the heading it stands under."""

    def __init__(self, *args: Any, group: str = "", **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.group = group


def option(*names: str, group: str = "", **settings: Any) -> Callable[[_F], _F]:
    """As `click.option`, with the heading that the option stands under."""
    return click.option(*names, cls=GroupedOption, group=group, **settings)


class NotWritten(click.ClickException):
    """CannotWrite, for click."""

    exit_code = 2


class Command(click.Command):
    """A command whose function takes no arguments and returns the exit code; `parsed` gives it what was typed."""

    def __init__(
        self, *args: Any, exits: Mapping[int, str] = EXITS, facts: Facts | None = None, **settings: Any
    ) -> None:
        super().__init__(*args, **settings)
        self.exits = exits
        self.facts = facts

    def invoke(self, ctx: click.Context) -> None:
        assert self.callback is not None
        try:
            ctx.exit(ctx.invoke(self.callback))
        except CannotWrite as error:
            raise NotWritten(str(error)) from None

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from nccodsl.cli.examples import EXAMPLES

        with formatter.section("Examples"):
            for example in EXAMPLES.get(_full_name(ctx), ()):
                formatter.write(f"{'':{formatter.current_indent}}{example}\n")
        sections = self._options(ctx)
        for title, rows in (self.facts() if self.facts else {}).items():
            sections[title] = list(rows.items())
        sections["Exit codes"] = [(str(code), meaning) for code, meaning in sorted(self.exits.items())]
        for title, lines in sections.items():
            with formatter.section(title):
                formatter.write_dl(lines)

    def _options(self, ctx: click.Context) -> dict[str, list[tuple[str, str]]]:
        """The options by their headings."""
        shown = [
            (one, row)
            for one in self.get_params(ctx)
            if isinstance(one, click.Option) and (row := one.get_help_record(ctx))
        ]
        longest = min(max(len(row[0]) for _, row in shown), 28)
        sections: dict[str, list[tuple[str, str]]] = {}
        for one, (names, help) in shown:
            group = getattr(one, "group", "") if len(shown) > _MANY else ""
            sections.setdefault(group or "Options", []).append((names.ljust(longest), help))
        return {title: sections[title] for title in (*HEADINGS, "Options") if title in sections}


def _full_name(ctx: click.Context) -> str:
    """The command as it is typed behind `nccodsl`, such as `calls list`."""
    names: list[str] = []
    here: click.Context | None = ctx
    while here is not None and here.parent is not None:
        names.insert(0, here.info_name or "")
        here = here.parent
    return " ".join(names)


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
    function = option(
        "--vars",
        "vars_file",
        type=DATA,
        metavar="FILE",
        group="Input",
        help="Read values of params from a .json, .yaml or .toml file.",
    )(function)
    return option(
        "--var",
        "pairs",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_pairs,
        group="Input",
        help="Set one param; overrides --vars. Can be repeated.",
    )(function)


_ACCOUNT = (
    ("--app", "ID", "Application ID of your Vonage application."),
    ("--key", "FILE", "Private key of the application: a file, or the PEM text."),
    ("--profile", "NAME", "Use this profile of nccodsl.toml or pyproject.toml."),
    ("--region", "NAME", "Send requests to this region, such as eu-west."),
    ("--host", "HOST", "Send requests to this host, such as an emulator."),
)


def account_options(function: _F) -> _F:
    """`--app`, `--key`, `--profile`, `--region` and `--host`: the field `account` of a record."""
    for name, metavar, help in reversed(_ACCOUNT):
        function = option(name, metavar=metavar, group="Account", help=help)(function)
    return function


def limit_option(function: _F) -> _F:
    """`--limit`."""
    from nccodsl.client.start_limits import MOST_SLOTS

    help = "Calls that the account may start per second; by default the profile's, or 3."
    return option("--limit", type=click.IntRange(1, MOST_SLOTS), metavar="N", group="Account", help=help)(function)


def api_option(default: str | None, help: str) -> Callable[[_F], _F]:
    """`--api`."""
    return option("--api", type=click.Choice(API_VERSIONS), default=default, show_default=True, group="Call", help=help)


def at_option(function: _F) -> _F:
    """`--at`: the moment that a script reads off the clock, or None."""
    from nccodsl.cli.moment import MomentType

    help = "When the call begins, such as 2026-12-24T18:30 in the script's time zone; by default now."
    return option("--at", type=MomentType(), metavar="TIME", group="Input", help=help)(function)


def listen_options(*, port: int) -> Callable[[_F], _F]:
    """`--host` and `--port` of a server."""

    def both(function: _F) -> _F:
        function = option(
            "--port",
            type=click.IntRange(0, 65535),
            metavar="PORT",
            default=port,
            show_default=True,
            group="Network",
            help="Port to listen on; 0 picks a free one.",
        )(function)
        return option("--host", default="127.0.0.1", show_default=True, group="Network", help="Address to listen on.")(
            function
        )

    return both


def book_option(function: _F) -> _F:
    """`--book`, which `opened_journal` finds."""

    def keep(ctx: click.Context, _param: click.Parameter, url: str | None) -> None:
        ctx.find_root().meta[BOOK] = url

    help = "PostgreSQL database that machines share; by default a file on this one."
    return option("--book", metavar="URL", group="Network", expose_value=False, callback=keep, help=help)(function)


def json_option(function: _F) -> _F:
    """`--json`: the field `as_json` of a record."""
    return option("--json", "as_json", is_flag=True, group="Output", help="Print JSON.")(function)


def server_store_option(function: _F) -> _F:
    """`--store` of a server."""
    return option(
        "--store",
        metavar="URL",
        group="Network",
        help="Store of the server, as in `serve`: sqlite:PATH or postgresql://…. Default: SQLite in your state folder.",
    )(function)


def outbox_options(function: _F) -> _F:
    """`--store` of a server, and `--format`, which is another way to write `--json`."""
    function = option("--format", "form", type=click.Choice(["text", "json"]), hidden=True, help="Output format.")(
        function
    )
    return server_store_option(function)


def pseudo_option(function: _F) -> _F:
    """`--pseudo`."""
    return option("--pseudo", is_flag=True, group="Input", help="Say all texts in a pseudo-language.")(function)


def text_languages(function: _F) -> _F:
    """`--language`, of commands about translations."""
    help = "Only this language. Can be repeated."
    return option("--language", "languages", multiple=True, metavar="CODE", group="Input", help=help)(function)


def format_options(function: _F) -> _F:
    """`--format` and `--strict`."""
    function = click.option("--strict", is_flag=True, help="Count warnings as errors.")(function)
    return click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json", "sarif", "github"]),
        default="text",
        show_default=True,
        help="Print problems as text to standard error, or in another format to standard output.",
    )(function)


def _pairs(ctx: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, object]:
    values: dict[str, object] = {}
    for pair in given:
        parts = pair_of(pair)
        if parts is None:
            raise click.BadParameter(f"{pair!r} is not of the form NAME=VALUE", ctx=ctx, param=parameter)
        values[parts[0]] = parts[1]
    return values

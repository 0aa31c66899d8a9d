"""Commands and their records: what click parses is what a record holds; a group's help is that of its commands."""

from __future__ import annotations

import datetime
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from typing import get_type_hints

import click
import pytest
from click.testing import CliRunner

from nccodsl.base.record import Record
from nccodsl.cli.click_options import (
    GROUPS,
    HEADINGS,
    Command,
    account_options,
    json_option,
    parsed,
    var_options,
)
from nccodsl.cli.commands.calls import COMMANDS as CALLS
from nccodsl.cli.commands.outbox import COMMANDS as OUTBOX
from nccodsl.cli.commands.suppress import COMMANDS as SUPPRESS
from nccodsl.cli.given import AccountOptions, GivenValues
from nccodsl.cli.job_count import JobCount
from nccodsl.cli.main import COMMANDS as LINES, cli
from nccodsl.cli.moment import MomentType


def commands(group: click.Group = cli, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command, by its whole name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


EVERY = dict(commands())


def record_of(command: click.Command) -> type[Record]:
    """The record that the function of a command asks for."""
    assert command.callback is not None
    found = re.search(r"from (\S+) import (\w+)", inspect.getsource(command.callback))
    assert found is not None
    kind: type[Record] = getattr(import_module(found[1]), found[2])
    return kind


def type_of(parameter: click.Parameter) -> object:
    """The type of the values that click makes of a parameter."""
    if parameter.callback is not None:
        return dict[str, object]
    if parameter.multiple or parameter.nargs == -1:
        return tuple[str, ...]
    kinds: tuple[tuple[type, object], ...] = (
        (click.types.BoolParamType, bool),
        (click.types.IntParamType, int),
        (click.types.FloatParamType, float),
        (MomentType, datetime.datetime),
        (JobCount, int),
    )
    kind = next((kind for clicks, kind in kinds if isinstance(parameter.type, clicks)), str)
    always = parameter.required or parameter.to_info_dict()["default"] is not None
    return kind if always else kind | None


@pytest.mark.parametrize("name", EVERY)
def test_a_record_holds_what_is_parsed(name: str) -> None:
    kind = record_of(EVERY[name])
    types = get_type_hints(kind)
    fields = {field: types[field] for field in kind._fields}
    for field, group in GROUPS.items():
        if field in fields:
            assert fields.pop(field) is group
            fields |= {one: get_type_hints(group)[one] for one in group._fields}
    # What is not exposed is kept in the context, such as the book.
    exposed = [one for one in EVERY[name].params if one.expose_value]
    assert fields == {str(one.name): type_of(one) for one in exposed}


@pytest.mark.parametrize("name", EVERY)
def test_every_command_is_one_of_ours(name: str) -> None:
    assert isinstance(EVERY[name], Command)


def first_paragraph(command: click.Command) -> str:
    return inspect.cleandoc(command.help or "").partition("\n\n")[0]


def test_a_line_in_the_help_is_the_first_paragraph_of_the_command() -> None:
    assert isinstance(cli, click.Group)
    context = click.Context(cli)
    found = {name: cli.get_command(context, name) for name in LINES}
    assert {name: first_paragraph(command) for name, command in found.items() if command} == LINES


@pytest.mark.parametrize("name", EVERY)
def test_the_help_of_a_command(name: str) -> None:
    """Each option has a text; many options stand under headings; words that the guide forbids are absent."""
    command = EVERY[name]
    options = [one for one in command.params if isinstance(one, click.Option)]
    assert all(one.help and one.help.endswith(".") for one in options)
    if len(options) >= 7:
        assert {getattr(one, "group", "") for one in options} <= set(HEADINGS)
    text = CliRunner().invoke(cli, [*name.split(), "--help"]).stdout
    assert re.findall(r"^([A-Z][\w ]+):$", text, re.M)[0] == "Examples"
    assert text.count("Exit codes:") == 1
    assert not re.search(r"\b(shall|mend\w*|told|whoever|is none|nobody|somebody|talks? back)\b", text)


def test_a_line_in_the_help_of_calls_is_the_first_paragraph_of_the_command() -> None:
    helps = {name.removeprefix("calls "): command for name, command in EVERY.items() if name.startswith("calls ")}
    assert {name: first_paragraph(command) for name, command in helps.items()} == CALLS
    assert list(CALLS) == sorted(CALLS)


def test_a_line_in_the_help_of_outbox_is_the_first_paragraph_of_the_command() -> None:
    helps = {name.removeprefix("outbox "): command for name, command in EVERY.items() if name.startswith("outbox ")}
    assert {name: first_paragraph(command) for name, command in helps.items()} == OUTBOX
    assert list(OUTBOX) == sorted(OUTBOX)


def test_a_line_in_the_help_of_suppress_is_the_first_paragraph_of_the_command() -> None:
    helps = {name.removeprefix("suppress "): command for name, command in EVERY.items() if name.startswith("suppress ")}
    assert {name: first_paragraph(command) for name, command in helps.items()} == SUPPRESS
    assert list(SUPPRESS) == sorted(SUPPRESS)


class Given(Record):
    """All that the command below takes."""

    file: str
    values: GivenValues
    account: AccountOptions
    as_json: bool


def test_options_that_belong_together_are_one_field() -> None:
    seen: list[Given] = []

    @click.command(cls=Command)
    @click.argument("file")
    @var_options
    @account_options
    @json_option
    def command() -> int:
        seen.append(parsed(Given))
        return 3

    arguments = ["a.call", "--var", "n=1", "--var", " m =x=y", "--app", "A", "--host", "h"]
    assert CliRunner().invoke(command, arguments).exit_code == 3
    account = AccountOptions("A", None, None, None, "h")
    assert seen == [Given("a.call", GivenValues({"n": "1", "m": "x=y"}, None), account, False)]


def test_a_parameter_that_no_field_takes_is_a_mistake() -> None:
    @click.command(cls=Command)
    @click.argument("name")
    @json_option
    def command() -> int:
        parsed(AccountOptions)
        return 0

    result = CliRunner().invoke(command, ["x"])
    assert isinstance(result.exception, TypeError)

"""Options that several commands of campaigns share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from nccodsl.cli.click_options import OUTPUT, option

_F = TypeVar("_F", bound=Callable[..., object])


def suppressed_store_option(function: _F) -> _F:
    """`--store` of a server, where only its suppressed numbers are read."""
    return option(
        "--store",
        metavar="URL",
        group="Input",
        help="Store with the suppressed numbers, as in `serve`: sqlite:PATH or postgresql://…. "
        "Default: SQLite in your state folder.",
    )(function)


def report_options(*by: str) -> Callable[[_F], _F]:
    """`--format`, `--by` and `-o` of the report of a campaign; `by`: what else calls can be counted by."""

    def added(function: _F) -> _F:
        for one in (_OUTPUT, _by("outcome", "hour", "zone", *by), _FORMAT):
            function = one(function)
        return function

    return added


_OUTPUT = option("-o", "--output", type=OUTPUT, default="-", metavar="FILE", group="Output", help="Write to this file.")
_FORMAT = option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "json", "html"]),
    default="text",
    show_default=True,
    group="Output",
    help="Format of the report; CSV and JSON list all recipients.",
)


def _by(*groups: str) -> Callable[[_F], _F]:
    return option(
        "--by",
        type=click.Choice(groups),
        default="outcome",
        show_default=True,
        group="Output",
        help="What calls are counted by.",
    )

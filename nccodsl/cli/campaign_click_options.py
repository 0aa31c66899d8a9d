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


def report_options(function: _F) -> _F:
    """`--format`, `--by` and `-o` of the report of a campaign."""
    function = option(
        "-o", "--output", type=OUTPUT, default="-", metavar="FILE", group="Output", help="Write to this file."
    )(function)
    function = option(
        "--by",
        type=click.Choice(["outcome", "hour", "zone"]),
        default="outcome",
        show_default=True,
        group="Output",
        help="What calls are counted by.",
    )(function)
    return option(
        "--format",
        "form",
        type=click.Choice(["text", "csv", "json", "html"]),
        default="text",
        show_default=True,
        group="Output",
        help="Format of the report; CSV and JSON list all recipients.",
    )(function)

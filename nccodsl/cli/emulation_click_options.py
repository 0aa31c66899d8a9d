"""Options that several commands with emulated calls share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from nccodsl.cli.click_options import option
from nccodsl.cli.completion import complete_persona

_F = TypeVar("_F", bound=Callable[..., object])


def after_connect_option(default: str | None, help: str) -> Callable[[_F], _F]:
    """`--after-connect`."""
    from nccodsl.emulator.core.application import AFTER_CONNECT

    return option(
        "--after-connect",
        type=click.Choice(AFTER_CONNECT),
        default=default,
        show_default=default is not None,
        group="Emulation",
        help=help,
    )


def timing_option(default: str | None, help: str) -> Callable[[_F], _F]:
    """`--timing`."""
    return option(
        "--timing",
        type=click.Choice(["estimate", "measured"]),
        default=default,
        show_default=default is not None,
        group="Emulation",
        help=help,
    )


def voice_engine_option(help: str) -> Callable[[_F], _F]:
    """`--voice-engine`."""
    return option("--voice-engine", metavar="NAME", group="Emulation", help=help)


def persona_option(help: str) -> Callable[[_F], _F]:
    """`--persona`: the field `personas` of a record."""
    return option(
        "--persona",
        "personas",
        multiple=True,
        metavar="NAME|FILE",
        shell_complete=complete_persona,
        group="Emulation",
        help=f"{help} Can be repeated.",
    )

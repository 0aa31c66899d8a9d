"""Options that several commands with emulated calls share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import click

from nccodsl.cli.click_options import option
from nccodsl.cli.completion import complete_persona

_F = TypeVar("_F", bound=Callable[..., object])


def after_connect_option(default: str | None, help: str) -> Callable[[_F], _F]:
    """`--after-connect`."""
    from nccodsl.emulator.core.application import AFTER_CONNECT

    return _choice("--after-connect", AFTER_CONNECT, default, help)


def timing_option(default: str | None, help: str) -> Callable[[_F], _F]:
    """`--timing`."""
    return _choice("--timing", ("estimate", "measured"), default, help)


def voice_engine_option(help: str) -> Callable[[_F], _F]:
    """`--voice-engine`."""
    return option("--voice-engine", metavar="NAME", group="Emulation", help=help)


def sockets_option(default: str | None, help: str) -> Callable[[_F], _F]:
    """`--sockets`."""
    return _choice("--sockets", ("real", "persona"), default, help)


def socket_host_option(help: str) -> Callable[[_F], _F]:
    """`--allow-socket`: the field `socket_hosts` of a record."""
    return option(
        "--allow-socket",
        "socket_hosts",
        multiple=True,
        metavar="HOST",
        group="Emulation",
        help=f"{help} Can be repeated.",
    )


def recognizer_option(help: str) -> Callable[[_F], _F]:
    """`--recognizer`."""
    return option("--recognizer", metavar="NAME", group="Emulation", help=help)


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


def _choice(name: str, values: Sequence[str], default: str | None, help: str) -> Callable[[_F], _F]:
    """An option with few values; the help shows the default, if there is one."""
    return option(
        name,
        type=click.Choice(values),
        default=default,
        show_default=default is not None,
        group="Emulation",
        help=help,
    )

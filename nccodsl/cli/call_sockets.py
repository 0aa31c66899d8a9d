"""What `--sockets`, `--allow-socket` and `--recognizer` ask for: the WebSockets of emulated calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from nccodsl.base.record import Record
from nccodsl.emulator.http.live_clock import LiveClock
from nccodsl.emulator.http.socket_hosts import socket_refusal
from nccodsl.errors import UsageError

if TYPE_CHECKING:
    from nccodsl.audio.recognizers import Recognizer
    from nccodsl.emulator.core.sound_of import Sounds


class CallSockets(Record):
    """`opens`: whether sockets are opened, here and at `hosts`. `instead`: an address in place of all others."""

    opens: bool = False
    hosts: tuple[str, ...] = ()
    instead: str | None = None
    recognizer: Recognizer | None = None

    @contextmanager
    def live(self, sounds: Sounds) -> Iterator[LiveClock | None]:
        """What opens the sockets of one call, if that is wanted; `sounds` is what they hear."""
        if not self.opens:
            yield None
            return
        live = LiveClock(self.hosts, sounds=sounds, instead=self.instead, recognizer=self.recognizer)
        try:
            yield live
        finally:
            live.close()


def call_sockets(sockets: str | None, hosts: tuple[str, ...], agent: str | None, recognizer: str | None) -> CallSockets:
    """What the options ask for. Raises click.UsageError where they do not go together, or cannot be had."""
    if sockets == "persona":
        for option, given in (("--allow-socket", hosts), ("--agent", agent), ("--recognizer", recognizer)):
            if given:
                raise click.UsageError(f"{option} cannot be combined with --sockets persona.")
        return CallSockets()
    check_agent(agent, hosts)
    return CallSockets(True, hosts, agent, recognizer_of(recognizer))


def check_agent(agent: str | None, hosts: tuple[str, ...]) -> None:
    """Raise click.UsageError for what is not the address of a WebSocket, or must not be opened."""
    if agent is not None and (refusal := socket_refusal(agent, hosts)):
        raise click.UsageError(f"{agent} is not opened: {refusal}.")


def recognizer_of(name: str | None) -> Recognizer | None:
    """What `--recognizer` names. Raises click.UsageError where it cannot be used."""
    if name is None:
        return None
    from nccodsl.audio.recognizers import recognizer

    try:
        return recognizer(name)
    except UsageError as reason:
        raise click.UsageError(f"{reason}.") from None

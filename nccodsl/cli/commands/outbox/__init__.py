"""`nccodsl outbox`: the requests that scripts have sent and that are not delivered yet."""

from __future__ import annotations

import click

from nccodsl.cli.lazy_group import LazyGroup

COMMANDS = {
    "drop": "Deliver requests no more.",
    "list": "List requests that are not delivered yet.",
    "retry": "Try requests again at once.",
}
"""Name of a command, and its line in the help: the first paragraph of its own."""


class OutboxGroup(LazyGroup):
    """The commands about the outbox."""

    home = __name__
    lines = COMMANDS


@click.group("outbox", cls=OutboxGroup)
def command() -> None:
    """List, retry and drop requests to other systems.

    KEY is the key of a request, as `outbox list` shows it.
    """

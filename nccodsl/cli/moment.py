"""Times as the command line takes them."""

from __future__ import annotations

from datetime import UTC, datetime

import click


def moment(text: str, option: str) -> datetime:
    """A time in ISO 8601; without a zone it is UTC. Raises BadParameter."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("write a time such as 2026-11-23T12:00:00Z", param_hint=f"'{option}'") from None
    return given if given.tzinfo else given.replace(tzinfo=UTC)

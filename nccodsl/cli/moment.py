"""Times as the command line takes them."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from nccodsl.clock.zones import read_moment


class MomentType(click.ParamType[datetime]):
    """A date and time such as `2026-12-24T18:30`; without an offset it is a wall clock's time in the script's zone."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        found = value if isinstance(value, datetime) else read_moment(str(value))
        if found is None:
            self.fail(f"{str(value)[:40]} is not a date and time such as 2026-12-24T18:30", param, ctx)
        return found


def moment(text: str, option: str) -> datetime:
    """A time in ISO 8601; without a zone it is UTC. Raises BadParameter."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("write a time such as 2026-11-23T12:00:00Z", param_hint=f"'{option}'") from None
    return given if given.tzinfo else given.replace(tzinfo=UTC)

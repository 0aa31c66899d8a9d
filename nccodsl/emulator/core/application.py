"""The settings of a voice application."""

from __future__ import annotations

from typing import Any, Literal

from nccodsl.base.record import Record

Hook = tuple[str, str]
"""Method and address of a webhook."""
Ncco = list[dict[str, Any]]
AfterConnect = Literal["continue", "complete"]
"""What becomes of a call when the connected phone has hung up: official texts disagree (docs/after-a-connect.md)."""
AFTER_CONNECT: tuple[AfterConnect, ...] = ("continue", "complete")
LEG_DAYS = 2
"""Days for which a finished leg is shown unless the application says otherwise (Voice API reference)."""


class Application(Record):
    """Methods and addresses of the application's webhooks, the days that legs are kept, and what follows a `connect`.

    `after_connect`: whether a call continues with its NCCO when the connected leg has hung up, or is completed.
    """

    answer: Hook | None = None
    event: Hook | None = None
    fallback: Hook | None = None
    leg_days: float = LEG_DAYS
    after_connect: AfterConnect = "continue"

"""The settings of a voice application."""

from __future__ import annotations

from typing import Any

from nccodsl.base.record import Record

Hook = tuple[str, str]
"""Method and address of a webhook."""
Ncco = list[dict[str, Any]]
LEG_DAYS = 2
"""Days for which a finished leg is shown unless the application says otherwise (Voice API reference)."""


class Application(Record):
    """Methods and addresses of the application's webhooks, and the days that legs are kept."""

    answer: Hook | None = None
    event: Hook | None = None
    fallback: Hook | None = None
    leg_days: float = LEG_DAYS

"""Phone numbers among the arguments of commands."""

from __future__ import annotations

import click

from nccodsl.base.phone import NotAPhoneNumber, digits

_MOST_QUOTED = 40


def phone_number(text: str) -> str:
    """The digits of a number. Raises UsageError."""
    try:
        return digits(text)
    except NotAPhoneNumber as reason:
        raise click.UsageError(f"`{text[:_MOST_QUOTED]}` is not a valid phone number: {reason}.") from None

"""What the API answers, typed (Voice API reference). Numbers come as strings, and much may be absent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from nccodsl.base.record import Record
from nccodsl.voice.call_api import FINAL

_SHOWN_BY = ("number", "uri", "user", "extension")
"""What an endpoint is called by, whatever its type."""


class CreatedCall(Record):
    """A call that the API accepted. `api` is v1 or v2. v2 returns no IDs: they come with the first event."""

    api: str
    uuid: str | None = None
    conversation_uuid: str | None = None
    status: str | None = None
    direction: str | None = None


class Accepted(Record):
    """A request that the API carried out. `message` is its text, such as `Talk started`, or None."""

    uuid: str
    message: str | None = None


class Call(Record):
    """One leg of a call. `to` and `from_` are a number, address, user or extension.

    `rate`, `price` (in the currency of the account), `duration` (seconds), the times (UTC) and `network` (MCCMNC) are
    known after the call. `raw` is the object as the API sent it.
    """

    uuid: str
    conversation_uuid: str | None
    to: str
    from_: str
    status: str
    direction: str
    rate: float | None
    price: float | None
    duration: int | None
    start_time: datetime | None
    end_time: datetime | None
    network: str | None
    raw: Mapping[str, Any]

    _ignored = frozenset(("raw",))

    @property
    def is_over(self) -> bool:
        return self.status in FINAL

    def to_json(self) -> dict[str, Any]:
        """The fields for JSON: times in ISO 8601, numbers as numbers, null for unknown values."""
        fields = {name.rstrip("_"): getattr(self, name) for name in self._fields if name != "raw"}
        return {name: _iso(value) if isinstance(value, datetime) else value for name, value in fields.items()}


class CallPage(Record):
    """A page of a list. `count` is the total number of calls, `next` the index of the next page."""

    count: int
    calls: tuple[Call, ...]
    next: int | None


def read_call(document: object) -> Call:
    """A call object. Raises ValueError where it has no uuid."""
    if not isinstance(document, dict) or not isinstance(document.get("uuid"), str):
        raise ValueError("the call has no uuid")
    seconds = number(document.get("duration"))
    return Call(
        uuid=document["uuid"],
        conversation_uuid=text(document.get("conversation_uuid")),
        to=endpoint_value(document.get("to")),
        from_=endpoint_value(document.get("from")),
        status=text(document.get("status")) or "unknown",
        direction=text(document.get("direction")) or "unknown",
        rate=number(document.get("rate")),
        price=number(document.get("price")),
        duration=None if seconds is None else round(seconds),
        start_time=moment(document.get("start_time")),
        end_time=moment(document.get("end_time")),
        network=text(document.get("network")),
        raw=document,
    )


def read_page(document: object, size: int, index: int) -> CallPage:
    """A page that began at `index` and should have `size` calls. Raises ValueError where it is of another shape."""
    embedded = document.get("_embedded") if isinstance(document, dict) else None
    listed = embedded.get("calls") if isinstance(embedded, dict) else None
    if not isinstance(document, dict) or not isinstance(listed, list):
        raise ValueError("the list has no _embedded.calls")
    calls = tuple(read_call(item) for item in listed)
    total = number(document.get("count"))
    behind = index + len(calls)
    count = behind if total is None else round(total)
    more = bool(calls) and (count > behind or (total is None and len(calls) >= size))
    return CallPage(count, calls, behind if more else None)


def endpoint_value(side: object) -> str:
    """What an endpoint is called by: the number, address, user or extension of an object, or the text itself."""
    if isinstance(side, list):
        side = side[0] if side else None
    if isinstance(side, dict):
        return next((value for name in _SHOWN_BY if isinstance(value := side.get(name), str)), "")
    return side if isinstance(side, str) else ""


def number(value: object) -> float | None:
    """A number, or a string of one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        read = float(value)
    except (ValueError, OverflowError):
        return None
    return read if math.isfinite(read) else None


def text(value: object) -> str | None:
    """A text, or a number as one."""
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def moment(value: object) -> datetime | None:
    """`YYYY-MM-DD HH:MM:SS` or ISO 8601; UTC where no zone is given."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _iso(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")

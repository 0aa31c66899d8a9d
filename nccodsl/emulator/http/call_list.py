"""`GET /v1/calls`: filters and HAL paging (Voice API reference)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from nccodsl.emulator.bad_input import BadRequest
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.payloads import call_object
from nccodsl.voice.call_api import ORDERS, STATUSES

MOST = 100


def page(legs: Sequence[Leg], query: Mapping[str, str], epoch: float, base_url: str) -> dict[str, Any]:
    """One page of the legs that the query asks for; they are in the order in which they began. Raises BadRequest."""
    wrong: list[tuple[str, str]] = []

    def read(name: str, convert: Callable[[str], Any], default: Any) -> Any:
        text = query.get(name)
        if text is None:
            return default
        try:
            return convert(text)
        except ValueError as reason:
            wrong.append((name, str(reason)))
            return default

    status = read("status", _status, None)
    start, end = read("date_start", _time, None), read("date_end", _time, None)
    size = read("page_size", lambda text: _whole(text, 1, MOST), 10)
    index = read("record_index", lambda text: _whole(text, 0, 10**9), 0)
    order = read("order", _order, "asc")
    conversation = query.get("conversation_uuid")
    if wrong:
        raise BadRequest("the query is invalid", wrong)
    # By dates, only what is found is looked at: a list of many calls is read page by page.
    first = bisect_left(legs, start, key=lambda leg: epoch + leg.created_at) if start is not None else 0
    last = bisect_right(legs, end, key=lambda leg: epoch + leg.created_at) if end is not None else len(legs)
    found = legs[first:last]
    if status is not None or conversation is not None:
        found = [leg for leg in found if _is_wanted(leg, status, conversation)]
    if order == "desc":
        found = found[::-1]
    return {
        "count": len(found),
        "page_size": size,
        "record_index": index,
        "_links": _links(f"{base_url}/v1/calls", query, len(found), size, index),
        "_embedded": {"calls": [call_object(leg, epoch) for leg in found[index : index + size]]},
    }


def _is_wanted(leg: Leg, status: str | None, conversation: str | None) -> bool:
    return status in (None, leg.outcome or leg.status) and conversation in (None, leg.conversation.uuid)


def _links(path: str, query: Mapping[str, str], count: int, size: int, index: int) -> dict[str, Any]:
    """Absolute addresses: the official Node client takes them apart as such."""
    kept = {key: value for key, value in query.items() if key not in ("record_index", "page_size")}

    def link(at: int) -> dict[str, str]:
        return {"href": f"{path}?{urlencode({**kept, 'page_size': size, 'record_index': at})}"}

    last = max((count - 1) // size * size, 0)
    links = {"self": link(index), "first": link(0), "last": link(last)}
    if index + size < count:
        links["next"] = link(index + size)
    if index > 0:
        links["prev"] = link(max(index - size, 0))
    return links


def _status(text: str) -> str:
    if text not in STATUSES:
        raise ValueError(f"must be one of {', '.join(STATUSES)}")
    return text


def _order(text: str) -> str:
    if text not in ORDERS:
        raise ValueError("must be asc or desc")
    return text


def _whole(text: str, least: int, most: int) -> int:
    if not text.isdecimal() or not least <= int(text) <= most:
        raise ValueError(f"must be an integer from {least}" + (f" to {most}" if most < 10**9 else ""))
    return int(text)


def _time(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        raise ValueError("must be a time such as 2016-11-14T07:45:14Z") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()

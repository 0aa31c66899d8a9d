"""`GET /v1/calls`: filters and HAL paging (Voice API reference)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from nccodsl.emulator.bad_input import BadRequest
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.payloads import call_object
from nccodsl.voice.call_api import ORDERS, STATUSES

MOST = 100


def page(legs: Iterable[Leg], query: Mapping[str, str], epoch: float, base_url: str) -> dict[str, Any]:
    """One page of the legs that the query asks for. Raises BadRequest."""
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
    found = [
        leg
        for leg in legs
        if (status is None or (leg.outcome or leg.status) == status)
        and (start is None or epoch + leg.created_at >= start)
        and (end is None or epoch + leg.created_at <= end)
        and (conversation is None or leg.conversation.uuid == conversation)
    ]
    if order == "desc":
        found.reverse()
    return {
        "count": len(found),
        "page_size": size,
        "record_index": index,
        "_links": _links(f"{base_url}/v1/calls", query, len(found), size, index),
        "_embedded": {"calls": [call_object(leg, epoch) for leg in found[index : index + size]]},
    }


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

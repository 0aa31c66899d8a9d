"""The requests of the Voice API as data (Voice API reference): nothing here sends anything.

Arguments are held against the ranges of the reference first: BadArgument says what is wrong with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypedDict
from urllib.parse import quote, urlsplit

from nccodsl.base.strict_json import read_strict_json
from nccodsl.client.api_request import ApiRequest
from nccodsl.client.failures import BadArgument, shown
from nccodsl.client.results import Accepted, Call, CallPage, CreatedCall, read_call, read_page, text
from nccodsl.diagnostics import messages
from nccodsl.voice.call_api import API_VERSIONS, ORDERS, STATUSES
from nccodsl.voice.forms import is_dtmf, is_ssml

LARGEST_PAGE = 100
MOST_SPOKEN = 1500


class Filters(TypedDict, total=False):
    """Which calls a list shows. Times without a zone are UTC; `page_size` 1 to 100, `order` asc or desc."""

    status: str | None
    date_start: datetime | None
    date_end: datetime | None
    page_size: int
    record_index: int
    order: str
    conversation_uuid: str | None


def create(body: Mapping[str, Any], api: str = "v2") -> ApiRequest[CreatedCall]:
    """Place a call without a journal (`place` keeps one). `body` is the result of `Flow.call`."""
    _one_of("the API version", api, API_VERSIONS)
    if not isinstance(body, Mapping):
        raise BadArgument(messages.calls.body_no_object())
    request = ApiRequest(
        "create", "POST", f"/{api}/calls", lambda answer: _created(answer, api), json=dict(body), creates=True
    )
    request.content()
    return request


def calls(
    *,
    status: str | None = None,
    date_start: datetime | None = None,
    date_end: datetime | None = None,
    page_size: int = 10,
    record_index: int = 0,
    order: str = "asc",
    conversation_uuid: str | None = None,
) -> ApiRequest[CallPage]:
    """One page of the list of calls."""
    if status is not None:
        _one_of("status", status, STATUSES)
    _one_of("order", order, ORDERS)
    _whole("page_size", page_size, 1, LARGEST_PAGE)
    _whole("record_index", record_index, 0)
    if date_start is not None and date_end is not None and _utc(date_start) > _utc(date_end):
        raise BadArgument(messages.calls.start_behind_end())
    given = {
        "status": status,
        "date_start": _utc(date_start) if date_start is not None else None,
        "date_end": _utc(date_end) if date_end is not None else None,
        "page_size": str(page_size),
        "record_index": str(record_index),
        "order": order,
        "conversation_uuid": conversation_uuid,
    }
    params = tuple((name, value) for name, value in given.items() if value is not None)

    def read(answer: bytes) -> CallPage:
        return read_page(read_strict_json(answer), page_size, record_index)

    return ApiRequest("list", "GET", "/v1/calls", read, params)


def next_page(filters: Filters, page: CallPage | None = None) -> ApiRequest[CallPage] | None:
    """The page after `page`, or the first page. None after the last page."""
    index = filters.get("record_index", 0) if page is None else page.next
    if index is None:
        return None
    wanted: Filters = {"page_size": LARGEST_PAGE, **filters, "record_index": index}
    return calls(**wanted)


def show(uuid: str) -> ApiRequest[Call]:
    """One call."""
    return ApiRequest("show", "GET", _path(uuid), lambda answer: read_call(read_strict_json(answer)))


def hangup(uuid: str) -> ApiRequest[Accepted]:
    """End a call."""
    return _order(uuid, "hangup")


def mute(uuid: str) -> ApiRequest[Accepted]:
    """Mute a call: the others do not hear it."""
    return _order(uuid, "mute")


def unmute(uuid: str) -> ApiRequest[Accepted]:
    """Unmute a call."""
    return _order(uuid, "unmute")


def earmuff(uuid: str) -> ApiRequest[Accepted]:
    """Earmuff a call: it does not hear the others."""
    return _order(uuid, "earmuff")


def unearmuff(uuid: str) -> ApiRequest[Accepted]:
    """End the earmuffs of a call."""
    return _order(uuid, "unearmuff")


def transfer(
    uuid: str, *, ncco: Sequence[Mapping[str, Any]] | None = None, url: str | None = None
) -> ApiRequest[Accepted]:
    """Continue with another NCCO, given or fetched from an address."""
    if (ncco is None) == (url is None):
        raise BadArgument(messages.calls.transfer_to_one())
    destination: dict[str, Any] = {"type": "ncco"}
    if url is not None:
        destination["url"] = [_url("url", url)]
    elif isinstance(ncco, str | bytes | Mapping) or not ncco:
        raise BadArgument(messages.calls.no_list_of_actions(empty=not ncco))
    else:
        destination["ncco"] = list(ncco)
    return _put("transfer", uuid, "", {"action": "transfer", "destination": destination})


def talk(
    uuid: str,
    text: str,
    *,
    language: str | None = None,
    style: int | None = None,
    premium: bool | None = None,
    loop: int | None = None,
    level: float | None = None,
    voice_name: str | None = None,
) -> ApiRequest[Accepted]:
    """Speak a text."""
    if not isinstance(text, str) or not text.strip():
        raise BadArgument(messages.calls.nothing_to_say())
    if len(text) > MOST_SPOKEN and not is_ssml(text):
        raise BadArgument(messages.calls.text_too_long(len(text), MOST_SPOKEN))
    if style is not None:
        _whole("style", style, 0)
    body = {
        "text": text,
        "language": language,
        "style": style,
        "premium": premium,
        "voice_name": voice_name,
        **_sound(loop, level),
    }
    return _put("talk", uuid, "/talk", body)


def stop_talk(uuid: str) -> ApiRequest[Accepted]:
    """Stop speaking."""
    return _delete("stop-talk", uuid, "/talk")


def stream(uuid: str, url: str, *, loop: int | None = None, level: float | None = None) -> ApiRequest[Accepted]:
    """Play an audio file."""
    return _put("stream", uuid, "/stream", {"stream_url": [_url("stream_url", url)], **_sound(loop, level)})


def stop_stream(uuid: str) -> ApiRequest[Accepted]:
    """Stop playing."""
    return _delete("stop-stream", uuid, "/stream")


def dtmf(uuid: str, digits: str) -> ApiRequest[Accepted]:
    """Send keys. It is not repeated after a failure, because the keys would be sent twice."""
    if not isinstance(digits, str) or not is_dtmf(digits):
        raise BadArgument(messages.calls.cannot_press(shown(str(digits), 40)))
    return _put("dtmf", uuid, "/dtmf", {"digits": digits}, repeatable=False)


def subscribe_dtmf(uuid: str, url: str) -> ApiRequest[Accepted]:
    """Send the keys of an asynchronous `input` to an address."""
    return _put("subscribe-dtmf", uuid, "/input/dtmf", {"event_url": [_url("event_url", url)]})


def unsubscribe_dtmf(uuid: str) -> ApiRequest[Accepted]:
    """Stop sending the keys of an asynchronous `input`."""
    return _delete("unsubscribe-dtmf", uuid, "/input/dtmf")


def _order(uuid: str, action: str) -> ApiRequest[Accepted]:
    return _put(action, uuid, "", {"action": action})


def _put(name: str, uuid: str, below: str, body: Mapping[str, Any], *, repeatable: bool = True) -> ApiRequest[Accepted]:
    kept = {key: value for key, value in body.items() if value is not None}
    path = _path(uuid) + below
    return ApiRequest(name, "PUT", path, lambda answer: _accepted(answer, uuid), json=kept, repeatable=repeatable)


def _delete(name: str, uuid: str, below: str) -> ApiRequest[Accepted]:
    return ApiRequest(name, "DELETE", _path(uuid) + below, lambda answer: _accepted(answer, uuid))


def _path(uuid: str) -> str:
    # Quoting leaves dots as they are, and `..` would be the way to another path.
    if not isinstance(uuid, str) or not uuid.strip(". ") or len(uuid) > 200:
        raise BadArgument(messages.calls.no_call_id())
    return f"/v1/calls/{quote(uuid.strip(), safe='')}"


def _sound(loop: int | None, level: float | None) -> dict[str, Any]:
    if loop is not None:
        _whole("loop", loop, 0)
    if level is None:
        return {"loop": loop}
    if isinstance(level, bool) or not isinstance(level, int | float) or not -1 <= level <= 1:
        raise BadArgument(messages.calls.level_out_of_range(shown(str(level), 20)))
    # The schema wants a string here, of steps of 0.1.
    return {"loop": loop, "level": f"{round(level, 1) + 0:g}"}


def _created(answer: bytes, api: str) -> CreatedCall:
    """The call was placed, so an odd body means that its ids are not known, and no more."""
    document = _lenient(answer)
    return CreatedCall(
        api, *(text(document.get(name)) for name in ("uuid", "conversation_uuid", "status", "direction"))
    )


def _accepted(answer: bytes, uuid: str) -> Accepted:
    return Accepted(uuid, text(_lenient(answer).get("message")))


def _lenient(answer: bytes) -> Mapping[str, Any]:
    try:
        document = read_strict_json(answer)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _one_of(name: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise BadArgument(messages.calls.none_of(name, known, str(value), shown(str(value), 40)))


def _whole(name: str, value: int, least: int, most: int | None = None) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least or (most is not None and value > most):
        raise BadArgument(messages.calls.no_whole_number(name, least, most, shown(str(value), 40)))


def _url(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and parts.hostname and not any(char.isspace() for char in value)
    except (ValueError, AttributeError):
        good = False
    if not good:
        raise BadArgument(messages.calls.no_url(name, shown(str(value), 80)))
    return value


def _utc(value: datetime) -> str:
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

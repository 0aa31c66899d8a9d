"""What is sent again and what is not, and what becomes of every kind of failure."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from hypothesis import given, strategies as st

from nccodsl.client import AsyncVoiceClient, VoiceClient
from nccodsl.client.credentials import Credentials
from nccodsl.client.dial_once import place, wait_for_end
from nccodsl.client.failures import (
    ApiError,
    BadAddress,
    BadAnswer,
    BadArgument,
    BadJournal,
    NotAccepted,
    OutcomeUnknown,
    ReferenceInUse,
    Refused,
    TooManyRequests,
    Unreachable,
    VoiceError,
    from_response,
)
from nccodsl.client.journal import Journal
from nccodsl.client.retry import Retries, SendFailure, retry_after
from nccodsl.client.settlement import reconcile
from tests.e2e.servers import APPLICATION, private_key

BODY = {
    "to": [{"type": "phone", "number": "14155550101"}],
    "from": {"type": "phone", "number": "14155550100"},
    "ncco": [{"action": "talk", "text": "Hi"}],
}
Answer = httpx.Response | Exception


class Script:
    """Answers requests one after the other, the last one again and again."""

    def __init__(self, *answers: Answer | Callable[[], Answer]) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.slept: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        answer = answer() if callable(answer) and not isinstance(answer, Exception | httpx.Response) else answer
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    def client(self, **more: Any) -> VoiceClient:
        credentials = Credentials(APPLICATION, private_key())
        return VoiceClient(
            credentials, transport=httpx.MockTransport(self), sleep=self.slept.append, random=Random(1), **more
        )


def call(uuid: str = "u-1", status: str = "completed", number: str = "14155550101", **more: Any) -> dict[str, Any]:
    return {"uuid": uuid, "status": status, "direction": "outbound", "to": {"type": "phone", "number": number}, **more}


def dated() -> dict[str, str]:
    return {"date": format_datetime(datetime.now(UTC), usegmt=True)}


def page(*calls: dict[str, Any], count: int | None = None) -> httpx.Response:
    return httpx.Response(
        200,
        json={"count": len(calls) if count is None else count, "_embedded": {"calls": list(calls)}},
        headers=dated(),
    )


# -- errors ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (400, b'{"type": "BAD_REQUEST", "error_title": "Bad Request"}', Refused, "Bad Request"),
        (
            400,
            b'{"type": 400, "title": "Bad", "invalid_parameters": [{"name": "to", "reason": "no"}]}',
            Refused,
            "`to`: no",
        ),
        (401, b'{"type": "x#unauthorized", "title": "Unauthorized", "detail": "expired"}', NotAccepted, "expired"),
        (403, b'{"title": "Low balance"}', Refused, "Low balance"),
        (404, b"", Refused, "no such call"),
        (429, b"{}", TooManyRequests, "no more requests"),
        (500, b"\xff\xfe", BadAnswer, "failed"),
        (502, b"<html><title>Bad gateway</title><script>x</script></html>", BadAnswer, "Bad gateway"),
        (302, b"", BadAnswer, "redirects"),
        (418, b'["a", 1]', Refused, "418"),
        (400, b"{" * 100_000, Refused, "400"),
    ],
)
def test_errors_of_the_api(status: int, body: bytes, kind: type[ApiError], words: str) -> None:
    error = from_response(status, {"content-type": "application/json"}, body)
    assert type(error) is kind
    assert words in str(error)
    assert error.status == status
    assert error.help or status == 418


@given(st.integers(300, 599), st.binary(max_size=300), st.sampled_from(["", "text/html", "application/json"]))
def test_no_answer_is_too_odd(status: int, body: bytes, kind: str) -> None:
    error = from_response(status, {"content-type": kind}, body)
    assert len(str(error)) < 1000
    assert str(error).isprintable()


def test_what_others_write_is_shown_with_care() -> None:
    secret = "eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln"
    error = from_response(400, {}, json.dumps({"title": f"bad \x1b[31m token {secret}", "detail": "x" * 5000}).encode())
    assert secret not in str(error)
    assert "\x1b" not in str(error)
    assert len(str(error)) < 400


# -- what is tried again ---------------------------------------------------------------------------------


CONNECT = httpx.ConnectError("refused")
CREATED = httpx.Response(201, json={"uuid": "u-1", "status": "started"})


@pytest.mark.parametrize(
    ("failures", "asked"),
    [([CONNECT], 2), ([CONNECT, CONNECT, httpx.Response(429)], 4), ([httpx.ConnectTimeout("x")], 2), ([], 1)],
)
def test_a_create_is_sent_again_where_nothing_was_taken(failures: list[Answer], asked: int) -> None:
    script = Script(*failures, CREATED)
    assert script.client().create(BODY, "v1").uuid == "u-1"
    assert len(script.asked) == asked
    assert len(script.slept) == asked - 1


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ReadTimeout("x"),
        httpx.ReadError("x"),
        httpx.WriteError("x"),
        httpx.WriteTimeout("x"),
        httpx.RemoteProtocolError("x"),
        httpx.Response(500),
        httpx.Response(502),
        httpx.Response(503),
        httpx.Response(504),
        httpx.Response(200, text="<html>", headers={"content-type": "text/html"}),
    ],
)
def test_a_create_that_may_have_arrived_is_never_sent_again(failure: Answer) -> None:
    script = Script(failure)
    with pytest.raises(OutcomeUnknown) as told:
        script.client().create(BODY)
    assert len(script.asked) == 1
    assert told.value.code == "E707"
    assert "reconcile" in (told.value.help or "")


def test_an_odd_body_of_a_success_is_a_success() -> None:
    for body in (b"", b"[]", b'{"uuid": 3}', b"{"):
        assert Script(httpx.Response(202, content=body)).client().create(BODY).api == "v2"


@pytest.mark.parametrize("failure", [httpx.ReadTimeout("x"), httpx.Response(503), httpx.Response(429), CONNECT])
def test_what_changes_nothing_is_asked_again(failure: Answer) -> None:
    script = Script(failure, failure, httpx.Response(200, json=call()))
    assert script.client().show("u-1").is_over
    assert len(script.asked) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_is_final(status: int) -> None:
    script = Script(httpx.Response(status))
    with pytest.raises(VoiceError):
        script.client().show("u-1")
    assert len(script.asked) == 1


def test_a_storm_ends_in_an_error() -> None:
    script = Script(httpx.Response(429, headers={"retry-after": "2"}))
    with pytest.raises(TooManyRequests):
        script.client(retries=3).create(BODY)
    assert len(script.asked) == 3
    assert all(2 <= seconds <= 2.25 for seconds in script.slept)


def test_nobody_there() -> None:
    with pytest.raises(Unreachable, match="cannot reach"):
        Script(CONNECT).client().create(BODY)


@given(st.integers(1, 20), st.integers(0, 2**32), st.sampled_from(list(SendFailure)), st.booleans())
def test_waits_grow_and_are_bounded(attempt: int, seed: int, failure: SendFailure, repeatable: bool) -> None:
    retries = Retries(attempts=10)
    wait = retries.wait(failure, repeatable=repeatable, attempt=attempt, elapsed=0.0, random=Random(seed))
    if (
        attempt >= 10
        or failure is SendFailure.FINAL
        or (not repeatable and failure in (SendFailure.LOST, SendFailure.SERVER))
    ):
        assert wait is None
    else:
        assert wait is not None
        assert 0 < wait <= min(retries.first * 2 ** (attempt - 1), retries.longest)
    late = retries.wait(failure, repeatable=True, attempt=1, elapsed=retries.total, random=Random(seed))
    assert late is None


def test_retry_after() -> None:
    now = 1_800_000_000.0
    date = format_datetime(datetime.fromtimestamp(now + 30, UTC), usegmt=True)
    assert [retry_after(header, lambda: now) for header in ("5", date, "soon", None, "-1")] == [
        5.0,
        30.0,
        None,
        None,
        None,
    ]


# -- pages, arguments, downloads ----------------------------------------------------------------------------


def test_all_pages_are_read() -> None:
    calls = [call(f"u-{number}") for number in range(5)]

    def answer(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params["record_index"])
        return page(*calls[start : start + 2], count=5)

    client = VoiceClient(Credentials(APPLICATION, private_key()), transport=httpx.MockTransport(answer))
    assert [one.uuid for one in client.calls(page_size=2)] == [f"u-{number}" for number in range(5)]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda client: client.page(page_size=0),
        lambda client: client.page(page_size=101),
        lambda client: client.page(status="human"),
        lambda client: client.page(order="up"),
        lambda client: client.talk("u", ""),
        lambda client: client.talk("u", "x" * 1501),
        lambda client: client.talk("u", "x", level=2),
        lambda client: client.talk("u", "x", loop=-1),
        lambda client: client.stream("u", "ftp://x"),
        lambda client: client.dtmf("u", "12w"),
        lambda client: client.transfer("u"),
        lambda client: client.transfer("u", ncco=[], url="https://a"),
        lambda client: client.show(""),
        lambda client: client.create(BODY, "v3"),
    ],
)
def test_arguments_that_the_api_would_refuse_are_not_sent(wrong: Callable[[VoiceClient], object]) -> None:
    script = Script(httpx.Response(200, json=call()))
    with pytest.raises(BadArgument):
        wrong(script.client())
    assert not script.asked


def test_ids_cannot_leave_their_place_in_the_path() -> None:
    script = Script(httpx.Response(200, json=call()))
    script.client().show("../../v2/calls?x=1")
    assert script.asked[0].url.raw_path.startswith(b"/v1/calls/..%2F..%2Fv2")


def test_a_recording_is_fetched_where_a_token_may_go(tmp_path: Path) -> None:
    script = Script(httpx.Response(200, content=b"RIFF"))
    with (tmp_path / "r").open("wb") as out:
        assert script.client().download("https://api.nexmo.com/v1/files/x", out) == 4
        with pytest.raises(BadAddress):
            script.client().download("https://example.com/v1/files/x", out)
    assert len(script.asked) == 1


def test_the_other_client_does_the_same_without_blocking() -> None:
    script = Script(httpx.Response(429), CREATED)

    async def sleep(seconds: float) -> None:
        script.slept.append(seconds)

    async def work() -> None:
        credentials = Credentials(APPLICATION, private_key())
        async with AsyncVoiceClient(credentials, transport=httpx.MockTransport(script), sleep=sleep) as client:
            assert (await client.create(BODY, "v1")).uuid == "u-1"
            script.answers = [page(call("a"), call("b"))]
            assert [one.uuid async for one in client.calls()] == ["a", "b"]
            script.answers = [httpx.ReadTimeout("x")]
            with pytest.raises(OutcomeUnknown):
                await client.create(BODY)

    asyncio.run(work())
    assert len(script.slept) == 1


def test_both_clients_can_do_the_same() -> None:
    names = [{name for name in dir(kind) if not name.startswith("_")} for kind in (VoiceClient, AsyncVoiceClient)]
    assert names[0] == names[1]


# -- dialling once -------------------------------------------------------------------------------------------


def test_the_intent_is_on_the_disk_before_anything_is_sent(tmp_path: Path) -> None:
    seen: list[str] = []

    def answer() -> Answer:
        with Journal(tmp_path) as other:
            seen.extend(intent.state for intent in other.recent())
        return CREATED

    with Journal(tmp_path) as journal:
        place(Script(answer).client(), journal, BODY, "v1", "a")
        assert seen == ["pending"]
        (intent,) = journal.recent()
        assert (intent.state, intent.uuid, intent.reference) == ("placed", "u-1", "a")
    assert "Hi" not in (tmp_path / "calls.sqlite3").read_bytes().decode("latin-1"), "no spoken text is kept"
    assert (tmp_path / "calls.sqlite3").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("answer", "state", "again"),
    [
        (CREATED, "placed", True),
        (httpx.Response(400), "refused", True),
        (CONNECT, "unsent", True),
        (httpx.ReadTimeout("x"), "unknown", False),
    ],
)
def test_what_a_reference_may_do_again(tmp_path: Path, answer: Answer, state: str, again: bool) -> None:
    with Journal(tmp_path) as journal:
        with suppress(VoiceError):
            place(Script(answer).client(retries=1), journal, BODY, "v1", "a")
        assert journal.recent()[0].state == state
        script = Script(CREATED)
        if not again:
            with pytest.raises(ReferenceInUse):
                place(script.client(), journal, BODY, "v1", "a")
            assert not script.asked
            return
        placed = place(script.client(), journal, BODY, "v1", "a")
        assert placed.repeated is (state == "placed")
        assert len(script.asked) == (0 if state == "placed" else 1)
        with pytest.raises(ReferenceInUse):
            place(script.client(), journal, {**BODY, "ncco": []}, "v1", "a")


def _unknown(journal: Journal, count: int = 1) -> None:
    for _ in range(count):
        with pytest.raises(OutcomeUnknown):
            place(Script(httpx.ReadTimeout("x")).client(), journal, BODY)


@pytest.mark.parametrize(
    ("listed", "intents", "states"),
    [
        ([], 1, ["absent"]),
        ([call()], 1, ["placed"]),
        ([call(number="14155550199")], 1, ["absent"]),
        ([call(direction="inbound")], 1, ["absent"]),
        ([call("a"), call("b")], 1, ["unknown"]),
        ([call("a"), call("b")], 2, ["placed", "placed"]),
        ([call("a")], 2, ["unknown", "unknown"]),
        ([], 2, ["absent", "absent"]),
    ],
)
def test_looking_up_what_is_unknown(
    tmp_path: Path, listed: list[dict[str, Any]], intents: int, states: list[str]
) -> None:
    with Journal(tmp_path) as journal:
        _unknown(journal, intents)
        client = Script(page(*listed)).client()
        early = reconcile(client, journal)
        assert {one.state for one in early} == {"unknown"}, "the list may lag behind"
        settled = reconcile(client, journal, grace=0)
        assert [one.state for one in settled] == states
        assert all(one.why for one in settled)
        if states == ["placed", "placed"]:
            assert [one.uuid for one in journal.between(0, 1e12)] == ["a", "b"]


def test_a_call_whose_id_v2_did_not_tell_accounts_for_one(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        place(Script(httpx.Response(202, json={}, headers=dated())).client(), journal, BODY)
        _unknown(journal)
        settled = reconcile(Script(page(call("a"))).client(), journal, grace=0)
        assert [one.state for one in settled] == ["absent"], "the one that is there was the first"


def test_a_journal_that_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "calls.sqlite3").write_bytes(b"this is no database at all, but it is long enough to be one " * 20)
    with pytest.raises(BadJournal, match="damaged"):
        Journal(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(BadJournal):
        Journal(tmp_path / "file" / "below")


def test_a_call_is_followed_to_its_end() -> None:
    shown = [httpx.Response(404), *(httpx.Response(200, json=call(status=one)) for one in ("ringing", "answered"))]
    told: list[str] = []
    slept: list[float] = []
    script = Script(*shown, httpx.Response(200, json=call(duration="3", price="0.01")))
    ended = wait_for_end(script.client(), "u-1", told=lambda one: told.append(one.status), sleep=slept.append)
    assert ended is not None
    assert (ended.duration, ended.price) == (3, 0.01)
    assert told == ["ringing", "answered", "completed"]
    now = [0.0]
    never = wait_for_end(
        Script(page()).client(),
        number="1",
        since=1e9,
        sleep=lambda seconds: now.__setitem__(0, now[0] + seconds),
        clock=lambda: now[0],
    )
    assert never is None
    assert 50 < now[0] <= 60

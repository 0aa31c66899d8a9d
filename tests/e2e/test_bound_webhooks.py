"""Over HTTP, with signatures that are right: what was signed for one question of one call moves nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

import nccodsl
from nccodsl.emulator.http.sender import Secret, sign
from nccodsl.runtime.first_ncco import begun, create_body
from nccodsl.runtime.runnable import Runnable
from nccodsl.server.server import Server
from nccodsl.server.signatures import Signatures
from nccodsl.server.state_key import keep, seal_in
from nccodsl.server.stores.base import Store
from nccodsl.server.stores.sqlite_store import SqliteStore

SECRET = "the signature secret of the account"
FLOW = nccodsl.load(
    """
call {
  to phone 14155550101
  from phone 14155550100
  advanced_machine_detection={behavior: continue, mode: default}
  on machine { talk "A machine." }
}
step main {
  talk "Pay?"
  input dtmf max_digits=1 { on "1" -> paid otherwise -> main }
}
step paid {
  talk "Paid."
  connect phone 14155550123 from=14155550100 { on busy -> paid on failed -> later }
}
step later {
  record end_on_silence=3s
  fetch "https://127.0.0.1:9/" as customer { on error { talk "Later." input dtmf as more -> paid } }
}
"""
)
A = {"uuid": "leg-a", "conversation_uuid": "CON-A", "from": "14155550101", "to": "14155550100"}
B = {"uuid": "leg-b", "conversation_uuid": "CON-B", "from": "14155550102", "to": "14155550100"}
ONE = {"dtmf": {"digits": "1", "timed_out": False}}


class Signed:
    """A webhook as the platform sent it: its body and the signature of that."""

    def __init__(self, payload: Any) -> None:
        self.body = json.dumps(payload).encode()
        self.headers = {"authorization": f"Bearer {sign(Secret(SECRET), self.body)}"}


class Site:
    """A server, and what is sent to it."""

    def __init__(self, server: Server, store: Store) -> None:
        self.server = server
        self.store = store
        self.client = httpx.Client(trust_env=False, timeout=20)
        self.lines: list[Any] = []

    def send(self, url: str, webhook: Signed) -> httpx.Response:
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}".rstrip("?")
        return self.client.post(f"{self.server.local}{path}", content=webhook.body, headers=webhook.headers)

    def begin(self, leg: dict[str, str]) -> list[str]:
        """Somebody calls in; the addresses of the first NCCO."""
        return addresses(self.send("/ivr/answer", Signed(leg)))

    def refuses(self, url: str, webhook: Signed, legs: tuple[str, ...] = ("leg-a", "leg-b")) -> None:
        """It is refused and logged, and no call has moved."""
        kept = [self.store.load(f"ivr/{leg}") for leg in legs]
        answer = self.send(url, webhook)
        assert (answer.status_code, answer.content) == (401, b"")
        assert self.lines[-1].code == "E814"
        assert self.lines[-1].problem
        assert [self.store.load(f"ivr/{leg}") for leg in legs] == kept

    def webhook(self, line: Any) -> None:
        self.lines.append(line)

    def note(self, what: str, text: str) -> None:
        raise AssertionError(text)


def addresses(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [action["eventUrl"][0] for action in answer.json() if "eventUrl" in action]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    store = SqliteStore(tmp_path / "calls.db")
    log = Site.__new__(Site)
    server = Server(lambda url: [("ivr", Runnable(FLOW, f"{url}/ivr"))], store, Signatures([SECRET]), log=log)
    log.__init__(server, store)  # type: ignore[misc]
    with server:
        yield log
        log.client.close()


def busy(leg: dict[str, str], status: str = "busy", uuid: str = "leg-x") -> Signed:
    return Signed({**leg, "uuid": uuid, "status": status})


def notified(leg: dict[str, str]) -> Signed:
    return Signed({"payload": {"at": "later"}, "conversation_uuid": leg["conversation_uuid"]})


def test_the_body_of_another_call(site: Site) -> None:
    """At each route of B, with B's own addresses, what was signed for A."""
    mine, other = site.begin(A)[0], site.begin(B)[0]
    pressed = Signed({**A, **ONE})
    site.refuses(other, pressed)
    site.refuses(other, Signed({**A, "dtmf": {"digits": "", "timed_out": True}}))
    site.send(mine, pressed)
    (ringing,) = addresses(site.send(other, Signed({**B, **ONE})))
    assert "/connect?" in ringing
    for status in ("ringing", "busy", "failed", "completed"):
        site.refuses(ringing, busy(A, status))
    (resume,) = addresses(site.send(ringing, busy(B, "failed")))
    assert "/resume?" in resume
    site.refuses(resume, notified(A))
    event = resume.partition("/resume?")[0] + "/event?call=leg-b"
    for status in ("machine", "completed", "human"):
        site.refuses(event, busy(A, status, "leg-a"))
    site.refuses(event.replace("/event?", "/answer?"), Signed(A))
    assert addresses(site.send(resume, notified(B)))
    assert not any(line.code == "E814" for line in site.lines[-1:])
    assert site.send("/ivr/record", Signed({**A, "recording_url": "https://example.com/a"})).status_code == 204
    number = site.client.get(f"{site.server.local}/metrics").text
    assert 'nccodsl_signatures_refused_total{reason="call"}' in number


def test_a_replay_to_a_later_question(site: Site) -> None:
    """With the tag that the body came with, and with the one that the later question has."""
    first = site.begin(A)[0]
    two = Signed({**A, "dtmf": {"digits": "2", "timed_out": False}})
    (second,) = addresses(site.send(first, two))
    site.refuses(first.replace("&n=0&", "&n=1&"), two, ("leg-a",))
    site.refuses(second, two, ("leg-a",))
    (ringing,) = addresses(site.send(second, Signed({**A, **ONE})))
    signed = busy(A)
    (again,) = addresses(site.send(ringing, signed))
    site.refuses(again, signed, ("leg-a",))
    (resume,) = addresses(site.send(again, busy(A, "failed", "leg-y")))
    came = notified(A)
    (asked,) = addresses(site.send(resume, came))
    # The platform sends again what it had no answer to.
    assert addresses(site.send(resume, came)) == [asked]
    (ringing,) = addresses(site.send(asked, Signed({**A, **ONE})))
    (resume,) = addresses(site.send(ringing, busy(A, "failed", "leg-z")))
    site.refuses(resume, came, ("leg-a",))
    # What asked for the first NCCO gives the present one, and answers no question.
    site.refuses(resume, Signed(A), ("leg-a",))


def test_a_tag_of_another_wait(site: Site) -> None:
    first = site.begin(A)[0]
    (ringing,) = addresses(site.send(first, Signed({**A, **ONE})))
    tag = first.rpartition("&tag=")[2]
    site.refuses(f"{ringing.rpartition('&tag=')[0]}&tag={tag}", busy(A), ("leg-a",))
    site.refuses(ringing.partition("&tag=")[0], busy(A), ("leg-a",))
    site.refuses(ringing.replace("/connect?", "/resume?"), notified(A), ("leg-a",))
    assert site.send(ringing, busy(A)).status_code == 200


def test_a_fallback_is_held_to_the_address_that_was_asked(site: Site) -> None:
    first, other = site.begin(A)[0], site.begin(B)[0]
    kept = site.store.load("ivr/leg-b")
    for url, leg in ((other, A), (first.replace("leg-a", "leg-b"), B), (other.partition("&tag=")[0], B)):
        asked = {**leg, **ONE, "reason": "late", "original_request": {"url": url, "type": "input"}}
        answer = site.send("/ivr/fallback", Signed(asked))
        assert (answer.status_code, answer.json()) == (200, [])
        assert site.lines[-1].code == "E814"
    assert site.store.load("ivr/leg-b") == kept
    asked = {**B, **ONE, "reason": "late", "original_request": {"url": other, "type": "input"}}
    assert site.send("/ivr/fallback", Signed(asked)).json()[0]["text"] == "Paid."


@pytest.mark.parametrize("through_store", [True, False])
def test_a_call_that_was_placed(site: Site, through_store: bool) -> None:
    script = site.server.site.scripts["ivr"]
    seal = seal_in(site.store, script, "key-b") if through_store else ""
    state = begun(script, {}, key="key-b", token=not through_store, seal=seal)
    if through_store:
        assert keep(site.store, script, state)
    body = create_body(script, state, "v2")
    event, first = body["event_url"][0], body["ncco"][1]["eventUrl"][0]
    site.begin(A)
    if through_store:
        site.refuses(event.partition("&tag=")[0], busy(A, "machine", "leg-a"), ("leg-a", "key-b"))
        site.refuses(first.partition("&tag=")[0], Signed({**A, **ONE}), ("leg-a", "key-b"))
    else:
        # A call that the server knows does not become another one.
        site.refuses(first, Signed({**A, **ONE}), ("leg-a", "key-b"))
    assert site.send(first, Signed({**B, "dtmf": {"digits": "2", "timed_out": False}})).status_code == 200
    site.refuses(first, Signed({**A, **ONE}), ("leg-a", "key-b"))
    site.refuses(event, busy(A, "machine", "leg-a"), ("leg-a", "key-b"))
    assert site.send(event, busy(B, "machine", "leg-b")).json()[0]["text"] == "A machine."

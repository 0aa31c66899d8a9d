"""The feed of calls: what an event holds, which events are kept, and what a slow reader misses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.requests import Request
from starlette.responses import StreamingResponse

import nccodsl
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.webhook import Webhook
from nccodsl.server.call_events import LARGEST_EVENT, CallEvents
from nccodsl.server.call_feed import CallFeed, WatchAccess
from nccodsl.server.driver import Driver, Handled, now
from nccodsl.server.log import StreamLog
from nccodsl.server.recent_events import MOST_EVENTS, RecentEvents
from nccodsl.server.stores.base import Direct
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.turns import ThreadTurns
from nccodsl.server.watch_route import WatchRoute
from tests.unit.server.test_recorder import Ready

TOKEN = "a-token-for-debuggers"
LEG = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
ANSWER = Webhook("answer", {}, {"uuid": LEG, "from": "14155550199", "to": "14155550100", "direction": "inbound"})
MENU = """param pin: text private = "4711"
param notes: text = ""
step main {
  talk "Press 1."
  input dtmf max_digits=4 as code
  if {{ code.digits == pin }} { talk "Right." }
}
"""


class Seen:
    """An observer that keeps what it sees."""

    def __init__(self) -> None:
        self.all: list[Handled] = []

    def handled(self, handled: Handled) -> None:
        self.all.append(handled)


def _handled(source: str, presses: str = "", **values: object) -> tuple[Runnable, list[Handled]]:
    """What a server has handled: a call, and a status that says nothing, or what the caller presses."""
    script = Runnable(nccodsl.load(source), "https://calls.example.com/ivr", values)
    seen = Seen()
    driver = Driver(Direct(MemoryStore(secret=b"x" * 32)), Ready(), ThreadTurns(), observers=(seen,))
    reply = now(driver.handle(script, ANSWER))
    if presses:
        asks = next(action for action in json.loads(reply.body) if action["action"] == "input")
        query = dict(parse_qsl(urlsplit(asks["eventUrl"][0]).query))
        now(driver.handle(script, Webhook("input", query, {"uuid": LEG, "dtmf": {"digits": presses}})))
    else:
        now(driver.handle(script, Webhook("event", {}, {"uuid": LEG, "status": "ringing"})))
    return script, seen.all


def _event(handled: Handled) -> dict[str, Any]:
    line = CallEvents().of(handled, 0.0)
    assert line is not None
    found: dict[str, Any] = json.loads(line)
    return found


def test_an_event_says_where_the_call_is() -> None:
    _, handled = _handled(MENU)
    event = _event(handled[0])
    assert event["frames"] == [{"name": "step main", "file": "script.call", "line": 5, "column": 3}]
    assert event["lines"] == [["script.call", 4], ["script.call", 5]]
    assert (event["call"], event["kind"], event["moved"], event["begins"]) == (LEG, "answer", True, True)
    assert event["visits"] == {"main": 1}
    assert event["names"]["pin"] == {"$type": "withheld", "is": ["text", "private"]}
    assert "caller" not in event["names"]
    assert "4711" not in json.dumps(event)


def test_the_page_names_the_members_of_an_event() -> None:
    _, handled = _handled(MENU)
    page = (Path(__file__).parents[3] / "docs" / "debugging.md").read_text(encoding="utf-8")
    table = page.partition("| member | meaning |")[2].partition("\n\n")[0]
    rows = [line.split("|")[1] for line in table.splitlines()[2:]]
    named = {name.strip().strip("`") for row in rows for name in row.split(",")}
    assert named == {"number", *_event(handled[0])} - {"type"}


def test_what_changes_no_call_is_no_event() -> None:
    _, handled = _handled(MENU)
    assert CallEvents().of(handled[1], 0.0) is None


def test_an_event_is_bounded() -> None:
    many = "\n".join(f'param p{n}: text = "{"x" * 1500}"' for n in range(60))
    _, handled = _handled(f"{many}\n{MENU}", notes="n" * 1500)
    line = CallEvents().of(handled[0], 0.0)
    assert line is not None
    assert len(line) <= LARGEST_EVENT
    event = json.loads(line)
    assert event["frames"]
    assert event["names"]["p7"] == {"$type": "withheld", "is": ["text", "large"]}


def test_an_event_with_long_names_is_bounded() -> None:
    _, handled = _handled(f"step main {{ -> {'s' * 60_000} }}\nstep {'s' * 60_000} {{ input dtmf max_digits=1 as c }}")
    line = CallEvents().of(handled[0], 0.0)
    assert line is not None
    assert len(line) <= LARGEST_EVENT


_COMPARED = {
    "under another name": """set entered = {{ code.digits }}
  if {{ entered == pin }} { talk "Right." }""",
    "where a name is set": """set right = {{ code.digits == pin }}
  if {{ right }} { talk "Right." }""",
    "in a text": """talk "That is {{ 'right' if code.digits == pin else 'wrong' }}.\"""",
}


@pytest.mark.parametrize("compared", _COMPARED.values(), ids=_COMPARED)
def test_what_is_compared_with_a_private_value_is_private(compared: str) -> None:
    _, handled = _handled(
        f"""param pin: text private = "42"
step main {{
  input dtmf max_digits=2 as code
  {compared}
  input dtmf max_digits=1 as more
  talk "{{{{ code.digits }}}}"
}}""",
        presses="43",
    )
    event = _event(handled[-1])
    assert event["given"] == {"$type": "withheld", "is": ["map", "private"]}
    assert '"43"' not in json.dumps(event)


def test_what_a_dialog_returns_to_be_compared_with_a_private_value_is_private() -> None:
    _, handled = _handled(
        """param pin: text private = "4711"
dialog code() -> done(keys: text) {
  input dtmf max_digits=4 as entered
  -> done(keys={{ entered.digits }})
}
step main {
  ask code() as found { on done { if {{ found.keys == pin }} { talk "Right." } } }
}""",
        presses="4712",
    )
    event = _event(handled[-1])
    assert event["given"] == {"$type": "withheld", "is": ["map", "private"]}
    assert "4712" not in json.dumps(event)


def test_an_answer_beside_a_private_value_in_a_text_is_shown() -> None:
    _, handled = _handled(
        """param name: text private = "Xavier"
step main {
  input dtmf max_digits=1 as choice
  talk "Dear {{ name }}, you chose {{ choice.digits }}."
  input dtmf max_digits=1 as more
}""",
        presses="5",
    )
    assert _event(handled[-1])["given"] == {"digits": "5"}


def test_a_ring_keeps_the_latest_events(tmp_path: Path) -> None:
    for ring in (RecentEvents(), RecentEvents(tmp_path / "events")):
        for number in range(MOST_EVENTS * 2):
            ring.add(b'{"n":%d}\n' % number)
        kept = ring.after(0, MOST_EVENTS * 2)
        assert MOST_EVENTS <= len(kept) < MOST_EVENTS * 1.2
        assert [number for number, _ in kept] == list(range(kept[0][0], MOST_EVENTS * 2 + 1))
        assert kept[-1] == (ring.last(), b'{"n":%d}\n' % (MOST_EVENTS * 2 - 1))
        assert ring.after(ring.last(), 10) == []
        ring.close()


def test_processes_share_a_ring(tmp_path: Path) -> None:
    one, other = RecentEvents(tmp_path / "events"), RecentEvents(tmp_path / "events")
    one.add(b"{}\n")
    other.add(b"{}\n")
    assert [number for number, _ in one.after(0, 9)] == [number for number, _ in other.after(0, 9)] == [1, 2]
    one.close()
    other.close()


def test_an_event_that_cannot_be_kept_is_logged_and_the_call_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    _, handled = _handled(MENU)

    async def work() -> int:
        feed = CallFeed(WatchAccess(TOKEN), StreamLog())
        feed.open()
        feed.handled(handled[0]._replace(after=b"nonsense"))
        feed.handled(handled[0])
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return len(feed.recent.after(0, 9))

    assert asyncio.run(work()) == 1
    told = capsys.readouterr().err
    assert "not kept for debuggers: BadState" in told
    assert "lost 1 event" in told


def test_a_reader_that_is_slow_is_told_what_it_missed() -> None:
    script, handled = _handled(MENU)

    async def work() -> list[dict[str, Any]]:
        feed = CallFeed(WatchAccess(TOKEN), StreamLog())
        feed.open()
        feed.handled(handled[0])
        await asyncio.sleep(0)
        over = False
        route = WatchRoute(feed, lambda: [script], lambda: over, StreamLog())
        headers = [(b"host", b"127.0.0.1:80"), (b"authorization", f"Bearer {TOKEN}".encode())]
        response = await route(
            Request({"type": "http", "method": "GET", "headers": headers, "client": ("127.0.0.1", 1)})
        )
        assert isinstance(response, StreamingResponse)
        lines: AsyncIterator[Any] = response.body_iterator.__aiter__()
        found = [json.loads(await anext(lines)) for _ in range(2)]
        for _ in range(3 * MOST_EVENTS):
            feed.recent.add(b'{"type":"webhook"}\n')
        found += [json.loads(await anext(lines)) for _ in range(2)]
        over = True
        rest = [json.loads(line) async for line in lines]
        return [*found, rest[-1]]

    hello, first, lost, later, end = asyncio.run(work())
    assert (hello["type"], hello["last"], hello["scripts"][0]["flow"]) == ("hello", 1, "ivr")
    assert (first["number"], first["flow"]) == (1, "ivr")
    assert lost["type"] == "lost"
    assert later["number"] == 2 + lost["count"]
    assert lost["count"] > MOST_EVENTS
    assert end == {"type": "end"}

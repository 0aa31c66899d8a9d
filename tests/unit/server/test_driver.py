"""The driver: turns, versions, what it counts; the same with a loop and with threads."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

import nccodsl
from nccodsl.runtime.first_ncco import begun
from nccodsl.runtime.operations import KeptState
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.versions import rebuilt, texts_of
from nccodsl.runtime.web_requests import Fetched, Request
from nccodsl.runtime.webhook import Reply, Webhook
from nccodsl.server.driver import Driver, now
from nccodsl.server.fetch import Brought
from nccodsl.server.refusals import BadStore
from nccodsl.server.state_key import keep, space_of
from nccodsl.server.stores.base import Direct, Store
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.turns import AsyncTurns, ThreadTurns, Turns
from tests.unit.server.handle_drive import SECRET, tagged

URL = "https://calls.example.com/ivr"
LEG = {"uuid": "leg-1", "conversation_uuid": "CON-1", "from": "14155550101", "to": "14155550100"}
MENU = """
step main {
  talk "Press 1." barge_in=true
  input dtmf max_digits=1 {
    on "1" -> one
    otherwise -> main
  }
}
step one { talk "One." }
"""
ASKS = """
step main {
  fetch "https://crm.example.com/{{ caller }}" as customer timeout=3s { on error -> unknown }
  talk "Hello {{ customer.name }}."
}
step unknown { talk "Hello." }
"""


class Fetches:
    """Answers when it is told to; counts."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, float]] = []
        self.may = asyncio.Event()

    async def fetch(self, request: Request, timeout: float) -> Brought:
        self.asked.append((request.url, timeout))
        await self.may.wait()
        return Brought(Fetched({"name": "Ann"}), "ok")


class Ready(Fetches):
    async def fetch(self, request: Request, timeout: float) -> Brought:
        self.asked.append((request.url, timeout))
        return Brought(Fetched({"name": "Ann"}), "ok")


class Watch:
    def __init__(self) -> None:
        self.seen: Counter[tuple[str, ...]] = Counter()

    def fetched(self, flow: str, outcome: str) -> None:
        self.seen["fetched", flow, outcome] += 1

    def began(self, flow: str) -> None:
        self.seen["began", flow] += 1

    def ended(self, flow: str) -> None:
        self.seen["ended", flow] += 1


def runnable(text: str, url: str = URL) -> Runnable:
    return Runnable(nccodsl.load(text), url)


def webhook(route: str, query: Mapping[str, str] | None = None, **payload: Any) -> Webhook:
    return Webhook(route, query or {}, {**LEG, **payload})


def driver(store: Store | None = None, turns: Turns | None = None, **more: Any) -> Driver:
    return Driver(
        Direct(store or MemoryStore(secret=SECRET)), more.pop("fetches", Ready()), turns or ThreadTurns(), **more
    )


PRESSED = webhook("input", dict(parse_qsl(tagged("main"))), dtmf={"digits": "1", "timed_out": False})


def test_it_runs_without_a_loop() -> None:
    drives, script = driver(), runnable(MENU)
    assert now(drives.handle(script, webhook("answer"))).status == 200
    assert b'"One."' in now(drives.handle(script, PRESSED)).body


def test_two_at_once_fetch_once() -> None:
    async def run() -> None:
        fetches, turns = Fetches(), AsyncTurns()
        drives, script = driver(turns=turns, fetches=fetches), runnable(ASKS)
        first = [asyncio.create_task(drives.handle(script, webhook("answer"))) for _ in range(5)]
        other = asyncio.create_task(drives.handle(script, webhook("answer", uuid="leg-2", conversation_uuid="CON-2")))
        while len(fetches.asked) < 2:
            await asyncio.sleep(0)
        fetches.may.set()
        replies = await asyncio.gather(*first, other)
        assert {reply.body for reply in replies} == {b'[{"action":"talk","text":"Hello Ann."}]'}
        assert len(fetches.asked) == 2
        assert turns.taken == 0

    asyncio.run(run())


def test_threads_fetch_once() -> None:
    class Slow(Ready):
        async def fetch(self, request: Request, timeout: float) -> Brought:
            threading.Event().wait(0.1)
            return await super().fetch(request, timeout)

    fetches = Slow()
    drives, script = driver(fetches=fetches), runnable(ASKS)
    replies: list[Reply] = []
    threads = [
        threading.Thread(target=lambda: replies.append(now(drives.handle(script, webhook("answer"))))) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {reply.body for reply in replies} == {b'[{"action":"talk","text":"Hello Ann."}]'}
    assert len(fetches.asked) == 1


def test_a_webhook_that_is_given_up_passes_its_turn_on() -> None:
    async def run() -> None:
        fetches, turns = Fetches(), AsyncTurns()
        drives, script = driver(turns=turns, fetches=fetches), runnable(ASKS)
        tasks = [asyncio.create_task(drives.handle(script, webhook("answer"))) for _ in range(4)]
        await asyncio.sleep(0.01)
        tasks[1].cancel()
        tasks[0].cancel()
        await asyncio.sleep(0.01)
        # One that has just been given the turn, and is given up before it runs.
        tasks[2].cancel()
        await asyncio.sleep(0.01)
        fetches.may.set()
        assert (await tasks[3]).status == 200
        assert turns.taken == 0

    asyncio.run(run())


def test_all_fetches_of_a_webhook_share_its_time() -> None:
    time = [0.0]

    class Slow(Ready):
        async def fetch(self, request: Request, timeout: float) -> Brought:
            time[0] += timeout
            return await super().fetch(request, timeout)

    fetches, watch = Slow(), Watch()
    drives = driver(fetches=fetches, watch=watch, clock=lambda: time[0])
    text = """
step main {
  fetch "https://a.example.com/" as a timeout=3s { on error -> other }
  -> other
}
step other {
  fetch "https://b.example.com/" as b timeout=1s { on error -> last }
  -> last
}
step last { talk "Hello." }
"""
    assert now(drives.handle(runnable(text), webhook("answer"))).status == 200
    assert [timeout for _, timeout in fetches.asked] == [3.0, 1.0]
    assert watch.seen["fetched", "ivr", "ok"] == 2
    # Who had to wait for its turn has less.
    time[0] = 0.0

    class Late(ThreadTurns):
        async def take(self, key: str) -> None:
            time[0] += 3.5
            await super().take(key)

    fetches = Slow()
    drives = driver(turns=Late(), fetches=fetches, watch=watch, clock=lambda: time[0])
    assert b"Hello Ann." in now(drives.handle(runnable(ASKS), webhook("answer"))).body
    assert [round(timeout, 3) for _, timeout in fetches.asked] == [0.5]


def test_each_script_has_calls_of_its_own() -> None:
    store = MemoryStore()
    drives = driver(store)
    first, second = runnable(MENU, "https://x.example/a"), runnable('talk "Second."\n', "https://x.example/b")
    assert b"Press 1" in now(drives.handle(first, webhook("answer"))).body
    assert b"Second" in now(drives.handle(second, webhook("answer"))).body
    assert b"Press 1" in now(drives.handle(first, webhook("answer"))).body
    assert space_of(first) == "a/"
    # The host may change; the name stays.
    moved = runnable(MENU, "https://y.example/a")
    assert not now(drives.handle(moved, webhook("answer"))).moved


def test_a_conversation_finds_its_call() -> None:
    drives, script = driver(), runnable(MENU)
    now(drives.handle(script, webhook("answer")))
    reply = now(drives.handle(script, Webhook("event", {}, {"conversation_uuid": "CON-1", "reason": "bad NCCO"})))
    assert reply.key == "leg-1"


@pytest.mark.parametrize("odd", ["\ud800", "x" * 300, "a b", "é"])
def test_odd_conversations_are_no_names(tmp_path: Path, odd: str) -> None:
    from nccodsl.server.stores.sqlite_store import SqliteStore

    store = SqliteStore(tmp_path / "s.sqlite3")
    reply = now(driver(store).handle(runnable(MENU), webhook("answer", conversation_uuid=odd)))
    assert reply.status == 200
    store.close()


def test_what_is_counted() -> None:
    watch = Watch()
    drives, script = driver(watch=watch), runnable(MENU)
    for _ in range(2):
        now(drives.handle(script, webhook("answer")))
        now(drives.handle(script, PRESSED))
    for _ in range(3):
        now(drives.handle(script, webhook("event", status="completed")))
    assert watch.seen == {("began", "ivr"): 1, ("ended", "ivr"): 1}


def test_a_call_goes_on_by_the_version_it_began_with() -> None:
    store = MemoryStore(secret=SECRET)
    old, new = runnable(MENU), runnable(MENU.replace('"One."', '"Uno."'))
    now(driver(store).handle(old, webhook("answer")))
    # Another process, started with the changed script.
    restarted = driver(store)
    assert b'"One."' in now(restarted.handle(new, PRESSED)).body
    assert b'"One."' in now(restarted.handle(new, webhook("answer"))).body
    later = webhook("answer", uuid="leg-2", conversation_uuid="CON-2")
    assert b"Press 1" in now(restarted.handle(new, later)).body
    pressed = Webhook(
        "input", dict(parse_qsl(tagged("main", call="leg-2"))), {"dtmf": {"digits": "1"}, "uuid": "leg-2"}
    )
    assert b'"Uno."' in now(restarted.handle(new, pressed)).body


def test_a_version_that_nobody_has() -> None:
    class Forgetful(MemoryStore):
        def texts(self, version: str) -> None:
            return None

    store = Forgetful()
    now(driver(store).handle(runnable(MENU), webhook("answer")))
    reply = now(driver(store).handle(runnable(MENU + "# changed\n"), PRESSED))
    assert (reply.status, reply.code) == (410, "E811")


def test_texts_are_kept_for_as_long_as_calls_are() -> None:
    kept: list[str] = []
    time = [0.0]

    class Noting(MemoryStore):
        def keep(self, version: str, texts: tuple[tuple[str, str], ...]) -> None:
            kept.append(version)
            super().keep(version, texts)

    drives, script = driver(Noting(), clock=lambda: time[0]), runnable(MENU)
    for hours in (0, 0.5, 0.9, 1.1, 1.2, 3):
        time[0] = hours * 3600
        now(drives.handle(script, webhook("answer", uuid=f"leg-{hours}")))
    assert kept == [script.version] * 3


def test_texts_that_could_not_be_kept_are_kept_with_the_next_state() -> None:
    class Fails(MemoryStore):
        tries = 0

        def keep(self, version: str, texts: tuple[tuple[str, str], ...]) -> None:
            self.tries += 1
            if self.tries == 1:
                raise BadStore("the disk is full")
            super().keep(version, texts)

    store, script = Fails(secret=SECRET), runnable(MENU)
    drives = driver(store)
    with pytest.raises(BadStore):
        now(drives.handle(script, webhook("answer")))
    # The platform comes once more; then another process goes on with the call, by its text.
    assert now(drives.handle(script, webhook("answer"))).status == 200
    assert store.texts(script.version) == texts_of(script.flow)
    assert now(driver(store).handle(runnable(MENU + "# changed\n"), PRESSED)).status == 200


@pytest.mark.parametrize("late", [webhook("answer"), PRESSED, webhook("event", status="completed")])
def test_a_webhook_after_the_end_does_nothing(late: Webhook) -> None:
    store = MemoryStore(secret=SECRET)
    drives, script = driver(store), runnable(MENU)
    now(drives.handle(script, webhook("answer")))
    now(drives.handle(script, webhook("event", status="completed")))
    kept = store.load("ivr/leg-1")
    reply = now(drives.handle(script, late))
    assert (reply.status, reply.body, reply.moved) == (204, b"", False)
    assert store.load("ivr/leg-1") == kept


def test_older_versions_are_not_gathered_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nccodsl.server.driver.MOST_VERSIONS", 2)
    drives = driver()
    for number in range(5):
        drives.retire(runnable(f'talk "{number}"\n'))
    assert len(drives._older) == 2


def test_a_call_that_is_placed_waits_in_the_store() -> None:
    text = "param name: text\n" + MENU.replace("Press 1.", "{{ name }}, press 1.")
    store, script = MemoryStore(), runnable(text)
    state = begun(script, {"name": "Ann"}, key="call-7", token=False)
    assert keep(store, script, state)
    assert not keep(store, script, state)
    assert isinstance(store.load("ivr/call-7"), KeptState)
    assert store.texts(script.version) == texts_of(script.flow)
    assert b"Ann, press 1." in now(driver(store).handle(script, webhook("answer", {"call": "call-7"}))).body


def test_a_script_is_rebuilt_with_what_it_included(tmp_path: Path) -> None:
    (tmp_path / "nccodsl.toml").touch()
    (tmp_path / "parts").mkdir()
    (tmp_path / "main.call").write_text('include "parts/a.call"\ninclude "./parts/b.call"\nstep main { -> a }\n')
    (tmp_path / "parts" / "a.call").write_text('include "../parts/b.call"\nstep a { talk "A" -> b }\n')
    (tmp_path / "parts" / "b.call").write_text('step b { talk "B" }\n')
    flow = nccodsl.load(tmp_path / "main.call")
    script = Runnable(flow, URL, {})
    texts = texts_of(flow)
    for file in tmp_path.rglob("*.call"):
        file.unlink()
    again = rebuilt(texts, script, flow.version)
    assert again is not None
    assert (again.version, again.url) == (script.version, URL)
    assert again.flow.program.sources.files[1].name == flow.program.sources.files[1].name
    assert rebuilt(texts, script, "another") is None
    assert rebuilt(texts[:1], script, flow.version) is None
    assert rebuilt((), script, flow.version) is None
    assert rebuilt((("a.call", "tlak"),), script, flow.version) is None


def test_a_script_whose_includes_are_links_is_rebuilt(tmp_path: Path) -> None:
    (tmp_path / "nccodsl.toml").touch()
    (tmp_path / "real.call").write_text('step a { talk "A" }\n')
    (tmp_path / "main.call").write_text('include "link.call"\nstep main { -> a }\n')
    try:
        (tmp_path / "link.call").symlink_to(tmp_path / "real.call")
    except OSError:
        pytest.skip("links cannot be made here")
    flow = nccodsl.load(tmp_path / "main.call")
    again = rebuilt(texts_of(flow), Runnable(flow, URL), flow.version)
    assert again is not None


def test_a_script_that_includes_the_library_before_a_link_is_rebuilt(tmp_path: Path) -> None:
    (tmp_path / "nccodsl.toml").touch()
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "a.call").write_text('step a { talk "A" }\n')
    (tmp_path / "main.call").write_text('include <std/confirm.call>\ninclude "link/a.call"\nstep main { -> a }\n')
    try:
        (tmp_path / "link").symlink_to(tmp_path / "parts", target_is_directory=True)
    except OSError:
        pytest.skip("links cannot be made here")
    flow = nccodsl.load(tmp_path / "main.call")
    again = rebuilt(texts_of(flow), Runnable(flow, URL), flow.version)
    assert again is not None
    assert list(again.flow.program.steps) == list(flow.program.steps)


def test_what_waits_for_a_loop_cannot_run_without() -> None:
    with pytest.raises(RuntimeError):
        now(asyncio.sleep(0.01))

"""Lookups of names: one for each host at a time, and those that hang delay nobody."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from nccodsl.server import name_lookup as module
from nccodsl.server.name_lookup import resolve


class NameServer:
    """Answers for all hosts but those whose names begin with `slow`, until it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answering = threading.Event()

    def getaddrinfo(self, host: str, port: object, *, type: int, flags: int = 0) -> list[Any]:
        if flags:
            raise socket.gaierror(socket.EAI_NONAME, "no number")
        self.asked.append(host)
        if host.startswith("slow"):
            self.answering.wait(20)
        if host.startswith("unknown"):
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return [(0, 0, 0, "", ("192.0.2.1", 0)), (0, 0, 0, "", ("192.0.2.1", 0)), (0, 0, 0, "", ("192.0.2.2", 0))]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    made = NameServer()
    monkeypatch.setattr(module.socket, "getaddrinfo", made.getaddrinfo)
    monkeypatch.setattr(module, "_running", {})
    yield made
    made.answering.set()
    for thread in threading.enumerate():
        if thread.name == "nccodsl-lookup":
            thread.join(20)


def test_one_lookup_for_a_host(names: NameServer) -> None:
    async def run() -> None:
        several = [asyncio.ensure_future(resolve("slow.example", 80)) for _ in range(200)]
        await asyncio.sleep(0)
        several[0].cancel()
        assert await resolve("quick.example", 80) == ["192.0.2.1", "192.0.2.2"]
        names.answering.set()
        found = await asyncio.gather(*several, return_exceptions=True)
        assert isinstance(found[0], asyncio.CancelledError)
        assert found[1:] == [["192.0.2.1", "192.0.2.2"]] * 199

    asyncio.run(run())
    assert sorted(names.asked) == ["quick.example", "slow.example"]


def test_nobody_waits_at_the_end_for_what_hangs(names: NameServer) -> None:
    async def run() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(resolve("slow.example", 80), 0.01)

    asyncio.run(run())
    assert not names.answering.is_set()


def test_so_many_at_once(names: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)

    async def run() -> None:
        several = [asyncio.ensure_future(resolve(f"slow{number}.example", 80)) for number in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(OSError, match="too many"):
            await resolve("quick.example", 80)
        names.answering.set()
        await asyncio.gather(*several)
        assert await resolve("quick.example", 80)

    asyncio.run(run())


def test_what_is_not_known(names: NameServer) -> None:
    for _ in range(2):
        with pytest.raises(socket.gaierror):
            asyncio.run(resolve("unknown.example", 80))


@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f.1", "2130706433"])
def test_numbers_need_no_name_server(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 0)
    assert asyncio.run(resolve(host, 80)) == ["127.0.0.1"]


@pytest.mark.parametrize("host", ["a" * 70 + ".example", "a..example"])
def test_what_is_no_name(host: str) -> None:
    with pytest.raises((OSError, UnicodeError)):
        asyncio.run(resolve(host, 80))

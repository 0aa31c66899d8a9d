"""How a program uses both clients, for a type checker: `test_operations.py` has mypy look at it.

Where a line is wrong on purpose, its comment says what the type checker must say of it; an unused comment is an error.
"""

from __future__ import annotations

from typing import assert_type

from nccodsl.client import Accepted, AsyncVoiceClient, Call, CallPage, CreatedCall, VoiceClient


def blocks(client: VoiceClient) -> None:
    assert_type(client.create({}, api="v1"), CreatedCall)
    assert_type(client.page(page_size=3), CallPage)
    assert_type(list(client.calls(order="desc")), list[Call])
    assert_type(client.show("u"), Call)
    assert_type(client.hangup(uuid="u"), Accepted)
    assert_type(client.talk("u", "Hello", loop=2, level=0.5), Accepted)
    client.talk("u", 3)  # type: ignore[arg-type]
    client.stream("u", "https://example.com/a.mp3", louder=True)  # type: ignore[call-arg]
    client.dtmf("u")  # type: ignore[call-arg]


async def is_awaited(client: AsyncVoiceClient) -> None:
    assert_type(await client.create({}), CreatedCall)
    assert_type(await client.page(), CallPage)
    assert_type([call async for call in client.calls()], list[Call])
    assert_type(await client.show("u"), Call)
    assert_type(await client.transfer("u", url="https://example.com"), Accepted)
    await client.show(3)  # type: ignore[arg-type]
    client.show("u").uuid  # type: ignore[attr-defined]  # noqa: B018

"""Both clients have one table of operations, which a type checker and a reader see in full."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path

import httpx
import pytest

from nccodsl.client import AsyncVoiceClient, BadArgument, Credentials, VoiceClient
from nccodsl.client.api_operations import Operation, Operations
from tests.unit.client.test_send import APPLICATION, private_key

PROGRAM = Path(__file__).with_name("typed_client.py")
TABLE = sorted(name for name, member in vars(Operations).items() if isinstance(member, Operation))


@pytest.mark.slow
def test_mypy_has_nothing_to_say() -> None:
    mypy = pytest.importorskip("mypy.api", reason="mypy is in the `dev` extra, which CI installs before the slow tier")
    root = Path(__file__).parents[3]
    said, failed, status = mypy.run(["--strict", "--config-file", str(root / "pyproject.toml"), str(PROGRAM)])
    assert (status, failed) == (0, ""), said


def ok(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"uuid": "u-1", "status": "started", "message": request.method})


def arguments(operation: object) -> list[object]:
    """A valid value for each argument that must be given."""
    known: dict[str, object] = {
        **{"uuid": "u-1", "text": "Hello", "digits": "1", "url": "https://example.com/a"},
        "body": {"to": [{"type": "phone", "number": "14155550101"}]},
    }
    must = inspect.signature(operation).parameters.values()  # type: ignore[arg-type]
    return [known[one.name] for one in must if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD]


@pytest.mark.parametrize("name", [name for name in TABLE if name not in ("page", "transfer")])
def test_an_operation_is_the_same_for_both(name: str) -> None:
    async def awaited() -> object:
        async with AsyncVoiceClient(
            Credentials(APPLICATION, private_key()), transport=httpx.MockTransport(ok)
        ) as client:
            operation = getattr(client, name)
            assert inspect.iscoroutinefunction(operation)
            return await operation(*arguments(operation))

    with VoiceClient(Credentials(APPLICATION, private_key()), transport=httpx.MockTransport(ok)) as client:
        operation = getattr(client, name)
        assert operation(*arguments(operation)) == asyncio.run(awaited())
        assert operation.__name__ == name
        assert operation.__doc__


def test_an_operation_that_is_wrong_fails_when_it_is_awaited() -> None:
    async def work() -> None:
        async with AsyncVoiceClient(
            Credentials(APPLICATION, private_key()), transport=httpx.MockTransport(ok)
        ) as client:
            later = client.dtmf("u-1", "x")
            with pytest.raises(BadArgument):
                await later

    asyncio.run(work())


@pytest.mark.parametrize("kind", [VoiceClient, AsyncVoiceClient])
def test_all_is_documented(kind: type) -> None:
    bare = [name for name in dir(kind) if not name.startswith("_") and not inspect.getdoc(getattr(kind, name))]
    assert bare == []
    assert set(TABLE) <= set(dir(kind))

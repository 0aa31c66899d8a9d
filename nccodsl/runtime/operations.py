"""What the handling of a webhook asks of its driver: states to load and save, addresses to fetch.

`handle` is a generator that yields these and is sent their results. So the same code runs under asyncio with
a database, in virtual time with a dict, and inside any web framework.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple, TypeVar

from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.state import State
from nccodsl.runtime.web_requests import Fetch, Fetched, Request


class Load(NamedTuple):
    """Result: what is kept under a key, or None."""

    key: str


class Save(NamedTuple):
    """Keep `data` if it was not saved since `revision` was loaded (None: if nothing is kept). Result: whether it was.

    `data` is the state, or the bytes in which it was kept before; `encoded` is what a store keeps of it.

    `ended` says that the call is over: the state is wanted only for late webhooks, and for as long as that of a running
    call if some may come `late`. `conversation` is what `Find`
    finds it by. `sends` are put into the outbox in the same transaction; one whose key is there already, or was there
    lately, is not put in again. `opt_outs` are numbers that are suppressed in it, each with the reason.
    """

    key: str
    data: State | bytes
    revision: int | None
    conversation: str = ""
    ended: bool = False
    sends: tuple[Request, ...] = ()
    late: bool = False
    opt_outs: tuple[tuple[str, str], ...] = ()

    @property
    def encoded(self) -> bytes:
        """The bytes to keep; they are made each time that they are asked for."""
        return self.data if isinstance(self.data, bytes) else self.data.to_bytes()

    @property
    def kept(self) -> State:
        """The state as it is once it was kept. Raises BadState."""
        return State.from_bytes(self.data) if isinstance(self.data, bytes) else self.data.kept()


class Find(NamedTuple):
    """Result: the key of the state that was saved last for a conversation, or None."""

    conversation: str


class Seal(NamedTuple):
    """Result: the key of the tags in the addresses of a call (tags.py); None or empty where addresses have none."""

    key: str


class MayStart(NamedTuple):
    """Result: whether the account may start one more call now, the `connect` called `name` of the call of a key.

    `since`: the Unix time from which that connect has waited.
    """

    key: str
    name: str
    since: float


class Version(NamedTuple):
    """Result: the `Runnable` of a version of the script, or None where it is lost."""

    version: str


class KeptState(NamedTuple):
    """A state as it was saved, and its revision, which grows with each saving."""

    data: bytes
    revision: int

    @property
    def state(self) -> State:
        """The state that the bytes are of. Raises BadState."""
        return State.from_bytes(self.data)


class HeldState(NamedTuple):
    """The same where no state leaves the process: `data` is the state, as `State.kept` gives it."""

    data: State
    revision: int

    @property
    def state(self) -> State:
        """The state."""
        return self.data


Operation = Load | Save | Find | Seal | MayStart | Fetch | Version

Kept = KeptState | HeldState
Answer = Kept | Fetched | Runnable | str | bool | None
"""The result of an operation."""
T = TypeVar("T")
Steps = Generator[Operation, Answer, T]
"""What asks for operations, and comes to a T."""


def load(key: str) -> Steps[Kept | None]:
    """Ask for what is kept of a call."""
    kept = yield Load(key)
    assert kept is None or isinstance(kept, KeptState | HeldState)
    return kept


def find(conversation: str) -> Steps[str | None]:
    """Ask for the key of a conversation's state."""
    key = yield Find(conversation)
    assert key is None or isinstance(key, str)
    return key


def seal_for(key: str) -> Steps[str]:
    """Ask for the key of a call's tags; empty where it has none."""
    found = (yield Seal(key)) or ""
    assert isinstance(found, str)
    return found


def fetch(wanted: Fetch) -> Steps[Fetched]:
    """Ask for a request to be made."""
    fetched = yield wanted
    assert isinstance(fetched, Fetched)
    return fetched


def may_start(key: str, name: str, since: float) -> Steps[bool]:
    """Ask whether a `connect` may be dialled now."""
    return bool((yield MayStart(key, name, since)))


def version(wanted: str) -> Steps[Runnable | None]:
    """Ask for another version of the script."""
    found = yield Version(wanted)
    assert found is None or isinstance(found, Runnable)
    return found

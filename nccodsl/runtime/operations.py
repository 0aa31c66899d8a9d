"""What the handling of a webhook asks of its driver: states to load and save, addresses to fetch.

`handle` is a generator that yields these and is sent their results. So the same code runs under asyncio with
a database, in virtual time with a dict, and inside any web framework.
"""

from __future__ import annotations

from typing import NamedTuple


class Load(NamedTuple):
    """Result: the `KeptState` of a key, or None."""

    key: str


class Save(NamedTuple):
    """Keep `data` if nobody has saved since `revision` was loaded (None: if nothing is kept). Result: whether it was.

    `ended` says that the call is over: the state is wanted only for late webhooks. `conversation` is what `Find`
    finds it by.
    """

    key: str
    data: bytes
    revision: int | None
    conversation: str = ""
    ended: bool = False


class Find(NamedTuple):
    """Result: the key of the state that was saved last for a conversation, or None."""

    conversation: str


class Seal(NamedTuple):
    """Result: the key of the tags in the addresses of a call (tags.py); None or empty where addresses have none."""

    key: str


class Fetch(NamedTuple):
    """GET an address that answers JSON. Result: `Fetched`; whatever happens, within `timeout` seconds."""

    url: str
    timeout: float


class Version(NamedTuple):
    """Result: the `Runnable` of a version of the script, or None where nobody has it any more."""

    version: str


class KeptState(NamedTuple):
    """A state as it was saved, and its revision, which grows with each saving."""

    data: bytes
    revision: int


class Fetched(NamedTuple):
    """What came back: `value` is the JSON of a 2xx answer; `failure` says why there is none."""

    value: object = None
    failure: str = ""


Operation = Load | Save | Find | Seal | Fetch | Version

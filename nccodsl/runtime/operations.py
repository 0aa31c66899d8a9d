"""What the handling of a webhook asks of whoever drives it: states to load and save, addresses to fetch.

`handling.handle` is a generator that yields these and is sent their results. So the same code runs under asyncio with
a database, in virtual time with a dict, and inside any web framework.
"""

from __future__ import annotations

from nccodsl.record import Record


class Load(Record):
    """Result: the `Kept` of a key, or None."""

    key: str


class Save(Record):
    """Keep `data` if nobody has saved since `revision` was loaded (None: if nothing is kept). Result: whether it was.

    `ended` says that the call is over: the state is wanted only for late webhooks. `conversation` is what `Find`
    finds it by.
    """

    key: str
    data: bytes
    revision: int | None
    conversation: str = ""
    ended: bool = False


class Find(Record):
    """Result: the key of the state that was saved last for a conversation, or None."""

    conversation: str


class Fetch(Record):
    """GET an address that answers JSON. Result: `Fetched`; whatever happens, within `timeout` seconds."""

    url: str
    timeout: float


class Version(Record):
    """Result: the `Runnable` of a version of the script, or None where nobody has it any more."""

    version: str


class Kept(Record):
    """A state as it was saved, and its revision, which grows with each saving."""

    data: bytes
    revision: int


class Fetched(Record):
    """What came back: `value` is the JSON of a 2xx answer; `failure` says why there is none."""

    value: object = None
    failure: str = ""


Operation = Load | Save | Find | Fetch | Version

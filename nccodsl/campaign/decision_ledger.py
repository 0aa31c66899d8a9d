"""The ledger: what was decided for whom, and why. Each entry is chained to the one before it by a hash.

An entry holds no values of people: they are named by the number of their row. Who changes, removes or moves an entry
breaks the chain behind it; who writes a whole new chain is found out only by a head that was kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from string import hexdigits

from nccodsl.base.record import Record

BEGINNING = "0" * 64
"""What stands for the hash of the entry before the first one."""
BEGAN = "began"
"""What the first entry is about."""


class LedgerEntry(Record):
    """A decision about a recipient, or about the campaign as a whole (`recipient` 0).

    `number` counts the entries of a campaign from 1, `at` is Unix time. `reason` names why, and `rule` what decided;
    `facts` are what it looked at, without values of people. `hash` is that of the entry and of `previous`.
    """

    number: int
    recipient: int
    at: float
    what: str
    reason: str
    rule: str
    facts: Mapping[str, object]
    previous: str
    hash: str


def entry_after(
    previous: str,
    number: int,
    recipient: int,
    at: float,
    what: str,
    reason: str,
    rule: str,
    facts: Mapping[str, object],
) -> LedgerEntry:
    """The entry that follows the one with the hash `previous`."""
    digest = _hash(previous, number, recipient, at, what, reason, rule, facts)
    return LedgerEntry(number, recipient, at, what, reason, rule, facts, previous, digest)


class BrokenChain(Record):
    """Where a ledger does not hold: the number of the entry, and what is wrong with it."""

    number: int
    why: str


def verify(entries: Iterable[LedgerEntry], head: str | None = None) -> BrokenChain | None:
    """The first entry that is not what was written; None where all hold.

    `head`: the hash of an entry that was kept elsewhere. It must be in the ledger, or entries at its end are gone.
    """
    previous, number, found = BEGINNING, 0, head is None or head == BEGINNING
    for number, entry in enumerate(entries, 1):
        if number == 1 and entry.what != BEGAN:
            return BrokenChain(number, "it is not the beginning of a campaign")
        if entry.number != number:
            return BrokenChain(number, f"entry {entry.number} stands in its place")
        if entry.previous != previous:
            return BrokenChain(number, "it does not follow the entry before it")
        told = (entry.recipient, entry.at, entry.what, entry.reason, entry.rule, entry.facts)
        if entry.hash != _hash(previous, number, *told):
            return BrokenChain(number, "it was changed")
        previous = entry.hash
        found = found or previous == head
    if number == 0:
        return BrokenChain(1, "it is not there")
    return None if found else BrokenChain(number + 1, "the entry with the hash that was kept is not there")


def is_hash(text: str) -> bool:
    """Whether a text has the form of the hash of an entry, in small letters or capitals."""
    return len(text) == len(BEGINNING) and not set(text) - set(hexdigits)


def _hash(previous: str, *members: object) -> str:
    text = json.dumps([previous, *members], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()

"""Makes the decisions of a ledger again, from what each had seen, and compares them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from nccodsl.base.record import Record
from nccodsl.campaign.book import Book, Verdict
from nccodsl.campaign.called_script import CalledScript
from nccodsl.campaign.campaign_snapshot import CampaignSnapshot
from nccodsl.campaign.decider import Decider
from nccodsl.campaign.decision_ledger import LedgerEntry
from nccodsl.campaign.policy.reasons import REASONS
from nccodsl.campaign.report_book import FORGOTTEN

_DECIDED = frozenset(("call", "wait", "skip", "stop"))
_OF_LIST = frozenset(("list", "script", "person"))
"""Rules of entries that the policy has not decided."""
_KEPT = 10_000


class ChangedDecision(Record):
    """A decision that is another one now: the members of its entry, and what they would be."""

    number: int
    was: Mapping[str, object]
    now: Mapping[str, object]


class Replayed(Record):
    """How many decisions are the same, and which differ. Others cannot be made again, since nothing is kept.

    `forgotten`: decisions about recipients who were forgotten. `when_read`: about those who were skipped when the list
    was read.
    """

    same: int
    forgotten: int
    when_read: int
    differing: tuple[ChangedDecision, ...]


def replay(book: Book, name: str, snapshot: CampaignSnapshot) -> Replayed:
    """Make all decisions of a campaign again. Raises OtherVersion, and what the book raises."""
    decide = Decider(snapshot.plan, CalledScript(snapshot.script(), snapshot.plan.caller), lambda _number: False)
    kept = lru_cache(_KEPT)(lambda recipient: book.kept(name, recipient))
    same = 0
    unmade: Counter[int] = Counter()
    gone: set[int] = set()
    differing: list[ChangedDecision] = []
    for entry in book.story(name):
        if entry.reason == FORGOTTEN:
            gone.add(entry.recipient)
        if not _is_decided(entry):
            continue
        one = kept(entry.recipient)
        if one is None:
            unmade[entry.recipient] += 1
            continue
        was, now = _members(entry), _members(decide.again(one, entry.facts, entry.at))
        if was == now:
            same += 1
        else:
            differing.append(ChangedDecision(entry.number, json.loads(was), json.loads(now)))
    forgotten = sum(unmade[recipient] for recipient in gone)
    return Replayed(same, forgotten, unmade.total() - forgotten, tuple(differing))


def _is_decided(entry: LedgerEntry) -> bool:
    """Whether the policy has decided it."""
    return entry.recipient > 0 and entry.what in _DECIDED and entry.reason in REASONS and entry.rule not in _OF_LIST


def _members(one: LedgerEntry | Verdict) -> str:
    """What must be the same, byte for byte."""
    return json.dumps([one.what, one.reason, one.rule, dict(one.facts)], sort_keys=True)

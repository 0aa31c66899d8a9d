"""`nccodsl campaign verify` and `replay`: whether a ledger is what was written, and follows from its own facts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import click

from nccodsl.base.plural import counted
from nccodsl.campaign.campaign_snapshot import OtherVersion, snapshot_of
from nccodsl.campaign.decision_ledger import BEGINNING, LedgerEntry, is_hash, verify
from nccodsl.campaign.replay import Replayed, replay
from nccodsl.cli.campaign_options import CampaignReplayOptions, LedgerVerifyOptions
from nccodsl.cli.opened_book import campaign_book
from nccodsl.cli.output import lines_of, print_out, show
from nccodsl.cli.show_error import coded

_MOST_TOLD = 20


def verify_ledger(wanted: LedgerVerifyOptions) -> int:
    """Print whether the chain of a ledger holds; the exit code."""
    if wanted.head is not None and not is_hash(wanted.head):
        raise click.UsageError("--head must be a hash: 64 hexadecimal digits, as `verify` prints it.")
    head, count = BEGINNING, 0

    def noted(entries: Iterable[LedgerEntry]) -> Iterator[LedgerEntry]:
        nonlocal head, count
        for entry in entries:
            head, count = entry.hash, entry.number
            yield entry

    with campaign_book() as book:
        broken = verify(noted(book.story(wanted.name)), wanted.head and wanted.head.lower())
    if wanted.as_json:
        problem = {"entry": broken.number, "why": broken.why} if broken is not None else None
        print_out({"campaign": wanted.name, "entries": count, "head": head, "broken": problem})
    elif broken is not None:
        print_out(f"The ledger of {wanted.name} is broken at entry {broken.number}: {broken.why}.")
    else:
        print_out(f"{counted(count, 'decision')}, each as it was written. Head: {head}")
    return 0 if broken is None else 1


def replay_ledger(wanted: CampaignReplayOptions) -> int:
    """Decide everything again from what the ledger has seen, and compare; the exit code."""
    with campaign_book() as book:
        try:
            snapshot = snapshot_of(book.plan(wanted.name))
            if snapshot is None:
                listed = f"`{wanted.name}` is a list of `nccodsl call --rows`"
                raise click.UsageError(f"{listed}: nothing was decided by rules.")
            found = replay(book, wanted.name, snapshot)
        except OtherVersion as error:
            show([coded(error)])
            return 1
    if wanted.as_json:
        differing = [{"entry": one.number, "was": one.was, "is": one.now} for one in found.differing]
        print_out(
            {"same": found.same, "forgotten": found.forgotten, "when_read": found.when_read, "differing": differing}
        )
    else:
        print_out(lines_of(_lines(found)))
        for one in found.differing[:_MOST_TOLD]:
            print_out(f"  entry {one.number}: was {json.dumps(one.was)}, is {json.dumps(one.now)}")
    return 1 if found.differing or (wanted.strict and found.forgotten) else 0


def _lines(found: Replayed) -> Iterator[str]:
    yield f"{counted(found.same, 'decision')} made again, and the same."
    if found.when_read:
        skipped = "when the list was read: nothing is kept of recipients who are skipped then"
        yield f"{counted(found.when_read, 'decision')} made {skipped}."
    if found.forgotten:
        yield f"{counted(found.forgotten, 'decision')} cannot be made again: their recipients were forgotten."
    if found.differing:
        yield f"{counted(len(found.differing), 'decision')} would be another one now:"

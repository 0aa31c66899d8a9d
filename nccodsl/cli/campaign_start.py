"""`nccodsl campaign start`: the recipients go into the book, and workers may call them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import click

from nccodsl.base.plural import counted
from nccodsl.campaign.book import Listed, NoCampaign, OtherPlan
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.campaign_snapshot import snapshot
from nccodsl.cli.campaign_check import told_only
from nccodsl.cli.campaign_input import CampaignInput, as_json
from nccodsl.cli.campaign_options import CampaignStartOptions
from nccodsl.cli.opened_book import campaign_book
from nccodsl.cli.output import print_out, say, show
from nccodsl.cli.servers_store import refused
from nccodsl.errors import ScriptError
from nccodsl.runtime.address_name import flow_name
from nccodsl.server.refusals import ServeError


class _Failed(Exception):
    """Something is wrong with the campaign, its script or its recipients: nothing begins."""


def start_campaign(wanted: CampaignStartOptions) -> int:
    """Begin a campaign, or nothing at all; the exit code."""
    try:
        campaign = CampaignInput(wanted.file, time.time())
    except ScriptError as error:
        return told_only(error.diagnostics, "json" if wanted.as_json else "text")
    with campaign_book() as book:
        try:
            _load(book, campaign, wanted)
        except ServeError as error:
            return refused(error)
        except _Failed:
            pass
        if campaign.has_errors:
            return told_only(campaign.problems, "json" if wanted.as_json else "text")
        _tell(campaign, wanted)
    return 0


def _load(book: CampaignBook, campaign: CampaignInput, wanted: CampaignStartOptions) -> None:
    """Put everything into the book; what fails leaves nothing there. Raises ServeError, _Failed."""
    rows = campaign.listed(wanted.store)
    first = next(rows, None)  # the script is compiled now, and found to be right or wrong
    if first is None or campaign.script is None:
        raise _Failed
    plan = campaign.plan
    kept = snapshot(plan, campaign.script.flow, flow_name(str(Path(plan.script).resolve()))).as_json()
    # Each start is one of its own: rows of another one, that was interrupted or runs beside it, are not mixed in.
    kept["start"] = str(uuid4())
    kept["store"] = book.mark_of(wanted.store)
    if not book.add(plan.name, kept, plan.priority):
        _begin_afresh(book, plan.name, kept, plan.priority)
    try:
        book.load(plan.name, _all(first, rows, campaign), kept)
    except (NoCampaign, OtherPlan):
        raise click.UsageError(f"{OtherPlan(plan.name)}: start one of them again.") from None
    except BaseException:
        book.drop(plan.name)
        raise


def _begin_afresh(book: CampaignBook, name: str, kept: dict[str, object], priority: int) -> None:
    """Begin in place of what was interrupted while it began; else there are two campaigns with one name."""
    if not book.drop(name) or not book.add(name, kept, priority):
        state = book.status(name).shown
        raise click.UsageError(
            f"there is a campaign `{name}` already ({state}). For a new list, write another `name`; to begin anew with "
            f"the rows that remain, run `nccodsl campaign stop {name}` before."
        )


def _all(first: Listed, rows: Iterator[Listed], campaign: CampaignInput) -> Iterator[Listed]:
    """All rows; raises _Failed behind the last one if something was wrong."""
    yield first
    yield from rows
    if campaign.has_errors:
        raise _Failed


def _tell(campaign: CampaignInput, wanted: CampaignStartOptions) -> None:
    show(campaign.problems)
    skipped, name = campaign.reasons.total(), campaign.plan.name
    if wanted.as_json:
        problems = [as_json(one) for one in campaign.problems]
        print_out({"campaign": name, "recipients": campaign.called, "skipped": skipped, "problems": problems})
        return
    print_out(
        f"Started {name}: {counted(campaign.called, 'recipient')} to call, {skipped:,} skipped.\n"
        "No one is called before a worker runs: nccodsl campaign work"
    )
    if skipped:
        say("`nccodsl campaign why NUMBER` says why someone is skipped.")

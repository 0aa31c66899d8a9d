"""`nccodsl campaign list`, `pause`, `resume`, `stop`, `retry` and `forget`: what people change in the book by hand."""

from __future__ import annotations

import time
from typing import Literal

import click

from nccodsl.base.plural import counted
from nccodsl.campaign.call_follower import CallFollower
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.cli.account import REFUSED, Account, told
from nccodsl.cli.campaign_options import CampaignListOptions, CampaignStopOptions, ForgetOptions, NamedCampaigns
from nccodsl.cli.campaign_work import counts_line
from nccodsl.cli.opened_book import campaign_book
from nccodsl.cli.output import print_out, say
from nccodsl.cli.phone_argument import phone_number
from nccodsl.client.failures import Refused
from nccodsl.client.voice_client import VoiceClient

_SET_UP = 2.0


def list_campaigns(wanted: CampaignListOptions) -> int:
    """Print how all campaigns stand."""
    with campaign_book() as book:
        found = [book.status(name) for name in wanted.names or book.campaigns()]
    if wanted.as_json:
        print_out([{"campaign": one.name, "state": one.shown, **one.counts} for one in found])
    elif found:
        lines = (f"{one.name}: {one.shown}; {counts_line(one.counts)}" for one in found)
        print_out("\n".join(lines))
    else:
        print_out("No campaign was started.")
    return 0


def pause(wanted: NamedCampaigns) -> int:
    """No one new is called. Calls that run go on."""
    return _turned(wanted, "paused", "Paused {}: no one new is called; calls that run go on.")


def resume(wanted: NamedCampaigns) -> int:
    """Paused campaigns go on."""
    return _turned(wanted, "running", "{} goes on.")


def _turned(wanted: NamedCampaigns, state: Literal["running", "paused"], words: str) -> int:
    said = []
    with campaign_book() as book:
        for name in _names(book, wanted):
            before = book.status(name).state
            changed = book.turn(name, state)
            if not changed and before != state:
                raise click.UsageError(f"`{name}` is {before}; it cannot be {state}.")
            told = {"campaign": name, "state": state, "changed": changed}
            said.append((words.format(name) if changed else f"{name} is {state} already.", told))
    print_out([told for _, told in said] if wanted.as_json else "\n".join(line for line, _ in said))
    return 0


def _names(book: CampaignBook, wanted: NamedCampaigns) -> list[str]:
    """The campaigns that a command is about; of all, those that are not over. Raises UsageError."""
    if wanted.everything == (wanted.name is not None):
        raise click.UsageError("give the name of a campaign, or --all.")
    if wanted.name is not None:
        return [wanted.name]
    statuses = [book.status(name) for name in book.campaigns()]
    return [one.name for one in statuses if not one.is_over and one.state in ("running", "paused")]


def stop(wanted: CampaignStopOptions) -> int:
    """End a campaign for good; with `hang_up`, the calls that run end too."""
    with campaign_book() as book:
        status = book.status(wanted.name)
        # The calls of a list that is over may still run.
        if status.shown == "over" and not wanted.hang_up:
            told_so = {"campaign": wanted.name, "state": "over"}
            print_out(told_so if wanted.as_json else f"{wanted.name} is over already.")
            return 0
        if status.state != "loading" or not book.drop(wanted.name):
            book.turn(wanted.name, "stopped")
        ended = _hang_up(book, wanted) if wanted.hang_up else 0
    waiting = status.counts.get("waiting", 0)
    if wanted.as_json:
        print_out({"campaign": wanted.name, "not_called": waiting, "hung_up": ended})
        return 0
    whom = f"{counted(waiting, 'recipient')} who still waited will not be called" if waiting else "no one waited"
    print_out(f"Stopped {wanted.name}: {whom}.")
    if wanted.hang_up:
        print_out(f"{counted(ended, 'call')} ended.")
    return 0


def _hang_up(book: CampaignBook, wanted: CampaignStopOptions) -> int:
    """End the calls whose UUID is known. How many. Others end by themselves."""
    if not book.placed(wanted.name):
        return 0
    with told(), Account(wanted.account).client() as client:
        CallFollower(client, book.journal, book).recognize(wanted.name)
        calls = book.placed(wanted.name)
        ended = sum(call.uuid is not None and _hung_up(client, call.callee, call.uuid) for call in calls)
    if unnamed := sum(call.uuid is None for call in calls):
        say(f"{counted(unnamed, 'call')} may still run: their UUID is not known. See `nccodsl calls list`.")
    return ended


def _hung_up(client: VoiceClient, callee: str, uuid: str) -> bool:
    """End one call; one that is being set up takes no commands for its first two seconds."""
    for last in (False, True):
        try:
            client.hangup(uuid)
            return True
        except Refused as error:
            if last:
                say(f"note: {callee}: {error}")
            else:
                time.sleep(_SET_UP)
    return False


def retry(wanted: NamedCampaigns) -> int:
    """Those whom the API refused wait again."""
    with campaign_book() as book:
        if wanted.name is not None and book.status(wanted.name).state == "stopped":
            raise click.UsageError(f"`{wanted.name}` is stopped: no one is called again.")
        names = book.campaigns() if wanted.everything and wanted.name is None else _names(book, wanted)
        found = {name: book.retry(name) for name in names if book.status(name).state != "stopped"}
    lines = (f"{name}: {counted(count, 'recipient')} will be called again." for name, count in found.items())
    print_out(found if wanted.as_json else "\n".join(lines))
    return 0


def forget(wanted: ForgetOptions) -> int:
    """Remove what is kept of a person."""
    number = phone_number(wanted.number)
    with campaign_book() as book:
        found = book.forget(number)
    if found.open:
        say(f"{counted(found.open, 'call')} to {number} may still run; forget the number when they have ended.")
        return REFUSED
    if wanted.as_json:
        print_out({"campaigns": found.campaigns})
    elif found.campaigns:
        print_out(f"The number and its values were removed from {counted(found.campaigns, 'campaign')}.")
    else:
        say(f"No campaign keeps anything of {number}.")
    return 0 if found.campaigns else 1

"""`nccodsl campaign work`: a worker, which places the calls of campaigns and follows them until they have ended."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping

import click

from nccodsl.base.plural import counted
from nccodsl.base.utc import utc_text
from nccodsl.campaign.book import NoCampaign
from nccodsl.campaign.called_script import API
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.campaign_key import campaign_vault
from nccodsl.campaign.campaign_snapshot import OtherVersion
from nccodsl.campaign.dispatcher import Dispatcher
from nccodsl.campaign.hosts.campaign_server import CampaignServer
from nccodsl.campaign.send_claim import calling_account
from nccodsl.campaign.worker import MOST_SENDERS, Worker, WorkerSettings, work_once
from nccodsl.cli.account import INTERRUPTED, REFUSED, UNKNOWN, Account, told
from nccodsl.cli.campaign_options import CampaignWorkOptions
from nccodsl.cli.opened_book import unknown_campaign
from nccodsl.cli.opened_journal import opened_journal
from nccodsl.cli.output import print_out, say, show
from nccodsl.cli.servers_store import refused, servers_store
from nccodsl.cli.show_error import coded
from nccodsl.client.failures import JournalAway, VoiceError
from nccodsl.runtime.address_name import is_base_url
from nccodsl.server.refusals import ServeError

_SOON = 5.0
"""Seconds; what is due sooner need not be announced."""


def work(wanted: CampaignWorkOptions) -> int:
    """Work until nothing is left to do; the exit code."""
    if wanted.base_url is not None and not is_base_url(wanted.base_url):
        raise click.BadParameter(
            f"{wanted.base_url!r} is not a URL such as https://calls.example.com", param_hint="'--base-url'"
        )
    account = Account(wanted.account, wanted.limit)
    try:
        with (
            told(),
            servers_store(wanted.store, create=True) as store,
            account.client() as client,
            opened_journal() as journal,
        ):
            assert store is not None, "it is made where there is none"
            book = CampaignBook(journal, campaign_vault(journal), calling_account(client, journal, API, None))
            served = CampaignServer(wanted.base_url, store)
            dispatcher = served.dispatcher(client, book, wanted.names)
            try:
                _judge(dispatcher, book, served, wanted)
                stopped = _worked(dispatcher, book, wanted, client.limit)
            except NoCampaign as error:
                raise unknown_campaign(book, error) from None
            except OtherVersion as error:
                show([coded(error)])
                return 1
            return _told(dispatcher, book, wanted, stopped=stopped)
    except ServeError as error:
        return refused(error)


def _judge(dispatcher: Dispatcher, book: CampaignBook, served: CampaignServer, wanted: CampaignWorkOptions) -> None:
    """End the command where nothing can be worked for. Raises NoCampaign, OtherVersion."""
    campaigns = dispatcher.campaigns()
    if not campaigns and not wanted.stay and not book.campaigns():
        raise click.UsageError("no campaign was started; see `nccodsl campaign start`.")
    for one in campaigns:
        if not book.is_over(one.name) and book.plan(one.name).get("store") != book.mark_of(wanted.store):
            raise click.UsageError(
                f"`{one.name}` was started with another --store, which has the suppressed numbers: give the same one."
            )
    for one in campaigns:
        if not one.script.interactive or book.is_over(one.name):
            continue
        if wanted.base_url is None:
            raise click.UsageError(f"the script of `{one.name}` is interactive: give the --base-url of its server.")
        if wrong := served.wrong_with(one.address):
            raise click.UsageError(f"the server at {wanted.base_url} cannot answer the calls of `{one.name}`: {wrong}.")


def _worked(dispatcher: Dispatcher, book: CampaignBook, wanted: CampaignWorkOptions, limit: int) -> bool:
    """Work, and say how it goes; whether it was stopped. Raises what the worker does."""
    if wanted.once:
        work_once(dispatcher)
        return False
    told: dict[str, str] = {}

    def tell() -> None:
        for one in dispatcher.campaigns():
            line = _line(book, one.name)
            if told.get(one.name) != line and not wanted.as_json:
                told[one.name] = line
                say(f"{one.name}: {line}")

    def note(error: VoiceError) -> None:
        away = isinstance(error, JournalAway)
        say(f"note: {error}; {'the work goes on when it answers' if away else 'the calls are looked at again soon'}")

    return Worker(dispatcher, WorkerSettings(min(limit, MOST_SENDERS), wanted.stay, tell, note)).run()


def _line(book: CampaignBook, name: str) -> str:
    """How a campaign stands, and what is waited for where nothing happens."""
    status = book.status(name)
    line, counts = counts_line(status.counts), status.counts
    if status.state == "paused":
        return f"{line} (paused)"
    due = book.next_due(name) if not any(counts.get(one) for one in ("dialling", "placed")) else None
    if due is not None and due > time.time() + _SOON:
        return f"{line}; the next call is due at {utc_text(due)}"
    return f"{line}; `nccodsl calls reconcile` says more of the unknown" if counts.get("unknown") else line


def counts_line(counts: Mapping[str, int]) -> str:
    """The recipients of a campaign by their state, in one line."""
    return ", ".join(f"{count:,} {state}" for state, count in sorted(counts.items()) if count) or "no recipients"


def _told(dispatcher: Dispatcher, book: CampaignBook, wanted: CampaignWorkOptions, *, stopped: bool) -> int:
    states = {one.name: book.status(one.name) for one in dispatcher.campaigns()}
    total = sum((Counter(one.counts) for one in states.values()), Counter())
    if wanted.as_json:
        print_out({name: {"state": one.shown, **one.counts} for name, one in states.items()})
    else:
        lines = [f"{name}: {counts_line(one.counts)}" for name, one in states.items()]
        print_out("\n".join(lines or ["All campaigns are over."]))
        if total["waiting"] and not wanted.once:
            say(f"{counted(total['waiting'], 'recipient')} still wait: run the command again to go on.")
    if stopped:
        return INTERRUPTED
    return UNKNOWN if total["unknown"] or total["dialling"] else REFUSED if total["refused"] else 0

"""`nccodsl campaign work`: a worker, which places the calls of campaigns and follows them until they have ended."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread

import click

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.campaign.book import NoCampaign
from nccodsl.campaign.called_script import API
from nccodsl.campaign.campaign_snapshot import OtherVersion
from nccodsl.campaign.dispatcher import Dispatcher
from nccodsl.campaign.send_claim import calling_account
from nccodsl.campaign.sqlite_book import SqliteBook
from nccodsl.cli.account import INTERRUPTED, UNKNOWN, Account, told
from nccodsl.cli.campaign_book import unknown_campaign
from nccodsl.cli.campaign_key import campaign_vault
from nccodsl.cli.campaign_server import CampaignServer
from nccodsl.cli.given import AccountOptions
from nccodsl.cli.output import print_out, say, show
from nccodsl.cli.servers_store import refused, servers_store
from nccodsl.cli.show_error import coded
from nccodsl.client.failures import Unreachable
from nccodsl.client.journal import Journal
from nccodsl.runtime.address_name import is_base_url
from nccodsl.server.refusals import ServeError

_MOST_SENDERS = 8
"""Threads that send at once, at most: as many as the limit needs where an answer takes a quarter of a second."""
_PAUSE = 0.05
_FOLLOW = 2.0
"""Seconds between two looks at the calls that run."""
_LOOK_UP = 10.0
"""Seconds between two looks for calls that may or may not have been placed."""
_TELL = 10.0
"""Seconds between two lines about how it goes."""


class CampaignWorkOptions(Record):
    """What `campaign work` asks for; `names` are campaigns, none for all."""

    names: tuple[str, ...]
    account: AccountOptions
    limit: int | None
    base_url: str | None
    store: str | None
    once: bool
    stay: bool
    as_json: bool


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
            Journal() as journal,
        ):
            assert store is not None, "it is made where there is none"
            book = SqliteBook(journal, campaign_vault(), calling_account(client, journal, API, None))
            served = CampaignServer(wanted.base_url, store)
            dispatcher = Dispatcher(client, journal, book, served.is_suppressed, served.body, wanted.names)
            try:
                _judge(dispatcher, wanted)
                stopped = _Worker(dispatcher, book, wanted, min(client.limit, _MOST_SENDERS)).run()
            except NoCampaign as error:
                raise unknown_campaign(book, error) from None
            except OtherVersion as error:
                show([coded(error)])
                return 1
            return _told(dispatcher, book, wanted, stopped=stopped)
    except ServeError as error:
        return refused(error)


def _judge(dispatcher: Dispatcher, wanted: CampaignWorkOptions) -> None:
    """End the command where nothing can be worked for. Raises NoCampaign, OtherVersion."""
    campaigns = dispatcher.campaigns()
    if not campaigns and not wanted.stay:
        raise click.UsageError("no campaign was started; see `nccodsl campaign start`.")
    interactive = next((one.name for one in campaigns if one.script.interactive), None)
    if interactive is not None and wanted.base_url is None:
        raise click.UsageError(f"the script of `{interactive}` is interactive: give the --base-url of its server.")


class _Worker:
    """One process of `campaign work`: threads that call, and one that follows the calls."""

    def __init__(self, dispatcher: Dispatcher, book: SqliteBook, wanted: CampaignWorkOptions, senders: int) -> None:
        self._dispatcher, self._book, self._wanted = dispatcher, book, wanted
        self._senders = 1 if wanted.once else senders
        self._over = Event()
        self._failure: BaseException | None = None
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._told: dict[str, str] = {}

    def run(self) -> bool:
        """Work; whether it was stopped. Raises what ends it: NoCampaign, OtherVersion, VoiceError."""
        if self._wanted.once:
            self._dispatcher.look_up()
            while self._dispatcher.turn(f"{self._name}:0"):
                pass
            self._dispatcher.follow()
            return False
        threads = [Thread(target=self._send, args=(f"{self._name}:{one}",)) for one in range(self._senders)]
        for thread in threads:
            thread.start()
        try:
            with _stopped_by_signals(self._over) as stopped:
                self._watch()
        finally:
            # Requests that are on their way get their answers.
            self._over.set()
            for thread in threads:
                thread.join()
        if self._failure is not None:
            raise self._failure
        return stopped()

    def _send(self, worker: str) -> None:
        try:
            while not self._over.is_set() and self._dispatcher.sends.stopped_by is None:
                if not self._dispatcher.turn(worker):
                    self._over.wait(_PAUSE)
        except BaseException as error:
            self._failure = error
        finally:
            if self._dispatcher.sends.stopped_by is not None:
                self._failure = self._dispatcher.sends.stopped_by
            self._over.set()

    def _watch(self) -> None:
        """Follow the calls until nothing is left to do."""
        follow = look_up = tell = 0.0
        while not self._over.is_set():
            now = time.monotonic()
            try:
                if now >= look_up:
                    look_up = now + _LOOK_UP
                    self._dispatcher.look_up()
                if now >= follow:
                    follow = now + _FOLLOW
                    self._dispatcher.follow()
            except Unreachable as error:
                say(f"note: {error}; the calls are looked at again in {_FOLLOW:g} s")
            if now >= tell:
                tell = now + _TELL
                self._tell()
            if not self._wanted.stay and self._dispatcher.is_done():
                return
            self._over.wait(_PAUSE * 4)

    def _tell(self) -> None:
        """How the campaigns stand, if that has changed."""
        if self._wanted.as_json:
            return
        for one in self._dispatcher.campaigns():
            line = counts_line(self._book.status(one.name).counts)
            if self._told.get(one.name) != line:
                self._told[one.name] = line
                say(f"{one.name}: {line}")


def counts_line(counts: Mapping[str, int]) -> str:
    """The recipients of a campaign by their state, in one line."""
    return ", ".join(f"{count:,} {state}" for state, count in sorted(counts.items()) if count) or "no recipients"


@contextmanager
def _stopped_by_signals(over: Event) -> Iterator[Callable[[], bool]]:
    """Ctrl-C and SIGTERM end the work; what is yielded tells whether one came."""
    came: list[int] = []

    def stop(number: int, _frame: object) -> None:
        came.append(number)
        over.set()

    before = {one: signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(came)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _told(dispatcher: Dispatcher, book: SqliteBook, wanted: CampaignWorkOptions, *, stopped: bool) -> int:
    states = {one.name: book.status(one.name) for one in dispatcher.campaigns()}
    total = sum((Counter(one.counts) for one in states.values()), Counter())
    if wanted.as_json:
        print_out({name: {"state": one.state, **one.counts} for name, one in states.items()})
    else:
        print_out("\n".join(f"{name}: {counts_line(one.counts)}" for name, one in states.items()))
        if total["waiting"] and not wanted.once:
            say(f"{counted(total['waiting'], 'recipient')} still wait: run the command again to go on.")
    if stopped:
        return INTERRUPTED
    return UNKNOWN if total["unknown"] or total["dialling"] else 0

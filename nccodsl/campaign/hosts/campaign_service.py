"""The work of campaigns for a program with a schedule of its own.

The schedule may be late, call `tick` twice at once or forget it, and its process may be killed: only the book lets a
phone ring, so no one is called twice.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from types import TracebackType

from nccodsl.campaign.called_script import API
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.campaign_key import campaign_vault
from nccodsl.campaign.dispatcher import Dispatcher
from nccodsl.campaign.hosts.campaign_server import CampaignServer
from nccodsl.campaign.send_claim import calling_account
from nccodsl.campaign.worker import FOLLOW_EVERY, worker_name
from nccodsl.client.credentials import find_credentials
from nccodsl.client.failures import JournalAway
from nccodsl.client.open_journal import open_journal
from nccodsl.client.voice_client import VoiceClient
from nccodsl.server.stores.open_store import open_store

_PAUSE = 0.05


class CampaignService:
    """Places the calls of campaigns, and follows them; a context manager that opens and closes what it needs.

    The account is that of the environment or the settings, as for commands. `names` are the campaigns that are worked
    for, none for all. `base_url` and `store` are the webhook server of interactive scripts and its store, which has the
    suppressed numbers. `limit`: starts a second of the account. Raises VoiceError, ServeError.
    """

    def __init__(
        self,
        *,
        names: tuple[str, ...] = (),
        base_url: str | None = None,
        store: str | None = None,
        limit: int | None = None,
    ) -> None:
        self._names, self._base_url, self._store, self._limit = names, base_url, store, limit
        self._stack = ExitStack()
        self._dispatcher: Dispatcher | None = None
        self._worker = worker_name()

    def __enter__(self) -> CampaignService:
        with ExitStack() as opened:
            client = opened.enter_context(VoiceClient(find_credentials(), limit=self._limit))
            journal = opened.enter_context(open_journal())
            store = open_store(self._store)
            opened.callback(store.close)
            book = CampaignBook(journal, campaign_vault(journal), calling_account(client, journal, API, None))
            self._dispatcher = CampaignServer(self._base_url, store).dispatcher(client, book, self._names)
            self._stack = opened.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self._stack.close()

    def tick(self, seconds: float = 5.0) -> bool:
        """Place calls that are due, for so many seconds, and note which have ended; whether nothing is left to do.

        Requests are sent one after the other, so about five calls begin in a second at most; let several run for more.
        Raises VoiceError, NoCampaign, OtherVersion.
        """
        dispatcher = self._dispatcher
        assert dispatcher is not None, "it is used in a `with` block"
        dispatcher.look_up()
        dispatcher.follow()
        until = time.monotonic() + seconds
        follow = time.monotonic() + FOLLOW_EVERY
        while time.monotonic() < until and not dispatcher.is_done():
            sent = self._turned(dispatcher)
            if dispatcher.sends.stopped_by is not None:
                raise dispatcher.sends.stopped_by
            if time.monotonic() >= follow:
                follow = time.monotonic() + FOLLOW_EVERY
                dispatcher.follow()
            if not sent:
                time.sleep(_PAUSE)
        return dispatcher.is_done()

    def _turned(self, dispatcher: Dispatcher) -> int:
        try:
            return dispatcher.turn(self._worker)
        except JournalAway:
            # Its last claim may have been kept: others look it up when this name is not heard of any more.
            self._worker = worker_name()
            raise

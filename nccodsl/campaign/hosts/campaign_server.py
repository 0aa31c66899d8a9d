"""The server of interactive scripts, as campaigns need it: its store has the values of calls, and who opted out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import NAMESPACE_URL, uuid5

import httpx

from nccodsl.campaign.book import Claim
from nccodsl.campaign.called_script import API, CalledScript
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.dispatcher import Dispatcher, RunningCampaign
from nccodsl.client.failures import BadJournal, JournalAway
from nccodsl.client.voice_client import VoiceClient
from nccodsl.runtime.first_ncco import begun, create_body
from nccodsl.runtime.runnable import Runnable
from nccodsl.server.refusals import ServeError, StoreAway
from nccodsl.server.state_key import keep, mark_of, seal_in
from nccodsl.server.stores.base import Store

_PATIENCE = 10.0
"""Seconds for an answer of the server."""


class CampaignServer:
    """What the server of interactive scripts has to do with calls: it keeps their values, and who opted out."""

    def __init__(self, base_url: str | None, store: Store) -> None:
        self._base_url, self._store = base_url, store

    def dispatcher(self, client: VoiceClient, book: CampaignBook, only: tuple[str, ...] = ()) -> Dispatcher:
        """What works for the campaigns in a book; see `Dispatcher`."""
        body = self.body if self._base_url is not None else None
        return Dispatcher(client, book.journal, book, self.is_suppressed, body, only)

    def wrong_with(self, address: str) -> str | None:
        """Why the server cannot answer the calls of a script, in words; None if it can.

        `nccodsl serve` is asked. Another server knows no such question, and is believed.
        """
        assert self._base_url is not None, "it is judged before"
        query = {"script": address, "store": mark_of(self._store.secret())}
        try:
            answer = httpx.get(f"{self._base_url.rstrip('/')}/healthz", params=query, timeout=_PATIENCE)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return f"it does not answer: {type(error).__name__}"
        if answer.status_code == 409:
            return "it has another --store, so campaigns would not learn who opts out"
        if answer.status_code == 404 and answer.text.startswith("no script"):
            return f"it serves no script as `{address}`"
        return f"it answers {answer.status_code}" if answer.status_code >= 500 else None

    def is_suppressed(self, number: str) -> bool:
        """Raises VoiceError."""
        with _as_voice_errors():
            return self._store.suppressions.has(number)

    def body(self, campaign: RunningCampaign, claim: Claim) -> Mapping[str, object]:
        """The create request of a call that the server answers. Raises VoiceError."""
        values = campaign.decide.values(claim.recipient)
        return self.begun(campaign.script, campaign.address, values, claim.reference)

    def begun(
        self, called: CalledScript, address: str, values: Mapping[str, object], reference: str
    ) -> Mapping[str, object]:
        """The create request of a call that the server answers; its values wait in the store. Raises VoiceError.

        `address` is the name of the script on the server. The same reference is the same call.
        """
        assert self._base_url is not None, "it is judged before"
        script = Runnable(called.flow, f"{self._base_url.rstrip('/')}/{address}")
        key = str(uuid5(NAMESPACE_URL, f"{script.url}#{reference}"))
        with _as_voice_errors():
            state = begun(script, values, key=key, token=False, seal=seal_in(self._store, script, key))
            keep(self._store, script, state)
        return called.from_caller(create_body(script, state, API))


@contextmanager
def _as_voice_errors() -> Iterator[None]:
    """What a store cannot do ends the work as a journal that cannot be used does; one that is away is waited for."""
    try:
        yield
    except StoreAway as error:
        raise JournalAway(str(error), error.help) from None
    except ServeError as error:
        raise BadJournal(str(error), error.help) from None

"""Processes that work for one campaign, for what is measured of their starts."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from random import Random

import nccodsl
from nccodsl.campaign.book import Listed
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.campaign_snapshot import snapshot
from nccodsl.campaign.dispatcher import Dispatcher
from nccodsl.campaign.plan_reader import plan_of
from nccodsl.campaign.send_claim import calling_account
from nccodsl.campaign.worker import MOST_SENDERS, Worker, WorkerSettings
from nccodsl.client import VoiceClient, VoiceError
from nccodsl.client.credentials import Credentials
from tests.e2e.limited_callers import TIMEOUTS, Delay, FarAway
from tests.e2e.servers import APPLICATION, private_key
from tests.journals import kept_in
from tests.unit.campaign.deaths import VAULT

NAME = "storm"
_SCRIPT = "param number: phone\ncall { to phone {{ number }} from phone 14155550100 }\n"
_TERMS = {"name": NAME, "script": "a.call", "purpose": "emergency", "recipients": {"file": "-"}}


def begin(folder: Path, people: int, *, connects: bool) -> None:
    """Begin the campaign. With `connects`, everyone is connected with somebody."""
    script = _SCRIPT + ("connect phone 14155550199\n" if connects else 'talk "Hello."\n')
    with kept_in(folder) as journal:
        book = CampaignBook(journal, VAULT)
        book.add(NAME, snapshot(plan_of(_TERMS), nccodsl.load(script), "a").as_json())
        numbers = [f"1415{2000000 + one}" for one in range(people)]
        listed = (Listed(row, to, kept={"values": {"number": to}}) for row, to in enumerate(numbers, 1))
        book.load(NAME, listed)


def work(folder: Path, url: str, limit: int, until: float, delay: Delay, number: int) -> None:
    """Work until a moment."""
    transport = FarAway(Random(number), delay)
    client = VoiceClient(
        Credentials(APPLICATION, private_key()), host=url, limit=limit, timeout=TIMEOUTS, transport=transport
    )
    # Whoever calls is not asked to end in between.
    over = threading.Timer(max(until - time.monotonic(), 0.0), os._exit, (0,))
    over.daemon = True
    over.start()
    with kept_in(folder) as journal, client, suppress(VoiceError):
        book = CampaignBook(journal, VAULT, calling_account(client, journal, "v2", None))
        dispatcher = Dispatcher(client, journal, book, lambda _number: False, _no_body)
        settings = WorkerSettings(min(limit, MOST_SENDERS), True, lambda: None, lambda _error: None)
        Worker(dispatcher, settings).run()


def _no_body(*_: object) -> Mapping[str, object]:
    raise AssertionError("the script needs no server")

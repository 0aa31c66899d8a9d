"""The limit of the account at `nccodsl serve`: whose it is, and the gate that keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from nccodsl.analysis.item_walks import action_of, every_item
from nccodsl.base.plural import counted
from nccodsl.lowering.compiled import Compiled
from nccodsl.server.refusals import BadStore, CannotServe

if TYPE_CHECKING:
    from nccodsl.client.connect_gate import ConnectGate, LimitedAccount


def limited_account(flows: Iterable[Compiled], limit: int | None, *, reload: bool) -> LimitedAccount | None:
    """The account, if `limit` or its profile says what it may; None where that is not said, or nothing connects.

    `reload`: what connects may still be written. Raises CannotServe.
    """
    if not reload and not any(_connects(flow) for flow in flows):
        return None
    from pathlib import Path

    from nccodsl.client import hosts
    from nccodsl.client.connect_gate import LimitedAccount
    from nccodsl.client.failures import VoiceError
    from nccodsl.client.profiles import find_profile
    from nccodsl.client.start_turn import account_of

    try:
        profile = find_profile(None, Path.cwd())
        known = limit if limit is not None or profile is None else profile.limit
        if known is None:
            return None
        return LimitedAccount(account_of(hosts.base_url(*(profile.host, profile.region) if profile else ())), known)
    except VoiceError as error:
        raise CannotServe(str(error), error.help) from None


def gate_of(account: LimitedAccount) -> ConnectGate:
    """The gate that keeps the limit of the account with the slots of the journal, for a command with `--book`."""
    from nccodsl.cli.opened_journal import named_book
    from nccodsl.client.connect_gate import ConnectGate
    from nccodsl.client.open_journal import open_journal

    return ConnectGate(account, partial(open_journal, named_book()), lambda error: BadStore(str(error), error.help))


def limit_in_words(account: LimitedAccount | None) -> Iterator[str]:
    """What is said of it at the start."""
    if account is not None:
        yield f"Calls wait before they connect: the account may start {counted(account.limit, 'call')} per second."


def _connects(flow: Compiled) -> bool:
    items = every_item(flow.program.steps, flow.program.handlers)
    actions = (action for item in items if (action := action_of(item)) is not None)
    return any("connect" in (action.kind, action.draft.get("action")) for action in actions)

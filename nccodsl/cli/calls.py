"""`nccodsl calls`: what its commands ask of the API and of the journal, and what they print."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

import click

from nccodsl.base.record import Record
from nccodsl.cli.account import Account, told, waiting
from nccodsl.cli.given import AccountOptions, GivenValues, one_standard_input, values_from
from nccodsl.cli.moment import moment
from nccodsl.cli.output import joined, lines_of, print_out, script_errors, show

if TYPE_CHECKING:
    from nccodsl.client import VoiceClient
    from nccodsl.client.results import Accepted, Call


class ListOptions(Record):
    """What `calls list` asks for."""

    status: str | None
    since: str | None
    until: str | None
    conversation: str | None
    limit: int
    oldest_first: bool
    account: AccountOptions
    as_json: bool


class OrderOptions(Record):
    """What is asked of one call or leg."""

    uuid: str
    account: AccountOptions
    as_json: bool


class DtmfOptions(OrderOptions):
    """Keys for a leg."""

    digits: str


class PlayOptions(OrderOptions):
    """A sound for a leg."""

    url: str
    loop: int | None
    level: float | None


class SayOptions(OrderOptions):
    """A text for a leg."""

    text: str
    language: str | None
    style: int | None
    premium: bool | None
    loop: int | None
    level: float | None


class TransferOptions(OrderOptions):
    """What a call goes on with: a script, or an address."""

    file: str | None
    url: str | None
    values: GivenValues
    limit: int | None


class JournalOptions(Record):
    """What `calls journal` asks for."""

    limit: int
    as_json: bool


class ReconcileOptions(Record):
    """What `calls reconcile` asks for; `grace` in seconds."""

    grace: float
    account: AccountOptions
    as_json: bool


class SettleOptions(Record):
    """What a person says of a call."""

    reference: str
    outcome: str
    uuid: str | None
    as_json: bool


def list_calls(wanted: ListOptions) -> int:
    """Print the calls that the API shows."""
    with _client(wanted.account) as client:
        found = client.calls(
            status=wanted.status,
            date_start=moment(wanted.since, "--since") if wanted.since is not None else None,
            date_end=moment(wanted.until, "--until") if wanted.until is not None else None,
            conversation_uuid=wanted.conversation,
            order="asc" if wanted.oldest_first else "desc",
            page_size=min(wanted.limit, 100),
        )
        calls = list(islice(found, wanted.limit))
    if wanted.as_json:
        print_out([call.to_json() for call in calls])
    else:
        print_out(lines_of(map(row, calls)) or "No calls found.")
    return 0


def show_call(wanted: OrderOptions) -> int:
    """Print what the API knows of a call."""
    with _client(wanted.account) as client:
        call = client.show(wanted.uuid).to_json()
    if wanted.as_json:
        print_out(call)
    else:
        known = {name: value for name, value in call.items() if value is not None}
        print_out(lines_of(joined(f"{name.replace('_', ' '):<18} {value}") for name, value in known.items()))
    return 0


def hangup(wanted: OrderOptions) -> int:
    return _order(wanted, lambda client: client.hangup(wanted.uuid), "ended")


def mute(wanted: OrderOptions) -> int:
    return _order(wanted, lambda client: client.mute(wanted.uuid), "muted")


def unmute(wanted: OrderOptions) -> int:
    return _order(wanted, lambda client: client.unmute(wanted.uuid), "unmuted")


def earmuff(wanted: OrderOptions) -> int:
    return _order(wanted, lambda client: client.earmuff(wanted.uuid), "earmuffed: no longer hears the others")


def unearmuff(wanted: OrderOptions) -> int:
    return _order(wanted, lambda client: client.unearmuff(wanted.uuid), "unearmuffed: hears the others again")


def stop_talk(wanted: OrderOptions) -> int:
    return _order(wanted, lambda client: client.stop_talk(wanted.uuid), "speech stopped")


def stop_stream(wanted: OrderOptions) -> int:
    return _order(wanted, lambda client: client.stop_stream(wanted.uuid), "audio stopped")


def dtmf(wanted: DtmfOptions) -> int:
    return _order(wanted, lambda client: client.dtmf(wanted.uuid, wanted.digits), f"keys sent: {wanted.digits}")


def stream(wanted: PlayOptions) -> int:
    return _order(
        wanted,
        lambda client: client.stream(wanted.uuid, wanted.url, loop=wanted.loop, level=wanted.level),
        f"playing {wanted.url}",
    )


def talk(wanted: SayOptions) -> int:
    return _order(
        wanted,
        lambda client: client.talk(
            wanted.uuid,
            wanted.text,
            language=wanted.language,
            style=wanted.style,
            premium=wanted.premium,
            loop=wanted.loop,
            level=wanted.level,
        ),
        "speaking",
    )


def transfer(wanted: TransferOptions) -> int:
    """Let a call go on with a script, which is compiled first, or with what an address returns."""
    if (wanted.file is None) == (wanted.url is None):
        raise click.UsageError("give either a script or --url.")
    from nccodsl.cli.opened_journal import opened_journal
    from nccodsl.client import transfer_call
    from nccodsl.client.start_turn import connects_of

    ncco = _compiled(wanted.file, wanted.values) if wanted.file is not None else None

    def order(client: VoiceClient) -> Accepted:
        if not connects_of(ncco):
            return client.transfer(wanted.uuid, ncco=ncco, url=wanted.url)
        with opened_journal() as journal:
            return transfer_call(client, journal, wanted.uuid, ncco=ncco, waiting=waiting)

    return _order(wanted, order, f"continues with {wanted.file or wanted.url}", wanted.limit)


def show_journal(wanted: JournalOptions) -> int:
    """Print the calls placed from this machine, or by all that share a book."""
    from nccodsl.cli.ledger import listed
    from nccodsl.cli.opened_journal import opened_journal

    with told(), opened_journal() as kept:
        intents = kept.recent(wanted.limit)
    listed(intents, wanted.as_json)
    return 0


def reconcile_calls(wanted: ReconcileOptions) -> int:
    """Look up the calls that may or may not have been placed; 3 if one is still unknown."""
    from nccodsl.cli.ledger import looked_up
    from nccodsl.cli.opened_journal import opened_journal
    from nccodsl.client import reconcile

    with _client(wanted.account) as client, opened_journal() as journal:
        settled = reconcile(client, journal, grace=wanted.grace)
    return looked_up(settled, row, wanted.as_json)


def settle(wanted: SettleOptions) -> int:
    """Record by hand whether a call was placed."""
    from nccodsl.cli.ledger import settled_by_hand
    from nccodsl.cli.opened_journal import opened_journal

    with told(), opened_journal() as journal:
        settled_by_hand(journal, wanted.reference, wanted.outcome, wanted.uuid, wanted.as_json)
    return 0


def row(call: Call) -> str:
    """One line about a call."""
    when = call.start_time.strftime("%Y-%m-%d %H:%M:%S") if call.start_time else "-"
    talked = f"{call.duration} s" if call.duration is not None else "-"
    return joined(f"{call.uuid}  {call.direction:<8}  {call.to:<15}  {call.status:<10}  {talked:>6}  {when}")


@contextmanager
def _client(account: AccountOptions, limit: int | None = None) -> Iterator[VoiceClient]:
    """A client of the account that the options name; failures are shown and end the command."""
    with told(), Account(account, limit).client() as client:
        yield client


def _order(wanted: OrderOptions, order: Callable[[VoiceClient], Accepted], done: str, limit: int | None = None) -> int:
    """Send a command about one call, and print what was done."""
    with _client(wanted.account, limit) as client:
        accepted = order(client)
    if wanted.as_json:
        print_out({"uuid": accepted.uuid, "message": accepted.message})
    else:
        print_out(f"{accepted.uuid}: {done}")
    return 0


def _compiled(file: str, given: GivenValues) -> list[dict[str, object]]:
    """The NCCO of a script; shows its warnings."""
    from nccodsl.cli.inputs import load_flow

    one_standard_input(file, given.vars_file)
    with script_errors():
        flow = load_flow(file)
        ncco: list[dict[str, object]] = flow.ncco(values_from(given))
    show(flow.warnings)
    return ncco

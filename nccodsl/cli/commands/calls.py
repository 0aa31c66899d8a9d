"""`nccodsl calls`: look at calls, steer those that run, and settle those of which nobody knows how they went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from nccodsl.cli.account import account_options
from nccodsl.cli.click_options import SCRIPT, var_options
from nccodsl.cli.output import joined, lines_of, print_out

if TYPE_CHECKING:
    from nccodsl.client import VoiceClient
    from nccodsl.client.results import Accepted, Call

STATUSES = (
    *("started", "ringing", "answered", "machine", "completed", "busy"),
    *("cancelled", "failed", "rejected", "timeout", "unanswered"),
)
ACCOUNT = ("app", "key", "profile", "region", "host")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("calls")
def command() -> None:
    """Look at calls, and steer those that run. UUID is the id of a leg, as `calls list` shows it."""


@command.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Only calls in this state.")
@click.option("--since", metavar="TIME", help="Only calls from then on, such as 2026-11-23T12:00:00Z.")
@click.option("--until", metavar="TIME", help="Only calls until then.")
@click.option("--conversation", metavar="ID", help="Only calls of this conversation.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Show so many at most.")
@click.option("--oldest-first", is_flag=True, help="Turn the order round.")
@account_options
@_JSON
def list_(
    status: str | None,
    since: str | None,
    until: str | None,
    conversation: str | None,
    limit: int,
    oldest_first: bool,
    as_json: bool,
    **account: Any,
) -> None:
    """Show the calls of the last days, newest first."""
    from itertools import islice

    with _client(account) as client:
        found = client.calls(
            status=status,
            date_start=_moment(since, "--since"),
            date_end=_moment(until, "--until"),
            conversation_uuid=conversation,
            order="asc" if oldest_first else "desc",
            page_size=min(limit, 100),
        )
        calls = list(islice(found, limit))
    if as_json:
        print_out([call.to_json() for call in calls])
    else:
        print_out(lines_of(map(row, calls)) or "There are no such calls.")


@command.command()
@click.argument("uuid")
@account_options
@_JSON
def show(uuid: str, as_json: bool, **account: Any) -> None:
    """Show what is known of one call."""
    with _client(account) as client:
        call = client.show(uuid)
    if as_json:
        print_out(call.to_json())
        return
    known = {name: value for name, value in call.to_json().items() if value is not None}
    print_out(lines_of(joined(f"{name.replace('_', ' '):<18} {value}") for name, value in known.items()))


def _order(name: str, help: str, done: str) -> None:
    """A command that tells one call to do something."""

    @command.command(name, help=help)
    @click.argument("uuid")
    @account_options
    @_JSON
    def order(uuid: str, as_json: bool, **account: Any) -> None:
        with _client(account) as client:
            accepted = getattr(client, name.replace("-", "_"))(uuid)
        _done(accepted, done, as_json)


for _name, _help, _word in (
    ("hangup", "End the call.", "is hung up"),
    ("mute", "Nobody hears this leg any more.", "is muted"),
    ("unmute", "This leg is heard again.", "is heard again"),
    ("earmuff", "This leg hears nobody any more.", "hears nobody"),
    ("unearmuff", "This leg hears the others again.", "hears the others again"),
    ("stop-talk", "Stop what `calls talk` says.", "is not spoken to any more"),
    ("stop-stream", "Stop what `calls stream` plays.", "has no audio played to it any more"),
):
    _order(_name, _help, _word)


@command.command()
@click.argument("uuid")
@click.argument("file", type=SCRIPT, required=False)
@click.option("--url", metavar="URL", help="An address that returns the NCCO, in place of FILE.")
@var_options
@account_options
@_JSON
def transfer(
    uuid: str,
    file: str | None,
    url: str | None,
    pairs: dict[str, object],
    vars_file: str | None,
    as_json: bool,
    **account: Any,
) -> None:
    """Send the call to another script: FILE is compiled, and takes the place of what the call does."""
    from nccodsl.cli import output
    from nccodsl.cli.click_options import one_standard_input, values_from
    from nccodsl.cli.inputs import load_flow
    from nccodsl.errors import RenderError, ScriptError

    if (file is None) == (url is None):
        raise click.UsageError("give a script or --url, and not both.")
    ncco = None
    if file is not None:
        one_standard_input(file, vars_file)
        try:
            flow = load_flow(file)
            ncco = flow.ncco(values_from(pairs, vars_file))
        except (ScriptError, RenderError) as error:
            output.show(error.diagnostics)
            raise SystemExit(1) from None
        output.show(flow.warnings)
    with _client(account) as client:
        accepted = client.transfer(uuid, ncco=ncco, url=url)
    _done(accepted, f"goes on with {file or url}", as_json)


@command.command()
@click.argument("uuid")
@click.argument("text")
@click.option("--language", metavar="CODE", help="Such as en-GB.")
@click.option("--style", type=int, help="The number of a voice.")
@click.option("--premium", is_flag=True, default=None, help="The better form of the voice.")
@click.option("--loop", type=int, help="So many times; 0: until it is stopped.")
@click.option("--level", type=float, help="Louder or softer, -1 to 1.")
@account_options
@_JSON
def talk(uuid: str, text: str, as_json: bool, **more: Any) -> None:
    """Say a text to one leg, over what the call does."""
    account, options = _split(more)
    with _client(account) as client:
        accepted = client.talk(uuid, text, **options)
    _done(accepted, "is spoken to", as_json)


@command.command()
@click.argument("uuid")
@click.argument("url")
@click.option("--loop", type=int, help="So many times; 0: until it is stopped.")
@click.option("--level", type=float, help="Louder or softer, -1 to 1.")
@account_options
@_JSON
def stream(uuid: str, url: str, as_json: bool, **more: Any) -> None:
    """Play an audio file to one leg, over what the call does."""
    account, options = _split(more)
    with _client(account) as client:
        accepted = client.stream(uuid, url, **options)
    _done(accepted, f"has {url} played to it", as_json)


@command.command()
@click.argument("uuid")
@click.argument("digits")
@account_options
@_JSON
def dtmf(uuid: str, digits: str, as_json: bool, **account: Any) -> None:
    """Send keys to one leg: 0-9, *, # and p, a pause of half a second."""
    with _client(account) as client:
        accepted = client.dtmf(uuid, digits)
    _done(accepted, f"was sent {digits}", as_json)


@command.command()
@click.option("--grace", type=float, default=30.0, show_default=True, help="Leave alone what is younger, in seconds.")
@account_options
@_JSON
def reconcile(grace: float, as_json: bool, **account: Any) -> None:
    """Look up every call of which nobody knows whether it was placed.

    Exit code 3 where one is still not known.
    """
    from nccodsl.cli.ledger import looked_up
    from nccodsl.client import Journal, reconcile

    with _client(account) as client, Journal() as journal:
        settled = reconcile(client, journal, grace=grace)
    raise SystemExit(looked_up(settled, row, as_json))


@command.command()
@click.argument("reference")
@click.argument("outcome", type=click.Choice(("placed", "absent")))
@click.option("--uuid", metavar="UUID", help="With `placed`: the call that it is, as `calls list` shows it.")
@_JSON
def settle(reference: str, outcome: str, uuid: str | None, as_json: bool) -> None:
    """Say what became of a call that `reconcile` cannot settle: it was placed, or it never was.

    REFERENCE is the call's reference, or its id, as `calls journal` shows it. Your name and the time are noted. A call
    that you call absent may be dialled again.
    """
    from nccodsl.cli.account import told
    from nccodsl.cli.ledger import settled_by_hand
    from nccodsl.client import Journal

    with told(), Journal() as journal:
        settled_by_hand(journal, reference, outcome, uuid, as_json)


@command.command()
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Show so many at most.")
@_JSON
def journal(limit: int, as_json: bool) -> None:
    """Show what was placed from here, and what became of it, newest first."""
    from nccodsl.cli.account import told
    from nccodsl.cli.ledger import listed
    from nccodsl.client import Journal

    with told(), Journal() as kept:
        intents = kept.recent(limit)
    listed(intents, as_json)


@contextmanager
def _client(account: Mapping[str, Any]) -> Iterator[VoiceClient]:
    """A client of the account that the options name; failures are told and end the command."""
    from nccodsl.cli.account import Account, told

    with told(), Account(**{name: account[name] for name in ACCOUNT}).client() as client:
        yield client


def _split(more: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The options of the account, and those of the order that were given."""
    account = {name: more.pop(name) for name in ACCOUNT}
    return account, {name: value for name, value in more.items() if value is not None}


def _done(accepted: Accepted, done: str, as_json: bool) -> None:
    print_out({"uuid": accepted.uuid, "message": accepted.message} if as_json else f"{accepted.uuid} {done}.")


def row(call: Call) -> str:
    """One line about a call."""
    when = call.start_time.strftime("%Y-%m-%d %H:%M:%S") if call.start_time else "-"
    talked = f"{call.duration} s" if call.duration is not None else "-"
    return joined(f"{call.uuid}  {call.direction:<8}  {call.to:<15}  {call.status:<10}  {talked:>6}  {when}")


def _moment(text: str | None, option: str) -> Any:
    from datetime import UTC, datetime

    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("a time such as 2026-11-23T12:00:00Z is wanted", param_hint=f"'{option}'") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

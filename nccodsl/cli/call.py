"""`nccodsl call`: the call of a script, placed for real or played through here."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, cast

import click

from nccodsl.base.phone import OURS, SOMEBODY
from nccodsl.base.record import Record
from nccodsl.cli.create_body import Ends, create_body, edited
from nccodsl.cli.given import AccountOptions, GivenValues, one_standard_input, values_from
from nccodsl.cli.inputs import load_flow
from nccodsl.cli.output import script_errors, show
from nccodsl.cli.show_error import coded

if TYPE_CHECKING:
    from nccodsl.cli.account import Account
    from nccodsl.emulator.core.application import AfterConnect
    from nccodsl.lowering.compiled import Compiled

_REAL = {
    "base_url": "--base-url",
    "store": "--store",
    "dry_run": "--dry-run",
    "wait": "--wait",
    "reference": "--reference",
    "shaken_key": "--shaken-key",
    "limit": "--limit",
}
_OF_ROWS = {"campaign": "--campaign", "skip_bad_rows": "--skip-bad-rows"}
_OF_ONE_CALL = {
    "to": "--to",
    "wait": "--wait",
    "dry_run": "--dry-run",
    "reference": "--reference",
    "shaken_key": "--shaken-key",
    "shaken_cert_url": "--shaken-cert-url",
    "page": "--html",
    "audio": "--audio",
    "timing": "--timing",
    "voice_engine": "--voice-engine",
    "sockets": "--sockets",
    "socket_hosts": "--allow-socket",
    "agent": "--agent",
    "recognizer": "--recognizer",
    "everything": "--all",
    "hosts": "--webhooks",
    "after_connect": "--after-connect",
}
_EMULATED = {
    "at": "--at",
    "pseudo": "--pseudo",
    "personas": "--persona",
    "hosts": "--webhooks",
    "after_connect": "--after-connect",
    "page": "--html",
    "audio": "--audio",
    "timing": "--timing",
    "voice_engine": "--voice-engine",
    "sockets": "--sockets",
    "socket_hosts": "--allow-socket",
    "agent": "--agent",
    "recognizer": "--recognizer",
    "everything": "--all",
}


class CallOptions(Record):
    """What the command line asks for."""

    file: str
    values: GivenValues
    at: datetime | None
    pseudo: bool
    to: str | None
    caller: str | None
    api: str | None
    as_json: bool
    dry_run: bool
    wait: bool
    rows: str | None
    campaign: str | None
    skip_bad_rows: bool
    reference: str | None
    account: AccountOptions
    limit: int | None
    shaken_key: str | None
    shaken_cert_url: str | None
    attest: str
    base_url: str | None
    store: str | None
    emulate: bool
    personas: tuple[str, ...]
    hosts: tuple[str, ...]
    after_connect: str | None
    page: str | None
    audio: str | None
    timing: str | None
    voice_engine: str | None
    sockets: str | None
    socket_hosts: tuple[str, ...]
    agent: str | None
    recognizer: str | None
    everything: bool


def call(wanted: CallOptions) -> int:
    """Place the call of a script, or play it through; the exit code."""
    for name, option in (_REAL if wanted.emulate else _EMULATED).items():
        if getattr(wanted, name):
            raise click.UsageError(f"{option} {'cannot be combined with' if wanted.emulate else 'requires'} --emulate.")
    for name, option in (_OF_ONE_CALL if wanted.rows is not None else _OF_ROWS).items():
        if getattr(wanted, name):
            raise click.UsageError(f"{option} {'cannot be combined with' if wanted.rows else 'requires'} --rows.")
    one_standard_input(wanted.file, wanted.values.vars_file, wanted.rows)
    with script_errors():
        flow = load_flow(wanted.file, at=wanted.at, pseudo=wanted.pseudo)
        values = values_from(wanted.values)
        if wanted.rows is not None:
            return _call_rows(flow, values, wanted, wanted.rows)
        return _emulate(flow, values, wanted) if wanted.emulate else _place(flow, values, wanted)


def _emulate(flow: Compiled, values: dict[str, object], wanted: CallOptions) -> int:
    from nccodsl.cli.call_emulated import View, play, play_flow
    from nccodsl.cli.call_sockets import call_sockets
    from nccodsl.cli.call_sound import call_sound
    from nccodsl.emulator.bad_input import EmulatorError

    to, caller, api = wanted.to, wanted.caller, wanted.api or "v2"
    talks_back = bool(flow.runtime_needs())
    if talks_back and not flow.has_call and (to or caller):
        raise click.UsageError("this script has no `call` block, so the call is inbound: --to and --from do not apply.")
    if not flow.has_call:
        to, caller = to or SOMEBODY, caller or OURS
    ends = Ends(to, caller, api)
    sound = call_sound(wanted.audio, wanted.timing, wanted.voice_engine)
    sockets = call_sockets(wanted.sockets, wanted.socket_hosts, wanted.agent, wanted.recognizer)
    view = View(wanted.as_json, wanted.page, wanted.everything, sound, sockets)
    after = cast("AfterConnect", wanted.after_connect or "continue")
    try:
        if talks_back:
            show([*flow.warnings, *(flow.call_warnings(api) if flow.has_call else ())])
            edit = partial(edited, ends=ends)
            return play_flow(flow, values, wanted.personas, view, edit=edit, api=api, after_connect=after)
        body = create_body(flow, values, ends)
        show([*flow.warnings, *flow.call_warnings(api)])
        return play(body, wanted.personas, wanted.hosts, view, after_connect=after)
    except EmulatorError as error:
        show([coded(error)])
        return 2


def _place(flow: Compiled, values: dict[str, object], wanted: CallOptions) -> int:
    from nccodsl.cli.account import Account, told
    from nccodsl.cli.call_real import dry_run, located, send, stale_passports

    if wanted.store is not None and wanted.base_url is None:
        raise click.UsageError("--store requires --base-url.")
    account = Account(wanted.account, wanted.limit)
    if bool(wanted.shaken_key) != bool(wanted.shaken_cert_url):
        raise click.UsageError("--shaken-key and --shaken-cert-url must be given together.")
    with told(lambda error: located(error, lambda path: flow.origin(values, path))):
        ends = _ends(flow, account, wanted)
        body = _signed(_body(flow, values, ends, wanted), wanted)
        show(stale_passports(body))
        if wanted.dry_run:
            dry_run(account, body, api=ends.api, as_json=wanted.as_json)
        else:
            send(account, body, ends.api, wanted.reference, wait=wanted.wait, as_json=wanted.as_json)
    return 0


def _call_rows(flow: Compiled, values: dict[str, object], wanted: CallOptions, rows: str) -> int:
    from nccodsl.cli.account import Account, told
    from nccodsl.cli.call_rows import CallsOfRows, campaign_name
    from nccodsl.cli.row_calls import RowServer, emulate_rows, place_rows

    if not flow.has_call:
        raise click.UsageError("--rows requires a `call` block that says who is called: `to phone {{ number }}`.")
    if flow.runtime_needs() and wanted.base_url is None and not wanted.emulate:
        raise click.UsageError("this script is interactive: give the --base-url of its server.")
    account = Account(wanted.account, wanted.limit)
    with told():
        ends = Ends(None, wanted.caller, wanted.api or "v2") if wanted.emulate else _ends(flow, account, wanted)
        name = wanted.campaign or campaign_name(wanted.file, rows)
        what = CallsOfRows(name, rows, flow.version, ends.api, wanted.skip_bad_rows, wanted.as_json)
        if wanted.emulate:
            return emulate_rows(flow, values, what, ends, wanted.personas)
        return place_rows(flow, values, what, ends, account, RowServer(wanted.file, wanted.base_url, wanted.store))


def _ends(flow: Compiled, account: Account, wanted: CallOptions) -> Ends:
    """Who is called and from where; the profile says what the command does not. Raises VoiceError."""
    from nccodsl.cli.call_real import setting

    api = wanted.api or setting(account, "api", wanted.dry_run) or "v2"
    caller = wanted.caller
    if caller is None and (not flow.has_call or wanted.to is not None):
        caller = setting(account, "caller", wanted.dry_run)
    return Ends(wanted.to, caller, api)


def _body(flow: Compiled, values: dict[str, object], ends: Ends, wanted: CallOptions) -> dict[str, object]:
    """The body of the create request; shows the warnings of the script."""
    if wanted.base_url is not None:
        from nccodsl.cli.base_url import begun_body, runnable

        script = runnable(flow, wanted.file, wanted.base_url)
        store = None if wanted.dry_run else wanted.store
        body = begun_body(script, values, ends, store=store, reference=wanted.reference)
    else:
        body = create_body(flow, values, ends)
    show([*flow.warnings, *(flow.call_warnings(ends.api) if flow.has_call else ())])
    return body


def _signed(body: dict[str, object], wanted: CallOptions) -> dict[str, object]:
    """The body with a passport for each phone, if that is wanted. Raises VoiceError."""
    if not wanted.shaken_key or not wanted.shaken_cert_url:
        return body
    from nccodsl.client.passports import load_signer, sign_body

    return sign_body(body, load_signer(wanted.shaken_key, wanted.shaken_cert_url, wanted.attest))

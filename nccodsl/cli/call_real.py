"""`nccodsl call` for real: one call is placed, once, and followed if that is wanted."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from nccodsl.cli.account import Account, waiting
from nccodsl.cli.opened_journal import opened_journal
from nccodsl.cli.output import print_out, say
from nccodsl.cli.show_error import coded
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.dial_once import Placed, place, wait_for_end
from nccodsl.client.failures import ApiError, BadCredentials, OutcomeUnknown
from nccodsl.client.start_turn import InterruptedWait
from nccodsl.diagnostics import messages

if TYPE_CHECKING:
    from nccodsl.base.source import SourceFile, Span
    from nccodsl.client import VoiceClient
    from nccodsl.client.results import Call
    from nccodsl.diagnostics import Diagnostic

Origin = Callable[[tuple[str | int, ...]], "tuple[SourceFile, Span] | None"]
_PART = re.compile(r"[^\s.\[\]/$'\"]+")
POLL, LONGEST_WAIT = 1.0, 24 * 3600.0
"""Seconds between two looks at a call, and for how long it is followed at most."""


def setting(account: Account, name: str, optional: bool) -> str | None:
    """What the profile says; where no account is needed, one that is not there says nothing. Raises VoiceError."""
    try:
        return account.setting(name)
    except BadCredentials as error:
        if optional and error.code == "E701":
            return None
        raise


def send(
    account: Account, body: Mapping[str, object], api: str, reference: str | None, *, wait: bool, as_json: bool
) -> None:
    """Place the call, say so, and follow it if wanted. Raises VoiceError."""
    with account.client() as client, opened_journal() as journal:
        since = time.time()
        placed = _place(client, journal, body, api, reference)
        said: dict[str, object] = {"outcome": "placed", **{name: getattr(placed, name) for name in placed._fields}}
        if not as_json:
            print_out(_told(placed))
        if wait:
            call = wait_for_end(
                client,
                placed.uuid,
                number=placed.to,
                since=since,
                poll=POLL,
                timeout=LONGEST_WAIT,
                told=None if as_json else lambda call: print_out(f"  {call.status}"),
            )
            said["call"] = call.to_json() if call is not None else None
            if not as_json:
                print_out(_ended(call))
        if as_json:
            print_out(said)


def _place(
    client: VoiceClient, journal: CallJournal, body: Mapping[str, object], api: str, reference: str | None
) -> Placed:
    """Place the call. An interruption is an unknown outcome, unless nothing was sent."""
    try:
        return place(client, journal, body, api, reference, waiting=waiting)
    except InterruptedWait:
        raise
    except KeyboardInterrupt:
        raise OutcomeUnknown(messages.calls.interrupted()) from None


def _told(placed: Placed) -> str:
    known = f" as {placed.uuid}" if placed.uuid else ""
    reference = f" (reference {placed.reference})" if placed.reference else ""
    if placed.repeated:
        return f"The call to {placed.to} was already placed{known}{reference}; nothing was sent."
    return f"Placed the call to {placed.to}{known}{reference}."


def _ended(call: Call | None) -> str:
    if call is None:
        return "The API does not list the call."
    if not call.is_over:
        return f"The call {call.uuid} is still running."
    price = f", cost {call.price:.4f}" if call.price is not None else ""
    return f"{call.status} after {call.duration or 0} s{price}: {call.uuid}"


def dry_run(account: Account, body: Mapping[str, object], *, api: str, as_json: bool) -> None:
    """Print the request that would be sent. Raises VoiceError."""
    from nccodsl.client import hosts
    from nccodsl.client.jwt import TokenSource

    try:
        token = TokenSource(account.found().credentials).token()[:12] + "…"
        url = hosts.base_url(**account.where())
    except BadCredentials as error:
        if error.code != "E701":
            raise
        # What would be sent can be seen without an account too.
        say(f"note: {error}; {error.help}")
        token, url = "(no credentials)", hosts.base_url()
    url = f"{url}/{api}/calls"
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    if as_json:
        document = {"method": "POST", "url": url, "headers": headers, "body": body}
        print_out(document)
        return
    lines = [f"POST {url}", *(f"{name}: {value}" for name, value in headers.items()), ""]
    print_out("\n".join([*lines, json.dumps(body, indent=2, ensure_ascii=False)]))


def stale_passports(body: Mapping[str, object]) -> list[Diagnostic]:
    """Warnings of passports that stand in the script and do not fit the time of this call."""
    from nccodsl.voice.identity import read_passport, untimely

    called = body.get("to")
    headers = [one.get("shaken") for one in (called if isinstance(called, list) else ()) if isinstance(one, dict)]
    passports = [read_passport(header) for header in headers if isinstance(header, str)]
    ages = [untimely(passport, time.time()) for passport in passports if passport is not None]
    return [messages.passports.not_of_this_time(age, scripted=True).about() for age in ages if age is not None]


def located(error: Exception, origin: Origin) -> list[Diagnostic]:
    """A refusal as findings in the script, where it names parameters; else nothing."""
    from nccodsl.diagnostics import Diagnostic

    if not isinstance(error, ApiError) or not error.invalid_parameters:
        return []
    findings = []
    for name, reason in error.invalid_parameters:
        path = tuple(int(part) if part.isdecimal() else part for part in _PART.findall(name))
        place = origin(path[1:] if path[:1] == ("body",) else path)
        message = f"the API refused `{name}` ({error.status}): {reason}"
        file, span = place if place is not None else (None, None)
        findings.append(Diagnostic.of(error.code, message, file=file, span=span, help=error.help))
    # One at least must have a place, or the plain message says it better.
    return findings if any(found.file for found in findings) else [coded(error)]

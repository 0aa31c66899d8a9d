"""`nccodsl campaign check`: who of the recipients would be called, and why the others would not."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack

from nccodsl.base.plural import counted
from nccodsl.campaign.policy.reasons import REASONS
from nccodsl.campaign.recipient_rows import name_of
from nccodsl.campaign.recipients import SkippedRow
from nccodsl.cli.campaign_input import CampaignInput, as_json
from nccodsl.cli.given import not_overwritten
from nccodsl.cli.output import STDIN, WholeFile, joined, lines_of, print_out, say, show
from nccodsl.cli.servers_store import refused
from nccodsl.diagnostics import Diagnostic
from nccodsl.errors import ScriptError
from nccodsl.server.refusals import ServeError

_MOST_TOLD = 20
"""Skipped recipients that are shown; a file gets all of them."""


def check(file: str, *, strict: bool, form: str, skipped: str | None, store: str | None) -> int:
    """Print who would be called, and write those who are skipped into a file; the exit code."""
    if skipped == STDIN:
        from click import UsageError

        raise UsageError("--skipped needs a file.")
    try:
        campaign = CampaignInput(file, time.time())
    except ScriptError as error:
        return told_only(error.diagnostics, form)
    not_overwritten(skipped, *campaign.files)
    first: list[SkippedRow] = []
    try:
        with campaign.noted():
            _read(campaign, first, store, skipped)
    except ServeError as error:
        return refused(error)
    _tell(campaign, first, form)
    failed = campaign.has_errors or (strict and campaign.problems)
    return 1 if failed else 0


def _read(campaign: CampaignInput, first: list[SkippedRow], store: str | None, skipped: str | None) -> None:
    """Read all recipients; `first` gets the first of those who are skipped. Raises what `recipients` does."""
    with ExitStack() as stack:
        out = stack.enter_context(WholeFile(skipped)) if skipped is not None else None
        for one in campaign.recipients(store):
            if not isinstance(one, SkippedRow):
                continue
            if len(first) < _MOST_TOLD:
                first.append(one)
            if out is not None:
                out.write(json.dumps(_members(one), ensure_ascii=False).encode(errors="backslashreplace") + b"\n")


def told_only(problems: list[Diagnostic], form: str) -> int:
    """Tell what is wrong with the campaign file itself."""
    if form == "json":
        print_out({"campaign": None, "problems": [as_json(one) for one in problems]})
    else:
        show(problems)
    return 1


def _tell(campaign: CampaignInput, first: list[SkippedRow], form: str) -> None:
    if form == "json":
        print_out(_result(campaign, first))
        return
    where = name_of(campaign.plan.recipients)
    for one in first:
        column = f" column {one.failure.column}:" if one.failure.column else ""
        help = f" ({one.failure.help})" if one.failure.help else ""
        say(joined(f"{where}:{one.line}: {one.reason}:{column} {one.failure.code} {one.failure.message}{help}"))
    skipped = campaign.reasons.total()
    if skipped > len(first):
        say(f"… and {skipped - len(first):,} more; --skipped FILE writes all of them.")
    show(campaign.problems)
    if campaign.rows:
        print_out(lines_of(_summary(campaign)))


def _summary(campaign: CampaignInput) -> Iterator[str]:
    plan = campaign.plan
    yield f"{plan.name} ({plan.purpose}): {campaign.called:,} of {counted(campaign.rows, 'recipient')} would be called."
    if campaign.called:
        yield f"  now: {campaign.due:,}, later: {campaign.called - campaign.due:,}"
    for reason in REASONS:
        if count := campaign.reasons[reason]:
            yield f"  skipped, {reason}: {count:,}"
    if campaign.called and not plan.retries:
        yield "  `[retries]` is empty: a recipient who does not answer is not called again"
    if campaign.ignored:
        yield f"  columns that match no param: {', '.join(campaign.ignored)}"


def _result(campaign: CampaignInput, first: list[SkippedRow]) -> dict[str, object]:
    return {
        "campaign": campaign.plan.name,
        "purpose": campaign.plan.purpose,
        "rows": campaign.rows,
        "called": campaign.called,
        "now": campaign.due,
        "skipped": {reason: campaign.reasons[reason] for reason in REASONS if campaign.reasons[reason]},
        "first_skipped": [_members(one) for one in first],
        "ignored_columns": list(campaign.ignored),
        "problems": [as_json(one) for one in campaign.problems],
    }


def _members(one: SkippedRow) -> dict[str, object]:
    failure = one.failure
    found = {"row": one.row, "line": one.line, "reason": one.reason, "number": one.number, "column": failure.column}
    return {**found, "code": failure.code, "message": failure.message, "help": failure.help}

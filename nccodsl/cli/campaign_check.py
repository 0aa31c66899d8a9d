"""`nccodsl campaign check`: who of the recipients would be called, and why the others would not."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

from nccodsl.base.plural import counted
from nccodsl.campaign.called_script import API
from nccodsl.campaign.campaign_plan import STANDARD_INPUT, CampaignPlan
from nccodsl.campaign.plan_policy import FirstLook
from nccodsl.campaign.plan_reader import read_plan
from nccodsl.campaign.policy.decide import Decision
from nccodsl.campaign.policy.reasons import REASONS
from nccodsl.campaign.query_rows import BadRecipients
from nccodsl.campaign.recipient_rows import name_of, open_recipients
from nccodsl.campaign.recipients import Recipient, SkippedRow, recipients_in
from nccodsl.campaign.script_judge import ScriptJudge
from nccodsl.campaign.seen_on_disk import SeenOnDisk
from nccodsl.cli.given import not_overwritten, one_standard_input
from nccodsl.cli.inputs import load_flow, read_input
from nccodsl.cli.output import STDIN, WholeFile, joined, lines_of, print_out, say, show, standard_input
from nccodsl.cli.servers_store import refused, servers_store
from nccodsl.cli.show_error import coded
from nccodsl.diagnostics import Diagnostic, messages
from nccodsl.documents.rows import RowFailure
from nccodsl.errors import RenderError, ScriptError
from nccodsl.server.refusals import ServeError
from nccodsl.server.stores.suppressions import Suppressions

_MOST_TOLD = 20
"""Skipped recipients that are shown; a file gets all of them."""


class _Checked:
    """What was found out: how many rows there are, how many are skipped by reason, and the first of these."""

    def __init__(self, plan: CampaignPlan) -> None:
        self.plan = plan
        self.problems: list[Diagnostic] = []
        self.rows = self.now = 0
        self.reasons: Counter[str] = Counter()
        self.first: list[SkippedRow] = []
        self.ignored: tuple[str, ...] = ()

    @property
    def called(self) -> int:
        return self.rows - self.reasons.total()

    @property
    def has_errors(self) -> bool:
        return any(found.is_error for found in self.problems)


def check(file: str, *, strict: bool, form: str, skipped: str | None, store: str | None) -> int:
    """Print who would be called, and write those who are skipped into a file; the exit code."""
    if skipped == STDIN:
        from click import UsageError

        raise UsageError("--skipped needs a file.")
    now = time.time()
    try:
        text, name = read_input(file)
        plan = read_plan(text, name, os.path.dirname(file), now)  # noqa: PTH120
    except ScriptError as error:
        return _told_only(error.diagnostics, form)
    one_standard_input(file, plan.recipients.file)
    not_overwritten(skipped, file, plan.script, plan.recipients.file, plan.recipients.database)
    checked = _Checked(plan)
    try:
        flow = load_flow(plan.script)
        judge = ScriptJudge(flow, plan)
        checked.problems += [*flow.warnings, *flow.call_warnings(API), *judge.about_script(), *judge.unknown_params()]
        if not checked.has_errors:
            with servers_store(store) as kept:
                look = _Look(judge, FirstLook(plan, now), kept.suppressions if kept is not None else None)
                _read(checked, look, os.path.dirname(file), skipped)  # noqa: PTH120
    except ServeError as error:
        return refused(error)
    except BadRecipients as error:
        checked.problems.append(coded(error))
    except (ScriptError, RenderError) as error:
        checked.problems += error.diagnostics
    _tell(checked, form)
    failed = checked.has_errors or (strict and checked.problems)
    return 1 if failed else 0


class _Look:
    """What is known of a recipient before the campaign begins."""

    def __init__(self, judge: ScriptJudge, policy: FirstLook, suppressions: Suppressions | None) -> None:
        self.judge, self._policy, self._suppressions = judge, policy, suppressions

    def decision(self, one: Recipient) -> Decision:
        """What the rules say. Raises BadStore."""
        suppressed = self._suppressions is not None and self._suppressions.has(one.number)
        return self._policy.at(one, suppressed=suppressed)


def _read(checked: _Checked, look: _Look, folder: str, skipped: str | None) -> None:
    """Read all recipients. Raises BadRecipients, BadStore."""
    plan = checked.plan
    with ExitStack() as stack:
        stream = standard_input() if plan.recipients.file == STANDARD_INPUT else None
        rows = stack.enter_context(open_recipients(plan.recipients, folder, stream))
        if rows.columns is not None:
            checked.problems += look.judge.about_columns(rows.columns)
            if checked.has_errors:
                return
            checked.ignored = look.judge.ignored(rows.columns)
        out = stack.enter_context(WholeFile(skipped)) if skipped is not None else None
        seen = stack.enter_context(SeenOnDisk())
        for one in recipients_in(rows, plan.columns, seen, look.judge.about_person):
            failed = one if isinstance(one, SkippedRow) else _noted(checked, one, look.decision(one))
            checked.rows += 1
            if failed is None:
                continue
            checked.reasons[failed.reason] += 1
            if len(checked.first) < _MOST_TOLD:
                checked.first.append(failed)
            if out is not None:
                out.write(json.dumps(_members(failed), ensure_ascii=False).encode(errors="backslashreplace") + b"\n")
    if not checked.called:
        checked.problems.append(messages.campaigns.nobody_to_call(checked.rows).about())


def _noted(checked: _Checked, one: Recipient, decision: Decision) -> SkippedRow | None:
    """The recipient as one who is skipped; None where there is a time for the call."""
    if decision.what in ("call", "wait"):
        checked.now += decision.what == "call"
        return None
    message = messages.campaigns.barred(decision.reason, decision.words, decision.rule)
    failure = RowFailure.of(message, one.line, one.row)
    return SkippedRow(one.row, one.line, decision.reason, failure, one.number)


def _told_only(problems: list[Diagnostic], form: str) -> int:
    """Tell what is wrong with the campaign file itself."""
    if form == "json":
        print_out({"campaign": None, "problems": [_problem(one) for one in problems]})
    else:
        show(problems)
    return 1


def _tell(checked: _Checked, form: str) -> None:
    if form == "json":
        print_out(_result(checked))
        return
    where = name_of(checked.plan.recipients)
    for one in checked.first:
        column = f" column {one.failure.column}:" if one.failure.column else ""
        help = f" ({one.failure.help})" if one.failure.help else ""
        say(joined(f"{where}:{one.line}: {one.reason}:{column} {one.failure.code} {one.failure.message}{help}"))
    skipped = checked.reasons.total()
    if skipped > len(checked.first):
        say(f"… and {skipped - len(checked.first):,} more; --skipped FILE writes all of them.")
    show(checked.problems)
    if checked.rows:
        print_out(lines_of(_summary(checked)))


def _summary(checked: _Checked) -> Iterator[str]:
    plan = checked.plan
    yield f"{plan.name} ({plan.purpose}): {checked.called:,} of {counted(checked.rows, 'recipient')} would be called."
    if checked.called:
        yield f"  now: {checked.now:,}, later: {checked.called - checked.now:,}"
    for reason in REASONS:
        if count := checked.reasons[reason]:
            yield f"  skipped, {reason}: {count:,}"
    if checked.ignored:
        yield f"  columns that match no param: {', '.join(checked.ignored)}"


def _result(checked: _Checked) -> dict[str, object]:
    return {
        "campaign": checked.plan.name,
        "purpose": checked.plan.purpose,
        "rows": checked.rows,
        "called": checked.called,
        "now": checked.now,
        "skipped": {reason: checked.reasons[reason] for reason in REASONS if checked.reasons[reason]},
        "first_skipped": [_members(one) for one in checked.first],
        "ignored_columns": list(checked.ignored),
        "problems": [_problem(one) for one in checked.problems],
    }


def _members(one: SkippedRow) -> dict[str, object]:
    failure = one.failure
    found = {"row": one.row, "line": one.line, "reason": one.reason, "number": one.number, "column": failure.column}
    return {**found, "code": failure.code, "message": failure.message, "help": failure.help}


def _problem(one: Diagnostic) -> dict[str, object]:
    place = {"file": one.file.name, "line": one.line, "column": one.column} if one.file is not None else {}
    return {"code": one.code, "severity": one.severity.value, "message": one.message, "help": one.help, **place}

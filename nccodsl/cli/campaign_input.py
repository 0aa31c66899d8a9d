"""What the commands of campaigns read: the campaign file, its script, and the recipients, one after the other."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.campaign.book import Listed
from nccodsl.campaign.called_script import API
from nccodsl.campaign.campaign_plan import STANDARD_INPUT
from nccodsl.campaign.plan_policy import FirstLook, Outlook, hours_are_over
from nccodsl.campaign.plan_reader import read_plan
from nccodsl.campaign.query_rows import BadRecipients
from nccodsl.campaign.recipient_rows import open_recipients
from nccodsl.campaign.recipients import Recipient, SkippedRow, recipients_in
from nccodsl.campaign.script_judge import ScriptJudge
from nccodsl.campaign.seen_on_disk import SeenOnDisk
from nccodsl.campaign.start_campaign import listed
from nccodsl.cli.barred_words import why_barred
from nccodsl.cli.given import one_standard_input
from nccodsl.cli.inputs import load_flow, read_input
from nccodsl.cli.output import standard_input
from nccodsl.cli.servers_store import servers_store
from nccodsl.cli.show_error import coded
from nccodsl.diagnostics import Diagnostic, messages
from nccodsl.documents.rows import RowFailure
from nccodsl.errors import RenderError, ScriptError
from nccodsl.lowering.compiled import Compiled
from nccodsl.server.stores.suppressions import Suppressions


class CampaignScript(Record):
    """The compiled script of a campaign, and what judges it."""

    flow: Compiled
    judge: ScriptJudge


class CampaignInput:
    """A campaign file at a moment in Unix time, and what is found out about it: rows, who is skipped why, problems.

    Raises ScriptError where the file itself is wrong.
    """

    def __init__(self, file: str, now: float, *, at_option: bool = False) -> None:
        """`at_option`: the moment is that of `--at`."""
        text, name = read_input(file)
        self.folder = os.path.dirname(file)  # noqa: PTH120
        self.plan = read_plan(text, name, self.folder, now, at_option=at_option)
        one_standard_input(file, self.plan.recipients.file)
        self.files = (file, self.plan.script, self.plan.recipients.file, self.plan.recipients.database)
        """What no output may overwrite."""
        self.problems: list[Diagnostic] = []
        self.script: CampaignScript | None = None
        self.rows = self.due = 0
        self.reasons: Counter[str] = Counter()
        self.ignored: tuple[str, ...] = ()
        self._empty: Counter[str] = Counter()
        self._now = now

    @property
    def called(self) -> int:
        """How many recipients would be called."""
        return self.rows - self.reasons.total()

    @property
    def has_errors(self) -> bool:
        return any(found.is_error for found in self.problems)

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Add to the problems what ends the reading."""
        try:
            yield
        except BadRecipients as error:
            self.problems.append(coded(error))
        except (ScriptError, RenderError) as error:
            self.problems += error.diagnostics

    def recipients(self, store: str | None) -> Iterator[SkippedRow | tuple[Recipient, Outlook]]:
        """Each row, as one who would be called or with the reason why not.

        `store` is the one with the suppressed numbers. Raises ServeError, and what `noted` notes.
        """
        flow = load_flow(self.plan.script)
        judge = ScriptJudge(flow, self.plan)
        self.script = CampaignScript(flow, judge)
        self._note([*flow.warnings, *flow.call_warnings(API), *judge.about_script(), *judge.unknown_params()])
        with servers_store(store) as kept:
            look = FirstLook(self.plan, self._now)
            suppressions = kept.suppressions if kept is not None else None
            for one in self._rows(judge):
                found = one if isinstance(one, SkippedRow) else self._looked_at(one, look, suppressions)
                self._count(found)
                if not isinstance(found, SkippedRow):
                    self._empty.update(judge.empty_texts(found[0].values))
                yield found
        for column, count in self._empty.items():
            have = f"{counted(count, 'row')} {'has' if count == 1 else 'have'}"
            self.problems.append(messages.campaigns.empty_cells(have, column).about())
        if not self.called:
            over = hours_are_over(self.plan, self._now)
            self.problems.append(messages.campaigns.nobody_to_call(self.rows, hours_are_over=over).about())

    def listed(self, store: str | None) -> Iterator[Listed]:
        """Each row as a recipient for the book. What ends the reading is among the problems. Raises ServeError."""
        with self.noted():
            for found in self.recipients(store):
                assert self.script is not None, "recipients are judged by the script"
                yield listed(found, self.script.judge.script, self._now)

    def _note(self, problems: list[Diagnostic]) -> None:
        """Add problems; errors end the reading."""
        if any(found.is_error for found in problems):
            raise ScriptError(problems)
        self.problems += problems

    def _rows(self, judge: ScriptJudge) -> Iterator[Recipient | SkippedRow]:
        source = self.plan.recipients
        with ExitStack() as stack:
            stream = standard_input() if source.file == STANDARD_INPUT else None
            rows = stack.enter_context(open_recipients(source, self.folder, stream))
            if rows.columns is not None:
                self._note([*judge.about_columns(rows.columns)])
                self.ignored = judge.ignored(rows.columns)
            seen = stack.enter_context(SeenOnDisk())
            yield from recipients_in(rows, self.plan.columns, seen, judge.about_person)

    def _count(self, found: SkippedRow | tuple[Recipient, Outlook]) -> None:
        self.rows += 1
        if isinstance(found, SkippedRow):
            self.reasons[found.reason] += 1
        else:
            self.due += found[1].decision.what == "call"

    def _looked_at(
        self, one: Recipient, look: FirstLook, suppressions: Suppressions | None
    ) -> SkippedRow | tuple[Recipient, Outlook]:
        """The recipient with what the rules say; as one who is skipped where there is no time for the call."""
        outlook = look.outlook(one, suppressed=suppressions is not None and suppressions.has(one.number))
        decision = outlook.decision
        if decision.what in ("call", "wait"):
            return one, outlook
        failure = RowFailure.of(why_barred(one, decision, self.plan.columns), one.line, one.row)
        return SkippedRow(one.row, one.line, decision.reason, failure, one.number, decision)


def as_json(one: Diagnostic) -> dict[str, object]:
    """A problem of a campaign for machines."""
    place = {"file": one.file.name, "line": one.line, "column": one.column} if one.file is not None else {}
    return {"code": one.code, "severity": one.severity.value, "message": one.message, "help": one.help, **place}

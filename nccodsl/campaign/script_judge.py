"""Whether a script suits a campaign, and whether its call can be made with the values of a recipient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nccodsl.analysis.item_walks import every_item
from nccodsl.analysis.program import WaitItem
from nccodsl.base.phone import NotAPhoneNumber, digits
from nccodsl.base.source import Span
from nccodsl.campaign.called_script import CalledScript
from nccodsl.campaign.campaign_plan import CampaignPlan
from nccodsl.campaign.recipient_rows import name_of
from nccodsl.campaign.recipients import Recipient
from nccodsl.diagnostics import Diagnostic, Message, messages
from nccodsl.documents.row_values import RowFailures
from nccodsl.documents.rows import Row, RowFailure, are_separated_otherwise
from nccodsl.errors import RenderError
from nccodsl.lowering.compiled import Compiled

_RANDOM = "random_from_number"


class ScriptJudge:
    """A script in a campaign. Raises ScriptError if it has no `call` block, or one that no call can be made with."""

    def __init__(self, flow: Compiled, plan: CampaignPlan) -> None:
        self._flow, self._plan = flow, plan
        self.script = CalledScript(flow, plan.caller)
        self._call = self.script.call
        self._parameters = self.script.parameters
        self._failures = RowFailures(self._parameters)

    def about_script(self) -> Iterator[Diagnostic]:
        """What does not suit a campaign (E734, W056)."""
        program = self._flow.program
        items = every_item(program.steps, program.handlers)
        if self._plan.purpose == "marketing" and not any(
            isinstance(item, WaitItem) and item.what == "opt_out" for item in items
        ):
            file = program.sources.files[0]
            yield messages.campaigns.no_opt_out().about(file, Span(file.base, file.base))
        if self._plan.caller is None and self._call.draft.get(_RANDOM):
            span = self._call.places.values.get((_RANDOM,), self._call.span)
            yield messages.campaigns.caller_changes().about(program.sources.file_of(span), span)

    def about_columns(self, columns: tuple[str, ...]) -> Iterator[Diagnostic]:
        """What the plan and the script need that no column has, each column once."""
        if are_separated_otherwise(columns):
            told = messages.tables.one_column_only()
            yield Message(told.code, f"{name_of(self._plan.recipients)}:1: {told.text}", told.advice).about()
            return
        wanted = self._plan.columns
        named = {
            f"`{setting}` in `[columns]` names": getattr(wanted, setting)
            for setting in ("number", "zone", "postal_code", "consent")
        }
        named |= {f"`{param}` in `[columns.params]` names": column for param, column in wanted.params}
        mapped = dict(wanted.params)
        for name, parameter in self._parameters.items():
            if parameter.required and name not in mapped:
                named[f"the param `{name}` needs"] = name
        reported: set[str] = set()
        for what, column in named.items():
            if column is not None and column not in columns and column not in reported:
                reported.add(column)
                yield messages.campaigns.no_column(column, columns, what).about()

    def ignored(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """The columns that neither the plan nor the script has a use for."""
        if self._flow.program.open_names:
            return ()
        wanted = self._plan.columns
        used = {wanted.number, wanted.zone, wanted.postal_code, wanted.consent, *self._parameters}
        used |= {column for _, column in wanted.params}
        return tuple(name for name in columns if name and name not in used)

    def unknown_params(self) -> Iterator[Diagnostic]:
        """Params that the plan names and the script does not have."""
        if self._flow.program.open_names:
            return
        for param, _ in self._plan.columns.params:
            if param not in self._parameters:
                yield messages.campaigns.no_param(param, self._parameters).about()

    def empty_texts(self, values: Mapping[str, object]) -> Iterator[str]:
        """The params that must have a text, and that of a recipient is empty."""
        for name, parameter in self._parameters.items():
            if parameter.required and values.get(name) == "":
                yield name

    def about_person(self, person: Recipient, row: Row) -> RowFailure | None:
        """Why no call can be made with the values of a recipient."""
        try:
            body = self.script.body(self.script.values(person.values))
        except RenderError as error:
            return self._failures.of(error.diagnostics[0], row)
        if (called := _called(body)) != person.number:
            return RowFailure.of(messages.campaigns.other_callee(called, person.number), row.line, row.number)
        return None


def _called(body: Mapping[str, Any]) -> str:
    """Whom a create body calls: the digits of a phone, or other words for who else it is."""
    ends = body.get("to")
    if not isinstance(ends, list) or len(ends) != 1 or ends[0].get("type") != "phone":
        return "no phone"
    try:
        return digits(str(ends[0].get("number")))
    except NotAPhoneNumber:
        return "no phone"

"""Statements: bodies of steps and branches, from syntax to items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from nccodsl.analysis.branch_parts import WEBSOCKET, BranchParts
from nccodsl.analysis.choose import Choose
from nccodsl.analysis.dialogs import Dialogs
from nccodsl.analysis.draft_actions import Actions
from nccodsl.analysis.draft_places import Places
from nccodsl.analysis.draft_values import DraftValues
from nccodsl.analysis.event_bodies import check_handler, check_members, check_recording, check_whisper
from nccodsl.analysis.language_changes import LanguageChanges
from nccodsl.analysis.loop_statements import Loops
from nccodsl.analysis.matches import check_matches
from nccodsl.analysis.names import Names
from nccodsl.analysis.opt_out import opt_out_item
from nccodsl.analysis.parameters import check_name
from nccodsl.analysis.program import (
    NOTHING,
    ActionItem,
    AssignItem,
    Body,
    Case,
    ChoiceItem,
    HangupItem,
    Item,
    JumpItem,
    RuntimeNeed,
    WaitItem,
)
from nccodsl.analysis.request_parts import RequestParts
from nccodsl.analysis.templates import Templates
from nccodsl.analysis.typed_answers import typed_answer
from nccodsl.base.source import Span
from nccodsl.diagnostics import Collector, messages
from nccodsl.syntax import ast
from nccodsl.templates.dialect import LANGUAGE


class Statements:
    """Analyses the statements of one script."""

    def __init__(
        self,
        collector: Collector,
        names: Names,
        templates: Templates,
        values: DraftValues,
        actions: Actions,
        dialogs: Dialogs,
        respelled: dict[str, str],
        *,
        complete: bool = True,
    ) -> None:
        """`respelled`: what steps with wrong names are called; `complete`: no syntax error has dropped anything."""
        self._respelled = respelled
        self._collector = collector
        self._names = names
        self.templates = self._templates = templates
        self._values = values
        self._actions = actions
        self.changes: LanguageChanges | None = None
        """Set where the script has several languages."""
        self.dialogs = dialogs
        self._requests = RequestParts(collector, names, values)
        self._branches = BranchParts(collector, templates, actions, self.target, complete=complete)
        self.loops = Loops(collector, names, self._free, self.body)
        self._choose = Choose(collector, templates, self.target, complete=complete)
        self.runtime: list[tuple[Span, RuntimeNeed]] = []

    def body(self, statements: tuple[ast.Statement, ...]) -> Body:
        """The items of a block."""
        return Body([self._statement(node) for node in statements])

    def _statement(self, node: ast.Statement) -> Item:
        match node:
            case ast.Action():
                return self._actions.action(node)
            case ast.Connect():
                action = self._actions.connect(node)
                return action if node.branches is None else self._waiting(node, "connect", action, node.branches)
            case ast.Input():
                action = self._actions.input(node)
                if node.branches is None and node.binding is None:
                    return action
                return self._waiting(node, "input", action, node.branches)
            case ast.RecordAction():
                return self._recording(node)
            case ast.Fetch():
                return self._waiting(node, "fetch", None, node.branches)
            case ast.Send():
                return self._sending(node)
            case ast.Set():
                return self._set(node)
            case ast.Goto():
                return self._jump(node)
            case ast.Hangup():
                return HangupItem(node.span)
            case ast.If():
                return self._choice(node)
            case ast.For():
                return self.loops.item(node)
            case ast.Next() | ast.Break():
                return self.loops.leave(node)
            case ast.Choose():
                return self._choose.item(node)
            case ast.Ask():
                return self._ask(node)
            case ast.OptOut():
                self.runtime.append((node.keyword, "opt_out"))
                return opt_out_item(node, self._free, self._collector)

    def _set(self, node: ast.Set) -> AssignItem:
        self.runtime.append((node.span, "set"))
        if self.changes is not None and node.name.text == LANGUAGE:
            return self.changes.item(node)
        check_name(node.name, "value", self._collector)
        value = self._values.said(node.value)
        self._names.bind(node.name.text, node.name.span)
        return AssignItem(self._names.key(node.name.text), value, node.span)

    def _jump(self, node: ast.Goto) -> Item:
        name, dialog = node.step.text, self._names.owner
        if dialog:
            return self.dialogs.target(node, dialog)
        if node.args:
            self._collector.report(messages.dialogs.returned_outside(name), node.span)
        return JumpItem(self._respelled.get(name, name), node.step.span)

    def _ask(self, node: ast.Ask) -> Item:
        if node.binding is not None:
            self._bind(node.binding)

        def branches(found: ast.Branches | None, outcomes: Sequence[str]) -> tuple[tuple[Case, ...], Case | None]:
            cases, _, otherwise = self._branches.of(found, "ask", node.keyword, outcomes)
            return cases, otherwise

        return self.dialogs.ask(node, branches)

    def _choice(self, node: ast.If) -> ChoiceItem:
        arms = tuple((self._templates.expression(arm.test), self.body(arm.body.statements)) for arm in node.arms)
        otherwise = self.body(node.otherwise.statements) if node.otherwise else NOTHING
        return ChoiceItem(arms, otherwise, node.span)

    def _free(self, node: ast.Value) -> object:
        return self._values.free(node, (), Places(node.span))

    def value(self, node: ast.Value) -> object:
        """The draft of a value that belongs to no option."""
        return self._free(node)

    # ---- where the running call waits

    def _waiting(
        self,
        node: ast.Connect | ast.Input | ast.Fetch,
        what: Literal["connect", "fetch", "input"],
        action: ActionItem | None,
        branches: ast.Branches | None,
    ) -> WaitItem:
        place = Span(node.span.start, node.span.start + len(what))
        self.runtime.append((place, what))
        if action is not None:
            self._answered_here(action, node.span, what)
        request = self._requests.of(node) if isinstance(node, ast.Fetch) else None
        if isinstance(node, ast.Fetch) and node.binding is None and node.branches is None:
            self._collector.report(messages.options.fetch_unused(), node.span)
        binding = None if isinstance(node, ast.Connect) else node.binding
        if binding is not None:
            self._bind(binding.name if isinstance(binding, ast.Bound) else binding)
        websocket = isinstance(node, ast.Connect) and node.endpoint.kind.text == "websocket"
        answer = typed_answer(node, action, self._collector) if isinstance(node, ast.Input) and action else None
        cases, retry, otherwise = self._branches.of(
            branches, WEBSOCKET if websocket else what, place, typed=bool(answer)
        )
        whisper = self._whisper(node, action) if isinstance(node, ast.Connect) and action is not None else None
        if what == "input" and action is not None and branches is not None:
            check_matches(branches, action, self._collector)
        return WaitItem(
            what=what,
            action=action,
            binding=self._names.key(binding.text) if binding else None,
            cases=cases,
            retry=retry,
            otherwise=otherwise,
            span=node.span,
            request=request,
            whisper=whisper,
            answer=answer,
        )

    def _bind(self, name: ast.Name) -> None:
        check_name(name, "value", self._collector)
        self._names.bind(name.text, name.span)

    # ---- what the flow does without waiting for anybody

    def _sending(self, node: ast.Send) -> WaitItem:
        place = Span(node.span.start, node.span.start + len("send"))
        self.runtime.append((place, "send"))
        return WaitItem("send", None, None, (), None, None, node.span, self._requests.of(node))

    def _recording(self, node: ast.RecordAction) -> Item:
        """`record` alone is an action; with branches, they are taken when the platform has the recording."""
        kind = ast.Name(node.keyword, "record")
        action = self._actions.action(ast.Action(node.span, kind, node.main, node.options))
        if node.branches is None:
            if node.binding is not None:
                self._collector.report(messages.http_requests.recording_unused(), node.binding.span)
            return action
        self.runtime.append((node.keyword, "record"))
        check_recording(node.branches, action, node.span, self._collector)
        if node.binding is not None:
            self._bind(node.binding)
        cases, _, _ = self._branches.of(node.branches, "record", node.keyword)
        for case in cases:
            check_handler(case, self._collector)
            if node.binding is not None:
                check_members(case, self._names.key(node.binding.text), self._collector)
        self.loops.check_later(cases)
        binding = self._names.key(node.binding.text) if node.binding else None
        return WaitItem("record", action, binding, cases, None, None, node.span)

    def _whisper(self, node: ast.Connect, action: ActionItem) -> Body | None:
        """What the callee hears before the two are joined."""
        found = [item for item in node.branches.items if isinstance(item, ast.Whisper)] if node.branches else []
        if not found:
            return None
        self.runtime.append((Span(found[0].span.start, found[0].span.start + len("whisper")), "whisper"))
        body = self.body(found[0].body.statements)
        check_whisper(body, action, found, self._collector)
        return body

    def _answered_here(self, action: ActionItem, span: Span, what: str) -> None:
        """What comes back is answered by the flow itself: it can neither go elsewhere nor come key by key."""
        at = action.places.names.get(("eventUrl",))
        if at is not None and span.start <= at.start < span.end:
            self._collector.report(messages.options.event_url_of_waiting(what), at)
        mode = action.places.names.get(("mode",))
        if action.draft.get("mode") == "asynchronous":
            self._collector.report(messages.options.asynchronous_with_branches(), mode or span)

    def handler(self, node: ast.On, seen: dict[object, Span]) -> Case:
        """`on machine -> leave_message`, in the call block or at the top of a file; `seen` are the events before it."""
        self.runtime.append((node.span, "handler"))
        case = self._branches.case(node, "call", seen)
        if ":ended" in case.matches:
            check_handler(case, self._collector)
        return case

    def target(self, node: ast.Target) -> Body:
        """What a branch does."""
        match node:
            case ast.Block():
                return self.body(node.statements)
            case ast.Goto() | ast.Next() | ast.Break() | ast.Hangup():
                return Body((self._statement(node),))

"""Dialogs: their params, outcomes and names, and the places that ask them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from nccodsl.analysis.bound_names import bindings, known_members
from nccodsl.analysis.built_in_names import HOURS_PARAM
from nccodsl.analysis.dialog_statements import AGAIN, statements_in, steps_in
from nccodsl.analysis.dialog_values import HOURS, DialogValues, is_open
from nccodsl.analysis.draft_values import DraftValues
from nccodsl.analysis.names import Names
from nccodsl.analysis.order import reverse_postorder
from nccodsl.analysis.parameters import check_name
from nccodsl.analysis.program import AskItem, AssignItem, Body, Case, DialogItem, JumpItem, OutcomeItem
from nccodsl.analysis.request_parts import member_shape
from nccodsl.analysis.script_tests import ENDED, RETURNED
from nccodsl.analysis.shapes import NO_DEFAULT, Known, MapShape, MemberShape, Shape, TypeShape
from nccodsl.analysis.typed_answers import joined_members
from nccodsl.base.source import Span
from nccodsl.diagnostics import Collector, messages
from nccodsl.syntax import ast
from nccodsl.templates.dialect import LANGUAGE

TESTS = "tests()"
"""What `Dialogs.asks` calls the tests of dialogs: no dialog has such a name."""
MOST_USES = 2_000
"""Places that dialogs are asked in, counting those inside of other dialogs once for each place that asks these."""


def entry_of(dialog: str) -> str:
    """What the step is called that a dialog begins with, among the steps of a program."""
    return f"{dialog}()"


def step_of(dialog: str, step: str) -> str:
    """What a step of a dialog is called, among the steps of a program."""
    return f"{entry_of(dialog)}:{step}"


class Dialogs:
    """The dialogs of one script."""

    def __init__(self, collector: Collector, names: Names, values: DraftValues) -> None:
        self._collector = collector
        self._names = names
        self._values = values
        self._given = DialogValues(collector, names, values)
        self.steps: Collection[str] = ()
        """The steps of the script."""
        self.nodes: dict[str, ast.Dialog] = {}
        self.items: dict[str, DialogItem] = {}
        self.own: dict[str, dict[str, tuple[Span, Known | None]]] = {}
        """The names that belong to each dialog, with their members where they are known."""
        self._texts: dict[str, object] = {}
        """The texts that params have by default, in all languages."""
        self.asks: list[tuple[str, str, Span]] = []
        """Each place that asks: in which dialog (empty: the script; or TESTS), what it asks, and where."""

    # ---- declarations

    def declare(self, nodes: Iterable[ast.Dialog]) -> None:
        """Their params and outcomes."""
        for node in nodes:
            check_name(node.name, "dialog", self._collector)
            first = self.nodes.setdefault(node.name.text, node)
            if first is not node:
                self._collector.report(messages.dialogs.two_dialogs(node.name.text, first.name.span), node.name.span)
        for name, node in self.nodes.items():
            self._one_namespace(node)
            params = tuple(self._param(member, name) for member in node.params)
            outcomes = {
                outcome.name.text: MapShape(
                    tuple(member_shape(member, self._collector, self._values) for member in outcome.members)
                )
                for outcome in node.outcomes
            }
            self._one_type(node, outcomes)
            own = self.own[name] = self._own_names(node)
            local = frozenset(f"{name}.{one}" for one in own)
            self.items[name] = DialogItem(name, params, outcomes, local, node.name.span)

    def _one_namespace(self, node: ast.Dialog) -> None:
        """Outcomes, steps and `again` are all targets."""
        seen: dict[str, Span] = {}
        outcomes = [one.name for one in node.outcomes]
        for target in (*outcomes, *(one.name for one in steps_in(node))):
            check_name(target, "outcome" if target in outcomes else "step", self._collector)
            if target.text == AGAIN:
                self._collector.report(messages.dialogs.again_is_taken(), target.span)
            elif target.text in seen:
                self._collector.report(messages.dialogs.name_twice(target.text, seen[target.text]), target.span)
            seen.setdefault(target.text, target.span)

    def _one_type(self, node: ast.Dialog, outcomes: Mapping[str, MapShape]) -> None:
        """A name that several outcomes return has one type."""
        seen: dict[str, tuple[Shape, Span]] = {}
        for outcome in node.outcomes:
            for member, known in zip(outcome.members, outcomes[outcome.name.text].members, strict=False):
                shape, first = seen.setdefault(known.name, (known.shape, member.span))
                if shape != known.shape:
                    self._collector.report(messages.dialogs.two_types(known.name, first), member.span)

    def _param(self, node: ast.Member, dialog: str) -> MemberShape:
        check_name(node.key, "param", self._collector)
        if not _is_hours(node):
            member = member_shape(node, self._collector, self._values)
            kind = member.shape.type if isinstance(member.shape, TypeShape) else ""
            if isinstance(node.default, ast.Text) and kind == "text":
                self._texts[f"{dialog}.{member.name}"] = self._values.said(node.default)
            return member
        if node.default is not None:
            self._collector.report(messages.dialogs.hours_by_default(), node.default.span)
        return MemberShape(node.key.text, TypeShape(HOURS, _itself), node.optional, node.private, NO_DEFAULT)

    def _own_names(self, node: ast.Dialog) -> dict[str, tuple[Span, Known | None]]:
        """The names that belong to a dialog, with their members where they are known."""
        found: dict[str, tuple[Span, Known | None]] = {
            member.key.text: (member.key.span, HOURS_PARAM if _is_hours(member) else known_members(member.shape))
            for member in node.params
        }
        params = frozenset(found)
        statements = list(statements_in(node))
        for name, members in bindings(statements, self.nodes):
            if name.text in params or (name.text == LANGUAGE and self._names.speaks is not None):
                continue
            span, before = found.get(name.text, (name.span, members))
            found[name.text] = (span, joined_members(before, members))
        return found

    # ---- asking

    def ask(
        self,
        node: ast.Ask,
        branches: Callable[[ast.Branches | None, Sequence[str]], tuple[tuple[Case, ...], Case | None]],
    ) -> AskItem:
        """One place that asks. `branches` analyses its branches for the outcomes that there are."""
        name = node.dialog.text
        dialog = self.items.get(name)
        if dialog is None:
            self._not_there(node.dialog)
        else:
            self.asks.append((self._names.owner, name, node.dialog.span))
        args = self._args(dialog, node.args, node.dialog.span) if dialog is not None else ()
        outcomes = list(dialog.outcomes) if dialog is not None else list(_words(node.branches))
        cases, otherwise = branches(node.branches, outcomes)
        handled = {str(match).removeprefix(":") for case in cases for match in case.matches}
        lost = [outcome for outcome in outcomes if outcome not in handled]
        if lost and otherwise is None and (node.branches is not None or len(outcomes) > 1):
            self._collector.report(messages.dialogs.outcome_unhandled(name, lost), node.keyword)
        binding = self._names.key(node.binding.text) if node.binding is not None else None
        return AskItem(name, args, binding, cases, otherwise, node.span)

    def tested(self, node: ast.Asked) -> AskItem | None:
        """The dialog that a test is of; None where there is none of that name, which is reported."""
        name = node.dialog.text
        dialog = self.items.get(name)
        if dialog is None:
            self._not_there(node.dialog)
            return None
        self.asks.append((TESTS, name, node.dialog.span))
        args = self._args(dialog, node.args, node.dialog.span)
        cases = tuple(
            Case((f":{outcome}",), Body((AssignItem(ENDED, outcome, node.span),)), node.span)
            for outcome in dialog.outcomes
        )
        return AskItem(name, args, RETURNED, cases, None, node.span)

    def _not_there(self, name: ast.Name) -> None:
        if not self._names.is_perhaps_hidden(name.text):
            self._collector.report(messages.dialogs.no_dialog(name.text, self.nodes), name.span)

    def _args(self, dialog: DialogItem, given: Sequence[ast.Option], place: Span) -> tuple[AssignItem, ...]:
        values = self._given.values(f"the dialog `{dialog.name}`", dialog.params, given, place)
        names = {option.name.text for option in given}
        texts = {one.name: self._texts.get(f"{dialog.name}.{one.name}") for one in dialog.params}
        values |= {name: text for name, text in texts.items() if text is not None and name not in names}
        return tuple(
            AssignItem(f"{dialog.name}.{one.name}", values[one.name], place, one if is_open(one, values) else None)
            for one in dialog.params
        )

    def target(self, node: ast.Goto, dialog: str) -> OutcomeItem | JumpItem:
        """`-> name` in a dialog: an outcome, a step of its own, or the restart."""
        name = node.step.text
        if name in self.items[dialog].outcomes:
            return self._returned(node, dialog)
        if node.args:
            self._collector.report(messages.dialogs.returned_outside(name), node.span)
        own = [step.name.text for step in steps_in(self.nodes[dialog])]
        if name not in own and name != AGAIN:
            known = [*self.items[dialog].outcomes, *own, AGAIN]
            lost = messages.dialogs.no_target(name, dialog, known, step=name in self.steps)
            self._collector.report(lost, node.step.span)
        return JumpItem(step_of(dialog, name) if name in own else entry_of(dialog), node.step.span)

    def _returned(self, node: ast.Goto, dialog: str) -> OutcomeItem:
        """`-> outcome(…)` in a dialog."""
        name = node.step.text
        shape = self.items[dialog].outcomes[name]
        values = self._given.values(f"the outcome `{name}`", shape.members, node.args, node.step.span)
        return OutcomeItem(dialog, name, values, shape, node.step.span)

    # ---- all of them

    def used(self) -> dict[str, DialogItem]:
        """The dialogs that the script or a test asks."""
        return {name: self.items[name] for name in sorted(self.reached("", TESTS))}

    def reached(self, *places: str) -> frozenset[str]:
        """The dialogs that are asked in some of `asked`, directly or not."""
        found: set[str] = set()
        asked = self._asked()
        todo = [name for place in places for name in asked.get(place, ())]
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo.extend(asked.get(name, ()))
        return frozenset(found)

    def _asked(self) -> dict[str, dict[str, Span]]:
        """The dialogs that each one asks, with the first place."""
        asked: dict[str, dict[str, Span]] = {}
        for owner, name, span in self.asks:
            asked.setdefault(owner, {}).setdefault(name, span)
        return asked

    def check_uses(self) -> None:
        """Report E513 for dialogs that ask each other in a ring, else E514 for too many places that ask."""
        asked = self._asked()
        if self._ring(asked):
            return
        places = Counter((owner, name) for owner, name, _ in self.asks)
        uses = Counter[str]({"": 1})
        for owner in ("", *reverse_postorder(asked, self.nodes)):
            for name in asked.get(owner, ()):
                uses[name] += uses[owner] * places[owner, name]
        if uses.total() - 1 > MOST_USES:
            self._collector.report(messages.dialogs.too_many_uses(MOST_USES), next(iter(asked[""].values())))

    def _ring(self, asked: Mapping[str, Mapping[str, Span]]) -> bool:
        """Report E513; whether there is a ring."""
        done: set[str] = set()
        for start in self.nodes:
            path: dict[str, None] = {start: None}
            stack: list[tuple[str, Iterator[str]]] = [(start, iter(asked.get(start, ())))]
            while stack:
                name, following = stack[-1]
                target = next((one for one in following if one not in done), None)
                if target is None:
                    stack.pop()
                    path.pop(name)
                    done.add(name)
                elif target in path:
                    ring = list(path)[list(path).index(target) :]
                    spans = [asked[one][two] for one, two in zip(ring, (*ring[1:], ring[0]), strict=True)]
                    self._collector.report(messages.dialogs.asks_itself(ring, spans), spans[0])
                    return True
                else:
                    path[target] = None
                    stack.append((target, iter(asked.get(target, ()))))
        return False


def _words(branches: ast.Branches | None) -> Iterator[str]:
    """The outcomes that are named, where it is unknown which ones there are."""
    for item in branches.items if branches is not None else ():
        if isinstance(item, ast.On):
            yield from (match.text for match in item.matches if isinstance(match, ast.Word))


def _is_hours(node: ast.Member) -> bool:
    return isinstance(node.shape, ast.Type) and node.shape.name.text == HOURS


def _itself(value: object) -> object:
    return value

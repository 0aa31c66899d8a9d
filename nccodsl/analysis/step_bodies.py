"""The steps of a script and of its dialogs, from syntax to items, and the step that it begins with."""

from __future__ import annotations

from typing import NamedTuple

from nccodsl.analysis.bodies import Statements
from nccodsl.analysis.dialog_statements import beginning_of, own_steps
from nccodsl.analysis.dialogs import TESTS, entry_of, step_of
from nccodsl.analysis.flow_fixes import move_into
from nccodsl.analysis.modules import Modules
from nccodsl.analysis.names import Names
from nccodsl.analysis.parameters import check_name
from nccodsl.analysis.program import Body, RuntimeNeed, StepBody
from nccodsl.analysis.step_memory import StepMemory
from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Collector, messages
from nccodsl.syntax import ast

MAIN = "main"


class _Needs(NamedTuple):
    """What a dialog needs of a running call, reads of it, and reads of the clock."""

    runtime: list[tuple[Span, RuntimeNeed]]
    running: list[Span]
    clock: list[tuple[str, Span]]


class StepBodies:
    """`steps` are those of the script by name, and those of all dialogs; `entry` is the first one of the script."""

    def __init__(
        self,
        collector: Collector,
        modules: Modules,
        main: SourceFile,
        statements: Statements,
        names: Names,
        respelled: dict[str, str],
        memory: StepMemory | None = None,
    ) -> None:
        """`respelled`: what steps with wrong names are called. `memory`: what the check before this one found out."""
        self._memory = memory
        self._collector = collector
        self._modules = modules
        self._main = main
        self._statements = statements
        self._names = names
        self._respelled = respelled
        self._dialogs = statements.dialogs
        self.steps: dict[str, StepBody] = {}
        self.entry: str | None = None
        self._needs: dict[str, _Needs] = {}

    def run(self) -> None:
        """The statements of all dialogs and steps."""
        nodes: dict[str, ast.Step] = {}
        for node in (item for item in self._modules.declarations if isinstance(item, ast.Step)):
            check_name(node.name, "step", self._collector)
            name = self._respelled.get(node.name.text, node.name.text)
            earlier = nodes.get(name)
            if earlier is not None:
                self._collector.report(messages.names.two_steps(name, earlier.name.span), node.name.span)
                continue
            nodes[name] = node
        self._dialogs.steps = nodes
        self._needs = {name: self._dialog(name, node) for name, node in self._dialogs.nodes.items()}
        self._script(nodes)
        self._dialogs.check_uses()
        for name in sorted(self._dialogs.reached("")):
            self._statements.runtime += self._needs[name].runtime
            self._names.running += self._needs[name].running
            self._names.clock += self._needs[name].clock

    def tested(self) -> None:
        """What only tests ask is played too, so it has the clock."""
        for name in sorted(self._dialogs.reached(TESTS) - self._dialogs.reached("")):
            self._names.clock += self._needs[name].clock

    def used(self) -> dict[str, StepBody]:
        """The steps of the script, and those of the dialogs that it or a test asks."""
        used = self._dialogs.used()
        return {name: step for name, step in self.steps.items() if step.dialog is None or step.dialog in used}

    def _script(self, nodes: dict[str, ast.Step]) -> None:
        loose = tuple(self._modules.loose)
        if loose and nodes:
            first = next(iter(nodes.values()))
            fix = move_into(nodes.get(MAIN, first), loose, self._collector.sources)
            self._collector.report(messages.flow.loose_beside_steps(first.name.span, fix), loose[0].span)
            self._statements.body(loose)  # for what is wrong inside them
        elif loose:
            self._step(MAIN, loose, loose[0].span.to(loose[-1].span), None)
        for name, node in nodes.items():
            if name not in self.steps:
                self._step(name, node.body.statements, node.name.span, node.span)
        own = [name for name, step in self.steps.items() if step.dialog is None]
        first_here = [
            name for name, node in nodes.items() if self._collector.sources.file_of(node.span).name == self._main.name
        ]
        if own:
            self.entry = MAIN if MAIN in self.steps else (first_here or own)[0]

    def _dialog(self, name: str, node: ast.Dialog) -> _Needs:
        """The statements of a dialog; what they need, the script needs only if it asks the dialog."""
        runtime, running, clock = self._statements.runtime, self._names.running, self._names.clock
        before = len(runtime), len(running), len(clock)
        with self._names.dialog(name, self._dialogs.own[name]):
            self._step(entry_of(name), beginning_of(node), node.name.span, node.span, name)
            for step in own_steps(node):
                self._step(step_of(name, step.name.text), step.body.statements, step.name.span, step.span, name)
        needs = _Needs(runtime[before[0] :], running[before[1] :], clock[before[2] :])
        del runtime[before[0] :], running[before[1] :], clock[before[2] :]
        return needs

    def _step(
        self,
        name: str,
        statements: tuple[ast.Statement, ...],
        span: Span,
        whole: Span | None,
        dialog: str | None = None,
    ) -> None:
        self.steps[name] = StepBody(name, self._body(name, statements), span, whole, dialog)

    def _body(self, name: str, statements: tuple[ast.Statement, ...]) -> Body:
        if self._memory is None:
            return self._statements.body(statements)
        return self._memory.body(name, statements, lambda: self._statements.body(statements))

"""Syntax trees to a checked `Program`: the passes and their order."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from functools import partial
from typing import TypeVar

from nccodsl.analysis.action_defaults import Defaults
from nccodsl.analysis.assigned import check_assigned
from nccodsl.analysis.bodies import Statements
from nccodsl.analysis.bound_names import bindings
from nccodsl.analysis.callblock import CallBlock
from nccodsl.analysis.check_tests import check_test
from nccodsl.analysis.dialogs import Dialogs
from nccodsl.analysis.draft_actions import Actions
from nccodsl.analysis.draft_values import DraftValues
from nccodsl.analysis.flow_rules import check_flow
from nccodsl.analysis.item_walks import every_body
from nccodsl.analysis.judge_drafts import Judging
from nccodsl.analysis.lint.registry import run_lints
from nccodsl.analysis.modules import Modules, Reader, load_modules
from nccodsl.analysis.names import Names
from nccodsl.analysis.opening_hours import OpeningHours
from nccodsl.analysis.parameters import Parameters
from nccodsl.analysis.place_options import Options
from nccodsl.analysis.private import check_private
from nccodsl.analysis.program import CallItem, Case, DeclaredSecret, Program, RuntimeNeed
from nccodsl.analysis.rename import respelled
from nccodsl.analysis.script_tests import ScriptTest
from nccodsl.analysis.several_languages import SeveralLanguages
from nccodsl.analysis.step_bodies import StepBodies
from nccodsl.analysis.step_memory import StepMemory
from nccodsl.analysis.templates import Templates
from nccodsl.base.record import Record
from nccodsl.base.source import SourceFile, Sources, Span
from nccodsl.diagnostics import Collector, messages
from nccodsl.diagnostics.edits import without
from nccodsl.syntax import ast
from nccodsl.syntax.ignores import Ignores
from nccodsl.voice.catalogue import catalogue

_T = TypeVar("_T")


class Checked(Record):
    """What came out: `program` may be used only where the collector has no errors; `trees` are those of the files."""

    program: Program
    collector: Collector
    trees: Mapping[str, ast.Script] = {}


def analyse(
    sources: Sources,
    main: SourceFile,
    reader: Reader | None = None,
    api: str | None = None,
    *,
    pseudo: bool = False,
) -> Checked:
    """Parse and check a script and what it includes. Every finding is in the collector; nothing is raised.

    Of a `call` block, what the version `api` of the API refuses is an error too. `pseudo`: all texts
    are in the pseudo-language.
    """
    ignores = Ignores()
    collector = Collector(sources, ignores)
    modules = load_modules(main, reader, collector)
    return analyse_modules(modules, main, collector, ignores, api, reader, pseudo=pseudo)


def analyse_modules(
    modules: Modules,
    main: SourceFile,
    collector: Collector,
    ignores: Ignores,
    api: str | None,
    reader: Reader | None,
    *,
    pseudo: bool = False,
    memory: StepMemory | None = None,
) -> Checked:
    """Check what was parsed. `memory` is what the last check of the script found out: it needs a ListeningCollector."""
    analysis = _Analysis(modules, main, collector, ignores, api, reader, pseudo=pseudo, memory=memory)
    return Checked(analysis.run(), collector, modules.trees)


class _Analysis:
    def __init__(
        self,
        modules: Modules,
        main: SourceFile,
        collector: Collector,
        ignores: Ignores,
        api: str | None,
        reader: Reader | None,
        *,
        pseudo: bool,
        memory: StepMemory | None,
    ) -> None:
        self.api, self.ignores = api, ignores
        # Translations are read from files, and what is said of them depends on the order.
        self.memory = memory if not any(isinstance(one, ast.Languages) for one in modules.declarations) else None
        self.modules, self.main, self.collector = modules, main, collector
        self.names = Names(collector, modules.perhaps)
        self.templates = templates = Templates(collector, self.names)
        self.values = values = DraftValues(collector, templates)
        self.options = Options(collector, values)
        self.catalogue = catalogue()
        self.languages = SeveralLanguages(collector, self.names, values, reader, pseudo=pseudo)
        self._defaults = Defaults(collector, values, self.languages, modules.declarations)
        self.actions = actions = Actions(self.options, self.catalogue, self._defaults.given)
        self.parameters = Parameters(collector, self.names, templates, values)
        self.opening_hours = OpeningHours(collector, self.names, templates)
        self.dialogs = Dialogs(collector, self.names, values)
        self.respelled = steps = respelled([node.name.text for node in self._of(ast.Step)])
        self.statements = Statements(
            collector, self.names, templates, values, actions, self.dialogs, steps, complete=modules.complete
        )
        self.call_block = CallBlock(collector, self.options, actions, self.catalogue)
        self.judging = Judging(collector, complete=modules.complete, takes=self.names.takes)
        self.bodies = StepBodies(collector, modules, main, self.statements, self.names, steps, self.memory)
        self.steps = self.bodies.steps
        self.call: CallItem | None = None
        self.handlers: list[Case] = []
        self.events: dict[object, Span] = {}
        self.tests: list[ScriptTest] = []
        self.secrets: dict[str, DeclaredSecret] = {}

    def run(self) -> Program:
        for run in (
            self._declare,
            self._defaults.read,
            self._remember,
            self.bodies.run,
            self._call,
            self._tests,
            self._judge,
            self.opening_hours.check,
            self._flow,
        ):
            run()
        program = self._program()
        check_private(program, self.catalogue, self.collector)
        run_lints(program, self.collector, slow=False)
        return program

    def _program(self) -> Program:
        return Program(
            sources=self.collector.sources,
            parameters=self.parameters.parameters,
            lets=tuple(self.parameters.lets),
            steps=self.bodies.used(),
            entry=self.bodies.entry,
            call=self.call,
            handlers=tuple(self.handlers),
            open_names=self.names.open,
            outside_names=tuple(self.names.outside),
            runtime=self._runtime(),
            tests=tuple(self.tests),
            zone=self.opening_hours.zone,
            hours=self.opening_hours.hours,
            clock=tuple(self.names.clock),
            dialogs=self.dialogs.used(),
            secrets=self.secrets,
            declared=dict(self.names.declared),
            declarations=self._whole(),
            used=frozenset(self.names.used),
            whole=self.modules.complete and not self.collector.has_errors,
            words=tuple(self.values.words),
            raw_options=tuple(self.options.raw_options),
            languages=self.languages.result(),
            ignores=self.ignores,
        )

    def _runtime(self) -> tuple[tuple[Span, RuntimeNeed], ...]:
        """What makes the script interactive, in order."""
        running: list[tuple[Span, RuntimeNeed]] = [(span, "template") for span in self.names.running]
        return tuple(sorted([*self.statements.runtime, *running], key=lambda need: need[0].start))

    def _whole(self) -> dict[str, Span]:
        """The declarations of params, lets and secrets, by name."""
        return {
            item.name.text: item.span
            for item in self.modules.declarations
            if isinstance(item, ast.Param | ast.Let | ast.Secret)
        }

    def _of(self, kind: type[_T]) -> list[_T]:
        return [item for item in self.modules.declarations if isinstance(item, kind)]

    # ---- the passes, in order

    def _declare(self) -> None:
        """Params and lets; the names that are bound while the call runs are noted beforehand."""
        self.names.open = not any(isinstance(item, (ast.Param, ast.Let)) for item in self.modules.declarations)
        self.languages.begin(self._of(ast.Languages), self.main, self.templates, self.actions)
        self.names.zoned = any(isinstance(item, (ast.Zone, ast.Hours)) for item in self.modules.declarations)
        self.names.has_zone = bool(self._of(ast.Zone))
        self.dialogs.declare(self._of(ast.Dialog))
        bodies = [step.body.statements for step in self._of(ast.Step)]
        handlers = [item for call in self._of(ast.Call) for item in call.items if isinstance(item, ast.On)]
        handlers += self._of(ast.On)
        bodies += [on.target.statements for on in handlers if isinstance(on.target, ast.Block)]
        for body in (*bodies, tuple(self.modules.loose)):
            for name, members in bindings(body, self.dialogs.nodes):
                self.names.expect(name.text, name.span, members)
        for item in self.modules.declarations:
            if isinstance(item, ast.Param):
                self.parameters.param(item)
            elif isinstance(item, ast.Let):
                self.parameters.let(item)
            elif isinstance(item, ast.Secret):
                if (secret := self.parameters.secret(item)) is not None:
                    self.secrets[secret.name] = secret
            elif isinstance(item, ast.Zone):
                self.opening_hours.declare_zone(item)
            elif isinstance(item, ast.Hours):
                self.opening_hours.declare_hours(item)
        self.languages.declared(self.parameters, self.statements)

    def _remember(self) -> None:
        if self.memory is not None:
            names, statements = self.names, self.statements
            lists = (statements.runtime, names.running, names.clock, self.values.words, self.options.raw_options)
            given, complete = self._defaults.given, self.modules.complete
            self.memory.watch(self.collector, names, statements, lists, given, self.respelled, complete=complete)

    def _call(self) -> None:
        nodes = self._of(ast.Call)
        for extra in nodes[1:]:
            at = Span(extra.span.start, extra.span.start + len("call"))
            first = Span(nodes[0].span.start, nodes[0].span.start + len("call"))
            removal = without(self.collector.sources.file_of(extra.span), extra.span)
            self.collector.report(messages.syntax.two_calls(first, removal), at)
        if nodes:
            self.call, inside = self.call_block.draft(nodes[0], self._handler)
            self.handlers += inside
        self.handlers += [self._handler(node) for node in self._of(ast.On)]
        if self.call is not None:
            self.call_block.check_events(self.call, self.handlers)

    def _handler(self, node: ast.On) -> Case:
        """What is done on an event of the call."""
        ended = any(isinstance(match, ast.Word) and match.text == "ended" for match in node.matches)
        with self.names.at_end() if ended else nullcontext():
            return self.statements.handler(node, self.events)

    def _tests(self) -> None:
        any_name = self.names.open or not self.modules.complete
        running = len(self.names.running)
        titles: dict[str, Span] = {}
        nodes, params = self._of(ast.Test), self._of(ast.Param)
        for node in nodes:
            title, at = node.title.text, node.title.span
            if title in titles:
                self.collector.report(messages.tests.title_twice(title, titles[title]), at)
            titles.setdefault(title, at)
            check = partial(check_test, node, self.parameters.parameters, any_name, self.statements, self.collector)
            test = check() if self.memory is None else self.memory.test(node, params, check)
            self.languages.check_test(node, test)
            self.tests.append(test)
        self.bodies.tested()
        for node, test in zip(nodes, self.tests, strict=True):
            if test.at is None and self.names.clock:
                self.collector.report(messages.clock.moment_missing(self.names.clock[0][0]), node.title.span)
        # What a test reads of its call makes no script interactive.
        del self.names.running[running:]

    def _judge(self) -> None:
        bodies = every_body(self.steps, self.handlers)
        if self.memory is not None:
            self.memory.judge(self.judging, bodies, self.steps)
        else:
            for body in bodies:
                self.judging.body(body, self.steps)
        if self.call is not None:
            self.judging.call(self.call, None, has_steps=bool(self.steps))
            if self.api is not None:
                self.judging.call(self.call, self.api, has_steps=bool(self.steps), only_errors=True)

    def _flow(self) -> None:
        if not self.modules.complete:
            return  # what was dropped might have been the jump or the statement that is missing
        if not self.steps and not self.dialogs.nodes and not (self.call and "answer_url" in self.call.draft):
            base = self.main.base
            declarations = [item for item in self.modules.declarations if not isinstance(item, ast.Include)]
            if not declarations or self.call is not None or self._of(ast.Test) or self.handlers:
                end, on_line = base + len(self.main.text), not self.main.text or self.main.text.endswith("\n")
                self.collector.report(messages.flow.empty_script(Span(end, end), on_line=on_line), Span(base, base))
        dialogs = self.dialogs.items
        check_flow(self.steps, self.bodies.entry, self.handlers, dialogs, self.collector, self.main)
        params = (f"{name}.{one.name}" for name, dialog in dialogs.items() for one in dialog.params)
        known = (*self.names.declared, *self.languages.names, *params)
        ways = self.memory.ways if self.memory else None
        check_assigned(self.steps, self.bodies.entry, self.handlers, known, dialogs, self.collector, ways)

"""A compiled script: values in, JSON out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from datetime import UTC, datetime
from typing import Any, Self

from nccodsl.analysis.analyse import Checked
from nccodsl.analysis.judge_drafts import Judging, known_version
from nccodsl.analysis.private import private_names
from nccodsl.analysis.program import CallItem, Parameter, Program
from nccodsl.analysis.templates import place
from nccodsl.base.source import SourceFile, Span
from nccodsl.clock.zones import in_zone
from nccodsl.diagnostics import Collector, Diagnostic, messages
from nccodsl.errors import RenderError, ScriptError
from nccodsl.lowering.asking_places import AskingPlaces
from nccodsl.lowering.binding import Binder
from nccodsl.lowering.blocks import Block, ring, step_of_script
from nccodsl.lowering.divide import lower
from nccodsl.lowering.document_pattern import DocumentPattern, OfValues, fixed_default
from nccodsl.lowering.holes import Emit, Failed
from nccodsl.lowering.plan import Plan
from nccodsl.lowering.trace import place_of, written
from nccodsl.lowering.untranslated import untranslated
from nccodsl.voice.catalogue import catalogue

_EPOCH = datetime.fromtimestamp(0, UTC)


class Compiled:
    """A compiled script. It is immutable, and threads can share it.

    Made by `nccodsl.load`. Give values as keyword arguments or as a mapping. Each value is converted to the type of its
    param. A value that does not fit raises `RenderError`.
    """

    def __init__(self, checked: Checked, name: str) -> None:
        self.name = name
        self._program: Program = checked.program
        found = [*checked.collector.sorted(), *untranslated(checked.program)]
        self._warnings = tuple(one for one in found if not one.is_error)
        self._blocks = lower(checked.program)
        self._ring = ring(self._blocks)
        self._binder = Binder(checked.program)
        self._plan = Plan(self._blocks, checked.program.entry, catalogue())
        self._has_call = checked.program.call is not None
        self._private = private_names(checked.program) | checked.program.secrets.keys()
        self._renderers = _Renderers(self._renderer)
        self._stopped: datetime | None = None

    def __setattr__(self, name: str, value: object) -> None:
        if name in self.__dict__:
            raise AttributeError(f"a {type(self).__name__} cannot be changed")
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, params={[parameter.name for parameter in self.params]})"

    @property
    def params(self) -> tuple[Parameter, ...]:
        """The declared params, in order."""
        return tuple(self._program.parameters.values())

    @property
    def program(self) -> Program:
        """The checked script that this was made from."""
        return self._program

    @property
    def private_names(self) -> frozenset[str]:
        """The names whose values must not be shown."""
        return self._private

    def takes(self, name: str) -> bool:
        """Whether the script accepts a value with this name."""
        return self._binder.takes(name)

    def unknown(self, names: Iterable[str]) -> list[Diagnostic]:
        """An error (E212) for each name that the script does not accept."""
        return self._binder.unknown(names)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The warnings about the script."""
        return self._warnings

    @property
    def version(self) -> str:
        """An identifier of the texts of the script and its includes."""
        import hashlib  # few need it, and it takes its time

        texts = "\0".join(file.text for file in self._program.sources.files)
        return hashlib.sha256(texts.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def plan(self) -> Plan:
        """How the blocks become JSON."""
        return self._plan

    @property
    def binder(self) -> Binder:
        """How values become what templates read."""
        return self._binder

    @property
    def blocks(self) -> Mapping[str, Block]:
        """The script as blocks and transitions, by name."""
        return self._blocks

    @property
    def reads_clock(self) -> bool:
        """Whether what is rendered depends on the moment."""
        return self._binder.clock.read

    def at(self, moment: datetime) -> Self:
        """The same script with its clock stopped at a moment; without an offset, a wall clock's time in its zone."""
        stopped = copy(self)
        stopped.__dict__["_stopped"] = moment
        return stopped

    def moment(self, values: Mapping[str, object], at: datetime | None = None) -> datetime:
        """`at`, or where its clock was stopped, or now, with an offset. Raises RenderError: the values give no zone."""
        if not self.reads_clock:
            return _EPOCH
        wanted = at or self._stopped or datetime.now(UTC)
        if wanted.tzinfo is not None:
            return wanted
        try:
            return in_zone(wanted, self._binder.clock.zone(self._binder.convert(values)))
        except Failed as failure:
            raise RenderError([self.diagnostic(failure)]) from None

    def aging(self) -> list[Diagnostic]:
        """W043 if a document made now holds for this moment only: the clock runs."""
        if not self.reads_clock or self._stopped is not None:
            return []
        name, span = self._program.clock[0]
        collector = Collector(self._program.sources, self._program.ignores)
        collector.report(messages.clock.output_ages(name), span)
        return collector.sorted()

    @property
    def is_repeatable(self) -> bool:
        """Whether the same values give the same document at any time, and none of them is private or secret."""
        private = any(parameter.private for parameter in self._program.parameters.values())
        return not (private or self._program.secrets or self.reads_clock)

    @property
    def has_call(self) -> bool:
        """Whether the script has a `call` block."""
        return self._has_call

    def runtime_needs(self) -> list[Diagnostic]:
        """Why the script is interactive and cannot be one NCCO (E506); an empty list if it is not."""
        collector = Collector(self._program.sources, self._program.ignores)
        if needs := self._program.runtime:
            collector.report(messages.flow.runtime_needed(needs), needs[0][0])
        elif self._ring is not None:
            step = self._program.steps[step_of_script(self._ring).partition(".")[0]]
            collector.report(messages.flow.runtime_needed_by_ring(step.name), step.span)
        return collector.sorted()

    def answered_only(self, address: str) -> list[Diagnostic]:
        """E506: the first NCCO itself depends on the running call, which asks for it at `address`."""
        entry = self._program.steps[self._program.entry or ""]
        collector = Collector(self._program.sources, self._program.ignores)
        collector.report(messages.flow.first_ncco_needs_call(address, self._program.runtime), entry.span)
        return collector.sorted()

    def ncco(self, values: Mapping[str, object] | None = None, /, **named: object) -> list[dict[str, Any]]:
        """The NCCO as Python data. Raises RenderError, and ScriptError if the script is interactive."""
        actions: list[dict[str, Any]] = json.loads(self.render_json({**(values or {}), **named}, call=False))
        return actions

    def call(
        self, values: Mapping[str, object] | None = None, /, *, api: str = "v2", **named: object
    ) -> dict[str, Any]:
        """The body of the create request (`POST /v1/calls` or `/v2/calls`) as Python data.

        Raises RenderError, and ScriptError if there is no `call` block or it is wrong for this version of the API.
        """
        body: dict[str, Any] = json.loads(self.render_json({**(values or {}), **named}, call=True, api=api))
        return body

    def render_json(self, values: Mapping[str, object], *, call: bool | None = None, api: str = "v2") -> bytes:
        """Compact JSON as UTF-8: the call body if the script has a `call` block, otherwise the NCCO.

        `call` chooses one of them. Raises the same exceptions as `ncco` and `call`.
        """
        whole = self._has_call if call is None else call
        render, quick, _ = self._renderers[api if whole else None]
        if quick is not None and (data := quick(values)) is not None:
            return data
        try:
            return render(self._binder.bind(values, self.moment(values))).encode()
        except Failed as failure:
            raise RenderError([self.diagnostic(failure)]) from None
        except UnicodeEncodeError:
            raise RenderError([messages.values.surrogate_in_value().about()]) from None

    def prepare(self, *, call: bool, api: str = "v2") -> None:
        """Prepare the first rendering. Raises ScriptError if the script cannot be rendered."""
        self._renderers[api if call else None]

    def at_once(self, *, call: bool, api: str = "v2") -> DocumentPattern | None:
        """The quick way to what `render_json` makes, where there is one. Raises ScriptError as `prepare` does."""
        return self._renderers[api if call else None][2]

    def _renderer(self, api: str | None) -> _Renderer:
        """What renders the call body of a version of the API, or (None) the NCCO."""
        if api is not None:
            known_version(api)
        if needs := self.runtime_needs():
            raise ScriptError(needs)
        call = (self.judged_call(api), api) if api is not None else None
        render, at_once = self._plan.document(call, self.params if self._binder.only_converts else None)
        return render, _quick(at_once, self.params) if at_once is not None else None, at_once

    def judged_call(self, api: str) -> CallItem:
        """The `call` block, found fit for one version of the API. Raises ScriptError."""
        known_version(api)
        collector = Collector(self._program.sources, self._program.ignores)
        call = self._program.call
        if call is None:
            file = self._program.sources.files[0]
            collector.report(messages.options.no_call_block(), Span(file.base, file.base))
            raise ScriptError(collector.sorted())
        Judging(collector).call(call, api, has_steps=self._program.entry is not None)
        if collector.has_errors:
            raise ScriptError([found for found in collector.sorted() if found.is_error])
        return call

    def call_warnings(self, api: str) -> list[Diagnostic]:
        """The warnings of one version of the API about the `call` block, in addition to `warnings`."""
        collector = Collector(self._program.sources, self._program.ignores)
        if self._program.call is not None:
            Judging(collector).call(self._program.call, api, has_steps=self._program.entry is not None)
        known = {(found.code, found.span) for found in self._warnings}
        return [found for found in collector.sorted() if not found.is_error and (found.code, found.span) not in known]

    def origin(self, values: Mapping[str, object], path: Sequence[str | int]) -> tuple[SourceFile, Span] | None:
        """Where the script says what stands at a path of the rendered call body (`("ncco", 2, "text")`).

        None where nothing in the script made it. Raises RenderError as rendering does.
        """
        try:
            scope = self._binder.bind(values, self.moment(values))
            actions = written(self._blocks, self._program.entry, scope)
            span = place_of(tuple(path), self._program.call, actions)
        except Failed as failure:
            raise RenderError([self.diagnostic(failure)]) from None
        return (self._program.sources.file_of(span), span) if span is not None else None

    def diagnostic(self, failure: Failed) -> Diagnostic:
        """What a hole that could not be filled tells, at its place; private values are not shown."""
        hole = failure.hole
        span = hole.span if failure.at is None else place(self._program.sources, hole.span, *failure.at)
        secret = any(use.name in self._private for use in hole.code.names)
        message = messages.values.not_shown(failure.message.code) if secret else failure.message
        return AskingPlaces(self._program).named(message.about(self._program.sources.file_of(span), span))


_Renderer = tuple[Emit, OfValues | None, DocumentPattern | None]
"""From scope to text; where there is a quick way, from values to bytes; and what that was made from."""


def _quick(pattern: DocumentPattern, parameters: Sequence[Parameter]) -> OfValues:
    """The quick way for all values, and for all but those that have a default."""
    every = pattern.of_values()
    constants = {one.name: fixed_default(one) for one in parameters if not one.required}
    fewer = pattern.given(constants) if constants and None not in constants.values() else None
    if fewer is None:
        return every
    some, count = fewer.of_values(), len(parameters)
    return lambda values: (every if len(values) == count else some)(values)


class _Renderers(dict[str | None, _Renderer]):
    """What renders the call body of each version, and (None) the NCCO: judged and built when it is first asked for."""

    def __init__(self, build: Callable[[str | None], _Renderer]) -> None:
        self._build = build

    def __missing__(self, api: str | None) -> _Renderer:
        built = self[api] = self._build(api)
        return built

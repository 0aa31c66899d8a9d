"""A script at an address: its blocks prepared for running, once, when it is loaded."""

from __future__ import annotations

from collections.abc import Mapping

from nccodsl.analysis.item_walks import action_of, brought, every_item, holes_of
from nccodsl.analysis.program import (
    ActionItem,
    AssignItem,
    Body,
    ChoiceItem,
    Hole,
    LoopItem,
    Program,
    holes_in,
)
from nccodsl.analysis.shapes import Shape
from nccodsl.base.http_rules import LONGEST_FETCH as LONGEST_FETCH
from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.lowering.blocks import Block, Enter, Wait, dialog_of, handler_block, handlers, is_within, step_of_script
from nccodsl.lowering.compiled import Compiled
from nccodsl.lowering.holes import Emit, Evaluate, tree
from nccodsl.lowering.part_writers import Next, Write
from nccodsl.runtime.match import Matcher
from nccodsl.runtime.prepared_requests import PreparedRequest, prepared_request
from nccodsl.runtime.voices import RetrySaying, sayings
from nccodsl.runtime.webhook_addresses import resuming, told_addresses
from nccodsl.templates.dialect import LANGUAGE
from nccodsl.voice.catalogue import catalogue

FAILURES = catalogue().failures
"""What becomes of a `connect` that an event may be answered for (webhook reference)."""
DISCONNECTED = "disconnected"
"""The event of a WebSocket that its server has closed: it may be answered too (webhook reference)."""
CONNECT_EVENTS = (*FAILURES, DISCONNECTED)
"""The statuses of a `connect` that a script may answer."""


class Ask(Record):
    """A wait, prepared. The targets are blocks; None ends.

    `writes` is None for a request, which has no action. `replayed` is the block that a retry begins anew.
    """

    def saying(self, number: int) -> RetrySaying | None:
        """What it says before it asks again for the `number`th time, from 1; the last text from then on."""
        return self.sayings[min(max(number, 1), len(self.sayings)) - 1] if self.sayings else None

    name: str
    step: str
    replayed: str
    what: str
    action: ActionItem | None
    writes: Emit | None
    resume: Emit
    binding: str | None
    choose: Matcher
    then: str | None
    completed: str | None
    times: int
    sayings: tuple[RetrySaying, ...]
    request: PreparedRequest | None
    timeout: Evaluate
    shape: Shape | None
    whisper: str | None
    reason: Evaluate
    span: Span


class Prepared(Record):
    """A block, prepared. `within` is its step of the script, also in a dialog.

    `quick`: it only speaks and plays, so what it leads to may be fetched already.

    `plain`: it has actions and nothing else, so that nothing is missed where their JSON is not wanted. `counts`: it
    begins a step whose visits are counted; those of a dialog are, if the dialog reads them. `enters` is the block that
    a dialog begins with, where the block asks one.
    """

    name: str
    step: str
    within: str
    replayed: str
    write: Write
    next: Next
    ask: Ask | None
    quick: bool
    plain: bool
    counts: bool
    enters: str | None

    def visits_after(self, visits: dict[str, int]) -> dict[str, int]:
        """The visits of steps as they are behind it: a dialog that is asked once more begins anew."""
        if self.enters is None:
            return visits
        return {step: count for step, count in visits.items() if not is_within(step, self.enters)}


class Runnable:
    """A flow at an address, such as `https://calls.example.com/ivr`. Immutable; safe to share between threads.

    `values` are given to each call, below what the call itself brings.
    """

    def __init__(self, flow: Compiled, url: str, values: Mapping[str, object] | None = None) -> None:
        program = flow.program
        self.flow = flow
        self.secrets: Mapping[str, str] = dict.fromkeys(program.secrets, "secret")
        """Values of secrets, for NCCOs that hold one; a server puts its own there."""
        self.shown = _shown(program)
        self.gated = False
        """Whether each `connect` asks before it is dialled (gate.py); a server that keeps a limit sets it."""
        self.url = url.rstrip("/")
        self.values = dict(values or {})
        self.version = flow.version
        self.name = self.url.rpartition("/")[2]
        """The last part of the address, which stays the same when the server moves to another host."""
        events = frozenset(handlers(program.handlers))
        self.entry = handler_block("answered") if "answered" in events else program.entry
        self.handlers = events - {"answered", "ended"}
        """The events that take the call elsewhere."""
        self.ends = "ended" in events
        """Whether something is done when the call is over."""
        self.steps = frozenset(program.steps)
        parts = (part for block in flow.blocks.values() for part in block.parts)
        self.bound = frozenset(
            (
                *(name for name, _ in brought(program.steps, program.handlers)),
                *(part.name for part in parts if isinstance(part, AssignItem)),  # also those of loops
            )
        )
        spoken = [LANGUAGE] if program.languages is not None and program.languages.codes else []
        self.declared = frozenset((*program.parameters, *program.outside_names, *spoken))
        self.hidden = frozenset(program.parameters) | {let.name for let in program.lets}
        self.meets = any(_meets(block.parts) for block in flow.blocks.values())
        said = sayings(flow)
        preparing = _Preparing(flow)
        self.blocks = {name: preparing.block(block, said.get(name, ())) for name, block in flow.blocks.items()}
        self.late = any(block.ask is not None and block.ask.what == "record" for block in self.blocks.values())
        """Whether events may be wanted that come when the call is over: those of recordings."""
        self.keeps_voice = any(saying.late for texts in said.values() for saying in texts)
        """Whether what a retry says depends on the talk that was heard last."""

    def given(self, values: Mapping[str, object]) -> Runnable:
        """The same with other values."""
        other = Runnable.__new__(Runnable)
        other.__dict__.update(self.__dict__)
        other.values = dict(values)
        return other

    def __repr__(self) -> str:
        return f"Runnable({self.flow.name!r}, {self.url!r})"


class _Preparing:
    """Prepares the blocks of one flow."""

    def __init__(self, flow: Compiled) -> None:
        self._plan = flow.plan
        self._secrets = flow.program.secrets
        steps = flow.program.steps.values()
        self._counting = {"", *(step.dialog for step in steps if step.dialog and _reads_visits(step.body))}
        """The dialogs that read how often their steps were entered, and (empty) the script."""
        languages = flow.program.languages
        self._words = languages.words if languages is not None else {}
        self._constants = {let.name: let.value for let in flow.program.lets if isinstance(let.value, str)}

    def block(self, block: Block, sayings: tuple[RetrySaying, ...]) -> Prepared:
        """A block; `sayings` are what its `retry` says."""
        write, following = self._plan.blocks[block.name]
        ask = self._ask(block, block.transition, sayings) if isinstance(block.transition, Wait) else None
        plain = bool(block.parts) and all(isinstance(part, ActionItem) for part in block.parts)
        counts = block.name == block.step and dialog_of(block.name) in self._counting
        quick = _is_quick(block.parts)
        within = step_of_script(block.step)
        enters = block.transition.target if isinstance(block.transition, Enter) else None
        return Prepared(
            block.name, block.step, within, block.replayed, write, following, ask, quick, plain, counts, enters
        )

    def _ask(self, block: Block, wait: Wait, sayings: tuple[RetrySaying, ...]) -> Ask:
        item, name = wait.item, block.name
        choose = Matcher(wait, self._words)
        request = item.request
        return Ask(
            name=name,
            step=block.step,
            replayed=block.replayed,
            what=item.what,
            action=item.action,
            writes=self._plan.action(item.action, told_addresses(item, name, choose))
            if item.action is not None
            else None,
            resume=resuming(name),
            binding=item.binding,
            choose=choose,
            then=wait.then,
            completed=choose.outcome("completed") or wait.otherwise or wait.then if item.what == "connect" else None,
            times=wait.retry.times if wait.retry is not None else 0,
            sayings=sayings,
            request=prepared_request(request, self._secrets, self._constants) if request is not None else None,
            timeout=tree(request.timeout if request is not None else None),
            shape=request.shape if request is not None else None,
            whisper=wait.whisper,
            reason=tree(item.reason),
            span=item.span,
        )


def _shown(program: Program) -> frozenset[str]:
    """The secrets that NCCOs hold."""
    if not program.secrets:
        return frozenset()
    drafts = (action.draft for item in every_item(program.steps, program.handlers) if (action := action_of(item)))
    used = {use.name for draft in drafts for hole in holes_in(draft) for use in hole.code.names}
    return frozenset(used & program.secrets.keys())


def _reads_visits(body: Body) -> bool:
    return any(use.name == "visits" for item in body for hole in holes_of(item) for use in hole.code.names)


def _is_quick(parts: tuple[object, ...]) -> bool:
    for part in parts:
        match part:
            case ActionItem(kind, draft):
                if kind not in catalogue().playing or draft.get("loop", 1) == 0 or isinstance(draft.get("loop"), Hole):
                    return False
            case ChoiceItem(arms, otherwise):
                if not all(_is_quick(body) for body in (*(body for _, body in arms), otherwise)):
                    return False
            case LoopItem():
                if not _is_quick(part.body):
                    return False
    return True


def _meets(parts: tuple[object, ...]) -> bool:
    """Whether the caller is brought into a conversation with others."""
    for part in parts:
        match part:
            case ActionItem(kind, draft):
                if {kind, draft.get("action")} & catalogue().joining:
                    return True
            case ChoiceItem(arms, otherwise):
                if any(_meets(body) for body in (*(body for _, body in arms), otherwise)):
                    return True
            case LoopItem():
                if _meets(part.body):
                    return True
    return False

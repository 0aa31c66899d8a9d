"""A script at an address: its blocks prepared for running, once, when it is loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy

from nccodsl.analysis.item_walks import brought
from nccodsl.analysis.program import ActionItem, ChoiceItem, Hole, LoopItem
from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.lowering.blocks import Block, Wait, handler_block, handlers
from nccodsl.lowering.compiled import Compiled
from nccodsl.lowering.holes import Emit, Evaluate, address, encode, tree
from nccodsl.lowering.plan import Next, Plan, Spliced, Write
from nccodsl.runtime.match import Matcher
from nccodsl.runtime.voices import RetrySaying, sayings
from nccodsl.templates import Scope
from nccodsl.voice.catalogue import catalogue

LONGEST_FETCH = 4.0
"""Seconds that the fetches of one answer may take together: the platform waits 5 for it (webhook reference)."""
FAILURES = catalogue().failures
"""What becomes of a `connect` that an event may be answered for (webhook reference)."""


class RunScope(Scope):
    """A scope of a running call, which also knows the addresses that are written into its NCCOs."""

    __slots__ = ("address",)

    address: Callable[[str, str], str]
    """Route and wait to address."""


class Ask(Record):
    """A wait, prepared. `writes` is None for a `fetch`, which has no action. The targets are blocks; None ends."""

    name: str
    step: str
    what: str
    action: ActionItem | None
    writes: Emit | None
    resume: Emit
    binding: str | None
    choose: Matcher
    then: str | None
    completed: str | None
    times: int
    saying: RetrySaying | None
    url: Evaluate | None
    timeout: Evaluate | None
    span: Span


class Prepared(Record):
    """A block, prepared. `quick`: it only speaks and plays, so what it leads to may be fetched already.

    `plain`: it has actions and nothing else, so that nothing is missed where their JSON is not wanted.
    """

    name: str
    step: str
    write: Write
    next: Next
    ask: Ask | None
    quick: bool
    plain: bool


class Runnable:
    """A flow at an address, such as `https://calls.example.com/ivr`. Immutable; safe to share between threads.

    `values` are given to each call, below what the call itself brings.
    """

    def __init__(self, flow: Compiled, url: str, values: Mapping[str, object] | None = None) -> None:
        self.flow = flow
        self.url = url.rstrip("/")
        self.values = dict(values or {})
        self.version = flow.version
        program = flow.program
        self.entry = handler_block("answered") if "answered" in handlers(program.call) else program.entry
        self.handlers = frozenset(handlers(program.call)) - {"answered"}
        self.steps = frozenset(program.steps)
        self.bound = frozenset(name for name, _ in brought(program.steps, program.call))
        self.declared = frozenset(program.parameters) | frozenset(program.outside_names)
        self.hidden = frozenset(program.parameters) | {let.name for let in program.lets}
        self.meets = any(_meets(block.parts) for block in flow.blocks.values())
        plan = flow.plan
        said = sayings(flow)
        self.blocks = {name: _prepared(block, plan, said.get(name)) for name, block in flow.blocks.items()}
        self.keeps_voice = any(saying.late for saying in said.values())
        """Whether what a retry says depends on the talk that was heard last."""

    def given(self, values: Mapping[str, object]) -> Runnable:
        """The same with other values."""
        other = copy(self)
        other.values = dict(values)
        return other

    def __repr__(self) -> str:
        return f"Runnable({self.flow.name!r}, {self.url!r})"


def _prepared(block: Block, plan: Plan, saying: RetrySaying | None) -> Prepared:
    write, following = plan.blocks[block.name]
    ask = _ask(block, block.transition, plan, saying) if isinstance(block.transition, Wait) else None
    plain = bool(block.parts) and all(isinstance(part, ActionItem) for part in block.parts)
    return Prepared(block.name, block.step, write, following, ask, _is_quick(block.parts), plain)


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


def _ask(block: Block, wait: Wait, plan: Plan, saying: RetrySaying | None) -> Ask:
    item = wait.item
    name = block.name
    route = {"input": "input", "connect": "connect"}.get(item.what, "resume")
    writes = None
    if item.action is not None:
        more: dict[str, object] = {"eventUrl": Spliced([_address(route, name)])}
        if "eventMethod" in item.action.draft:
            more["eventMethod"] = "POST"  # the payload is an object, and what is signed is the body
        if item.what == "connect":
            more["eventType"] = "synchronous"
        writes = plan.action(item.action, more)
    choose = Matcher(wait)
    timeout = dict(item.options).get("timeout")
    return Ask(
        name=name,
        step=block.step,
        what=item.what,
        action=item.action,
        writes=writes,
        resume=_resume(name),
        binding=item.binding,
        choose=choose,
        then=wait.then,
        completed=choose.outcome("completed") or wait.otherwise or wait.then if item.what == "connect" else None,
        times=wait.retry.times if wait.retry is not None else 0,
        saying=saying,
        url=address(item.url) if item.url is not None else None,
        timeout=tree(timeout) if timeout is not None else None,
        span=item.span,
    )


def _address(route: str, wait: str) -> Emit:
    def write(scope: Scope) -> str:
        assert isinstance(scope, RunScope)
        return f"[{encode(scope.address(route, wait))}]"

    return write


def _resume(wait: str) -> Emit:
    """A `notify` by which the platform asks how it goes on."""
    address = _address("resume", wait)
    return lambda scope: f'{{"action":"notify","payload":{{"at":{encode(wait)}}},"eventUrl":{address(scope)}}}'

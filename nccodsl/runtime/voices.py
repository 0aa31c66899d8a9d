"""In which voice a `retry` speaks: that of the talk which was last heard, whatever the way to its `input`.

Where every way leads by the same voice, it is known beforehand, and what the retry says is as constant as its text.
Elsewhere the running call keeps the voice that was last heard. A *voice* is the options of a talk, without its text
and how often it is said.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from nccodsl.analysis.item_walks import bodies, brought, every_item
from nccodsl.analysis.order import reverse_postorder
from nccodsl.analysis.program import ActionItem, AssignItem, ChoiceItem, Item, LoopItem, RetryRule, holes_in
from nccodsl.base.record import Record
from nccodsl.lowering.blocks import Block, Wait, followers, handler_block, handlers
from nccodsl.lowering.compiled import Compiled
from nccodsl.lowering.holes import Emit, encode
from nccodsl.templates import Scope
from nccodsl.voice.catalogue import catalogue
from nccodsl.voice.problems import Draft

Voice = Mapping[str, object]
_NO_VOICE = frozenset(("text", "loop"))
_OF_A_LANGUAGE = frozenset(("style", "premium"))
"""What means another voice in another language."""


class RetrySaying(Record):
    """One text that a retry says, as a function of the scope and the voice that was last heard (empty: none was).

    `item` is the talk as far as it is known beforehand; `late`: its voice is not.
    """

    says: Callable[[Scope, Voice], str]
    item: ActionItem
    late: bool


def sayings(flow: Compiled) -> dict[str, tuple[RetrySaying, ...]]:
    """What each retry with texts says, one after the other, by the name of its wait."""
    asking = {
        block.name: block.transition.retry
        for block in flow.blocks.values()
        if isinstance(block.transition, Wait) and block.transition.retry is not None
    }
    if not any(retry.says for retry in asking.values()):
        return {}
    heard, steady = _Heard(flow, asking).voices(), _steady(flow)
    return {
        name: tuple(_saying(flow, flow.blocks[name], said, retry, heard[name], steady) for said in retry.says)
        for name, retry in asking.items()
        if retry.says
    }


@lru_cache(maxsize=512)
def voice_of(actions: str) -> Voice | None:
    """The voice of the last talk in some actions, JSON with commas between them; None without one."""
    if '"talk"' not in actions:
        return None
    for action in reversed(json.loads(f"[{actions}]")):
        if action.get("action") == "talk":
            return _voice(action)
    return None


# ---- what one retry says


def _steady(flow: Compiled) -> set[str]:
    """The names that have the same value wherever they are read."""
    program = flow.program
    loops = {item.name for item in every_item(program.steps, program.handlers) if isinstance(item, LoopItem)}
    names = {*program.parameters, *program.outside_names, "caller", "callee", "call"} - loops
    names -= {name for name, _ in brought(program.steps, program.handlers)}
    for let in program.lets:
        if let.name not in loops and all(use.name in names for hole in holes_in(let.value) for use in hole.code.names):
            names.add(let.name)
    return names


def _saying(
    flow: Compiled, block: Block, said: ActionItem, retry: RetryRule, voices: list[Draft], steady: set[str]
) -> RetrySaying:
    # Behind it the step or the round begins anew: only where that leads straight to the input may a key cut it off.
    barges = block.name == block.replayed and _only_plays(block.parts)
    drafts = [_spoken(said.draft, retry.own, voice, barges=barges) for voice in voices]
    kept = (value for voice in voices for name, value in voice.items() if name not in retry.own)
    computed = (use.name for value in kept for hole in holes_in(value) for use in hole.code.names)
    if all(draft == drafts[0] for draft in drafts) and steady.issuperset(computed):
        item = ActionItem("talk", drafts[0], said.places, said.span)
        emit = flow.plan.action(item)
        return RetrySaying(lambda scope, _heard: emit(scope), item, False)
    unheard = _emit(flow, said, _spoken(said.draft, retry.own, _unheard(retry), barges=barges))
    own = _emit(flow, said, _spoken(said.draft, retry.own, Draft(), barges=barges))
    order = [option.json_name for option in catalogue().actions["talk"].shape.options]

    def says(scope: Scope, heard: Voice) -> str:
        if not heard:
            return unheard(scope)
        # What is computed by `own` is whole already; the other members come from what was heard.
        spoken = _spoken(json.loads(own(scope)), retry.own, heard, barges=barges)
        names = dict.fromkeys(["action", *(name for name in order if name in spoken), *spoken])
        return encode({name: spoken[name] for name in names})

    return RetrySaying(says, said, True)


def _spoken(said: Mapping[str, object], own: frozenset[str], voice: Voice, *, barges: bool) -> Draft:
    """The talk: its text and its own members, and all else as in the voice."""
    left_out = own | (_OF_A_LANGUAGE if "language" in own else frozenset()) | (frozenset() if barges else {"bargeIn"})
    given = {name: value for name, value in said.items() if name in ("action", "text") or name in own}
    kept = {name: value for name, value in voice.items() if name not in left_out}
    raw = getattr(said, "raw_keys", frozenset()) | getattr(voice, "raw_keys", frozenset())
    return Draft.of({**kept, **given}, raw)


def _voice(draft: Mapping[str, object]) -> Draft:
    members = {name: value for name, value in draft.items() if name not in _NO_VOICE}
    return Draft.of(members, getattr(draft, "raw_keys", frozenset()))


def _unheard(retry: RetryRule) -> Draft:
    """The voice before anything was heard: the defaults, which are in what the retry says."""
    return _voice(retry.says[0].draft if retry.says else {})


def _emit(flow: Compiled, said: ActionItem, draft: Draft) -> Emit:
    return flow.plan.action(ActionItem("talk", draft, said.places, said.span))


def _only_plays(parts: Iterable[Item]) -> bool:
    for part in parts:
        match part:
            case ActionItem(kind):
                if kind not in catalogue().playing:
                    return False
            case ChoiceItem() | LoopItem():
                if not all(_only_plays(body) for body in bodies(part)):
                    return False
            case AssignItem():
                pass
    return True


# ---- which voices may have been heard


class _Heard:
    """A forward analysis over the blocks: the voices that may have been heard last, as sets of bits."""

    def __init__(self, flow: Compiled, asking: Mapping[str, RetryRule]) -> None:
        self._flow = flow
        self._blocks = flow.blocks
        self._asking = asking
        self._voices: list[Draft] = [Draft()]
        """The first one stands for nothing that was heard."""
        self._numbers: dict[object, int] = {}
        self._plays = {name: self._body(block.parts) for name, block in self._blocks.items()}

    def voices(self) -> dict[str, list[Draft]]:
        """The voices that each of the waits may find; the defaults where nothing was heard."""
        called = [handler_block(event) for event in handlers(self._flow.program.handlers)]
        answered = handler_block("answered")
        entry = answered if answered in called else self._flow.program.entry or ""
        entering = dict.fromkeys(self._blocks, 0) | {entry: 1}
        following = {name: tuple(self._followers(block)) for name, block in self._blocks.items()}
        order = reverse_postorder({name: [to for to, _ in targets] for name, targets in following.items()}, [entry])
        reached = set(order)
        order += [name for name in self._blocks if name not in reached]
        changed = True
        while changed:
            changed = False
            for name in called:
                if name != answered:
                    entering[name] = (1 << len(self._voices)) - 1  # the event may come at any time
            for name in order:
                leaving = self._leaving(name, entering[name])
                for target, retry in following[name]:
                    arriving = entering[target] | (self._after(retry, leaving) if retry else leaving)
                    changed = changed or arriving != entering[target]
                    entering[target] = arriving
        return {name: self._of(self._leaving(name, entering[name]) or 1, retry) for name, retry in self._asking.items()}

    def _followers(self, block: Block) -> Iterator[tuple[str, RetryRule | None]]:
        yield from ((target, None) for target in targets_of(block))
        if block.name in self._asking:
            yield block.replayed, self._asking[block.name]

    def _leaving(self, name: str, entering: int) -> int:
        heard, passes = self._plays[name]
        return heard | (entering if passes else 0)

    def _body(self, body: Iterable[Item]) -> tuple[int, bool]:
        """The voices that may be the last one in a body, and whether it may end without any."""
        heard, passes = 0, True
        for item in body:
            match item:
                case ActionItem(_, draft) if draft.get("action") == "talk":
                    heard, passes = self._bit(_voice(draft)), False
                case ChoiceItem() | LoopItem():
                    ways = [self._body(inner) for inner in bodies(item)]
                    if isinstance(item, LoopItem):
                        ways.append((0, True))
                    inside = any(through for _, through in ways)
                    heard = (heard if inside else 0) | _union(way for way, _ in ways)
                    passes = passes and inside
                case _:
                    pass
        return heard, passes

    def _after(self, retry: RetryRule, heard: int) -> int:
        """What was heard last once a retry has spoken in one of these voices: its texts differ in nothing else."""
        if not retry.says:
            return heard
        said = retry.says[0]
        spoken = [_spoken(said.draft, retry.own, voice, barges=True) for voice in self._of(heard, retry)]
        return _union(self._bit(_voice(draft)) for draft in spoken)

    def _bit(self, voice: Draft) -> int:
        # Equal constants are one voice; one that is computed is that of its statement.
        holes = tuple(id(hole) for hole in holes_in(voice))
        key = (json.dumps(voice, sort_keys=True, default=lambda _hole: None), holes)
        number = self._numbers.setdefault(key, len(self._voices))
        if number == len(self._voices):
            self._voices.append(voice)
        return 1 << number

    def _of(self, bits: int, retry: RetryRule) -> list[Draft]:
        heard = [voice for number, voice in enumerate(self._voices) if number and bits >> number & 1]
        return [*heard, *([_unheard(retry)] if bits & 1 else ())]


def targets_of(block: Block) -> Iterator[str]:
    """The blocks that may follow a block, but for the step that a retry plays again."""
    match block.transition:
        case Wait(cases=cases, after_retries=after, otherwise=rest, then=then):
            yield from (target for _, target in cases)
            yield from (target for target in (after, rest, then) if target is not None)
        case transition:
            yield from followers(transition)


def _union(sets: Iterable[int]) -> int:
    union = 0
    for one in sets:
        union |= one
    return union

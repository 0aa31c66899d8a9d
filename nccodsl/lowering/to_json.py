"""From blocks to JSON text: what is constant is encoded once, the rest are segments between the constant parts."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.analysis.program import ActionItem, Body, CallItem, ChoiceItem, Hole, LoopItem
from nccodsl.lowering.blocks import Block, Fork, Goto
from nccodsl.lowering.holes import Emit, Failed, Rule, encode, evaluator, filler, first_hole, tree
from nccodsl.templates import Scope
from nccodsl.voice.catalogue import Catalogue, Option, Spec
from nccodsl.voice.cross import first_endpoint
from nccodsl.voice.judge import caller_rule, rule_for

Write = Callable[[Scope, list[str]], None]
"""Appends the JSON of actions, each item of the list being one action or several joined by commas."""

MOST_ACTIONS = 100_000
"""Actions in one rendered NCCO; a script that writes more has lost count."""


class Splice:
    """Stands in a draft for JSON text that something else yields."""

    def __init__(self, emit: Emit) -> None:
        self.emit = emit


class Plan:
    """How one script becomes JSON. Immutable once built; safe to share between threads."""

    def __init__(self, blocks: dict[str, Block], entry: str | None, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._entry = entry
        self._blocks: dict[str, tuple[Write, object]] = {
            name: (self._body(block.parts), self._transition(block)) for name, block in blocks.items()
        }

    def ncco(self, scope: Scope) -> str:
        """The NCCO as compact JSON text."""
        out: list[str] = []
        name = self._entry
        while name is not None:
            write, after = self._blocks[name]
            write(scope, out)
            name = after(scope) if callable(after) else after  # type: ignore[assignment]
        return f"[{','.join(out)}]"

    def call(self, item: CallItem, api: str) -> Emit:
        """The function that yields a whole call body for one version of the API."""
        draft = dict(item.draft)
        if self._entry is not None:
            draft["ncco"] = Splice(self.ncco)
        return _joined(*self.object(draft, self._catalogue.call[api].shape.options))

    def _transition(self, block: Block) -> object:
        """The name of the block that follows, None, or a function of the scope that tells."""
        match block.transition:
            case Goto(target):
                return target
            case Fork(arms, otherwise):
                tests = [(evaluator(test), target) for test, target in arms]

                def choose(scope: Scope) -> str:
                    for test, target in tests:
                        if test(scope):
                            return target
                    return otherwise

                return choose
            case _:
                return None

    def _body(self, body: Body | tuple[object, ...]) -> Write:
        writes: list[Write] = []
        constant: list[str] = []

        def flush() -> None:
            if constant:
                text = ",".join(constant)
                writes.append(lambda _scope, out: out.append(text))
                constant.clear()

        for item in body:
            match item:
                case ActionItem():
                    head, segments = self._action(item)
                    if segments:
                        flush()
                        writes.append(_action(head, segments))
                    else:
                        constant.append(head)
                case ChoiceItem():
                    flush()
                    writes.append(self._choice(item))
                case LoopItem():
                    flush()
                    writes.append(self._loop(item))
        flush()
        if len(writes) == 1:
            return writes[0]

        def write(scope: Scope, out: list[str]) -> None:
            for one in writes:
                one(scope, out)

        return write

    def _action(self, item: ActionItem) -> tuple[str, list[tuple[Emit, str]]]:
        if item.kind is None:
            return self.object(item.draft, ())
        own: dict[str, Rule] = {}
        if item.kind == "connect":
            endpoint = first_endpoint(item.draft)
            own["from"] = caller_rule(endpoint["type"] if endpoint else None)
        return self.object(item.draft, self._catalogue.actions[item.kind].shape.options, own)

    def _choice(self, item: ChoiceItem) -> Write:
        arms = [(evaluator(test), self._body(body)) for test, body in item.arms]
        otherwise = self._body(item.otherwise)

        def write(scope: Scope, out: list[str]) -> None:
            for test, body in arms:
                if test(scope):
                    body(scope, out)
                    return
            otherwise(scope, out)

        return write

    def _loop(self, item: LoopItem) -> Write:
        values = tree(item.items)
        body = self._body(item.body)
        name = item.name
        hole = first_hole(item.items)

        def write(scope: Scope, out: list[str]) -> None:
            items = values(scope)
            if isinstance(items, dict):
                items = list(items)
            if not isinstance(items, (list, tuple)):
                assert hole is not None
                raise Failed(hole, "E606", f"`for` runs over a list, not {type(items).__name__}", None, None)
            before = scope.get(name, scope)
            for value in items:
                scope[name] = value
                body(scope, out)
                if len(out) > MOST_ACTIONS and hole is not None:
                    raise Failed(hole, "E605", f"more than {MOST_ACTIONS:,} actions", None, None)
            if before is scope:
                scope.pop(name, None)
            else:
                scope[name] = before

        return write

    def object(
        self, draft: dict[str, object], members: tuple[Option, ...], own: dict[str, Rule] | None = None
    ) -> tuple[str, list[tuple[Emit, str]]]:
        """An object as its constant head and the segments behind it: a filler and the constant text after it.

        The members come in the order of the catalogue, `action` or `type` first and those it does not know last. The
        first member is constant or required, so every later filler may begin with a comma. `own` are rules that differ
        from those of the catalogue.
        """
        known = {option.json_name: option for option in members}
        order = [key for key in ("action", "type", *known) if key in draft]
        order = list(dict.fromkeys([*order, *draft]))
        head, segments, comma = "{", list[tuple[Emit, str]](), ""
        for key in order:
            value, option = draft[key], known.get(key)
            prefix = f"{comma}{encode(key)}:"
            comma = ","
            if isinstance(value, Splice):
                head, segments = _append(head, segments, prefix)
                segments.append((value.emit, ""))
                continue
            hole = first_hole(value)
            if hole is not None:
                segments.append((self._filler(value, hole, prefix, option, (own or {}).get(key)), ""))
                continue
            text = prefix + encode(self._ordered(value, option))
            head, segments = _append(head, segments, text)
        return _append(head, segments, "}")

    def _filler(
        self, value: object, hole: Hole, prefix: str, option: Option | None, own: Rule | None = None
    ) -> Emit:
        if option is None:
            return filler(value, hole, prefix, None, required=True, name="")
        if option.members and isinstance(value, dict):
            return self._nested(prefix, [self._optional(value, option)])
        if option.kind == "endpoint" and isinstance(value, list):
            return self._nested(prefix, [self._endpoint(item, option) for item in value], brackets=True)
        rule = own or rule_for(option)
        return filler(value, hole, prefix, rule, required=option.required, name=option.name)

    def _endpoint(self, value: object, option: Option) -> Emit:
        assert isinstance(value, dict)
        head, segments = self.object(value, self._endpoints(option)[str(value["type"])].shape.options)
        return _joined(head, segments)

    def _endpoints(self, option: Option) -> dict[str, Spec]:
        return self._catalogue.endpoints["call" if option.json_name == "to" else "connect"]

    def _optional(self, value: dict[str, object], option: Option) -> Emit:
        """An object all of whose members may be left out."""
        parts: list[tuple[str, Emit | None]] = []
        known = {member.json_name: member for member in option.members}
        for key in [key for key in known if key in value] + [key for key in value if key not in known]:
            hole = first_hole(value[key])
            if hole is None:
                parts.append((f"{encode(key)}:{encode(self._ordered(value[key], known.get(key)))}", None))
            else:
                parts.append(("", self._filler(value[key], hole, f"{encode(key)}:", known.get(key))))

        def emit(scope: Scope) -> str:
            texts = [text if fill is None else fill(scope) for text, fill in parts]
            return "{" + ",".join(text for text in texts if text) + "}"

        return emit

    def _nested(self, prefix: str, items: list[Emit], *, brackets: bool = False) -> Emit:
        def emit(scope: Scope) -> str:
            text = ",".join([item(scope) for item in items])
            return f"{prefix}[{text}]" if brackets else prefix + text

        return emit

    def _ordered(self, value: object, option: Option | None) -> object:
        """A constant value with its members in the order of the catalogue."""
        if option is None:
            return value
        if option.kind == "endpoint" and isinstance(value, list):
            specs = self._endpoints(option)
            return [
                self._sorted(item, specs[item["type"]].shape.options)
                if isinstance(item, dict) and item.get("type") in specs
                else item
                for item in value
            ]
        if option.members and isinstance(value, dict):
            return self._sorted(value, option.members)
        return value

    def _sorted(self, value: dict[str, object], members: tuple[Option, ...]) -> dict[str, object]:
        known = {option.json_name: option for option in members}
        order = [key for key in known if key in value] + [key for key in value if key not in known]
        return {key: self._ordered(value[key], known.get(key)) for key in order}


def _append(head: str, segments: list[tuple[Emit, str]], text: str) -> tuple[str, list[tuple[Emit, str]]]:
    """Constant text behind the last segment, or behind the head where there is none yet."""
    if not segments:
        return head + text, segments
    fill, tail = segments[-1]
    return head, [*segments[:-1], (fill, tail + text)]


def _joined(head: str, segments: list[tuple[Emit, str]]) -> Emit:
    def emit(scope: Scope) -> str:
        text = head
        for fill, tail in segments:
            text += fill(scope) + tail
        return text

    return emit


def _action(head: str, segments: list[tuple[Emit, str]]) -> Write:
    emit = _joined(head, segments)
    return lambda scope, out: out.append(emit(scope))

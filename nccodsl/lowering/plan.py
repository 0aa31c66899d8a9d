"""From blocks to JSON text: what is constant is encoded once, and only the holes are filled for each rendering."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.analysis.by_language import languages_in, spoken_in
from nccodsl.analysis.program import (
    ActionItem,
    AssignItem,
    Body,
    BreakItem,
    CallItem,
    ChoiceItem,
    ForgetItem,
    LoopItem,
    NextItem,
)
from nccodsl.lowering.blocks import Block, End, Fork, Part
from nccodsl.lowering.constants import constant_value
from nccodsl.lowering.holes import Emit, Rule, address, decider, encode, filler, first_hole
from nccodsl.lowering.loop_parts import LeftLoop, NextRound, listed
from nccodsl.lowering.part_writers import (
    MOST_ACTIONS as MOST_ACTIONS,
    Next,
    Write as Write,
    constant,
    following,
    too_long,
    unheard,
    written,
)
from nccodsl.lowering.pieces import Piece, joined, merged
from nccodsl.templates import Scope
from nccodsl.templates.dialect import LANGUAGE
from nccodsl.voice.catalogue import Catalogue, Option, Spec
from nccodsl.voice.cross import first_endpoint
from nccodsl.voice.judge import caller_rule, rule_for
from nccodsl.voice.problems import Draft

_ADDRESSES = ("url", "webhook", "ws")


class Spliced:
    """Stands in a draft for a value whose pieces are already made."""

    def __init__(self, pieces: list[Piece]) -> None:
        self.pieces = pieces


class Plan:
    """How one script becomes JSON. Immutable once built; safe to share between threads."""

    def __init__(self, blocks: dict[str, Block], entry: str | None, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._entry = entry
        self._orders: dict[tuple[object, ...], list[tuple[str, str, Option | None]]] = {}
        """By the members that the catalogue has, which live as long as this, and the keys of a draft."""
        self.blocks: dict[str, tuple[Write, Next]] = {
            name: (self._body(block.parts), following(block)) for name, block in blocks.items()
        }
        """For each block: what writes its actions, and what names the block that follows without waiting."""
        self._lists = {
            name: hole
            for name, block in blocks.items()
            if isinstance(block.transition, Fork) and (loop := block.transition.loop) is not None
            if (hole := first_hole(loop.items)) is not None
        }
        """The list of each loop of several blocks, by the block that begins its rounds."""
        self._pieces = list(self._ncco(blocks))
        self.ncco = joined(self._pieces)
        """The NCCO as compact JSON text, a function of the scope."""

    def call(self, item: CallItem, api: str, more: dict[str, Spliced] | None = None) -> Emit:
        """The function that yields a whole call body for one version of the API.

        `more` are members that stand instead of the NCCO, or beside it.
        """
        draft = Draft.of(dict(item.draft), getattr(item.draft, "raw_keys", ()))
        if more is not None:
            draft.update(more)
        elif self._entry is not None:
            draft["ncco"] = Spliced(self._pieces)
        return joined(self.pieces(draft, self._catalogue.call[api].shape.options))

    def action(self, item: ActionItem, more: dict[str, object] | None = None) -> Emit:
        """The function that yields the JSON of one action, with members that replace those of the script."""
        if more:
            draft = Draft.of({**item.draft, **more}, getattr(item.draft, "raw_keys", ()))
            item = ActionItem(item.kind, draft, item.places, item.span)
        return joined(self._action(item))

    def _ncco(self, blocks: dict[str, Block]) -> Iterator[Piece]:
        first = blocks.get(self._entry or "")
        actions = [part for part in first.parts if isinstance(part, ActionItem)] if first else []
        if first is None or (isinstance(first.transition, End) and len(actions) == len(first.parts)):
            # Most scripts say one thing after the other: no list of actions need be made.
            yield "["
            for index, item in enumerate(actions):
                yield "," if index else ""
                yield from self._action(item)
            yield "]"
        else:
            yield self._walk

    def _walk(self, scope: Scope) -> str:
        """The NCCO where the blocks that are played depend on the values."""
        out: list[str] = []
        name = self._entry
        while name is not None:
            write, after = self.blocks[name]
            write(scope, out)
            if len(out) > MOST_ACTIONS and name in self._lists:
                raise too_long(self._lists[name])
            name = after(scope)
        return f"[{','.join(out)}]"

    # ---- bodies

    def _body(self, body: Body | tuple[Part, ...]) -> Write:
        writes: list[Write] = []
        known: list[str] = []

        def flush() -> None:
            if known:
                writes.append(constant(",".join(known)))
                known.clear()

        for item in body:
            match item:
                case ActionItem():
                    pieces = merged(self._action(item))
                    if len(pieces) == 1 and isinstance(pieces[0], str):
                        known.append(pieces[0])
                    else:
                        flush()
                        writes.append(written(joined(pieces)))
                case ChoiceItem():
                    flush()
                    writes.append(self._choice(item))
                case LoopItem():
                    flush()
                    writes.append(self._loop(item))
                case AssignItem() | ForgetItem() | NextItem() | BreakItem():
                    flush()
                    writes.append(unheard(item))
        flush()
        if len(writes) == 1:
            return writes[0]

        def write(scope: Scope, out: list[str]) -> None:
            for one in writes:
                one(scope, out)

        return write

    def _choice(self, item: ChoiceItem) -> Write:
        decide = decider([test for test, _ in item.arms])
        bodies = [self._body(body) for body in (*(body for _, body in item.arms), item.otherwise)]
        return lambda scope, out: bodies[decide(scope)](scope, out)

    def _loop(self, item: LoopItem) -> Write:
        values = listed(item)
        body = self._body(item.body)
        name = item.name
        hole = first_hole(item.items)

        def write(scope: Scope, out: list[str]) -> None:
            items = values(scope)
            hidden = scope.get(name, scope)
            for value in items:
                scope[name] = value
                try:
                    body(scope, out)
                except NextRound:
                    pass
                except LeftLoop:
                    break
                if len(out) > MOST_ACTIONS and hole is not None:
                    raise too_long(hole)
            if hidden is scope:
                scope.pop(name, None)
            else:
                scope[name] = hidden

        return write

    # ---- objects

    def _action(self, item: ActionItem) -> Iterator[Piece]:
        if several := languages_in(item.draft):
            return self._in_languages(item, several)
        if item.kind is None:
            return self.pieces(item.draft, ())
        own: dict[str, Rule] = {}
        if item.kind == "connect":
            endpoint = first_endpoint(item.draft)
            own["from"] = caller_rule(endpoint["type"] if endpoint else None)
        return self.pieces(item.draft, self._catalogue.actions[item.kind].shape.options, own)

    def _in_languages(self, item: ActionItem, languages: frozenset[str]) -> Iterator[Piece]:
        """An action that differs from language to language: each way is prepared, and one is chosen."""
        own = spoken_in(item, None)
        source = joined(self._action(own))
        ways: dict[str, Emit] = {}
        for language in languages:
            spoken = spoken_in(item, language)
            ways[language] = source if spoken.draft == own.draft else joined(self._action(spoken))
        yield lambda scope: ways.get(str(scope.get(LANGUAGE)), source)(scope)

    def pieces(
        self, draft: dict[str, object], members: tuple[Option, ...], own: dict[str, Rule] | None = None
    ) -> Iterator[Piece]:
        """The pieces of an object, its members in the order of the catalogue.

        `action` or `type` comes first, what the catalogue does not know last. The first member is constant or
        required, so each later filler may begin with a comma. `own` are rules that differ from the catalogue's.
        """
        order = self._order(draft, members)
        for key, prefix, option in order:
            value, rule = draft[key], own.get(key) if own else None
            if type(value) is str and (option is None or not option.members):
                # Most members are constant texts.
                yield prefix + encode(constant_value(value, option, rule))
            else:
                yield from self._member(value, prefix, option, rule)
        yield "}" if order else "{}"

    def _order(self, draft: dict[str, object], members: tuple[Option, ...]) -> list[tuple[str, str, Option | None]]:
        """The keys of an object in order, each with the text before its value. Scripts repeat the same few."""
        # What `raw` passes through is passed as it is.
        raw = getattr(draft, "raw_keys", ())
        drawn = (id(members), *draft, None, *sorted(raw))
        found = self._orders.get(drawn)
        if found is None:
            known = {option.json_name: option for option in members if option.json_name not in raw}
            keys = dict.fromkeys([*(key for key in ("action", "type", *known) if key in draft), *draft])
            found = self._orders[drawn] = [
                (key, f"{',' if number else '{'}{encode(key)}:", known.get(key)) for number, key in enumerate(keys)
            ]
        return found

    def _member(self, value: object, prefix: str, option: Option | None, own: Rule | None) -> Iterator[Piece]:
        hole = first_hole(value)
        if isinstance(value, Spliced):
            yield prefix
            yield from value.pieces
        elif option is not None and option.kind == "endpoint" and isinstance(value, list):
            yield prefix + "["
            for index, item in enumerate(value):
                yield "," if index else ""
                yield from self._endpoint(item, option)
            yield "]"
        elif hole is None:
            yield prefix + encode(constant_value(value, option, own))
        elif option is None:
            yield filler(value, hole, prefix, None, required=True, name="")
        elif option.members and isinstance(value, dict):
            yield from self._nested(value, prefix, option)
        else:
            rule, spoken = own or rule_for(option), option.kind == "text"
            compute = address(value) if option.kind in _ADDRESSES else None
            yield filler(
                value,
                hole,
                prefix,
                rule,
                required=option.required,
                name=option.name,
                compute=compute,
                spoken=spoken,
            )

    def _endpoint(self, value: object, option: Option) -> Iterator[Piece]:
        specs: dict[str, Spec] = self._catalogue.endpoints["call" if option.json_name == "to" else "connect"]
        spec = specs.get(str(value.get("type"))) if isinstance(value, dict) else None
        if spec is None or not isinstance(value, dict):
            yield encode(value)
        else:
            yield from self.pieces(value, spec.shape.options)

    def _nested(self, value: dict[str, object], prefix: str, option: Option) -> Iterator[Piece]:
        """An object of options. Where its first member may be left out, the commas are settled while rendering."""
        known = {member.json_name: member for member in option.members}
        order = [*(key for key in known if key in value), *(key for key in value if key not in known)]
        first = known.get(order[0])
        if first_hole(value[order[0]]) is None or (first is not None and first.required):
            yield prefix
            yield from self.pieces(value, option.members)
            return
        parts = [joined(self._member(value[key], f"{encode(key)}:", known.get(key), None)) for key in order]
        yield prefix + "{"
        yield lambda scope: ",".join([text for text in [part(scope) for part in parts] if text])
        yield "}"

"""From blocks to JSON text: what is constant is encoded once, and only the holes are filled for each rendering."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

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
    Parameter,
)
from nccodsl.lowering.at_once import at_once
from nccodsl.lowering.blocks import Block, End, Fork, Part
from nccodsl.lowering.document_pattern import DocumentPattern
from nccodsl.lowering.holes import Emit, Rule, decider, first_hole
from nccodsl.lowering.loop_parts import LeftLoop, NextRound, listed
from nccodsl.lowering.object_pieces import ObjectPieces, Spliced
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
from nccodsl.voice.catalogue import Catalogue
from nccodsl.voice.cross import first_endpoint
from nccodsl.voice.judge import caller_rule
from nccodsl.voice.problems import Draft


class _Written(dict[str, tuple[Write, Next]]):
    """What is made of each block when it is first asked for: a script that says one thing after another needs none."""

    def __init__(self, make: Callable[[str], tuple[Write, Next]]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, name: str) -> tuple[Write, Next]:
        # Threads that ask at the same time make the same.
        made = self[name] = self._make(name)
        return made


class Plan:
    """How one script becomes JSON. Immutable once built; safe to share between threads."""

    def __init__(self, blocks: dict[str, Block], entry: str | None, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._entry = entry
        self._objects = ObjectPieces(catalogue)
        self.blocks = _Written(lambda name: (self._body(blocks[name].parts), following(blocks[name])))
        """For each block: what writes its actions, and what names the block that follows without waiting."""
        self._lists = {
            name: hole
            for name, block in blocks.items()
            if isinstance(block.transition, Fork) and (loop := block.transition.loop) is not None
            if (hole := first_hole(loop.items)) is not None
        }
        """The list of each loop of several blocks, by the block that begins its rounds."""
        self._pieces = list(self._ncco(blocks))

    def call(self, item: CallItem, api: str, more: dict[str, Spliced] | None = None) -> Emit:
        """The function that yields a whole call body for one version of the API.

        `more` are members that stand instead of the NCCO, or beside it.
        """
        return joined(self._body_pieces(item, api, more, ObjectPieces(self._catalogue)))

    def document(
        self, call: tuple[CallItem, str] | None, parameters: Sequence[Parameter] | None
    ) -> tuple[Emit, DocumentPattern | None]:
        """The function that yields a call body for a version of the API, or (None) the NCCO, as compact JSON text.

        Beside it a quicker way, where there is one. `parameters`: those whose values are all that the templates read;
        None where they read more.
        """
        objects = ObjectPieces(self._catalogue)
        pieces = self._pieces if call is None else merged(self._body_pieces(*call, None, objects))
        plain = self._objects.plain | objects.plain
        return joined(pieces), at_once(pieces, plain, parameters) if parameters is not None else None

    def _body_pieces(
        self, item: CallItem, api: str, more: dict[str, Spliced] | None, objects: ObjectPieces
    ) -> Iterator[Piece]:
        draft = Draft.of(dict(item.draft), getattr(item.draft, "raw_keys", ()))
        if more is not None:
            draft.update(more)
        elif self._entry is not None:
            draft["ncco"] = Spliced(self._pieces)
        return objects.pieces(draft, self._catalogue.call[api].shape.options)

    def action(self, item: ActionItem, more: dict[str, object] | None = None) -> Emit:
        """The function that yields the JSON of one action, with members that replace those of the script."""
        if more:
            draft = Draft.of({**item.draft, **more}, getattr(item.draft, "raw_keys", ()))
            item = ActionItem(item.kind, draft, item.places, item.span)
        return joined(self._action(item, ObjectPieces(self._catalogue)))

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

    def _action(self, item: ActionItem, objects: ObjectPieces | None = None) -> Iterator[Piece]:
        objects = objects or self._objects
        if several := languages_in(item.draft):
            return self._in_languages(item, several, objects)
        if item.kind is None:
            return objects.pieces(item.draft, ())
        own: dict[str, Rule] = {}
        if item.kind == "connect":
            endpoint = first_endpoint(item.draft)
            own["from"] = caller_rule(endpoint["type"] if endpoint else None)
        return objects.pieces(item.draft, self._catalogue.actions[item.kind].shape.options, own)

    def _in_languages(self, item: ActionItem, languages: frozenset[str], objects: ObjectPieces) -> Iterator[Piece]:
        """An action that differs from language to language: each way is prepared, and one is chosen."""
        own = spoken_in(item, None)
        source = joined(self._action(own, objects))
        ways: dict[str, Emit] = {}
        for language in languages:
            spoken = spoken_in(item, language)
            ways[language] = source if spoken.draft == own.draft else joined(self._action(spoken, objects))
        yield lambda scope: ways.get(str(scope.get(LANGUAGE)), source)(scope)

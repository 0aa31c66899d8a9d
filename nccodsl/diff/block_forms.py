"""What a block says, in a form that can be compared with a block of another version: no places, no names of blocks.

Names that stand for something fixed (params, lets, opening hours) are compared by what they stand for, so a text may
move into a `let`.
"""

from __future__ import annotations

from collections.abc import Mapping

from nccodsl.analysis.built_in_names import NOW
from nccodsl.analysis.by_language import ByLanguage, Translated
from nccodsl.analysis.program import ChoiceItem, Hole, LoopItem, holes_in
from nccodsl.base.record import Record
from nccodsl.lowering.blocks import Block, Fork, Goto, Transition, Wait
from nccodsl.lowering.compiled import Compiled
from nccodsl.lowering.holes import Failed, evaluator
from nccodsl.runtime.runnable import Runnable
from nccodsl.templates import Expression, Scope
from nccodsl.voice.forms import are_keys

_UNSEEN = frozenset(("span", "places", "convert"))
"""Fields that say where something stands, or that another field says as well."""
_MARKUP = frozenset("<>&\"'")
"""Characters that mean something else where they come from a value."""


class BlockForms:
    """The forms of one version."""

    def __init__(self, flow: Compiled, script: Runnable) -> None:
        self._program = flow.program
        self._lets = {let.name: let for let in flow.program.lets}
        self._constants = Scope({let.name: let.value for let in flow.program.lets if not any(holes_in(let.value))})
        self._counts = "visits" not in script.hidden
        self._defined: dict[str, object] = {}
        self._blocks: dict[str, tuple[object, ...]] = {}
        languages = flow.program.languages
        self._codes = languages.codes if languages is not None else ()
        self._translated = languages.words if languages is not None else {}

    def block(self, block: Block) -> tuple[object, ...]:
        """What a block says, but for the blocks that follow."""
        if block.name not in self._blocks:
            first = block.name == block.step
            self._blocks[block.name] = (first, self.of(block.parts), self._transition(block.transition))
        return self._blocks[block.name]

    def call(self) -> object:
        """What the `call` block says."""
        return self.of(self._program.call.draft) if self._program.call is not None else None

    def params(self) -> object:
        """What values the script takes."""
        program = self._program
        names = program.outside_names if program.open_names else tuple(program.parameters)
        return (self._codes, *sorted((name, self._definition(name)) for name in names))

    def of(self, value: object, key: str = "") -> object:
        """The form of any part of a program. `key`: the member of an action that it is the value of."""
        match value:
            case Hole():
                return self._hole(value, key)
            case ChoiceItem(arms, otherwise):
                return ("if", *((self.of(test), self.of(body)) for test, body in arms), self.of(otherwise))
            case LoopItem(name, items, body):
                return ("for", name, self.of(items), self.of(body))
            case Record():
                fields = ((name, getattr(value, name)) for name in value._fields if name not in _UNSEEN)
                return (type(value).__name__, *((name, self.of(one, name)) for name, one in fields))
            case Mapping():
                return ("map", *sorted((str(name), self.of(one, str(name))) for name, one in value.items()))
            case list() | tuple():
                return ("list", *(self.of(one, key) for one in value))
            case frozenset():
                return ("set", *sorted(map(str, value)))
            case str() | int() | float() | None:
                return (type(value).__name__, value)
            case _:
                return (type(value).__name__, repr(value))

    def _transition(self, transition: Transition) -> object:
        match transition:
            case Goto():
                return ("goto",)
            case Fork(arms, _, loop):
                # What begins a round is made of the list, and does not show it.
                listed = self.of(loop.items) if loop is not None else None
                return ("fork", *(self.of(test) for test, _ in arms), listed)
            case Wait(item, _, retry, after, otherwise, then, whisper):
                saying = (retry.times, self.of(retry.says), tuple(sorted(retry.own))) if retry is not None else None
                there = tuple(target is not None for target in (after, otherwise, then, whisper))
                matches = tuple((self.of(match), self._words(match)) for match, _ in ordered_cases(transition))
                asks = (item.what, self.of(item.action), item.binding, self.of(item.request), item.answer)
                return ("wait", asks, matches, saying, there)
            case _:
                return ("end",)

    def _words(self, match: object) -> object:
        """What a constant word is in other languages."""
        word = match if isinstance(match, str) else ""
        return tuple(sorted((code, words[word]) for code, words in self._translated.items() if word in words))

    # ---- templates

    def _hole(self, hole: Hole, key: str) -> object:
        if isinstance(hole.code, Translated | ByLanguage):
            ways = {code: way for code, way in hole.code.ways.items() if way is not None}
            return (
                "languages",
                self.of(hole.code.draft, key),
                *((code, self.of(ways[code], key)) for code in sorted(ways)),
            )
        names = {use.name for use in hole.code.names}
        bare = (isinstance(one, str) or one.source.strip() in self._constants for one in hole.pieces or ())
        if hole.pieces is not None and all(bare):
            try:
                value = evaluator(hole)(self._constants)
            except Failed:
                pass
            else:
                if not isinstance(value, str) or _is_plain(value, key):
                    return self.of(value, key)
        if hole.is_text and hole.pieces is not None:
            names = {use.name for one in self._pieces(hole, key) if isinstance(one, Expression) for use in one.names}
        uses = tuple(sorted((name, self._definition(name)) for name in names))
        return ("hole", hole.is_text, self._text(hole, key), uses)

    def _text(self, hole: Hole, key: str) -> object:
        code = hole.code
        if isinstance(code, Expression) or code.pieces is None:
            return ("source", code.source.strip() if isinstance(code, Expression) else code.text)
        joined: list[object] = []
        for piece in self._pieces(hole, key):
            if isinstance(piece, str) and joined and isinstance(joined[-1], str):
                joined[-1] += piece
            else:
                joined.append(piece if isinstance(piece, str) else ("source", piece.source.strip()))
        return tuple(joined)

    def _pieces(self, hole: Hole, key: str) -> list[str | Expression]:
        """The pieces of a text, with those of the lets that stand in it for themselves."""
        found: list[str | Expression] = []
        for piece in hole.pieces or ():
            inner = self._let_text(piece, key)
            if inner is None:
                found.append(piece)
            elif isinstance(inner, str):
                found.append(inner)
            else:
                found += self._pieces(inner, key)
        return found

    def _let_text(self, piece: str | Expression, key: str) -> Hole | str | None:
        """The text of the let that a piece is; None for any other piece, and where it would be written otherwise."""
        let = self._lets.get(piece.source.strip()) if isinstance(piece, Expression) else None
        if let is None:
            return None
        if isinstance(let.value, str):
            return let.value if _is_plain(let.value, key) else None
        if not isinstance(let.value, Hole) or not let.value.is_text or let.value.pieces is None:
            return None
        texts = "".join(one for one in let.value.pieces if isinstance(one, str))
        return let.value if _is_plain(texts, key) and not _is_address(key) else None

    def _definition(self, name: str) -> object:
        """What a name stands for."""
        if name not in self._defined:
            self._defined[name] = self._defines(name)
        return self._defined[name]

    def _defines(self, name: str) -> object:
        program = self._program
        if name in self._lets:
            return ("let", self.of(self._lets[name].value))
        if (parameter := program.parameters.get(name)) is not None:
            return ("param", parameter.type, parameter.private, self.of(parameter.default))
        if (hours := program.hours.get(name)) is not None:
            return ("hours", self.of(hours), self.of(program.zone))
        if name in program.secrets:
            return ("secret",)
        if name == NOW:
            return ("now", self.of(program.zone))
        return ("visits", self._counts) if name == "visits" else ("name",)


def ordered_cases(wait: Wait) -> list[tuple[object, str]]:
    """What the branches of a wait name, each with its target: in the order of the text as far as that matters."""
    pairs = [(match, target) for matches, target in wait.cases for match in matches]
    if any(isinstance(match, Hole) for match, _ in pairs):
        return pairs
    # Keys and outcomes are met exactly; of phrases, the first that is heard counts.
    exact = [pair for pair in pairs if str(pair[0]).startswith(":") or are_keys(str(pair[0]))]
    return sorted(exact, key=lambda pair: str(pair[0])) + [pair for pair in pairs if pair not in exact]


def _is_address(key: str) -> bool:
    return key.casefold().endswith(("url", "uri"))


def _is_plain(text: str, key: str) -> bool:
    """Whether a text is written alike as a literal and as a value."""
    return text.isalnum() if _is_address(key) else not _MARKUP & set(text)

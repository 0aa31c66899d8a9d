"""Objects as pieces of JSON: their members in the order of the catalogue, constant or filled while rendering."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.lowering.at_once import PlainHole, plain_hole
from nccodsl.lowering.constants import constant_value
from nccodsl.lowering.holes import Emit, Rule, address, encode, filler, first_hole
from nccodsl.lowering.pieces import Piece, joined
from nccodsl.voice.catalogue import Catalogue, Option, Spec
from nccodsl.voice.judge import rule_for

_ADDRESSES = ("url", "webhook", "ws")


class Spliced:
    """Stands in a draft for a value whose pieces are already made."""

    def __init__(self, pieces: list[Piece]) -> None:
        self.pieces = pieces


class ObjectPieces:
    """Makes the pieces of the objects of one script."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.plain: dict[Emit, PlainHole] = {}
        """The holes that are no more than names, of all pieces that were made."""
        self._orders: dict[tuple[object, ...], list[tuple[str, str, Option | None]]] = {}
        """By the members that the catalogue has, which live as long as this, and the keys of a draft."""

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
        kind = (id(members), *draft, None, *sorted(raw))
        found = self._orders.get(kind)
        if found is None:
            known = {option.json_name: option for option in members if option.json_name not in raw}
            keys = dict.fromkeys([*(key for key in ("action", "type", *known) if key in draft), *draft])
            found = self._orders[kind] = [
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
            emit = filler(
                value,
                hole,
                prefix,
                rule,
                required=option.required,
                name=option.name,
                compute=compute,
                spoken=spoken,
            )
            plain = plain_hole(value, prefix, option) if own is None else None
            if plain is not None:
                self.plain[emit] = plain
            yield emit

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

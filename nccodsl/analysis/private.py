"""Which names carry what a `private` param says: no message, web address or name may show it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from nccodsl.analysis.item_walks import action_of, every_body, found_in, items_in, named_answers, own_holes, walk
from nccodsl.analysis.program import (
    AskItem,
    AssignItem,
    Body,
    ChoiceItem,
    Hole,
    Item,
    LoopItem,
    OutcomeItem,
    Program,
    WaitItem,
    holes_in,
)
from nccodsl.analysis.shapes import MapShape, Shape, has_private, is_private
from nccodsl.base import lazy_re
from nccodsl.diagnostics import Collector, messages
from nccodsl.templates import NameUse, Template
from nccodsl.voice.catalogue import Catalogue, Option, Spec, fold
from nccodsl.voice.text_rules import ADDRESSES


def private_names(program: Program) -> frozenset[str]:
    """The private params, answers with private members, and all that is made of them."""
    return made_of(program, _private_params(program) | _shapes(program).keys())


def _private_params(program: Program) -> set[str]:
    """The private params of the script and of its dialogs."""
    own = {parameter.name for parameter in program.parameters.values() if parameter.private}
    return own | {
        f"{name}.{one.name}" for name, dialog in program.dialogs.items() for one in dialog.params if one.private
    }


def _shapes(program: Program) -> dict[str, Shape]:
    """The shapes with private members, by the names of the answers, and of what dialogs return."""
    found: dict[str, Shape] = {}
    for item in found_in(named_answers, program.steps, program.handlers):
        shapes: list[Shape | None] = [item.request.shape] if isinstance(item, WaitItem) and item.request else []
        if isinstance(item, AskItem) and item.dialog in program.dialogs:
            shapes += program.dialogs[item.dialog].outcomes.values()
        for shape in shapes:
            if item.binding is not None and shape is not None and has_private(shape):
                found[item.binding] = _both(found[item.binding], shape) if item.binding in found else shape
    return found


def _both(first: Shape, second: Shape) -> Shape:
    """What is private in either of two shapes that a name may have."""
    if not (isinstance(first, MapShape) and isinstance(second, MapShape)):
        return first
    members = {one.name: one for one in first.members}
    private = [one for one in second.members if one.private or has_private(one.shape)]
    return MapShape((*(members | {one.name: one for one in private}).values(),))


def _secret_part(name: str) -> str:
    """What stands for the private members of an answer, among names."""
    return f"{name}."


def made_of(program: Program, names: Iterable[str], *, tested: bool = False) -> frozenset[str]:
    """These names, and all whose value comes of theirs; with `tested`, also what an `if` sets that tests them."""
    found = set(names)
    if not found:
        return frozenset()
    shapes = _shapes(program)
    found |= {_secret_part(name) for name in found & shapes.keys()}
    made: dict[str, list[str]] = {}
    """From each name to those whose values are made of it."""
    for name, value in _given(program, tested=tested):
        for hole in holes_in(value):
            for use in hole.code.names:
                made.setdefault(_read(use, shapes), []).append(name)
    return _reached(found, made)


def makers_of(program: Program, names: Iterable[str]) -> frozenset[str]:
    """These names, and all that their values are made of."""
    makers: dict[str, list[str]] = {}
    for name, value in _given(program):
        used = [use.name for hole in holes_in(value) for use in hole.code.names]
        makers.setdefault(name.removesuffix("."), []).extend(used)
    return _reached(names, makers)


def _given(program: Program, *, tested: bool = False) -> list[tuple[str, object]]:
    """The names that get values, with what these are made of."""
    items = list(found_in(_giving, program.steps, program.handlers))
    pairs: list[tuple[str, object]] = [(one.name, one.default) for one in program.parameters.values()]
    pairs += [(let.name, let.value) for let in program.lets]
    pairs += [
        (item.name, item.items if isinstance(item, LoopItem) else item.value)
        for item in items
        if isinstance(item, AssignItem | LoopItem)
    ]
    pairs += _passed(items)
    pairs += [(item.list_name, item.items) for item in items if isinstance(item, LoopItem) and item.waits]
    if tested:
        pairs += [pair for item in items if isinstance(item, ChoiceItem) for pair in _set_inside(item)]
    return pairs


def _reached(names: Iterable[str], steps: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """These names, and all that are reached from them step by step."""
    found = set(names)
    todo = list(found)
    while todo:
        for name in steps.get(todo.pop(), ()):
            if name not in found:
                found.add(name)
                todo.append(name)
    return frozenset(found)


def _giving(body: Body) -> list[Item]:
    """What gives a name a value, or decides whether it gets one."""
    giving = AssignItem | LoopItem | AskItem | OutcomeItem | ChoiceItem
    return [item for item in body.of(items_in) if isinstance(item, giving)]


def _passed(items: Iterable[Item]) -> Iterator[tuple[str, object]]:
    """What dialogs are given, and what they return."""
    returned: dict[str, list[OutcomeItem]] = {}
    asks: list[AskItem] = []
    for item in items:
        if isinstance(item, AskItem):
            asks.append(item)
            yield from ((one.name, one.value) for one in item.args)
        elif isinstance(item, OutcomeItem):
            returned.setdefault(item.dialog, []).append(item)
    for ask in asks:
        if ask.binding is not None:
            for outcome in returned.get(ask.dialog, ()):
                for member in outcome.shape.members:
                    private = member.private or has_private(member.shape)
                    name = _secret_part(ask.binding) if private else ask.binding
                    yield name, outcome.values.get(member.name)


def _read(use: NameUse, shapes: Mapping[str, Shape]) -> str:
    """The name that a template reads, or the private part of what it stands for."""
    shape = shapes.get(use.name)
    return _secret_part(use.name) if shape is not None and is_private(shape, use.attributes) else use.name


def _set_inside(choice: ChoiceItem) -> Iterator[tuple[str, object]]:
    """The names that an `if` sets or not, with the tests that decide it."""
    tests: object = [test for test, _ in choice.arms]
    return ((item.name, tests) for item in walk((choice,)) if isinstance(item, AssignItem))


_FREE_KINDS = frozenset({"map", "any"})
_NAMES = {"conversation": ("name",), "sip": ("user", "domain")}
"""Members of an action or endpoint that are names, or parts of an address, and only texts by their kind."""
_ADDRESS = lazy_re.compile(r"\s*(?:https?|wss?|sips?):", re.IGNORECASE)


def check_private(program: Program, catalogue: Catalogue, collector: Collector) -> None:
    """Report E319 where a private value would stand in a web address or in the name of a conversation."""
    shapes = _shapes(program)
    private = made_of(program, _private_params(program) | {_secret_part(name) for name in shapes})
    if not private:
        return
    look = _Look(private, shapes, catalogue, collector)
    if program.call is not None:
        look.walk(program.call.draft, catalogue.call["v1"], "call")
    for body in every_body(program.steps, program.handlers):
        if any(name in private or _secret_part(name) in private for name in body.of(_names_read)):
            look.items(body.of(items_in))


def _names_read(body: Body) -> frozenset[str]:
    return frozenset(use.name for item in body.of(items_in) for hole in own_holes(item) for use in hole.code.names)


class _Look:
    """Looks through drafts for addresses and names that a private value would show in.

    By the catalogue where a member is known; what `raw` brings beside it, by its name and by how its text begins.
    Payloads and headers are for what is private too: they are not looked at.
    """

    def __init__(
        self, private: frozenset[str], shapes: Mapping[str, Shape], catalogue: Catalogue, collector: Collector
    ) -> None:
        self._private = private
        self._shapes = shapes
        self._catalogue = catalogue
        self._collector = collector

    def items(self, items: Iterable[Item]) -> None:
        """Statements: their requests, reasons and actions."""
        for item in items:
            if isinstance(item, WaitItem) and item.request is not None:
                self.report(item.request.url, f"the address of a `{item.what}`")
            if isinstance(item, WaitItem):
                self.reason(item.reason)
            action = action_of(item)
            if action is not None:
                # A `raw` action may be one that is known.
                kind = action.draft.get("action") if action.kind is None else action.kind
                spec = self._catalogue.actions.get(kind) if isinstance(kind, str) else None
                self.walk(action.draft, spec, "connect")

    def walk(self, draft: dict[str, object], spec: Spec | None, place: str) -> None:
        """An action, an endpoint or a call; `place` says which endpoints it can have."""
        options = {option.path: option for option in spec.options} if spec else {}
        names = _NAMES.get(spec.name, ()) if spec else ()
        for key, value in draft.items():
            if key in names:
                self.report(value, f"`{key}`")
            else:
                self._member(value, (key,), options, place)

    def _member(self, value: object, path: tuple[str, ...], options: dict[tuple[str, ...], Option], place: str) -> None:
        option = options.get(path)
        if option is not None and option.kind in _FREE_KINDS:
            return
        shown = option.kind in ADDRESSES if option else fold(path[-1]).endswith(("url", "uri"))
        if shown or (isinstance(value, Hole) and option is not None and _holds_address(option)):
            self.report(value, f"`{option.name if option else path[-1]}`")
        elif isinstance(value, list | tuple):
            for one in value:
                self._member(one, path, options, place)
        elif isinstance(value, dict):
            self._object_in(value, path, options, place)
        elif option is None and isinstance(value, Hole) and _is_address(value):
            self.report(value, f"`{path[-1]}`")

    def _object_in(
        self, value: dict[str, object], path: tuple[str, ...], options: dict[tuple[str, ...], Option], place: str
    ) -> None:
        kind = value.get("type") if path[-1] in ("endpoint", "to") else None
        endpoint = self._catalogue.endpoints[place].get(kind) if isinstance(kind, str) else None
        if endpoint is not None:
            self.walk(value, endpoint, place)
            return
        for key, inner in value.items():
            self._member(inner, (*path, key), options, place)

    def report(self, value: object, where: str) -> None:
        """E319 for each hole in a value that reads something private."""
        for hole in self._private_in(value):
            self._collector.report(messages.values.private_shown(where, self._shown(hole)), hole.span)

    def reason(self, value: object) -> None:
        """E319 where the reason of an `opt_out` reads something private."""
        for hole in self._private_in(value):
            self._collector.report(messages.options.private_reason(), hole.span)

    def _private_in(self, value: object) -> Iterator[Hole]:
        """The holes in a value that read something private."""
        return (
            hole
            for hole in holes_in(value)
            if any(_read(use, self._shapes) in self._private for use in hole.code.names)
        )

    def _shown(self, hole: Hole) -> str | None:
        """The `{{ … }}` in a text that reads something private, as it is written."""
        code = hole.code
        if not isinstance(code, Template):
            return None
        holes = [piece for piece in code.pieces or () if not isinstance(piece, str)]
        private = [use.start for use in code.names if _read(use, self._shapes) in self._private]
        one = next((one for one in holes if one.start <= private[0] < one.end), None)
        if one is None:
            return None
        start, end = code.text.rfind("{{", 0, one.start + 1), code.text.find("}}", one.end - 1)
        return code.text[start : end + 2] if 0 <= start < end else None


def _is_address(hole: Hole) -> bool:
    return isinstance(hole.code, Template) and _ADDRESS.match(hole.code.text) is not None


def _holds_address(option: Option) -> bool:
    return any(member.kind in ADDRESSES or _holds_address(member) for member in option.members)

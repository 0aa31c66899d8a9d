"""Actions, endpoints and call bodies as statements.

What the judge refuses, or the language would write differently, is kept with `raw`: the member where that is enough,
else the whole action.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from nccodsl.decompiler.literals import NOWHERE, free, name, option, value_of
from nccodsl.syntax import ast
from nccodsl.voice.catalogue import Catalogue, Option, Spec, catalogue
from nccodsl.voice.judge import judge_call, judge_ncco
from nccodsl.voice.problems import Draft, Path, Problem, Unknown


class KeptRaw:
    """What of an action or a call body has to be kept with `raw`: members, members of its endpoints, or all of it."""

    def __init__(self, value: Any, place: str) -> None:
        """`place` is the member that holds the endpoints: "endpoint" of an action, "to" of a call."""
        self.value = value
        self.members: set[str] = set()
        self.endpoint: dict[int, set[str]] = {}
        self.whole = False
        self._place = place

    def draft(self) -> Any:
        """The object as the judge sees it."""
        if self.whole:
            return Unknown()
        if not isinstance(self.value, dict):
            return self.value
        draft = Draft.of(self.value, self.members)
        if self.endpoint:
            draft[self._place] = [
                Draft.of(item, self.endpoint[index]) if index in self.endpoint else item
                for index, item in enumerate(draft[self._place])
            ]
        return draft

    def keep(self, path: Path) -> None:
        """Keep what a path leads to, or all of an action where that cannot stand alone; what a call lacks it lacks."""
        key = str(path[0]) if path else "action"
        if key in self.value and key != "action" and key not in self.members:
            if key == self._place and self._keep_in_endpoint(path):
                return
            if key != "endpoint":  # no `connect` without one
                self.members.add(key)
                return
        self.whole = self._place == "endpoint"

    def _keep_in_endpoint(self, path: Path) -> bool:
        if len(path) < 3 or not isinstance(path[1], int) or path[2] == "type":
            return False
        member = str(path[2])
        inside = self.endpoint.setdefault(path[1], set())
        if member in inside or member not in self.value[self._place][path[1]]:
            return False
        inside.add(member)
        return True


class Writer:
    """Writes one document. `api` is the version that a call body is judged by, None for what either takes."""

    def __init__(self, api: str | None = None) -> None:
        self._api = api
        self._catalogue: Catalogue = catalogue()

    def ncco(self, actions: list[Any]) -> tuple[ast.Statement, ...]:
        """The statements of an NCCO; `hangup` for an empty one."""
        kept = [KeptRaw(action, "endpoint") for action in actions]
        _settle(lambda: judge_ncco([one.draft() for one in kept]), lambda path: kept[int(path[0])].keep(path[1:]))
        return tuple(self._statement(one) for one in kept) or (ast.Hangup(span=NOWHERE),)

    def call(self, body: dict[str, Any]) -> ast.Call:
        """The call block of a body: all of it but its NCCO."""
        kept = KeptRaw({key: value for key, value in body.items() if key != "ncco"}, "to")
        if "ncco" in body and "answer_url" in body:
            kept.members.add("answer_url")
        _settle(lambda: judge_call(kept.draft(), self._api), kept.keep)
        return ast.Call(span=NOWHERE, items=tuple(self._call_items(kept)))

    # ---- actions

    def _statement(self, kept: KeptRaw) -> ast.Statement:
        action = kept.value
        if kept.whole:
            return ast.Action(span=NOWHERE, kind=name("raw"), main=free(action), options=())
        spec = self._catalogue.actions[action["action"]]
        raw, plain = _parted(spec, action, kept.members, "action")
        if spec.name == "connect":
            endpoint, inside = self._endpoint(plain.pop("endpoint")[0], "connect", kept.endpoint.get(0, set()))
            options = (*inside, *self._options(spec, plain, raw), *_raw("raw", raw))
            return ast.Connect(span=NOWHERE, keyword=NOWHERE, endpoint=endpoint, options=options)
        if spec.name == "input":
            kinds = tuple(name(kind) for kind in plain.pop("type")) if _are_kinds(plain.get("type")) else ()
            options = (*self._options(spec, plain, raw), *_raw("raw", raw))
            return ast.Input(span=NOWHERE, keyword=NOWHERE, kinds=kinds, options=options)
        main = _main(spec, plain, raw)
        options = (*self._options(spec, plain, raw), *_raw("raw", raw))
        return ast.Action(span=NOWHERE, kind=name(spec.name), main=main, options=options)

    def _endpoint(
        self, endpoint: dict[str, Any], place: str, members: set[str]
    ) -> tuple[ast.Endpoint, list[ast.Option]]:
        spec = self._catalogue.endpoints[place][endpoint["type"]]
        raw, plain = _parted(spec, endpoint, members, "type")
        main = _main(spec, plain, raw)
        options = [*self._options(spec, plain, raw), *_raw("endpoint_raw", raw)]
        return ast.Endpoint(span=NOWHERE, kind=name(spec.name), main=main), options

    def _options(self, spec: Spec, plain: dict[str, Any], raw: dict[str, Any]) -> list[ast.Option]:
        """Options in the order of the catalogue. What cannot be written joins `raw`."""
        written: list[ast.Option] = []
        for known in spec.shape.options:
            if known.json_name not in plain:
                continue
            value = plain[known.json_name]
            found = list(_flat(known, value)) if known.members else [_named(known, value)]
            options = [one for one in found if one is not None]
            if len(options) < len(found):
                raw[known.json_name] = value
            else:
                written += options
        return written

    # ---- the call

    def _call_items(self, kept: KeptRaw) -> Iterator[ast.To | ast.From | ast.Option]:
        spec = self._catalogue.call["v1"]
        raw, plain = _parted(spec, kept.value, kept.members)
        for index, item in enumerate(plain.pop("to", ())):
            endpoint, options = self._endpoint(item, "call", kept.endpoint.get(index, set()))
            yield ast.To(span=NOWHERE, endpoint=endpoint)
            yield from options
        if plain.get("random_from_number") is True:
            del plain["random_from_number"]
            yield ast.From(span=NOWHERE, endpoint=ast.Endpoint(span=NOWHERE, kind=name("random")))
        if "from" in plain:
            number = self._caller(spec, plain["from"])
            if number is None:
                raw["from"] = plain["from"]
            else:
                yield ast.From(span=NOWHERE, endpoint=ast.Endpoint(span=NOWHERE, kind=name("phone"), main=number))
            del plain["from"]
        yield from self._options(spec, plain, raw)
        yield from _raw("raw", raw)

    def _caller(self, spec: Spec, caller: Any) -> ast.Value | None:
        known = spec.option("from")
        number = known.member("number") if known else None
        if number is None or not isinstance(caller, dict) or caller.keys() != {"type", "number"}:
            return None
        return value_of(number, caller["number"])


def _settle(judge: Callable[[], list[Problem]], keep: Callable[[Path], None]) -> None:
    """Keep what is wrong until nothing more is found that can be kept: a member, its endpoint, the action around it."""
    for _ in range(4):
        wrong = [problem.path for problem in judge() if problem.is_error]
        if not wrong:
            return
        for path in wrong:
            keep(path)


def _parted(
    spec: Spec, value: dict[str, Any], members: set[str], tag: str | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The members of an object that `raw` keeps, and those that can be written; the tag is in neither."""
    raw = {key: value[key] for key in value if key != tag and (key in members or spec.by_json(key) is None)}
    return raw, {key: value[key] for key in value if key != tag and key not in raw}


def _main(spec: Spec, plain: dict[str, Any], raw: dict[str, Any]) -> ast.Value | None:
    """The value that a statement begins with, taken out of `plain`; one that cannot be written joins `raw`."""
    known = spec.main_option
    if known is None or known.json_name not in plain:
        return None
    value = plain.pop(known.json_name)
    main = value_of(known, value)
    if main is None:
        raw[known.json_name] = value
    return main


def _are_kinds(value: Any) -> bool:
    kinds = ("dtmf", "speech")
    return isinstance(value, list) and all(kind in kinds for kind in value) and 0 < len(value) == len(set(value))


def _named(spec: Option, value: Any) -> ast.Option | None:
    written = value_of(spec, value)
    return None if written is None else option(spec.name, written)


def _flat(spec: Option, value: Any) -> Iterator[ast.Option | None]:
    """An object as the flat options of its members; None for what they cannot say."""
    if isinstance(value, Unknown):
        yield _named(spec, value)
    elif not isinstance(value, dict) or any(key not in spec.shape.by_json for key in value):  # type: ignore[union-attr]
        yield None
    elif not value:
        yield option(spec.name, ast.MapValue(span=NOWHERE, entries=()))
    else:
        for member in spec.members:
            if member.json_name in value:
                yield _named(member, value[member.json_name])


def _raw(option_name: str, members: dict[str, Any]) -> list[ast.Option]:
    return [option(option_name, free(members))] if members else []

"""Which names carry what a `private` param says: no message, web address or name may show it."""

from __future__ import annotations

from nccodsl.analysis.program import AssignItem, Hole, LoopItem, Program, WaitItem, action_of, every_item, holes_in
from nccodsl.diagnostics import Collector
from nccodsl.voice.catalogue import Catalogue, Spec


def private_names(program: Program) -> frozenset[str]:
    """The private params, and all that is made of them: lets, names that are set, names of loops."""
    private = {parameter.name for parameter in program.parameters.values() if parameter.private}
    if not private:
        return frozenset()
    for parameter in program.parameters.values():
        if _uses(parameter.default, private):
            private.add(parameter.name)
    for let in program.lets:
        if _uses(let.value, private):
            private.add(let.name)
    made: dict[str, list[str]] = {}
    """From each name to those whose values are made of it."""
    for item in every_item(program.steps, program.call):
        if isinstance(item, AssignItem | LoopItem):
            for hole in holes_in(item.items if isinstance(item, LoopItem) else item.value):
                for use in hole.code.names:
                    made.setdefault(use.name, []).append(item.name)
    todo = list(private)
    while todo:
        for name in made.get(todo.pop(), ()):
            if name not in private:
                private.add(name)
                todo.append(name)
    return frozenset(private)


_SHOWN_KINDS = frozenset({"url", "webhook", "ws", "sip"})


def check_private(program: Program, catalogue: Catalogue, collector: Collector) -> None:
    """Report E319 where a private value would stand in a web address or in the name of a conversation."""
    private = private_names(program)
    if not private:
        return
    if program.call is not None:
        _object(program.call.draft, catalogue.call["v1"], catalogue.endpoints["call"], private, collector)
    for item in every_item(program.steps, program.call):
        if isinstance(item, WaitItem) and item.url is not None:
            _report(item.url, "the address of a `fetch`", private, collector)
        action = action_of(item)
        if action is not None and action.kind is not None:
            spec = catalogue.actions[action.kind]
            _object(action.draft, spec, catalogue.endpoints["connect"], private, collector)


def _object(
    draft: dict[str, object],
    spec: Spec,
    endpoints: dict[str, Spec],
    private: frozenset[str],
    collector: Collector,
) -> None:
    """The addresses and names of an action or a call, and of its endpoints."""
    for option in spec.options:
        value: object = draft
        for key in option.path:
            value = value.get(key) if isinstance(value, dict) else None
        if option.kind in _SHOWN_KINDS or (spec.name, option.name) == ("conversation", "name"):
            _report(value, f"`{option.name}`", private, collector)
        elif option.kind == "endpoint" and isinstance(value, list):
            for endpoint in value:
                inner = endpoints.get(str(endpoint.get("type"))) if isinstance(endpoint, dict) else None
                if inner is not None:
                    _object(endpoint, inner, endpoints, private, collector)


def _report(value: object, where: str, private: frozenset[str], collector: Collector) -> None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Hole) and any(use.name in private for use in value.code.names):
        collector.report(
            "E319",
            value.span,
            f"a private value would show in {where}",
            help="addresses and names are written to logs on the way; send it in a `notify` payload, or not at all",
        )


def _uses(value: object, names: set[str]) -> bool:
    return any(use.name in names for hole in holes_in(value) for use in hole.code.names)

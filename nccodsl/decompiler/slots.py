"""Which option every value of a document belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nccodsl.voice.catalogue import Members, Option, Spec, catalogue
from nccodsl.voice.problems import Path


def slots(document: Any) -> dict[Path, Option]:
    """The option of each scalar that an option holds, alone or in its array; payloads and headers have none.

    What is neither an NCCO nor a call body has none.
    """
    if isinstance(document, list):
        return dict(_actions(document, ()))
    if not isinstance(document, dict):
        return {}
    spec = catalogue().call["v1"]
    found = dict(_members(spec.shape, document, ()))
    ncco = document.get("ncco")
    return found | dict(_actions(ncco if isinstance(ncco, list) else [], ("ncco",)))


def is_structural(path: Path) -> bool:
    """Whether what stands at a path makes the shape of a document: no value can come from a param there.

    These are the document, its actions and endpoints, and what says which kind of action, endpoint or caller one is.
    """
    if path[:1] == ("ncco",):
        path = path[1:]
    match path:
        case () | ("to",) | ("to", int()) | ("to", int(), "type") | ("from",) | ("from", "type"):
            return True
        case (int(),) | (int(), "action") | (int(), "endpoint"):
            return True
        case (int(), "endpoint", int()) | (int(), "endpoint", int(), "type"):
            return True
        case _:
            return False


def _actions(actions: list[Any], path: Path) -> Iterator[tuple[Path, Option]]:
    for index, action in enumerate(actions):
        yield from _tagged(catalogue().actions, "action", action, (*path, index))


def _tagged(specs: dict[str, Spec], tag: str, value: Any, path: Path) -> Iterator[tuple[Path, Option]]:
    kind = value.get(tag) if isinstance(value, dict) else None
    spec = specs.get(kind) if isinstance(kind, str) else None
    if spec is not None:
        yield from _members(spec.shape, value, path)


def _members(shape: Members, value: dict[str, Any], path: Path) -> Iterator[tuple[Path, Option]]:
    for key, member in value.items():
        option = shape.by_json.get(key)
        if option is None or option.kind == "action":
            continue
        inner = (*path, key)
        if option.kind == "endpoint":
            specs = catalogue().endpoints["call" if key == "to" else "connect"]
            for index, item in enumerate(member if isinstance(member, list) else []):
                yield from _tagged(specs, "type", item, (*inner, index))
        elif option.shape is not None:
            if isinstance(member, dict):
                yield from _members(option.shape, member, inner)
        elif option.many and isinstance(member, list):
            yield from (((*inner, index), option) for index in range(len(member)))
        elif option.kind != "map":
            yield inner, option

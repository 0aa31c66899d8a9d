"""Which option every value of a document belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nccodsl.voice.catalogue import Members, Option, Spec, catalogue
from nccodsl.voice.problems import Path


def slots(document: Any) -> dict[Path, Option]:
    """The option of each scalar that an option holds, alone or in its array; payloads and headers have none."""
    if isinstance(document, list):
        return dict(_actions(document, ()))
    spec = catalogue().call["v1"]
    found = dict(_members(spec.shape, document, ()))
    ncco = document.get("ncco")
    return found | dict(_actions(ncco if isinstance(ncco, list) else [], ("ncco",)))


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

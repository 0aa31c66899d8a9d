"""Writes ``catalogue.json``, and the keywords in and of the grammar: ``python -m nccodsl.models.derive``.

Owns: reading pydantic's fields and our marks. Does not own: any fact.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from nccodsl.models import marks
from nccodsl.models.actions import ACTIONS
from nccodsl.models.call_body import CALLS
from nccodsl.models.endpoints import CALL, CONNECT
from nccodsl.voice.catalogue import When

_SCALARS: dict[object, str] = {str: "string", int: "integer", float: "number", bool: "boolean", Any: "any"}
_TAGS = ("action", "type")


def to_data() -> dict[str, Any]:
    """The catalogue's JSON form: actions, endpoints by place and type, call by version; rows in the models' order."""
    return {
        "actions": {_tag(model): _spec(model, "action") for model in ACTIONS},
        "endpoints": {
            "connect": {_tag(model): _spec(model, "type") for model in CONNECT},
            "call": {_tag(model): _spec(model, "type") for model in CALL},
        },
        "call": {version: _spec(model, None) for version, model in CALLS.items()},
    }


def to_text() -> str:
    return json.dumps(to_data(), indent=1, ensure_ascii=False) + "\n"


def with_keywords(grammar: str) -> str:
    """The grammar with a statement for each action: `raw` stands behind those that exist, and before withdrawn ones.

    An action whose keyword is a terminal of its own, as that of `connect`, has a rule of its own too.
    """
    words: dict[bool, list[str]] = {True: [], False: []}
    for row in to_data()["actions"].values():
        if rf"/{row['keyword']}\b/" not in grammar:
            words["withdrawn" in row].append(row["keyword"])
    old = re.search(r"ACTION\.1: +/(\(\?:[^)]*\))", grammar)
    assert old is not None
    return grammar.replace(old[1], f"(?:{'|'.join((*words[False], 'raw', *words[True]))})")


def words_of(grammar: str) -> str:
    """The module of the reserved words, for the parser that reads without the grammar."""
    words = {
        name: body.split("|") for name, body in re.findall(r"^(\w+)\.\d: +/(?:\(\?:)?([\w|]+)\)?\\b/", grammar, re.M)
    }
    reserved = sorted({word for group in words.values() for word in group})
    events = re.search(r"^_EVENT\.2: .*\(\?:([\w|]+)\)\\b", grammar, re.M)
    assert events is not None
    sets = {
        "EVENTS": events[1].split("|"),
        "ACTIONS": sorted(words["ACTION"]),
        "VERBS": sorted(words["VERB"]),
        "RESERVED": reserved,
    }
    lines = ["\n".join(f'        "{word}",' for word in group) for group in sets.values()]
    body = (f"{name} = frozenset(\n    (\n{text}\n    )\n)\n" for name, text in zip(sets, lines, strict=True))
    return (
        f'"""The words that the language reserves. Written by `python -m nccodsl.models.derive`."""\n\n{"".join(body)}'
    )


def _tag(model: type[BaseModel]) -> str:
    field = model.model_fields.get("action") or model.model_fields["type"]
    return str(get_args(field.annotation)[0])


def _spec(model: Any, tag: str | None) -> dict[str, Any]:
    about = model.about
    row: dict[str, Any] = {"doc": about.doc, "source": about.source}
    if tag == "action":
        row["keyword"] = _tag(model)
    row |= {key: _condition(model, when) for key in ("blocks", "ends") if (when := getattr(about, key)) is not None}
    row |= {key: getattr(about, key) for key in ("plays", "joins", "withdrawn") if getattr(about, key)}
    if about.outcomes:
        row["outcomes"] = list(about.outcomes)
    row["options"] = [_row(name, field) for name, field in model.model_fields.items() if name != tag]
    return row


def _condition(model: Any, when: When) -> dict[str, Any]:
    """A condition by the names that the JSON of an action has; the models write it by those of their fields."""

    def key(name: str) -> str:
        return model.model_fields[name].alias or name

    return {
        **({"given": [key(name) for name in when.given]} if when.given else {}),
        **({"equal": [key(when.equal[0]), when.equal[1]]} if when.equal else {}),
        **({"unless": [key(when.unless[0]), when.unless[1]]} if when.unless else {}),
        **({"because": when.because} if when.because else {}),
    }


def _row(name: str, field: FieldInfo) -> dict[str, Any]:
    row: dict[str, Any] = {"name": name.rstrip("_"), "json_name": field.alias or name, "kind": ""}
    row |= _type(field.annotation)
    if field.is_required():
        row["required"] = True
    elif field.default is not None:
        row["default"] = field.default
    for mark in field.metadata:
        _mark(row, mark, many=row.get("many", False))
    return row


def _type(annotation: Any) -> dict[str, Any]:
    """kind, and what else a type tells: enum, members, many."""
    origin = get_origin(annotation)
    if hasattr(annotation, "__metadata__"):
        row = _type(annotation.__origin__)
        for mark in annotation.__metadata__:
            _mark(row, mark, many=False)
        return row
    if origin is list:
        item = _type(get_args(annotation)[0])
        return {**item, "many": True}
    if origin is Literal:
        return {"kind": "enum", "enum": list(get_args(annotation))}
    if origin is dict:
        return {"kind": "map"}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {"kind": "object", "members": [_row(name, field) for name, field in annotation.model_fields.items()]}
    if annotation in _SCALARS:
        return {"kind": _SCALARS[annotation]}
    # What is left are the unions of endpoints and of actions.
    first = getattr((get_args(annotation) or (None,))[0], "model_fields", None)
    if first is None:
        raise TypeError(f"no kind of value is known for the type {annotation}; what may be left out has = ABSENT")
    return {"kind": "action" if "action" in first else "endpoint"}


_MARKS: dict[type, Callable[[Any], dict[str, Any]]] = {
    marks.Kind: lambda mark: {"kind": mark.name},
    marks.Says: lambda mark: {"doc": mark.doc, "source": mark.source},
    marks.Main: lambda _: {"main": True},
    marks.Flat: lambda mark: {"flat": mark.prefix},
    marks.Unit: lambda mark: {"unit": mark.name},
    marks.Step: lambda mark: {"step": mark.size},
    marks.Soft: lambda mark: _some(soft_min=mark.min, soft_max=mark.max),
    marks.Known: lambda mark: {
        "known": list(mark.values),
        "open_code": mark.code,
        **_some(warn_always=mark.warn_always or None),
    },
    marks.OneAdvised: lambda mark: {
        "one_advised": True,
        **_some(bare_allowed=mark.bare or None, empty_allowed=mark.empty or None),
    },
    marks.Tolerated: lambda mark: {"tolerated": list(mark.values), "tolerated_as": mark.meaning},
    marks.Deprecated: lambda mark: {"deprecated": True, "replaced_by": mark.replaced_by},
    marks.Withdrawn: lambda mark: {"withdrawn": True, "replaced_by": mark.replaced_by},
    marks.Aliases: lambda mark: {"aliases": list(mark.names)},
    marks.Called: lambda mark: {"called": list(mark.names)},
    marks.Excludes: lambda mark: {"excludes": list(mark.names)},
    marks.Needs: lambda mark: {"needs": mark.what},
    marks.Undocumented: lambda mark: {"undocumented": mark.code},
    marks.HeaderLines: lambda _: {"header_lines": True},
    marks.MaxBytes: lambda mark: {"max_bytes": mark.size},
    Ge: lambda mark: {"min": mark.ge},
    Le: lambda mark: {"max": mark.le},
}
"""What each mark says of an option; those whose meaning depends on the option are in `_mark`."""


def _some(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _mark(row: dict[str, Any], mark: Any, many: bool) -> None:
    if type(mark) in _MARKS:
        row |= _MARKS[type(mark)](mark)
    elif isinstance(mark, MinLen):
        row |= {"min_items" if many else "min_length": mark.min_length} if mark.min_length else {}
    elif isinstance(mark, MaxLen):
        row |= _some(**{"max_items" if many else "max_length": mark.max_length})
    elif isinstance(mark, FieldInfo):
        for inner in mark.metadata:
            _mark(row, inner, many)
    elif hasattr(mark, "__iter__"):
        for inner in mark:
            _mark(row, inner, many)
    elif getattr(mark, "pattern", None):
        row["pattern"] = mark.pattern


def main() -> None:
    package = Path(__file__).parents[1]
    (package / "voice" / "catalogue.json").write_text(to_text(), encoding="utf-8")
    grammar = package.parent / "grammar" / "call.lark"
    text = with_keywords(grammar.read_text(encoding="utf-8"))
    grammar.write_text(text, encoding="utf-8")
    (package / "syntax" / "descent" / "reserved_words.py").write_text(words_of(text), encoding="utf-8")


if __name__ == "__main__":
    main()

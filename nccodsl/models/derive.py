"""Writes ``catalogue.json`` from the models: ``python -m nccodsl.models.derive``.

Owns: reading pydantic's fields and our marks. Does not own: any fact.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from nccodsl.models import marks
from nccodsl.models.actions import ACTIONS
from nccodsl.models.call_body import CALLS
from nccodsl.models.endpoints import CALL, CONNECT

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


def _tag(model: type[BaseModel]) -> str:
    field = model.model_fields.get("action") or model.model_fields["type"]
    return str(get_args(field.annotation)[0])


def _spec(model: Any, tag: str | None) -> dict[str, Any]:
    about = model.about
    row: dict[str, Any] = {"doc": about.doc, "source": about.source}
    row |= {key: getattr(about, key) for key in ("blocks", "ends", "withdrawn") if getattr(about, key)}
    row["options"] = [_row(name, field) for name, field in model.model_fields.items() if name != tag]
    return row


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
    first = get_args(annotation)[0].model_fields
    return {"kind": "action" if "action" in first else "endpoint"}


def _mark(row: dict[str, Any], mark: Any, many: bool) -> None:
    match mark:
        case marks.Kind(name):
            row["kind"] = name
        case marks.Says(doc, source):
            row |= {"doc": doc, "source": source}
        case marks.Main():
            row["main"] = True
        case marks.Flat(prefix):
            row["flat"] = prefix
        case marks.Unit(name):
            row["unit"] = name
        case marks.Step(size):
            row["step"] = size
        case marks.Soft(low, high):
            row |= {key: value for key, value in (("soft_min", low), ("soft_max", high)) if value is not None}
        case marks.Known(values, code, always):
            row |= {"known": list(values), "open_code": code}
            row |= {"warn_always": True} if always else {}
        case marks.OneAdvised(bare, empty):
            row["one_advised"] = True
            row |= {"bare_allowed": True} if bare else {}
            row |= {"empty_allowed": True} if empty else {}
        case marks.Tolerated(values, meaning):
            row |= {"tolerated": list(values), "tolerated_as": meaning}
        case marks.Deprecated(by):
            row |= {"deprecated": True, "replaced_by": by}
        case marks.Withdrawn(by):
            row |= {"withdrawn": True, "replaced_by": by}
        case marks.Aliases(names):
            row["aliases"] = list(names)
        case marks.Called(names):
            row["called"] = list(names)
        case marks.Excludes(names):
            row["excludes"] = list(names)
        case marks.Needs(what):
            row["needs"] = what
        case marks.Undocumented(code):
            row["undocumented"] = code
        case marks.HeaderLines():
            row["header_lines"] = True
        case marks.MaxBytes(size):
            row["max_bytes"] = size
        case Ge(low):
            row["min"] = low
        case Le(high):
            row["max"] = high
        case MinLen(low) if low:
            row["min_items" if many else "min_length"] = low
        case MaxLen(high) if high is not None:
            row["max_items" if many else "max_length"] = high
        case FieldInfo():
            for inner in mark.metadata:
                _mark(row, inner, many)
        case _ if hasattr(mark, "__iter__"):
            for inner in mark:
                _mark(row, inner, many)
        case _ if getattr(mark, "pattern", None):
            row["pattern"] = mark.pattern


def main() -> None:
    path = str(files("nccodsl.voice").joinpath("catalogue.json"))
    from pathlib import Path

    Path(path).write_text(to_text(), encoding="utf-8")


if __name__ == "__main__":
    main()

"""JSON Schema (draft 2020-12) of an NCCO and of a create-call body, made from the catalogue.

Owns: translating options to schemas, and the few rules between options that a schema can say. Does not own: the facts.
The schemas hold what is documented: spellings and forms that the judge merely tolerates are not in them.
"""

from __future__ import annotations

from typing import Any

from nccodsl.voice.catalogue import Option, Spec, catalogue
from nccodsl.voice.forms import TEXT_LIMIT

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

_BY_KIND: dict[str, Schema] = {
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "url": {"type": "string", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[^\\s/]"},
    "webhook": {"type": "string", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[^\\s/]"},
    "ws": {"type": "string", "pattern": "^[Ww][Ss][Ss]?://[^\\s/]"},
    "sip": {"type": "string", "pattern": "^[Ss][Ii][Pp][Ss]?:\\S"},
    "phone": {"type": "string", "pattern": "^[1-9][0-9]{6,14}$"},
    "phone_or_sip": {"type": "string", "pattern": "^([1-9][0-9]{6,14}$|[Ss][Ii][Pp][Ss]?:\\S)"},
    "dtmf": {"type": "string", "pattern": "^[0-9*#p]+$"},
    "key": {"type": "string", "pattern": "^[0-9*#]$"},
    "shaken": {"type": "string", "pattern": ";info=<[^<>]+>;alg=ES256;ppt="},
    "map": {"type": "object"},
    "any": {},
}
_CHOOSES: dict[str, Schema] = {
    "record": {"dependentRequired": {"channels": ["split"]}},
    "conversation": {
        "if": {"required": ["transcription"]},
        "then": {"required": ["record"], "properties": {"record": {"const": True}}},
    },
    "sip": {"oneOf": [{"required": ["uri"]}, {"required": ["domain"]}], "dependentRequired": {"user": ["domain"]}},
    "call": {
        "oneOf": [{"required": ["ncco"]}, {"required": ["answer_url"]}],
        "if": {"required": ["random_from_number"], "properties": {"random_from_number": {"const": True}}},
        "then": {"not": {"required": ["from"]}},
        "else": {"required": ["from"]},
    },
}


def ncco_schema() -> Schema:
    """Of an NCCO: an array of actions."""
    return {
        "$schema": DIALECT,
        "title": "NCCO",
        "type": "array",
        "items": {"$ref": "#/$defs/action"},
        "$defs": _action_definitions(),
    }


def call_schema(api: str) -> Schema:
    """Of the body of POST /v1/calls ("v1") or /v2/calls ("v2")."""
    found = catalogue()
    definitions = _action_definitions() | _definitions("to", found.endpoints["call"], "type")
    body = _object(found.call[api])
    return {"$schema": DIALECT, "title": f"Create call, {api}", **body, "$defs": definitions}


def _action_definitions() -> Schema:
    found = catalogue()
    actions = {name: found.actions[name] for name in found.action_names}
    return _definitions("action", actions, "action") | _definitions("endpoint", found.endpoints["connect"], "type")


def _definitions(group: str, specs: dict[str, Spec], tag: str) -> Schema:
    rows: Schema = {f"{group}_{name}": _object(spec, tag) for name, spec in specs.items()}
    return {group: {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in rows]}, **rows}


def _object(spec: Spec, tag: str | None = None) -> Schema:
    schema = _members(spec.shape.options)
    if tag:
        schema["properties"] = {tag: {"const": spec.name}, **schema["properties"]}
        schema["required"] = [tag, *schema.get("required", [])]
    return {"description": spec.doc, **schema, **_CHOOSES.get(spec.name, {})}


def _members(options: tuple[Option, ...]) -> Schema:
    kept = [option for option in options if not option.withdrawn]
    schema: Schema = {"type": "object", "properties": {option.json_name: _option(option) for option in kept}}
    required = [option.json_name for option in kept if option.required]
    return {**schema, **({"required": required} if required else {}), "additionalProperties": False}


def _option(option: Option) -> Schema:
    schema = _item(option)
    if option.many:
        schema = {"type": "array", "items": schema}
        least = 1 if option.empty_allowed else option.min_items
        bounds = {"minItems": least, "maxItems": 1 if option.one_advised else option.max_items}
        schema |= {key: value for key, value in bounds.items() if value is not None}
    notes = {
        "description": option.doc,
        "default": option.default,
        "deprecated": option.deprecated or None,
        "examples": list(option.known) or None,
    }
    return schema | {key: value for key, value in notes.items() if value is not None}


def _item(option: Option) -> Schema:
    if option.kind in ("endpoint", "action"):
        # The call's own endpoints are spelt differently from connect's.
        return {"$ref": f"#/$defs/{'to' if option.json_name == 'to' else option.kind}"}
    if option.members:
        return _members(option.members)
    if option.kind == "enum":
        return {"enum": list(option.enum)}
    bounds = {
        "minimum": option.min,
        "maximum": option.max,
        "minLength": option.min_length,
        "maxLength": option.max_length,
        "pattern": option.pattern,
    }
    if option.kind == "text":
        bounds["$comment"] = f"at most {TEXT_LIMIT} characters, SSML tags not counted"
    base = dict(_BY_KIND.get(option.kind, {"type": "string"}))
    return base | {key: value for key, value in bounds.items() if value is not None}

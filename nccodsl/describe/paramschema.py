"""The values that a script wants, as a JSON Schema."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from nccodsl.analysis.program import Parameter
from nccodsl.lowering.compiled import Compiled
from nccodsl.lowering.holes import first_hole

# Each as JSON would naturally give it. Texts are converted too, but a schema that says so for all types says nothing.
_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "phone": {"type": "string", "description": "A telephone number in international form"},
    "url": {"type": "string", "format": "uri"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "format": "time"},
    "datetime": {"type": "string", "format": "date-time"},
    "duration": {"type": ["number", "string"], "description": "Seconds, or a duration such as 1h30m"},
    "list": {"type": "array"},
    "map": {"type": "object"},
    "any": {},
}


def params_schema(flow: Compiled) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the object that `--vars` takes for a script."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Values for {flow.name}",
        "type": "object",
        "properties": {parameter.name: _property(parameter) for parameter in flow.params},
        "required": [parameter.name for parameter in flow.params if parameter.required],
        "additionalProperties": flow.program.open_names,
    }


def _property(parameter: Parameter) -> dict[str, Any]:
    schema = dict(_TYPES.get(parameter.type, {}))
    if parameter.doc:
        schema["description"] = parameter.doc
    if parameter.private:
        schema["writeOnly"] = True
    default = parameter.default
    if parameter.required or first_hole(default) is not None:
        return schema
    if default is None:
        # `null` as a default means that the value may be left out.
        return schema
    schema["default"] = default.isoformat() if isinstance(default, (date, time, datetime)) else default
    return schema

"""The values that a script wants: its params and secrets, a line each."""

from __future__ import annotations

from datetime import date, datetime, time

from nccodsl.analysis.program import DeclaredSecret, Hole, Parameter
from nccodsl.describe.phrases import Saying
from nccodsl.lowering.holes import first_hole


def wanted_secret(secret: DeclaredSecret) -> str:
    """A line about a secret."""
    return f"  {secret.name}{f': {secret.doc}' if secret.doc else ''}"


def wanted_param(parameter: Parameter) -> str:
    """A line about a param."""
    kind = parameter.type + (", private" if parameter.private else "")
    default = ""
    if not parameter.required:
        default = " = private" if parameter.private else f" = {_shown(parameter.default)}"
    doc = f": {parameter.doc}" if parameter.doc else ""
    return f"  {parameter.name} ({kind}{default}){doc}"


def _shown(value: object) -> str:
    import json

    if isinstance(value, (date, time, datetime)):
        return value.isoformat()
    if isinstance(value, Hole):
        return Saying(None, frozenset()).value(value)
    if first_hole(value) is not None:
        return "computed from other values"
    return json.dumps(value, ensure_ascii=False)

"""nccodsl: phone calls written in a small declarative language, compiled to validated Vonage NCCO JSON.

::

    flow = nccodsl.load(Path("reminder.call"))
    flow.ncco(name="Ann")                 # the NCCO as Python data
    flow.call(name="Ann", number="…")     # the whole body of POST /v2/calls
    flow.render_json({"name": "Ann"})     # compact JSON, as bytes
"""

from __future__ import annotations

from nccodsl.base.version import __version__ as __version__

__all__ = [
    "Diagnostic",
    "Flow",
    "NccodslError",
    "RenderError",
    "ScriptError",
    "UsageError",
    "check",
    "decompile",
    "format",
    "load",
    "validate",
]

TYPE_CHECKING = False  # that of `typing`, whose import takes as long as Python does to start
if TYPE_CHECKING:
    from typing import Any

    from nccodsl.api import check, decompile, format, load, validate
    from nccodsl.diagnostics import Diagnostic
    from nccodsl.errors import NccodslError, RenderError, ScriptError, UsageError
    from nccodsl.flow import Flow

_HOMES = {
    "Diagnostic": "nccodsl.diagnostics",
    "Flow": "nccodsl.flow",
    "NccodslError": "nccodsl.errors",
    "RenderError": "nccodsl.errors",
    "ScriptError": "nccodsl.errors",
    "UsageError": "nccodsl.errors",
    "check": "nccodsl.api",
    "decompile": "nccodsl.api",
    "format": "nccodsl.api",
    "load": "nccodsl.api",
    "validate": "nccodsl.api",
}


def __getattr__(name: str) -> Any:
    # Commands that need little start fast because nothing is imported before it is asked for.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

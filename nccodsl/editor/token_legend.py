"""The types and modifiers of semantic tokens. Imports nothing, since a server names them before it has begun."""

from __future__ import annotations

TYPES = (
    "namespace", "class", "type", "parameter", "variable", "property", "enumMember", "event", "function", "method",
    "keyword", "comment", "string", "number",
)  # fmt: skip
"""The types of tokens, all of them standard ones of the Language Server Protocol."""
MODIFIERS = ("declaration", "readonly", "defaultLibrary")
"""The modifiers, standard ones too."""

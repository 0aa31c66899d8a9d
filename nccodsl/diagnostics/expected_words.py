"""What the parser would have taken, in words."""

from __future__ import annotations

from nccodsl.diagnostics.suggest import either

_TERMINALS = {
    "ARROW": "`-> step`",
    "COLON": "`:`",
    "COMMA": "`,`",
    "JINJA_BEGIN": "`{{ … }}`",
    "JINJA_END": "`}}`",
    "LBRACE": "`{`",
    "NUMBER": "a number",
    "OPTION": "an option",
    "RBRACE": "`}`",
    "RBRACKET": "`]`",
    "RPAREN": "`)`",
    "STRING": "a string",
    "WORD": "a name",
    "_EQUALS": "`=`",
    "_IN": "`in`",
}

_OF_DIALOGS = {"ARROW": "`-> outcome`", "LPAREN": "`(`"}
"""What stands behind the params of a dialog, and behind its name."""


def expected(wanted: frozenset[str]) -> str:
    """What the parser would have taken, by the names of the grammar's terminals, in words."""
    if len(wanted) == 1 and (only := next(iter(wanted))) in _OF_DIALOGS:
        return _OF_DIALOGS[only]
    parts = []
    if "ACTION" in wanted:
        parts.append("a statement")
    elif "_ON" in wanted and "_RETRY" in wanted:
        parts += ("`on`", "`retry`", "`otherwise`")
    elif "_TO" in wanted:
        parts += ("`to`", "`from`")
    elif "VERB" in wanted:
        parts.append("a verb of a test")
    value = wanted >= {"STRING", "NUMBER"}
    if value:
        parts.append("a value")
    for terminal, name in _TERMINALS.items():
        if terminal in wanted and not (value and terminal in ("STRING", "NUMBER", "JINJA_BEGIN", "WORD", "LBRACE")):
            parts.append(name)
    return either(parts) if parts else "something else"

"""Which options fit where the cursor is: those of a statement, of a dialog, of an outcome, or the params of a test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nccodsl.editor.cursor_place import CursorPart
from nccodsl.editor.declared_names import declarations, describe
from nccodsl.editor.document import Document
from nccodsl.editor.option_owners import KnownOption, Owner, options_of
from nccodsl.syntax import ast

Line = tuple[CursorPart, ...]
Lines = tuple[Line, ...]
_WORDS_OF_OWNERS = {
    "_CONNECT": "connect",
    "RECORD": "record",
    "_INPUT": "input",
    "_FETCH": "fetch",
    "_SEND": "send",
    "OPT_OUT": "opt_out",
    "_RETRY": "retry",
    "_LANGUAGES": "languages",
    "_HOURS": "hours",
}


def owner_at(line: Line, around: Lines) -> Owner | None:
    """What an option would belong to. `line` and `around` as in CursorPlace."""
    head = line[0].terminal if line else ""
    if head in ("", "_TO", "_FROM", "OPTION"):
        if not around or not around[0] or around[0][0].terminal != "_CALL":
            return None
        return Owner("to", line[1].text if len(line) > 1 else "") if head == "_TO" else Owner("call")
    if head in ("ACTION", "VERB"):
        return Owner(line[0].text)
    if head == "_DEFAULTS":
        return Owner(line[1].text if len(line) > 1 else "")
    word = _WORDS_OF_OWNERS.get(head)
    kind = line[1].text if word == "connect" and len(line) > 1 else ""
    return Owner(word, kind) if word else None


def in_brackets(around: Lines) -> bool:
    """Whether the place is in the brackets of a dialog that is asked, or of an outcome."""
    return bool(around) and bool(around[0]) and around[0][-1].terminal == "LPAREN"


def known_options(document: Document, line: Line, around: Lines) -> dict[str, KnownOption]:
    """The options that fit: of a statement, params behind `with`, those of a dialog in its brackets."""
    if line and line[0].terminal == "_WITH":
        params = declarations(document, ast.Param)
        return {name: KnownOption(name, describe(document, node).text) for name, node in params.items()}
    if in_brackets(around):
        found = members_of_call(document, around[0][:-1], around[1:])
        return {name: KnownOption(name, f"**`{name}`**") for name in found}
    owner = owner_at(line, around)
    return options_of(owner) if owner is not None else {}


def members_of_call(document: Document, line: Sequence[CursorPart], around: Lines) -> dict[str, ast.Member]:
    """What a dialog takes, or an outcome returns, whose name a line ends with."""
    if len(line) < 2:
        return {}
    name, before = line[-1].text, line[-2].terminal
    dialogs = declarations(document, ast.Dialog)
    members: Iterable[ast.Member] = ()
    if before in ("_ASK", "_OF") and name in dialogs:
        members = dialogs[name].params
    elif before == "ARROW":
        inside = [dialogs[one[1].text] for one in around if _is_dialog(one) and one[1].text in dialogs]
        outcomes = [one for dialog in inside for one in dialog.outcomes if one.name.text == name]
        members = (member for one in outcomes for member in one.members)
    return {member.key.text: member for member in members}


def _is_dialog(line: Line) -> bool:
    return len(line) > 1 and line[0].terminal == "_DIALOG"

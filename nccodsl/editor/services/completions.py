"""Completion: what could be written where the cursor is.

The grammar's parser says which terminals fit; the line before the cursor says what a name there means.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nccodsl.analysis.branch_parts import CALL_EVENTS, FETCH_OUTCOMES, RECORDING_EVENTS
from nccodsl.analysis.item_walks import action_of, every_item
from nccodsl.analysis.request_parts import FAILED_STATUSES
from nccodsl.base.http_rules import METHODS
from nccodsl.base.record import Record
from nccodsl.editor.cursor_options import known_options
from nccodsl.editor.cursor_place import CursorPart, CursorPlace, cursor_place
from nccodsl.editor.declared_names import declarations, declared_texts, describe
from nccodsl.editor.document import Document
from nccodsl.editor.new_steps import new_step
from nccodsl.editor.next_verbs import next_verbs
from nccodsl.editor.option_owners import KnownOption, spec_text
from nccodsl.editor.suggestions import Suggestion, keyword, keywords, types, values
from nccodsl.editor.template_suggestions import template_suggestions
from nccodsl.editor.text_parts import chunk_start, in_text, template_before, word_bounds
from nccodsl.editor.value_suggestions import language_suggestions, style_suggestions, value_suggestions
from nccodsl.rehearsal.scripted import ACTS
from nccodsl.std import in_brackets, library_names
from nccodsl.syntax import ast
from nccodsl.syntax.keywords import RESERVED
from nccodsl.syntax.nodes import LITERALS
from nccodsl.voice.catalogue import catalogue

_SURE_VERBS = frozenset((*ACTS, "ended", "ends"))
"""Verbs that a test can have only where its call is at that moment."""
_CONSTANTS = {RESERVED[word] for word in LITERALS}


class Completion(Record):
    """What fits: it replaces what stands between the two offsets. `again`: other letters bring other things."""

    start: int
    end: int
    items: tuple[Suggestion, ...]
    again: bool = False


def completion(document: Document, offset: int) -> Completion:
    """What could be written at an offset, in a text with syntax errors too."""
    text = document.text
    start = chunk_start(text, offset)
    where = in_text(text, start, offset)
    expression = template_before(text, start, offset)
    if where != "comment" and expression is not None:
        return Completion(*word_bounds(text, offset), tuple(template_suggestions(document, expression, offset)))
    if where:
        return Completion(offset, offset, ())
    if (library := _library(text, offset)) is not None:
        return library
    place = cursor_place(text, offset)
    if place.own_line and "VERB" in place.fits and (verbs := next_verbs(document, place.start)) is not None:
        # The rest is right anywhere: what others are called and do, requests, recordings.
        others = [one for one in keywords(place.fits - _CONSTANTS, 1) if one.label not in _SURE_VERBS]
        return Completion(place.start, place.end, (*verbs, *others))
    unique: dict[tuple[str, str], Suggestion] = {}
    for item in _items(document, place):
        unique.setdefault((item.label, item.kind), item)
    again = any(one.also for one in unique.values())
    return Completion(place.start, place.end, tuple(unique.values()), again)


def _library(text: str, offset: int) -> Completion | None:
    """The files of the library, behind `include <`."""
    line = text.rfind("\n", 0, offset) + 1
    opened = text.find("<", line, offset)
    if opened < 0 or text[line:opened].strip() != "include":
        return None
    end = offset
    while end < len(text) and text[end] not in " \t\r\n":
        end += 1
    return Completion(opened, end, tuple(_library_files()))


def _library_files() -> Iterator[Suggestion]:
    return (Suggestion(in_brackets(f"{name}.call"), "file", rank=0) for name in library_names())


def _items(document: Document, place: CursorPlace) -> Iterator[Suggestion]:
    fits, line = place.fits, place.line
    if "_EQUALS" in {part.terminal for part in line[-1:]} or (
        line and line[-1].terminal == "COMMA" and _in_list(place)
    ):
        yield from _value(document, place)
        return
    if "WORD" in fits:
        yield from _words(document, place)
    if "OPTION" in fits:
        yield from _options(document, place)
    if "METHOD" in fits:
        yield from values(METHODS, "method", 1)
    if "LIBRARY" in fits:
        yield from _library_files()
    if "ARROW" in fits:
        yield from _jumps(document)
    # Where a value is expected, `true` and the like come with the option that takes them.
    behind = bool(line) and line[-1].terminal not in ("NOT",)
    rank = 0 if place.own_line else 2 if behind else 1
    yield from keywords(fits - _CONSTANTS, rank)


def _in_list(place: CursorPlace) -> bool:
    """Whether the place is in the brackets of an option's value."""
    return bool(place.around) and [part.terminal for part in place.around[0][-2:]] == ["_EQUALS", "LBRACKET"]


def _jumps(document: Document) -> Iterator[Suggestion]:
    """`-> step`, where a statement or a target can stand."""
    for name, text in declared_texts(document, ast.Step).items():
        yield Suggestion(f"-> {name}", "step", "", text, rank=2)


# ---- options


def _options(document: Document, place: CursorPlace) -> Iterator[Suggestion]:
    given = {part.text for part in place.line if part.terminal == "OPTION"}
    for name, known in known_options(document, place.line, place.around).items():
        if name not in given:
            yield _option(known)


def _option(known: KnownOption) -> Suggestion:
    option = known.option
    required = option is not None and option.required
    detail = (("required: " if required else "") + option.doc) if option is not None else ""
    return Suggestion(known.name, "option", detail, known.text, f"{known.name}=", rank=0 if required else 1)


# ---- values


def _value(document: Document, place: CursorPlace) -> Iterator[Suggestion]:
    """What fits behind an option's `=`."""
    listed = _in_list(place)
    line, around = (place.around[0], place.around[1:]) if listed else (place.line, place.around)
    name = next((part.text for part in reversed(line) if part.terminal == "OPTION"), "")
    if line and line[0].terminal == "_WITH":
        param = declarations(document, ast.Param).get(name)
        if param is not None and param.type.text == "boolean":
            yield from map(keyword, ("true", "false"))
        return
    known = known_options(document, line, around).get(name)
    if known is None or known.option is None:
        return
    if name == "from":
        yield from values(_numbers(document), "written elsewhere")
    if name == "style" and known.option.kind == "integer":
        yield from style_suggestions(_language(line))
    yield from value_suggestions(known.option)


def _numbers(document: Document) -> list[str]:
    """The numbers that a script calls from, in the order of the text."""
    program = document.checked.program
    actions = (action_of(item) for item in every_item(program.steps, program.handlers))
    found = [program.call.draft.get("from") if program.call is not None else None]
    found += [action.draft.get("from") for action in actions if action is not None]
    numbers = (one.get("number") if isinstance(one, dict) else one for one in found)
    return list(dict.fromkeys(one for one in numbers if isinstance(one, str)))


def _language(line: Sequence[CursorPart]) -> str:
    """The language that a line says it speaks, or that of the platform."""
    for at, part in enumerate(line):
        if part.text == "language" and len(line) > at + 2:
            return line[at + 2].text.strip('"')
    return next((part.text for part in reversed(line) if part.terminal == "WORD" and "-" in part.text), "en-US")


# ---- names


def _words(document: Document, place: CursorPlace) -> Iterator[Suggestion]:
    """What a word means behind those before it."""
    line = place.line
    last = line[-1].terminal if line else ""
    head = line[0].terminal if line else ""
    if last == "ARROW":
        yield from _targets(document, place)
    elif last in ("_ASK", "_OF"):
        for name, text in declared_texts(document, ast.Dialog).items():
            yield Suggestion(name, "dialog", "", text, rank=0)
    elif (last == "COLON" and head in ("_PARAM", "_INPUT", "_FETCH", "_DIALOG")) or _is_member(place):
        yield from types()
    elif last in ("_CONNECT", "_TO") or (last == "VERB" and line[-1].text == "dialled"):
        for name, spec in catalogue().endpoints["call" if last == "_TO" else "connect"].items():
            yield Suggestion(name, "value", spec.doc, spec_text(spec, name), rank=0)
    elif last == "_FROM":
        yield from values(("phone", "random"))
    elif head == "_INPUT" and not {"OPTION", "_AS"} & {part.terminal for part in line}:
        given = {part.text for part in line}
        yield from values([kind for kind in ("dtmf", "speech") if kind not in given])
    elif last == "_DEFAULTS":
        yield from (keyword_of(name) for name in catalogue().action_names)
    elif head == "_LANGUAGES" and last in ("_LANGUAGES", "COMMA"):
        yield from language_suggestions()
    elif head in ("_ON", "_EVENT") and last in ("_ON", "_EVENT", "COMMA"):
        yield from values(_outcomes(document, place))
    elif last == "VERB" and line[-1].text == "ends":
        yield from values(_outcome_names(document))


def keyword_of(action: str) -> Suggestion:
    """An action by its name alone."""
    spec = catalogue().actions[action]
    return Suggestion(action, "keyword", spec.doc, spec_text(spec, action), rank=0)


def _is_member(place: CursorPlace) -> bool:
    """Whether the place is behind the colon of a member: in the brackets of a dialog, or in a shape."""
    last = place.line[-1].terminal if place.line else ""
    heads = {line[0].terminal for line in place.around if line}
    return last == "COLON" and bool(heads & {"_DIALOG", "_FETCH", "_AS"}) and "OPTION" not in place.fits


def _targets(document: Document, place: CursorPlace) -> Iterator[Suggestion]:
    """The steps; in a dialog, its outcomes too."""
    for line in place.around:
        if line and line[0].terminal == "_DIALOG" and len(line) > 1:
            dialog = declarations(document, ast.Dialog).get(line[1].text)
            for outcome in dialog.outcomes if dialog else ():
                yield Suggestion(outcome.name.text, "value", "outcome", rank=0)
            for step in (item for item in dialog.items if isinstance(item, ast.Step)) if dialog else ():
                yield Suggestion(step.name.text, "step", "", describe(document, step).text, rank=0)
            yield Suggestion("again", "value", "asks the question once more", rank=0)
    steps = declared_texts(document, ast.Step)
    for name, text in steps.items():
        yield Suggestion(name, "step", "", text, rank=0)
    name = document.text[place.start : place.end]
    # Who has typed the beginning of a step means that one.
    is_new = name.isidentifier() and not any(step.startswith(name) for step in steps)
    if is_new and (edit := new_step(document, place.start, name)) is not None:
        yield Suggestion(name, "step", "create this step", rank=3, also=(edit,))


def _outcomes(document: Document, place: CursorPlace) -> Sequence[str]:
    """What can come back: by the statement whose branches the place is among."""
    line = place.around[0] if place.around else ()
    match line[0].terminal if line else "":
        case "_CONNECT":
            extra = ("disconnected",) if len(line) > 1 and line[1].text == "websocket" else ()
            return (*catalogue().outcomes, *extra)
        case "RECORD":
            return RECORDING_EVENTS
        case "_FETCH":
            return (*FETCH_OUTCOMES, *FAILED_STATUSES)
        case "_INPUT":
            return ("nothing",)
        case "_ASK":
            dialog = declarations(document, ast.Dialog).get(line[1].text) if len(line) > 1 else None
            return [one.name.text for one in dialog.outcomes] if dialog else ()
        case "_CALL" | "":
            return CALL_EVENTS
        case _:
            return ()


def _outcome_names(document: Document) -> list[str]:
    dialogs = declarations(document, ast.Dialog).values()
    return list(dict.fromkeys(one.name.text for dialog in dialogs for one in dialog.outcomes))

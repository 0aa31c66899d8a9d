"""What a hover shows: the documentation of what stands at a place."""

from __future__ import annotations

from nccodsl.analysis.lint.registry import every_code
from nccodsl.base.record import Record
from nccodsl.base.source import SourceFile
from nccodsl.diagnostics.code_page import code_page
from nccodsl.editor.call_hovers import about_calls
from nccodsl.editor.declared_names import declarations, describe, values_in_reach
from nccodsl.editor.document import Document
from nccodsl.editor.keyword_texts import KEYWORD_TEXTS, TYPE_TEXTS
from nccodsl.editor.node_path import nodes_at
from nccodsl.editor.option_owners import all_options, owner_in, spec_text
from nccodsl.editor.template_suggestions import filter_names, signature_of
from nccodsl.editor.text_parts import chunk_start, in_text, template_before, word_bounds
from nccodsl.editor.value_suggestions import language_suggestions, value_suggestions
from nccodsl.syntax import ast
from nccodsl.syntax.ignores import read_ignores
from nccodsl.voice.catalogue import catalogue


class Hover(Record):
    """Documentation as Markdown, about what stands between two offsets."""

    start: int
    end: int
    text: str


def hover(document: Document, offset: int) -> Hover | None:
    """The documentation of the word, option, name, filter or code at an offset; None where there is none."""
    text = document.text
    if (ignored := _ignored(text, offset)) is not None:
        return ignored
    start, end = word_bounds(text, offset)
    word, first = text[start:end], chunk_start(text, offset)
    where = in_text(text, first, offset)
    if not word or where == "comment":
        return None
    if (expression := template_before(text, first, start)) is not None:
        said = _in_template(document, expression, word)
    else:
        said = None if where else _in_script(document, start, word)
        if said and (more := about_calls(document, nodes_at(document, start), document.position_of(start))):
            said = f"{said}\n\n---\n\n{more}"
    return Hover(start, end, said) if said else None


def _ignored(text: str, offset: int) -> Hover | None:
    """The page of a code in a comment that ignores it."""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    line = text[start : end if end >= 0 else len(text)]
    if "nccodsl:" not in line:
        return None
    for one in read_ignores(SourceFile("", line)):
        code = every_code().get(one.code)
        if code is not None and one.span.start <= offset - start <= one.span.end:
            return Hover(start + one.span.start, start + one.span.end, code_page(code))
    return None


def _in_template(document: Document, before: str, word: str) -> str | None:
    if before.rstrip().endswith("|"):
        shown = signature_of(word) or word
        return f"**`{shown}`**: a filter" if word in filter_names() else None
    if before.rstrip().endswith("."):
        return None
    known = values_in_reach(document).get(word)
    return known.text if known is not None else None


def _in_script(document: Document, start: int, word: str) -> str | None:
    path = nodes_at(document, start)
    at = document.position_of(start)
    node = path[-1] if path else None
    above = path[-2] if len(path) > 1 else None
    if isinstance(node, ast.Name) and isinstance(above, ast.Option) and node is above.name:
        return _option(document, path, word)
    if isinstance(node, ast.Name) and (said := _name(document, node, above)) is not None:
        return said
    if isinstance(node, ast.Word):
        return _value(path, node, word)
    if any(one.span.start == at for one in path) or word in (
        "to",
        "from",
        "as",
        "elif",
        "else",
        "of",
        "private",
        "not",
    ):
        return keyword_text(word)
    return keyword_text(word) if isinstance(node, ast.Connect | ast.Input | ast.RecordAction) else None


def keyword_text(word: str) -> str | None:
    """What a word of the language means; None for any other word."""
    spec = catalogue().actions.get(word)
    if spec is not None:
        return spec_text(spec, word)
    known = KEYWORD_TEXTS.get(word)
    return f"**`{word}`**\n\n{known.meaning}" if known is not None else None


def _option(document: Document, path: list[ast.Node], name: str) -> str | None:
    above = path[-3] if len(path) > 2 else None
    if isinstance(above, ast.With):
        param = declarations(document, ast.Param).get(name)
        return describe(document, param).text if param is not None else None
    owner = owner_in(path)
    known = all_options(owner).get(name) if owner is not None else None
    return known.text if known is not None else None


def _name(document: Document, node: ast.Name, above: ast.Node | None) -> str | None:
    """What a name means, by the node that it belongs to."""
    match above:
        case ast.Action() | ast.Defaults():
            return keyword_text(node.text)
        case ast.Expect(verb=verb) if node is verb:
            return keyword_text(node.text)
        case ast.Endpoint():
            found = catalogue().endpoints["connect"].get(node.text)
            return spec_text(found, node.text) if found is not None else None
        case ast.Step():
            return describe(document, above).text
        case ast.Goto():
            step = declarations(document, ast.Step).get(node.text)
            return describe(document, step).text if step is not None else None
        case ast.Ask() | ast.Asked() | ast.Dialog():
            dialog = declarations(document, ast.Dialog).get(node.text)
            return describe(document, dialog).text if dialog is not None else None
        case ast.Param(type=kind) | ast.Type(name=kind) if node is kind:
            text = TYPE_TEXTS.get(node.text)
            return f"**`{node.text}`**\n\n{text}" if text else None
        case ast.Param() | ast.Let() | ast.Secret() | ast.Hours():
            return describe(document, above).text
        case ast.Tongue():
            return _language(node.text)
        case _:
            return None


def _value(path: list[ast.Node], node: ast.Word, word: str) -> str | None:
    """A word of an enumeration."""
    option = next((one for one in reversed(path) if isinstance(one, ast.Option)), None)
    if option is None:
        return None
    owner = owner_in(path)
    known = all_options(owner).get(option.name.text) if owner is not None else None
    if known is None or known.option is None:
        return None
    if known.option.kind == "tts_language":
        return _language(word)
    listed = {one.label for one in value_suggestions(known.option)}
    return f"A value of `{option.name.text}`.\n\n{known.text}" if word in listed else None


def _language(code: str) -> str | None:
    found = next((one for one in language_suggestions() if one.label.casefold() == code.casefold()), None)
    return f"**`{found.label}`**: {found.detail}" if found is not None else None

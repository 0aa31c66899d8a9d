"""The tree-sitter grammar reads every correct script, and its queries color words as the parser reads them."""

from __future__ import annotations

import ctypes
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from nccodsl.syntax.keywords import RESERVED
from nccodsl.syntax.tables import parser
from tests.every_script import EVERY, ROOT
from tests.property.grammar_places import place_script
from tests.property.grammar_scripts import script_of
from tests.sizes import examples
from tests.unit.highlight.test_pygments import correct, parses

FOLDER = ROOT / "editors" / "tree-sitter-call"
GENERATED = FOLDER / "src" / "parser.c"
CAPSULE = b"tree_sitter.Language"
"""A capsule keeps the address of its name."""
KEYWORD = ("keyword", "function.builtin", "boolean", "constant.builtin")
CAPTURES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((*RESERVED.values(), "_EVENT"), KEYWORD),
    "OPTION": ("property",),
    "WORD": ("function", "variable", "label", "type", "constant", "property"),
    "STRING": ("string",),
    "LONG_STRING": ("string",),
    **dict.fromkeys(("NUMBER", "DURATION", "TIMES", "DATES", "RANGE", "STATUS"), ("number",)),
    "LIBRARY": ("string.special.path",),
    "METHOD": ("constant.builtin",),
    "ARROW": ("operator",),
    "JINJA_BEGIN": ("punctuation.special",),
    "JINJA_END": ("punctuation.special",),
}
JUDGED_LATER = {"E106", "E113"}
"""Mistakes that are no matter of grammar: unknown escapes, keys that are given twice."""


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("type") == "STRING":
            yield node["value"]
        for child in node.values():
            yield from _strings(child)
    elif isinstance(node, list):
        for child in node:
            yield from _strings(child)


def test_the_keywords_are_those_of_the_grammar() -> None:
    grammar = json.loads((FOLDER / "src" / "grammar.json").read_text(encoding="utf-8"))
    words = {word for word in _strings(grammar) if re.fullmatch(r"[a-z_]+", word)}
    assert words == {*RESERVED}


def test_the_parser_is_that_of_the_grammar() -> None:
    """Its words, and its rules with a name; `tree-sitter generate` writes both."""
    symbols = {*re.findall(r'^  \[(?:anon_)?sym_\w+\] = "(\w+)",$', GENERATED.read_text(encoding="utf-8"), re.M)}
    grammar = json.loads((FOLDER / "src" / "grammar.json").read_text(encoding="utf-8"))
    source = (FOLDER / "grammar.js").read_text(encoding="utf-8")
    rules = {*re.findall(r"^    (\w+): \(", source, re.M)}
    assert rules == {*grammar["rules"]}
    shown = {rule for rule in rules if not rule.startswith("_")} - {"statement", "word", "dialog_body", "returned"}
    assert shown | {*RESERVED} <= symbols
    in_source = {*re.findall(r"'([a-z_]+)'", source)}
    assert {*RESERVED} <= in_source


@pytest.fixture(scope="module")
def language(tmp_path_factory: pytest.TempPathFactory) -> Any:
    tree_sitter = pytest.importorskip("tree_sitter")
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler on this machine")
    library = tmp_path_factory.mktemp("grammar") / "call.so"
    sources = [str(GENERATED), str(FOLDER / "src" / "scanner.c")]
    command = [
        compiler,
        "-shared",
        "-fPIC",
        "-Wall",
        "-Werror",
        "-I",
        str(FOLDER / "src"),
        "-o",
        str(library),
        *sources,
    ]
    subprocess.run(command, check=True, timeout=120)
    function = ctypes.CDLL(str(library)).tree_sitter_call
    function.restype = ctypes.c_void_p
    capsule = ctypes.pythonapi.PyCapsule_New
    capsule.restype = ctypes.py_object
    capsule.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    return tree_sitter.Language(capsule(function(), CAPSULE, None))


def _tree(language: Any, text: str) -> Any:
    from tree_sitter import Parser

    return Parser(language).parse(text.encode("utf-8", "surrogatepass"))


def _captures(language: Any, name: str, text: str) -> list[tuple[str, Any]]:
    """The captures of a query in a text, in its order: their names and nodes."""
    from tree_sitter import Query, QueryCursor

    query = Query(language, (FOLDER / "queries" / f"{name}.scm").read_text(encoding="utf-8"))
    found = QueryCursor(query).captures(_tree(language, text).root_node)
    pairs = [(capture, node) for capture, nodes in found.items() for node in nodes]
    return sorted(pairs, key=lambda pair: (pair[1].start_byte, -pair[1].end_byte))


@pytest.mark.slow
def test_correct_scripts_have_no_errors(language: Any) -> None:
    texts = correct() | {
        f"{make.__name__} {seed}": text
        for make in (script_of, place_script)
        for seed in range(examples(3000))
        if parses(text := make(seed))
    }
    assert [name for name, text in texts.items() if _tree(language, text).root_node.has_error] == []


@pytest.mark.slow
def test_wrong_scripts_have_errors(language: Any) -> None:
    wrong = {name: text for name, text in EVERY.items() if name not in correct()}
    missed = {name for name, text in wrong.items() if not _tree(language, text).root_node.has_error}
    assert {name for name in missed if not name.startswith(tuple(JUDGED_LATER))} == set()


@pytest.mark.slow
def test_words_are_colored_as_the_parser_reads_them(language: Any) -> None:
    wrong = {name: found for name, text in correct().items() if (found := _colored_otherwise(language, text))}
    assert wrong == {}


def _colored_otherwise(language: Any, text: str) -> list[str]:
    colored: dict[int, str] = {}
    spans = set()
    for capture, node in _captures(language, "highlights", text):
        if capture == "spell":
            continue
        span = (node.start_byte, node.end_byte, node.type)
        assert span not in spans, f"two captures: {span}"
        spans.add(span)
        colored.setdefault(node.start_byte, capture)
    wrong = []
    for token in parser().parse_interactive(text).iter_parse():
        capture = colored.get(len(text[: token.start_pos].encode()), "")
        if token.type in CAPTURES and not capture.startswith(CAPTURES[token.type]):
            wrong.append(f"line {token.line}: {token.type} {token!s} is {capture!r}")
    return wrong


@pytest.mark.slow
def test_folds_and_injections(language: Any) -> None:
    text = 'step main {\n  talk "<speak>Hi {{ name }} <break/></speak>"\n  talk "a {{ b }}"\n  if {{ c }} { hangup } # d\n}\n'
    folded = [(node.start_point[0], node.end_point[0]) for _, node in _captures(language, "folds", text)]
    assert (0, 4) in folded
    injected = [
        node.text.decode() for name, node in _captures(language, "injections", text) if name == "injection.content"
    ]
    assert sorted(injected) == sorted(["<speak>Hi ", "{{ name }}", " <break/></speak>", "{{ b }}", "{{ c }}", "# d"])


@pytest.mark.slow
def test_what_is_being_typed_leaves_the_rest_alone(language: Any) -> None:
    tree = _tree(language, 'step a {\n  talk "Hel\n}\n\nstep b {\n  talk "Hello" langu\n}\n\nstep c { hangup }\n')
    names = [
        node.text.decode()
        for name, node in _captures(language, "highlights", tree.root_node.text.decode())
        if name == "function"
    ]
    assert names == ["a", "b", "c"]

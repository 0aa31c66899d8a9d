"""JSON with positions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nccodsl.base.source import SourceFile, Sources
from nccodsl.diagnostics import Collector, Diagnostic
from nccodsl.diagnostics.fixes import apply_fixes
from nccodsl.documents.json_text import JsonDocument, pointer, read_json, read_json_lines
from tests.growth import assert_linear

QUOTES = "JSON strings stand in plain double quotes"
COLON = "a key and its value have `:` between them"
POINT = "a number needs a digit on both sides of its one point"


def read(text: str) -> tuple[JsonDocument | None, list[Diagnostic], SourceFile]:
    sources = Sources()
    sources.add("before.call", "something else")  # so that the offsets do not begin at 0
    file = sources.add("a.json", text)
    collector = Collector(sources)
    return read_json(file, collector), collector.sorted(), file


def good(text: str) -> JsonDocument:
    document, found, _ = read(text)
    assert not found
    assert document is not None
    return document


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from paths(item, (*path, key))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**399), 10**399)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=25,
)


@given(JSON, st.sampled_from([None, 0, 2]), st.booleans())
def test_what_json_writes_is_read_back(value: Any, indent: int | None, ascii_only: bool) -> None:
    document = good(json.dumps(value, indent=indent, ensure_ascii=ascii_only))
    assert repr(document.value) == repr(value)  # types and the sign of zero, too
    for path, part in paths(value):
        assert repr(json.loads(document.file.slice(document.span(path)))) == repr(part)
        if path and isinstance(path[-1], str):
            assert json.loads(document.file.slice(document.span(path, key=True))) == path[-1]


@given(st.text(alphabet=st.characters()) | st.text("{}[]:,\"\\u0189dfn-+.eE truefalsnl/'NIa\n\t"))
def test_no_text_makes_it_fail_and_it_agrees_with_json(text: str) -> None:
    document, found, file = read(text)
    assert (document is not None) or found
    for finding in found:
        assert finding.span is not None
        assert file.base <= finding.span.start <= finding.span.end <= file.base + len(text)

    def refuse(_: str) -> None:
        raise ValueError

    try:
        value = json.loads(text.removeprefix("\ufeff"), parse_constant=refuse)
    except ValueError:
        assert document is None
    else:
        assert document is not None or {finding.code for finding in found} == {"E107"}
        if not found:
            assert document is not None
            assert repr(document.value) == repr(value)


@pytest.mark.parametrize(
    ("text", "code", "place", "message", "help"),
    [
        ("", "E112", (1, 1), "a value is wanted, but the text ends", None),
        (" \n", "E112", (1, 1), "a value is wanted, but the text ends", None),
        ("[1, 2", "E112", (1, 6), "`,` or `]` is wanted, but the text ends", None),
        ("[1] x", "E112", (1, 5), "the end of the document is wanted, not `x`", "write it in double quotes"),
        ("[1,\n2,]", "E112", (2, 2), "a comma before the closing `]`", None),
        ('{"a": 1,}', "E112", (1, 8), "a comma before the closing `}`", None),
        ("[,]", "E112", (1, 2), "a value is wanted, not `,`", "there is a comma too many"),
        ("{'a': 1}", "E112", (1, 2), "a key in double quotes is wanted, not `'`", QUOTES),
        ("[“a”]", "E112", (1, 2), "a value is wanted, not `“`", QUOTES),
        ("{a: 1}", "E112", (1, 2), "a key in double quotes is wanted, not `a`", "write it in double quotes"),
        ("[1, // no\n2]", "E112", (1, 5), "a value is wanted, not `/`", "JSON has no comments"),
        ("# no\n[]", "E112", (1, 1), "a value is wanted, not `#`", "JSON has no comments"),
        ("[True]", "E112", (1, 2), "JSON has no `True`", None),
        ("[None]", "E112", (1, 2), "JSON has no `None`", None),
        ("[NaN]", "E112", (1, 2), "JSON has no `NaN`", "only finite numbers exist"),
        ("[-Infinity]", "E112", (1, 2), "JSON has no `-Infinity`", "only finite numbers exist"),
        ('{"a" 1}', "E112", (1, 6), "`:` is wanted after the key, not `1`", None),
        ('{"a"=1}', "E112", (1, 5), "`:` is wanted after the key, not `=`", COLON),
        ('{"a":1 "b":2}', "E112", (1, 8), '`,` or `}` is wanted, not `"`', "a comma is missing before it"),
        ("[1 2]", "E112", (1, 4), "`,` or `]` is wanted, not `2`", "a comma is missing before it"),
        ("[1.]", "E112", (1, 2), "a value is wanted, not `1.`", POINT),
        ("\u00a0[]", "E112", (1, 1), "a value is wanted, not U+00A0", None),
        ('["a', "E112", (1, 2), "the string is not closed", "a line end in a string is written `\\n`"),
        ('["a\nb"]', "E112", (1, 2), "the string is not closed", "a line end in a string is written `\\n`"),
        ('["a\tb"]', "E112", (1, 4), "a control character stands in a string", None),
        ('["\\q"]', "E112", (1, 3), "JSON has no escape `\\q`", "a backslash is written `\\\\`"),
        ('["\\u12"]', "E112", (1, 3), "`\\u` needs four hexadecimal digits", "a backslash is written `\\\\`"),
        ("[1e999]", "E107", (1, 2), "the number 1e999 is too large", None),
        ("[" * 201, "E108", (1, 201), "more than 200 objects and arrays in one another", None),
    ],
)  # fmt: skip
def test_what_is_wrong_and_where(text: str, code: str, place: tuple[int, int], message: str, help: str | None) -> None:
    document, (found,), _ = read(text)
    assert document is None
    assert (found.code, found.start, found.message, found.help) == (code, place, message, help)


def test_a_number_in_the_manner_of_phone_numbers() -> None:
    for text in ("[+14155550101]", "[0049]"):
        assert "a phone number stands in double quotes" in (read(text)[1][0].help or "")


def test_what_is_not_closed_is_shown() -> None:
    for text in ('{"a": [1, 2', '{"a": [1, 2}'):
        _, (found,), file = read(text)
        (label,) = found.labels
        assert (label.text, file.line_column(label.span.start)) == ("opened here", (1, 7))


def test_several_mistakes_in_one_run_and_their_fixes() -> None:
    text = '{"a": True, "b": [1, None,], "c": undefined,}'
    document, found, file = read(text)
    assert document is None
    assert [finding.code for finding in found] == ["E112"] * 5
    mended, count = apply_fixes(found, file)
    assert (mended, count) == ('{"a": true, "b": [1, null], "c": null}', 5)


def test_a_control_character_is_mended() -> None:
    _, found, file = read('["a\tb"]')
    assert apply_fixes(found, file) == ('["a\\tb"]', 1)


def test_a_key_twice() -> None:
    document, (found,), file = read('{"a": [1], "b": 2, "a": {"c": 3}}')
    assert document is not None
    assert document.value == {"a": [1], "b": 2}
    assert file.slice(document.span(("a",))) == "[1]"
    assert (found.code, found.column, found.is_error) == ("E113", 20, True)
    assert [(file.line_column(label.span.start)[1], label.text) for label in found.labels] == [(2, "first given here")]


def test_long_numbers() -> None:
    assert good("9" * 400).value == 10**400 - 1
    for text in ("9" * 401, "-" + "9" * 10_000, "0." + "1" * 10_000):
        document, (found,), _ = read(text)
        assert document is None
        assert found.code == "E107"


def test_lone_surrogates() -> None:
    for text in ('["\\ud800"]', '{"\\udfff": 1}', '["\ud800"]'):
        document, (found,), _ = read(text)
        assert document is not None
        assert found.code == "E318"
    assert good('"\\ud83d\\ude00"').value == "😀"


def test_depth() -> None:
    assert good("[" * 200 + "]" * 200).value


def test_a_byte_order_mark_is_passed_over() -> None:
    document = good("\ufeff[1]")
    assert document.value == [1]
    assert document.file.slice(document.span(())) == "[1]"


def test_spans() -> None:
    document = good('{"a": [10, {"b": "x"}], "0": 5}')

    def at(*path: str | int, key: bool = False) -> str:
        return document.file.slice(document.span(path, key=key))

    assert at("a", 1, "b") == '"x"'
    assert at("a", 1, "b", key=True) == '"b"'
    assert at("a", 0, key=True) == "10"
    assert at(key=True) == document.file.text
    assert at("0") == "5"
    # What does not exist: the nearest place above it.
    assert at("a", 1, "c") == at("a", 1, "c", "d", key=True) == '{"b": "x"}'
    assert at("a", 7) == at("a", -1) == at("a", "0") == '[10, {"b": "x"}]'
    assert at("nothing", key=True) == at(0) == document.file.text


def test_pointer() -> None:
    assert pointer(()) == ""
    assert pointer((0, "a/b", "m~n", "")) == "/0/a~1b/m~0n/"


def test_lines() -> None:
    sources = Sources()
    sources.add("before", "xyz")
    file = sources.add("a.jsonl", '\ufeff{"a": 1}\r\n\n  \n[2\n"x" 1\n\n[3, 4]')
    collector = Collector(sources)
    documents = list(read_json_lines(file, collector))
    assert [document.value for document in documents] == [{"a": 1}, [3, 4]]
    assert [file.line_column(document.span(()).start) for document in documents] == [(1, 2), (7, 1)]
    assert file.slice(documents[1].span((1,))) == "4"
    assert [(found.start, found.message) for found in collector.sorted()] == [
        ((4, 3), "`,` or `]` is wanted, but the text ends"),
        ((5, 5), "the end of the document is wanted, not `1`"),
    ]


@pytest.mark.parametrize(
    "make",
    [
        lambda n: '"' + "\\u00e9" * (8 * n),
        lambda n: "[" * (30 * n),
        lambda n: "1" * (60 * n),
        lambda n: "[" + "1," * n,
    ],
)
def test_hostile_texts_take_linear_time(make: Callable[[int], str]) -> None:
    def refused(text: str) -> None:
        document, found, _ = read(text)
        assert document is None
        assert found

    assert_linear(make, refused, 1000)

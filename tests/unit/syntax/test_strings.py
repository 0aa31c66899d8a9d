from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from nccodsl.syntax.scan import PART
from nccodsl.syntax.strings import BadEscape, Offsets, decode, encode, encode_long

PLAIN = st.text(st.characters(blacklist_categories=["Cs"]))


@given(PLAIN)
def test_every_text_can_be_written(text: str) -> None:
    assert decode(json.dumps(text)) == text
    assert decode(json.dumps(text, ensure_ascii=False)) == text


@given(st.one_of(PLAIN, st.text(' \t\r\n"\\ab{\u00a0\u200d\U0001f600')))
def test_what_is_encoded_means_the_text(text: str) -> None:
    assert decode(encode(text)) == text
    assert PART.fullmatch(encode(text))
    for block in (False, True):
        literal = encode_long(text, block)
        assert text[:1].isspace() or literal is not None
        assert literal is None or (decode(literal) == text and PART.fullmatch(literal))


@given(st.lists(st.sampled_from(["a", " ", "é", "\\n", "\\u00e9", '\\"', "\\ud83d\\ude00", "\n", "  x"]), max_size=30))
def test_offsets_lead_back_to_the_source(parts: list[str]) -> None:
    for literal in (
        f'"{"".join(part for part in parts if part[0] != chr(10))}"',
        f'"""\n    {"".join(parts)}\n    """',
    ):
        text = decode(literal)
        places = [Offsets(literal).source(offset) for offset in range(len(text) + 1)]
        assert places == sorted(places)
        for offset, character in enumerate(text):
            shown = literal[places[offset]]
            assert shown in (character, "\\")


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        ('"a\\tb"', "a\tb"),
        ('"""x"""', "x"),
        ('"""\n  a\n    b\n  """', "a\n  b"),
        ('"""\n\n  a\n\n  b\n\n"""', "\na\n\nb\n"),
        ('"""a\n   b"""', "a\nb"),
        ('"""\r\n  a\r\n  b\r\n  """', "a\nb"),
        ('"""\n  say \\"""hi\n"""', 'say """hi'),
        ('""""quoted" text"""', '"quoted" text'),
        ('"""\n"""', ""),
    ],
)
def test_literals(literal: str, text: str) -> None:
    assert decode(literal) == text


@pytest.mark.parametrize(
    ("literal", "start", "end"),
    [
        ('"a\\qb"', 2, 4),
        ('"\\ud800"', 1, 7),
        ('"\\udc00x"', 1, 7),
        ('"\\ud800\\u0041"', 1, 7),
        ('"""\n  a\\q\n"""', 7, 9),
    ],
)
def test_bad_escapes_have_a_place(literal: str, start: int, end: int) -> None:
    with pytest.raises(BadEscape) as caught:
        decode(literal)
    assert (caught.value.start, caught.value.end) == (start, end)


def test_a_bad_escape_has_been_reported_and_is_passed_over() -> None:
    assert Offsets('"\\You {{ a }}"').source(9) == 10

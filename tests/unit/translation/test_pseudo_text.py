"""The pseudo-language, and what of a text it keeps."""

from __future__ import annotations

import pytest

from nccodsl.translation.literal_parts import has_words, literal_parts
from nccodsl.translation.pseudo_text import is_pseudo, pseudo
from tests.growth import assert_linear_search


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello", "[Héllö]"),
        ("Hello {{ name | upper }}.", "[Héllö {{ name | upper }}.]"),
        ("{% if vip %}Welcome{% endif %}", "[{% if vip %}Wélçömé{% endif %}]"),
        ("Tea &amp; coffee & cake", "[Téá &amp; çöfféé & çáké]"),
        ("3 < 4, or {{ open", "[3 < 4, ör {{ öpéñ]"),
    ],
)
def test_texts(text: str, said: str) -> None:
    assert pseudo(text) == said
    assert "".join(part for part, _ in literal_parts(text)) == text
    assert is_pseudo(said)


def test_markup_is_kept() -> None:
    said = pseudo(' <speak>Hello<break time="1s"/> you</speak>', markup=True)
    assert said == ' <speak>[Héllö<break time="1s"/> ýöû]</speak>'
    assert is_pseudo(said)


@pytest.mark.parametrize(("text", "has"), [("{{ name }}", False), ("1 2 3", False), ("<b>", False), ("<b>a", True)])
def test_what_has_words(text: str, has: bool) -> None:
    assert has_words(text) is has
    assert is_pseudo(text) is not has


@pytest.mark.parametrize("row", ["{{", "{{ }} {%", "<", "&", "&a;&", "{#<&"])
def test_work_grows_with_the_size(row: str) -> None:
    assert_linear_search(lambda text: list(literal_parts(text)), lambda size: row * (size // len(row)))

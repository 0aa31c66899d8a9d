"""README and docs speak as the project does: plain words, one word for one thing, and a README that fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.prose import PHRASES, forbidden

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("phrase", PHRASES)
def test_each_phrase_is_noticed(phrase: str) -> None:
    assert forbidden(f"First {phrase} last.") == [f"First {phrase} last."]
    assert forbidden(phrase.replace(" ", "\n").upper()) == [phrase.upper()]


def test_code_and_speech_may_say_anything() -> None:
    page = (
        'It says “Nobody is here.” and `mend`, [see](findings.md).\n\n```call\ntalk "somebody"\n```\n\n<!-- shall -->\n'
    )
    assert forbidden(page) == []
    assert forbidden(f"{page}Plain words, a number of them. Whoever reads `mend` finds no more than one.") == [
        "words, a number of them. Whoever reads `…` finds no more"
    ]


def test_words_that_only_contain_a_phrase_are_fine() -> None:
    assert forbidden("There is none, and there\nare none.") == []
    assert forbidden("Recommended amendments for marshalls, pathfindings and this told tale") == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_have_no_forbidden_words(page: Path) -> None:
    assert forbidden(page.read_text(encoding="utf-8")) == []

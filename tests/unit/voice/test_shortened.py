"""A text that is cut can be said, is a beginning of what it was, and ends behind a word."""

from __future__ import annotations

from hypothesis import given, strategies as st

from nccodsl.voice.forms import TAG, TEXT_LIMIT, shortened, text
from nccodsl.voice.ssml import check_ssml

WORDS = st.lists(st.text(alphabet="ab é😀", min_size=1, max_size=300), min_size=1, max_size=40)
MARKUP = st.lists(
    st.one_of(
        st.sampled_from(["<s>", "</s>", "<break/>", "&amp; ", " ", "&lt;"]), st.text(alphabet="xy ", max_size=400)
    ),
    max_size=40,
)


@given(WORDS)
def test_plain_text(words: list[str]) -> None:
    whole = " ".join(words)
    short = shortened(whole)
    assert len(short) <= TEXT_LIMIT
    assert whole.startswith(short)
    if len(whole) <= TEXT_LIMIT:
        assert short == whole
    elif short.strip() and " " in whole[:TEXT_LIMIT].strip():
        assert whole[len(short)] == " " or " " not in whole[: TEXT_LIMIT + 1].strip()


@given(MARKUP)
def test_ssml(pieces: list[str]) -> None:
    whole = f"<speak>{''.join(pieces)}</speak>"
    short = shortened(whole)
    assert text(short) is None
    assert TAG.findall(short) == TAG.findall(whole)
    assert [found.code for found in check_ssml(short)] == [found.code for found in check_ssml(whole)]


def test_one_word_that_is_too_long() -> None:
    assert shortened("x" * 2000) == "x" * TEXT_LIMIT
    assert shortened("<speak>" + "x" * 1498 + "&amp;</speak>") == "<speak>" + "x" * 1498 + "</speak>"
    assert shortened("a " + "x" * 2000) == "a"

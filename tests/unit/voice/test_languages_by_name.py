"""A language that is written by its name is understood."""

from __future__ import annotations

import pytest

from nccodsl.voice.languages import languages, meant


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Spanish (Mexico)", ("es-MX",)),
        ("Mexican Spanish", ("es-MX",)),
        ("English (UK)", ("en-GB",)),
        ("British English", ("en-GB",)),
        ("British", ("en-GB",)),
        ("English - Australia", ("en-AU",)),
        ("Brazilian Portuguese", ("pt-BR",)),
        ("French (Canada)", ("fr-CA",)),
        ("Español", ("es-ES", "es-MX")),
        ("Deutsch", ("de-DE",)),
        ("German", ("de-DE",)),
        ("Welsh", ("cy-GB",)),
        ("Hindi", ("hi-IN",)),
        ("Mandarin", ("cmn-CN", "cmn-TW")),
        ("Chinese", ("cmn-CN", "cmn-TW", "yue-HK")),
        ("English", ("en-US", "en-GB")),
        ("klingon", ()),
        ("Mexico", ()),
        ("", ()),
    ],
)
def test_a_name_stands_for_codes(name: str, codes: tuple[str, ...]) -> None:
    assert meant(name, languages().tts) == (codes, len(codes) == 1)


@pytest.mark.parametrize(("code", "first"), [("en-GBB", "en-GB"), ("es-MXX", "es-MX"), ("en-XX", "en-US")])
def test_the_code_most_like_a_mistyped_one_comes_first(code: str, first: str) -> None:
    codes, sure = meant(code, languages().tts)
    assert codes[0] == first
    assert not sure

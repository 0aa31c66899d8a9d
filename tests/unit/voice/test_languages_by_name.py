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

"""What can stand behind the `=` of an option."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.editor.suggestions import Suggestion, values
from nccodsl.voice.catalogue import Option
from nccodsl.voice.languages import languages

_LANGUAGES = ("tts_language", "asr_language")


def value_suggestions(option: Option) -> list[Suggestion]:
    """The values of an option that has a list of them; the default is marked."""
    if option.kind == "boolean":
        words = ["true", "false"]
    elif option.kind in _LANGUAGES:
        return list(language_suggestions(option.kind == "asr_language"))
    else:
        shown = {value.casefold(): value for value in (*option.enum, *option.known)}
        words = list(shown.values())
    default = option.default if not isinstance(option.default, bool) else str(option.default).lower()
    return [
        Suggestion(word, "value", "default" if word == default else "", option.doc, rank=0)
        for one in values(words)
        for word in (one.label,)
    ]


def language_suggestions(recognized: bool = False) -> Iterator[Suggestion]:
    """The published languages of voices, with their styles; or those that speech is recognized in."""
    known = languages()
    if recognized:
        yield from values(known.asr)
        return
    for code in sorted(known.tts):
        yield Suggestion(code, "value", _styles(code), rank=0)


def _styles(code: str) -> str:
    """ "styles 0-2; premium: 2; SSML: 0, 1"."""
    known = languages()
    parts = [f"styles {_numbers(known.tts[code])}"]
    if known.premium.get(code):
        parts.append(f"premium: {_numbers(known.premium[code])}")
    if not known.ssml.get(code):
        parts.append("no SSML")
    elif known.ssml[code] != known.tts[code]:
        parts.append(f"SSML: {_numbers(known.ssml[code])}")
    return "; ".join(parts)


def style_suggestions(code: str) -> list[Suggestion]:
    """The styles of a language."""
    known = languages()
    premium, ssml = known.premium.get(code, frozenset()), known.ssml.get(code, frozenset())
    return [
        Suggestion(
            str(style),
            "value",
            ", ".join([*(["premium"] if style in premium else []), "SSML" if style in ssml else "no SSML"]),
            rank=0,
        )
        for style in sorted(known.tts.get(code, ()))
    ]


def _numbers(styles: frozenset[int]) -> str:
    """ "0-3, 5"."""
    ranges: list[list[int]] = []
    for style in sorted(styles):
        if ranges and style == ranges[-1][1] + 1:
            ranges[-1][1] = style
        else:
            ranges.append([style, style])
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in ranges)

"""E327 to E329, E332, W007 and W049 to W055: the languages of a script, and the translations of its texts."""

from __future__ import annotations

from collections.abc import Iterable

from nccodsl.base.source import Span
from nccodsl.diagnostics.diagnostic import Fix, Message
from nccodsl.diagnostics.suggest import did_you_mean

# ---- the languages of a script


def languages_twice(first: Span, fix: Fix) -> Message:
    return Message("E327", "a script has one `languages`", labels=((first, "the first one"),), fix=fix)


def language_twice(code: str, first: Span) -> Message:
    return Message("E327", f"`{code}` is listed twice", labels=((first, "the first time"),))


def unknown_voice_option(name: str, known: Iterable[str]) -> Message:
    known = list(known)
    help = did_you_mean(name, known) or f"a language takes {', '.join(known)}"
    return Message("E327", f"a language has no option `{name}`", help)


def default_language(action: str, fix: Fix) -> Message:
    return Message("E327", f"`languages` already says in which language `{action}` speaks or listens", fix=fix)


def name_of_languages(first: Span) -> Message:
    message = "`language` is the name of the language that the script speaks"
    return Message("E327", message, "choose another name", labels=((first, "the languages"),))


def language_param_type(kind: str) -> Message:
    return Message("E327", f"the param `language` is a text, not {kind}", "write `param language: text`")


def not_listed(given: str, known: Iterable[str]) -> Message:
    """For `set language`, a param, a test, and a value from outside."""
    known = list(known)
    help = did_you_mean(given, known) or f"the script speaks {', '.join(known)}"
    return Message("E328", f"`{given[:60]}` is not a language of this script", help)


def language_kept(given: str, kept: str) -> Message:
    return Message("E332", f"`{given[:60]}` is not a language of this script; it still speaks {kept}")


# ---- files of translations


def bad_catalog(why: str) -> Message:
    help = "open it in a translator's program, or check it with `msgfmt --check`"
    return Message("E329", f"this is not a file of translations: {why}", help)


def no_catalog(language: str, path: str, count: int) -> Message:
    texts = "1 text has" if count == 1 else f"{count} texts have"
    return Message("W049", f"{texts} no {language} translation: there is no {path}", "run `nccodsl texts update`")


def not_extracted(language: str) -> Message:
    return Message("W049", f"the text is not in the {language} file", "run `nccodsl texts update`")


def not_translated(language: str, own: str) -> Message:
    return Message("W049", f"the text has no {language} translation: it is said in {own}", "translate it")


def some_missing(language: str, missing: int, count: int, own: str) -> Message:
    message = f"{missing} of {count} texts have no usable {language} translation: they are said in {own}"
    return Message("W049", message, "run `nccodsl check` for the list")


def fuzzy(language: str, own: str) -> Message:
    message = f"the {language} translation is fuzzy, since the text has changed: it is said in {own}"
    return Message("W050", message, "check the translation, and take away its fuzzy mark")


def placeholder_unknown(names: Iterable[str]) -> Message:
    shown = ", ".join(f"`{name}`" for name in names)
    return Message("W051", f"the translation uses {shown}, which the text does not", "use the placeholders of the text")


def placeholder_missing(names: Iterable[str]) -> Message:
    shown = ", ".join(f"`{name}`" for name in names)
    return Message("W051", f"the translation leaves out {shown}", "use all placeholders of the text")


def broken(why: str, help: str | None) -> Message:
    return Message("W052", f"the translation cannot be used: {why}", help)


def broken_ssml(why: str) -> Message:
    return Message("W053", f"the SSML of the translation cannot be used: {why}", "write the tags as the text has them")


def other_form(*, markup: bool) -> Message:
    """`markup`: that of the text."""
    if markup:
        return Message("W053", "the text is SSML, and the translation is not", "put it into `<speak>…</speak>`")
    return Message("W053", "the translation is SSML, and the text is not", "remove `<speak>`, or use it in the text")


def text_beside_forms() -> Message:
    message = "words outside of `{% trans %}` are not translated"
    return Message("W055", message, "put the whole text into the `trans` block")


# ---- voices


def not_recognized(code: str) -> Message:
    message = f"`{code}` is not a published language of speech recognition"
    return Message("W007", message, "ask for keys, or give the `input` a `language` of its own")


def style_without_ssml(language: str, style: int) -> Message:
    message = f"style {style} of {language} does not support SSML"
    return Message("W054", message, "choose another style, or use plain text")

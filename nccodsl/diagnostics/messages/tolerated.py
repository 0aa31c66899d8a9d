"""W: what the platform ignores, overrides, discourages or does not document. Options have the user's names for them."""

from __future__ import annotations

from collections.abc import Iterable

from nccodsl.diagnostics.diagnostic import Message


def deprecated(option: str, instead: str) -> Message:
    return Message("W001", f"`{option}` is deprecated", f"use {instead} instead")


def unencrypted(option: str) -> Message:
    return Message("W002", f"`{option}` is sent over http:// unencrypted", "use https://")


def tone_for_phone(option: str) -> Message:
    return Message("W003", f"`{option}` is discouraged for a phone, whose network has its own tone")


def phone_without_caller(caller: str, chosen: str) -> Message:
    help = f"give {caller} one of your Vonage numbers, or set {chosen} to true"
    return Message("W011", f"a phone is connected without `{caller}`", help)


def alias(written: str, documented: str) -> Message:
    return Message("W016", f"`{written}` is tolerated; `{documented}` is documented")


# ---- values that are not published or documented; `shown`: the value as it is shown


def language_not_published(option: str, shown: str) -> Message:
    return Message("W007", f"`{option}` {shown} is not among the published languages")


def language_meant(codes: tuple[str, ...], sure: bool) -> str:
    """The help where it is known which published language is likely meant."""
    if sure:
        return f"write `{codes[0]}`"
    *others, last = (f"`{code}`" for code in codes)
    return f"did you mean {', '.join(others)} or {last}?" if others else f"did you mean {last}?"


def voice_not_published(option: str, shown: str) -> Message:
    return Message("W008", f"`{option}` {shown} is not among the published voices")


def style_not_published(option: str, shown: str, language: str, known: str) -> Message:
    return Message("W008", f"`{option}` {shown} is not among the published styles of {language}: {known}")


def between_steps(option: str, shown: str, step: float) -> Message:
    return Message("W017", f"`{option}` is {shown}; the platform knows steps of {step:g}")


def below_documented(option: str, shown: str, least: float, *, clipped: bool) -> Message:
    """`clipped`: the platform takes the least instead."""
    what = "the platform takes that instead" if clipped else "some sources allow no less"
    return Message("W019", f"`{option}` is {shown}, below {least:g}: {what}")


def above_documented(option: str, shown: str, most: float) -> Message:
    return Message("W019", f"`{option}` is {shown}, above {most:g}: the platform takes that instead")


def tolerated_value(option: str, shown: str, meaning: str) -> Message:
    return Message("W019", f"`{option}` is {shown}, which is not documented: {meaning}")


def longer_than_documented(option: str, size: int, most: float) -> Message:
    return Message("W019", f"`{option}` has {size} characters; {most:g} are documented")


def more_than_one(option: str, count: int) -> Message:
    return Message("W019", f"`{option}` has {count} items; one is documented")


def undocumented(code: str, option: str) -> Message:
    """`code`: W020 where v2 has it not, else W019."""
    where = "in the schema of v2" if code == "W020" else "at this place"
    return Message(code, f"`{option}` is not documented {where}")


def not_among_known(code: str, option: str, shown: str | None, known: Iterable[str]) -> Message:
    """`shown`: None where no official page has any of those that are known."""
    what = "is documented by no official page" if shown is None else f"{shown} is not documented"
    return Message(code, f"`{option}` {what}; known are {', '.join(known)}")


# ---- numbers and texts that stand for one another


def number_as_text(option: str, shown: str) -> Message:
    return Message("W009", f"`{option}` is a number written as a string: {shown}")


def flag_as_text(option: str, word: str) -> Message:
    return Message("W009", f'`{option}` is "{word}" as a string')


def number_for_digits(option: str) -> Message:
    return Message("W035", f"`{option}` is a number; the API documents a string of digits")


# ---- what has no effect, or another one


def overridden(option: str, by: str) -> Message:
    return Message("W012", f"`{option}` is overridden by `{by}`")


def no_effect_beside(option: str, other: str) -> Message:
    return Message("W021", f"`{option}` has no effect beside `{other}`")


def no_effect_without(option: str, other: str) -> Message:
    return Message("W021", f"`{option}` has no effect without `{other}`")


def method_without_url(method: str, url: str, *, elsewhere: bool = False) -> Message:
    """`elsewhere`: it may apply to the application's event URL."""
    help = "it then applies to the application's event URL, if at all" if elsewhere else None
    return Message("W021", f"`{method}` stands without `{url}`", help)


def value_unless_custom(value: str, kind: str) -> Message:
    return Message("W021", f"`{value}` has no effect unless `{kind}` is custom")


def names_no_address(option: str) -> Message:
    return Message("W021", f"`{option}` is empty, so it names no address", "leave the option out")


def names_twice(option: str) -> Message:
    return Message("W021", f"`{option}` names something twice")


def for_phones_only(option: str, kind: str) -> Message:
    return Message("W022", f"`{option}` makes sense for a phone only, not for {kind}")


def mp3_of_many_channels() -> Message:
    message = "what mp3 with more than 2 channels gives is not documented"
    return Message("W023", message, "wav is the default above 2 channels")


def domain_without_user(domain: str, user: str) -> Message:
    return Message("W023", f"what `{domain}` without `{user}` does is not documented")


# ---- the order of actions


def recording_ends_at_once(ends: str) -> Message:
    """`ends`: the options that would let it end later."""
    message = "the recording ends at once: nothing follows it, so the call ends"
    return Message("W005", message, f"give it {ends}, or put an action behind it")


def never_runs(why: str) -> Message:
    """`why`: what it stands after."""
    return Message("W013", f"this never runs: it stands after {why}")


def switched_on_before(option: str) -> Message:
    return Message("W014", f"`{option}` was switched on before and stays on until the input", "leave it out")


def mixed_before_input(name: str, barging: str) -> Message:
    message = f"a {name} stands between a {barging} that can be interrupted and its input"
    return Message("W015", message, "it is not documented that both kinds may stand before an input")

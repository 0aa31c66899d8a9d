"""W: what the platform ignores, overrides, discourages or does not document. Options have the user's names for them."""

from __future__ import annotations

import json

from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import Addition, Instead, Removal, remove, write


def deprecated(option: str, instead: str) -> Message:
    return Message("W001", f"`{option}` is deprecated", Removal(f"remove `{option}`, and use {instead} instead"))


def unencrypted(option: str, instead: str) -> Message:
    return Message("W002", f"`{option}` is not encrypted", write(json.dumps(instead, ensure_ascii=False)))


def tone_for_phone(option: str) -> Message:
    return Message("W003", f"`{option}` is discouraged for a phone, which has a ringing tone already", remove(option))


def phone_without_caller(caller: str, chosen: str, *, given: bool) -> Message:
    """`given`: `chosen` is there, and false."""
    if given:
        help = f"set `{chosen}` to true, or `{caller}` to one of your Vonage numbers"
        return Message("W011", f"a phone is connected without `{caller}`", help)
    script, json = f"{chosen}=true", f'"{chosen}": true'
    advice = Addition(f"add `{script}`, or `{caller}` with one of your Vonage numbers", script, json)
    return Message("W011", f"a phone is connected without `{caller}`", advice)


def alias(written: str, documented: str) -> Message:
    return Message("W016", f"`{written}` is not documented; the documented spelling is `{documented}`")


# ---- values that are not published or documented; `shown`: the value as it is shown, `help`: what to write instead


def language_not_published(option: str, shown: str, help: str | None) -> Message:
    return Message("W007", f"`{option}` {shown} is not a published language", help)


def language_meant(written: str, codes: tuple[str, ...], sure: bool) -> str:
    """The help where it is known which published language is likely meant."""
    if sure:
        return write(codes[0], written, safe=True)
    *others, last = (f"`{code}`" for code in codes)
    if others:
        return f"did you mean {', '.join(others)} or {last}?"
    return Instead(f"did you mean {last}?", codes[0], written)


def voice_not_published(option: str, shown: str, help: str | None) -> Message:
    return Message("W008", f"`{option}` {shown} is not a published voice", help)


def style_not_published(option: str, shown: str, language: str, known: str, nearest: int) -> Message:
    """`known`: the published ones."""
    message = f"`{option}` {shown} is not a published style of {language}, which has {known}"
    return Message("W008", message, write(str(nearest)))


def between_steps(option: str, shown: str, step: float, help: str | None) -> Message:
    return Message("W017", f"`{option}` is {shown}, and the platform counts in steps of {step:g}", help)


def below_documented(option: str, shown: str, least: float, help: str | None, *, clipped: bool) -> Message:
    """`clipped`: the platform takes the least instead."""
    what = f"the platform uses {least:g}" if clipped else "some sources allow no less"
    return Message("W019", f"`{option}` is {shown}, below {least:g}: {what}", help)


def above_documented(option: str, shown: str, most: float, help: str | None) -> Message:
    return Message("W019", f"`{option}` is {shown}, above {most:g}: the platform uses {most:g}", help)


def tolerated_value(option: str, shown: str, meaning: str, help: str | None) -> Message:
    return Message("W019", f"`{option}` is {shown}, which is not documented: {meaning}", help)


def longer_than_documented(option: str, size: int, most: float) -> Message:
    return Message("W019", f"`{option}` has {size} characters, and {most:g} are documented")


def more_than_one(option: str, count: int, help: str | None) -> Message:
    return Message("W019", f"`{option}` has {count} items, and one is documented", help)


def undocumented(code: str, option: str) -> Message:
    """`code`: W020 where v2 has it not, else W019."""
    if code == "W020":
        help: str = Removal(f"remove `{option}`, or use v1 with `--api v1`")
        if option == "random_from_number":  # without it, a call has no caller
            help = "use v1 with `--api v1`, or replace it by `from`"
        return Message(code, f"`{option}` is not in version v2 of the API", help)
    return Message(code, f"`{option}` is not documented here", f"use `uri` instead of `{option}`")


def not_among_known(code: str, option: str, shown: str | None, help: str | None) -> Message:
    """`shown`: None where no official page has any of the known values."""
    if shown is None:
        return Message(code, f"the values of `{option}` are on no official page")
    return Message(code, f"`{option}` {shown} is not documented", help)


# ---- numbers and texts that stand for one another


def number_as_text(option: str, shown: str) -> Message:
    return Message("W009", f"`{option}` is a number written as text: {shown}")


def flag_as_text(option: str, word: str) -> Message:
    return Message("W009", f'`{option}` is true or false written as text: "{word}"')


def number_for_digits(option: str) -> Message:
    return Message("W035", f"`{option}` is a number, and the API documents a string of digits")


# ---- what has no effect, or another one


def overridden(option: str, by: str) -> Message:
    return Message("W012", f"`{option}` is overridden by `{by}`", remove(option, safe=True))


def no_effect_beside(option: str, other: str) -> Message:
    return Message("W021", f"`{option}` has no effect beside `{other}`", remove(option, safe=True))


def no_effect_without(option: str, other: str) -> Message:
    return Message(
        "W021", f"`{option}` has no effect without `{other}`", Removal(f"remove `{option}`, or add `{other}`")
    )


def method_without_url(method: str, url: str, *, elsewhere: bool = False) -> Message:
    """`elsewhere`: it may apply to the application's event URL."""
    message = f"`{method}` has no effect without `{url}`"
    if elsewhere:
        message = f"`{method}` is given without `{url}`: it applies to the application's event URL, if at all"
    return Message("W021", message, Removal(f"remove `{method}`, or add `{url}`"))


def value_unless_custom(value: str, kind: str) -> Message:
    return Message("W021", f"`{value}` has no effect unless `{kind}` is custom", remove(value))


def names_no_address(option: str) -> Message:
    return Message("W021", f"`{option}` is empty, so it has no effect", remove(option, safe=True))


def names_twice(option: str, help: str | None) -> Message:
    return Message("W021", f"`{option}` has the same item twice", help)


def for_phones_only(option: str, kind: str) -> Message:
    return Message("W022", f"`{option}` works for phones only, not for {kind}", remove(option))


def mp3_of_many_channels() -> Message:
    return Message("W023", "mp3 with more than 2 channels is not documented", Instead("write `wav`", "wav", "mp3"))


def domain_without_user(domain: str, user: str) -> Message:
    help = Addition(f'add `{user}="desk"`', f'{user}="desk"', f'"{user}": "desk"', sample=True)
    return Message("W023", f"`{domain}` without `{user}` is not documented", help)


# ---- the order of actions


def recording_ends_at_once(option: str) -> Message:
    """`option`: the one that lets it end after silence."""
    message = "the recording ends at once: it runs in the background, and no action follows it"
    script, json = f"{option}=3s", f'"{option}": 3'
    return Message("W005", message, Addition(f"add `{script}`, or an action behind it", script, json))


def never_runs(why: str, name: str | None) -> Message:
    """`why`: what it follows; `name`: that of the action."""
    first = "change `loop`, or " if "forever" in why else ""
    help = f"{first}put this `{name}` first" if name else None
    return Message("W013", f"this never runs: it follows {why}", help)


def switched_on_before(option: str) -> Message:
    help = remove(option, safe=True)
    return Message("W014", f"`{option}` has been switched on, and stays on until the input", help)


def mixed_before_input(name: str, barging: str, *, script: bool) -> Message:
    message = f"a `{name}` between a `{barging}` with barge-in and its input is not documented"
    help = f"put the `{name}` before the first `{barging}`"
    return Message("W015", message, f"{help}, or try it and add `# nccodsl: ignore W015`" if script else help)

"""W: what is allowed, and likely a mistake."""

from __future__ import annotations

from nccodsl.diagnostics.diagnostic import Fix, Message
from nccodsl.diagnostics.suggest import Instead, did_you_mean, write


def read_out_wrongly(what: str, help: str | None) -> Message:
    return Message("W004", what, help)


def second_to(fix: Fix) -> Message:
    return Message("W019", "a second `to`, where only one is documented", fix.title, fix=fix)


def unneeded_ignore(code: str, fix: Fix) -> Message:
    return Message("W040", f"that line has no {code} to ignore", fix.title, fix=fix)


def ignored_error(code: str, fix: Fix) -> Message:
    return Message("W040", f"{code} is an error, and only warnings can be ignored", fix.title, fix=fix)


def ignored_unknown(code: str, known: list[str], fix: Fix) -> Message:
    near = did_you_mean(code, known)
    return Message("W040", f"{code} is not a code", near or fix.title, fix=None if near else fix)


def ignored_nothing() -> Message:
    help = "name the code, as in `# nccodsl: ignore W024`"
    return Message("W040", "the comment does not say which warning to ignore", help)


def input_upgraded(kinds: tuple[str, ...], moved: tuple[str, ...], upgraded: str) -> Message:
    """`kinds`: what the input listens to now; `moved`: the members that are in its `dtmf` now; `upgraded`: as JSON."""
    names = " and ".join(f"`{kind}`" for kind in kinds)
    settings = ", ".join(f"`{key}`" for key in moved)
    message = f"the input has no `type`: upgraded to {names}" + (f", with {settings} in `dtmf`" if moved else "")
    return Message("W036", message, Instead(f"write `{upgraded}`", upgraded))


def whole_answer(name: str, right: str) -> Message:
    return Message("W044", f"`{name}` is the whole answer, not what the caller enters", write(right))


def digits_as_number(written: str) -> Message:
    """`written`: the digits of an answer, which are compared with a number."""
    return Message("W044", f"`{written}` is text, and is compared with a number", write(f"{written} | int"))

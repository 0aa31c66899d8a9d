"""W: what is allowed, and likely a mistake."""

from __future__ import annotations

from nccodsl.diagnostics.diagnostic import Fix, Message


def read_out_wrongly(what: str, help: str | None) -> Message:
    return Message("W004", what, help)


def second_to() -> Message:
    return Message("W019", "a second `to`: every documented call has one", "make a call for each")


def unneeded_ignore(code: str, fix: Fix) -> Message:
    return Message("W040", f"there is no {code} to ignore on that line", "remove it from the comment", fix=fix)


def ignored_error(code: str) -> Message:
    return Message("W040", f"{code} is an error, and only warnings can be ignored")


def ignored_unknown(code: str, nearest: str | None) -> Message:
    return Message("W040", f"there is no code {code}", f"did you mean {nearest}?" if nearest else None)


def ignored_nothing() -> Message:
    return Message("W040", "the comment does not say which warning to ignore", "name it: # nccodsl: ignore W024")


def input_upgraded(kinds: tuple[str, ...], moved: tuple[str, ...]) -> Message:
    """`kinds`: what the input listens to now; `moved`: the members that stand in its `dtmf` now."""
    names = " and ".join(f"`{kind}`" for kind in kinds)
    settings = ", ".join(f"`{key}`" for key in moved)
    message = f"the input has no `type`: upgraded to {names}" + (f", with {settings} in `dtmf`" if moved else "")
    return Message("W036", message, "the script compiles to the upgraded input, not to this one")

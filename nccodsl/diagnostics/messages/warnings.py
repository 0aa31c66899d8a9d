"""W: what is allowed, and likely a mistake."""

from __future__ import annotations

from nccodsl.diagnostics.diagnostic import Message


def read_out_wrongly(what: str, help: str | None) -> Message:
    return Message("W004", what, help)


def raw_unchecked(option: str) -> Message:
    help = "the platform ignores what it does not know, or drops the call"
    return Message("W010", f"nothing checks what `{option}` passes through", help)


def second_to() -> Message:
    return Message("W019", "a second `to`: every documented call has one", "make a call for each")


def unused(name: str) -> Message:
    return Message("W024", f"`{name}` is never used", "remove it, or use it")


def number_not_in_use(number: str) -> Message:
    return Message(
        "W025",
        f"{number} is in no numbering plan: nobody can be reached there",
        "check the country code and the number of digits",
    )


def input_upgraded(kinds: tuple[str, ...], moved: tuple[str, ...]) -> Message:
    """`kinds`: what the input listens to now; `moved`: the members that stand in its `dtmf` now."""
    names = " and ".join(f"`{kind}`" for kind in kinds)
    settings = ", ".join(f"`{key}`" for key in moved)
    message = f"the input has no `type`: upgraded to {names}" + (f", with {settings} in `dtmf`" if moved else "")
    return Message("W036", message, "the script compiles to the upgraded input, not to this one")

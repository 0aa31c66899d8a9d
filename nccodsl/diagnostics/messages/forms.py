"""E303, E305 to E308, E311, E313, E314: texts that are not of the form of their option.

These go on behind the name of what holds the text: `of` puts it in front.
"""

from __future__ import annotations

from nccodsl.diagnostics.diagnostic import Message


def of(subject: str, message: Message) -> Message:
    """The same about `subject`, which is given as it is shown."""
    return Message(message.code, f"{subject} {message.text}", message.help)


def empty(wanted: str | None = None) -> Message:
    """`wanted`: what stands there else, with its article."""
    return Message("E314", "is empty" if wanted is None else f"is empty; {wanted} is wanted")


def no_phone_number(shown: str, why: str) -> Message:
    """`why` is one of the phrases below."""
    return Message("E303", f"is no phone number in E.164 digits: {shown} {why}")


def more_than_digits() -> str:
    return "holds more than digits"


def begins_with_zero() -> str:
    return "begins with 0; write it with its country code"


def begins_with_plus() -> str:
    return "begins with +; the API wants digits alone"


def so_many_digits(count: int) -> str:
    return f"has {count} digits; 7 to 15 are wanted"


# ---- addresses; `schemes`: those that are wanted, with spaces between them

_ADDRESSES = {"http https": ("E305", "URL"), "ws wss": ("E308", "WebSocket URI")}


def empty_address(schemes: str) -> Message:
    return empty(f"a {_ADDRESSES[schemes][1]}")


def no_address(schemes: str, why: str) -> Message:
    """`why` is one of the phrases below."""
    code, what = _ADDRESSES[schemes]
    return Message(code, f"is no {what}: {why}")


def space_in_address(shown: str) -> str:
    return f"{shown} holds a space or control character"


def sign_in_address(shown: str, sign: str) -> str:
    return f"{shown} holds {sign}"


def no_host(shown: str) -> str:
    return f"{shown} has no host, or a malformed host or port"


def no_scheme(schemes: str, shown: str, *, is_data: bool) -> Message:
    code, what = _ADDRESSES[schemes]
    kind = "data URLs cannot be used" if is_data else f"{shown} has no scheme"
    return Message(code, f"must be a {what} beginning with {_either(schemes)}: {kind}")


def other_scheme(schemes: str, scheme: str) -> Message:
    code, what = _ADDRESSES[schemes]
    return Message(code, f"must be a {what} beginning with {_either(schemes)}, not {scheme}://")


def _either(schemes: str) -> str:
    return " or ".join(f"{scheme}://" for scheme in schemes.split())


def no_sip(shown: str, text: str) -> Message:
    """`text` as it is given, `shown` as it is shown."""
    why = "holds a space, a quote or a control character"
    if not text.lower().startswith(("sip:", "sips:")):
        why = "does not begin with sip: or sips:"
    elif text.lower() in ("sip:", "sips:"):
        why = "ends behind the scheme"
    return Message("E306", f"is no SIP URI: {shown} {why}")


# ---- keys


def no_keys() -> Message:
    return Message("E314", "is empty; keys such as p*123# are wanted")


def cannot_send(shown: str) -> Message:
    return Message("E307", f"cannot send {shown}: keys are 0-9, *, # and p (a pause of half a second)")


def not_one_key(shown: str) -> Message:
    return Message("E307", f"must be one key of 0-9, * and #, not {shown}")


# ---- Identity headers


def no_identity() -> Message:
    wanted = 'JWT;info=<https://…>;alg=ES256;ppt="shaken"'
    return Message("E313", f"is no Identity header; its form is {wanted}")


def other_alg(shown: str) -> Message:
    return Message("E313", f"must be signed with alg=ES256, not {shown}")


def other_ppt(shown: str) -> Message:
    return Message("E313", f'must have ppt="shaken", not {shown}')


# ---- lengths and other forms


def nothing_to_say() -> Message:
    return Message("E314", "is empty; there is nothing to say")


def too_long_to_say(size: int, most: int) -> Message:
    return Message("E311", f"holds {size} characters; at most {most} can be spoken by one talk")


def too_long(size: int, most: float) -> Message:
    return Message("E311", f"has {size} characters; at most {most} are allowed")


def wrong_form(form: str | None, shown: str, *, listed: bool) -> Message:
    """`form`: what it must do, in words, if there are any; `listed`: there are known values of that form."""
    return Message("E302" if listed else "E313", f"must {form or 'fit its form'}, not {shown}")


def control_in_header(name: str, *, in_name: bool) -> Message:
    where = "the name of" if in_name else "the value of"
    return Message("E313", f"holds a line end or another control character in {where} {name}")

"""E303, E305 to E308, E311, E313, E314: texts that are not of the form of their option.

These go on behind the name of what holds the text: `of` puts it in front.
"""

from __future__ import annotations

import json

from nccodsl.base.plural import counted
from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import Instead, such_as, write


def of(subject: str, message: Message) -> Message:
    """The same about `subject`, which is given as it is shown."""
    return Message(message.code, f"{subject} {message.text}", message.help)


def _quoted(text: str, *, safe: bool = False) -> Instead:
    """Advice to write this text; scripts and JSON have the same quotes."""
    return write(json.dumps(text, ensure_ascii=False), safe=safe)


def empty(wanted: str | None = None, help: str | None = None) -> Message:
    """`wanted`: what it must be, with its article."""
    return Message("E314", "is empty" if wanted is None else f"is empty, and must be {wanted}", help)


def no_phone_number(shown: str, why: str, digits: str | None) -> Message:
    """`why` is one of the phrases below; `digits`: what of it can be a number."""
    help = "write digits with the country code, such as `14155550101`" if digits is None else _quoted(digits)
    return Message("E303", f"must be a phone number in E.164 digits: {shown} {why}", help)


def more_than_digits() -> str:
    return "contains more than digits"


def begins_with_zero() -> str:
    return "begins with 0, so its country code is missing"


def begins_with_plus() -> str:
    return "begins with +, and the API takes digits only"


def so_many_digits(count: int) -> str:
    return f"has {counted(count, 'digit')}, not 7 to 15"


# ---- addresses; `schemes`: those that are allowed, with spaces between them

_ADDRESSES = {
    "http https": ("E305", "a URL", "https://example.com/path"),
    "ws wss": ("E308", "a WebSocket URI", "wss://example.com/audio"),
}


def empty_address(schemes: str) -> Message:
    _, what, example = _ADDRESSES[schemes]
    return empty(what, f'write {what} such as `"{example}"`')


def no_address(schemes: str, why: str, instead: str | None) -> Message:
    """`why` is one of the phrases below; `instead`: the address without what is wrong."""
    code, what, example = _ADDRESSES[schemes]
    help = such_as(f'"{example}"', what) if instead is None else whole_address(instead, what)
    return Message(code, f"must be {what}: {why}", help)


def space_in_address(shown: str) -> str:
    return f"{shown} contains a space or control character"


def sign_in_address(shown: str, sign: str) -> str:
    return f"{shown} contains {sign}"


def no_host(shown: str) -> str:
    return f"{shown} has no host, or a malformed host or port"


def no_scheme(schemes: str, shown: str, instead: str | None) -> Message:
    """`instead`: the whole address; None of data URLs."""
    code, what, _ = _ADDRESSES[schemes]
    kind = "data URLs are not supported" if instead is None else f"{shown} has no scheme"
    help = None if instead is None else whole_address(instead, what)
    return Message(code, f"must be {what} that begins with {_either(schemes)}: {kind}", help)


def other_scheme(schemes: str, scheme: str, instead: str) -> Message:
    code, what, _ = _ADDRESSES[schemes]
    message = f"must be {what} that begins with {_either(schemes)}, not {scheme}://"
    return Message(code, message, whole_address(instead, what))


def whole_address(address: str, what: str) -> str:
    """Advice to write this address; one with an invented host is an example."""
    invented = address.partition("://")[2].startswith("example.com/")
    return such_as(f'"{address}"', what) if invented else _quoted(address)


def _either(schemes: str) -> str:
    return " or ".join(f"{scheme}://" for scheme in schemes.split())


def no_sip(shown: str, text: str) -> Message:
    """`text` as it is given, `shown` as it is shown."""
    why = "contains a space, a quote or a control character"
    address = "".join(char for char in text if char.isprintable() and char not in ' <>"\\')
    if not text.lower().startswith(("sip:", "sips:")):
        why = "does not begin with sip: or sips:"
        if "@" not in address and "." not in address:
            example = such_as(f'"sip:{address or "desk"}@pbx.example.com"', "a SIP URI")
            return Message("E306", f"must be a SIP URI: {shown} {why}", example)
        address = f"sip:{address}"
    elif text.lower() in ("sip:", "sips:"):
        why = "has nothing behind the scheme"
        return Message("E306", f"must be a SIP URI: {shown} {why}", such_as('"sip:desk@pbx.example.com"', "a SIP URI"))
    return Message("E306", f"must be a SIP URI: {shown} {why}", _quoted(address))


# ---- keys


def no_keys() -> Message:
    return empty("keys", 'write keys such as `"p*123#"`')


def cannot_send(shown: str, instead: str) -> Message:
    """`instead`: all keys that can be sent."""
    message = f"cannot send {shown}: the keys are 0-9, *, # and p (a pause of half a second)"
    return Message("E307", message, _quoted(instead) if instead else 'write keys such as `"p*123#"`')


def not_one_key(shown: str, instead: str | None) -> Message:
    """`instead`: the key that it has."""
    help = such_as('"#"', "a key") if instead is None else _quoted(instead)
    return Message("E307", f"must be one key of 0-9, * and #, not {shown}", help)


# ---- Identity headers

_SHAKEN = "run `nccodsl shaken --help` to see how to make one"


def no_identity() -> Message:
    return Message("E313", 'must have the form JWT;info=<https://…>;alg=ES256;ppt="shaken"', _SHAKEN)


def other_alg(shown: str) -> Message:
    """`shown`: the algorithm, in quotes."""
    return Message("E313", f"must be signed with ES256, not {shown}", _part("alg=ES256", f"alg={shown[1:-1]}"))


def other_ppt(shown: str) -> Message:
    return Message("E313", f"must be a passport of type shaken, not {shown}", _part("shaken", shown[1:-1]))


def _part(right: str, written: str) -> Instead:
    return Instead(f"write `{right}` instead of `{written}`", right, written)


# ---- lengths and other forms


def nothing_to_say() -> Message:
    return Message("E314", "is empty: there is nothing to say", 'write a text such as `"Hello"`')


def too_long_to_say(size: int, most: int) -> Message:
    message = f"has {size:,} characters, and one `talk` can say at most {most:,}"
    return Message("E311", message, "split it into two `talk` statements")


def too_long(text: str, most: int) -> Message:
    return Message(
        "E311", f"has {len(text):,} characters, and at most {most:,} are allowed", f"cut it to {most:,} characters"
    )


_EXAMPLES = {
    "begin with CON-": "CON-f972836a-550f-45fa-956c-12a2ab5b7d22",
    "be audio/l16;rate=8000, audio/l16;rate=16000 or audio/l16;rate=24000": "audio/l16;rate=16000",
}


def wrong_form(form: str | None, shown: str, instead: str | None, *, listed: bool) -> Message:
    """`form`: what it must do, in words; `instead`: without what is wrong; `listed`: values of that form are known."""
    code = "E302" if listed else "E313"
    help: str | None = _quoted(instead) if instead else None
    if example := _EXAMPLES.get(form or ""):
        help = such_as(f'"{example}"') if listed else such_as(f'"{example}"', "an ID")
    return Message(code, f"must {form or 'have the right form'}, not {shown}", help)


def control_in_header(name: str, *, in_name: bool) -> Message:
    where = "the name of" if in_name else "the value of"
    help = "remove the line break, or send each line in a header of its own"
    return Message("E313", f"contains a line break or another control character in {where} {name}", help)

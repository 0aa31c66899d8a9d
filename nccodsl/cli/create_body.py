"""The create body that a command sends: the script's, with `--to` and `--from` in place of what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from nccodsl.base.record import Record

if TYPE_CHECKING:
    from nccodsl.lowering.compiled import Compiled

_FORM = "a number, sip:user@host or app:user"


class Ends(Record):
    """Who is called and from where, as far as the command says, and the version of the create request."""

    to: str | None
    caller: str | None
    api: str


def create_body(flow: Compiled, values: dict[str, object], ends: Ends) -> dict[str, object]:
    """The body, judged for this version of the API. Raises ScriptError or RenderError."""
    if not flow.has_call and ends.to is not None and ends.caller is not None:
        body: dict[str, object] = {"to": [], "from": {}, "ncco": flow.ncco(values)}
    else:
        body = flow.call(values, api=ends.api)
    return edited(body, ends)


def edited(body: dict[str, object], ends: Ends) -> dict[str, object]:
    """The body with another callee or caller, judged again. Raises ScriptError."""
    from nccodsl.documents.validate import refuse_wrong_call

    if ends.to is not None:
        body["to"] = [_endpoint(ends.to)]
    if ends.caller is not None:
        body["from"] = {"type": "phone", "number": _number(ends.caller, "'--from'")}
        body.pop("random_from_number", None)
    if ends.to is not None or ends.caller is not None:
        refuse_wrong_call(body, ends.api)
    return body


def _endpoint(text: str) -> dict[str, str]:
    kind, colon, rest = text.partition(":")
    if colon and kind in ("sip", "sips"):
        return {"type": "sip", "uri": text}
    if colon and kind == "app" and rest:
        return {"type": "app", "user": rest}
    return {"type": "phone", "number": _number(text, "'--to'")}


def _number(text: str, option: str) -> str:
    from nccodsl.base.phone import NotAPhoneNumber, digits

    try:
        return digits(text)
    except NotAPhoneNumber as reason:
        raise click.BadParameter(f"{text!r} is not {_FORM}: {reason}", param_hint=option) from None

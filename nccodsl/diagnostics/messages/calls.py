"""E703 to E709, E716, E717, and what a request may not say (E3): placing calls, and steering them."""

from __future__ import annotations

from collections.abc import Sequence

from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import did_you_mean

# ---- arguments of requests; `shown`: the value as it is shown


def body_no_object() -> Message:
    return Message("E301", "the body of a create request must be an object", "run `nccodsl schema call`")


def body_beyond_json(reason: str) -> Message:
    return Message("E318", f"the body cannot be written as JSON: {reason}")


def start_behind_end() -> Message:
    return Message("E304", "`date_start` is after `date_end`", "write `date_start` before `date_end`")


def transfer_to_one() -> Message:
    return Message("E402", "a transfer needs either an NCCO or a URL", "give either `ncco` or `url`")


def no_list_of_actions(*, empty: bool) -> Message:
    return Message("E314" if empty else "E301", "an NCCO must be a list of at least one action")


def nothing_to_say() -> Message:
    return Message("E314", "the text is empty", "give the text to say, such as `Hello`")


def text_too_long(length: int, most: int) -> Message:
    return Message("E311", f"the text has {length:,} characters; at most {most:,} are allowed", "split the text")


def cannot_press(shown: str) -> Message:
    return Message(
        "E307", f"`{shown}` are not keys", "write keys such as `12#`: `0` to `9`, `*` and `#`; `p` waits 500 ms"
    )


def no_call_id() -> Message:
    return Message("E314", "the ID of the call is empty", "run `nccodsl calls list`, and give a UUID that it shows")


def level_out_of_range(shown: str) -> Message:
    return Message("E304", f"`level` must be -1 to 1, not {shown}")


def none_of(name: str, known: Sequence[str], value: str, shown: str) -> Message:
    help = did_you_mean(value, known)
    return Message("E302", f"`{name}` must be one of {', '.join(known)}, not {shown}", help)


def no_whole_number(name: str, least: int, most: int | None, shown: str) -> Message:
    wanted = f"{least} to {most}" if most is not None else f"{least} or more"
    return Message("E304", f"`{name}` must be a whole number, {wanted}, not {shown}")


def no_url(name: str, shown: str) -> Message:
    return Message("E305", f"`{name}` must be a URL of http or https, not {shown}")


def token_lifetime(least: int, given: float) -> Message:
    return Message("E304", f"a token must be valid for {least} seconds to 24 hours, not {given} seconds")


def bad_reference(most: int) -> Message:
    return Message("E313", f"a reference must have 1 to {most} characters")


def which_call() -> Message:
    return Message("E313", "neither a UUID nor a number and a time are given", "give `uuid`, or `number` and `since`")


# ---- what the API answers

_LIST = "run `nccodsl calls list`, and give a UUID that it shows"
_BALANCE = "check the balance of the account: a test account can only call numbers that you have verified"
_REFUSED: dict[int, tuple[str, str | None]] = {
    400: (
        "the API refused the request",
        "fix what it names, and run the command again; steer a call 2 seconds after it began, or later",
    ),
    401: (
        "the API does not accept the token",
        "give the ID and the key of one application with `--app ID` and `--key FILE`, and check the clock",
    ),
    403: ("the API refused the request", _BALANCE),
    404: (
        "the API knows no such call or address",
        f"{_LIST}; give `--region NAME` if the call is in another region",
    ),
    407: ("the proxy needs a user name and a password", "set `HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT`"),
    413: ("the API refused the request", "send a smaller request"),
    429: (
        "the API accepts no more requests now",
        "wait, then run the command again: 3 calls and 15 other requests are allowed per second",
    ),
}
_CODES = {401: "E705", 429: "E706"}
_WRONG_HOST = "give the host of the API, such as `--host api.nexmo.com`"


def refused(reason: str, help: str | None = None) -> Message:
    """The API does not do what it is asked."""
    return Message("E704", reason, help)


def no_success(status: int, detail: str, *, is_page: bool) -> Message:
    """`detail`: what the answer says; `is_page`: it is a web page."""
    code, what, help = _by_status(status)
    if is_page:
        help = f"a web page came from a proxy or another server: {_WRONG_HOST}"
    said = f" ({status}{'' if detail else ', no explanation'})" + (detail and f": {detail}")
    return Message(code, what + said, help)


def _by_status(status: int) -> tuple[str, str, str | None]:
    if 400 <= status < 500:
        what, help = _REFUSED.get(status, ("the API refused the request", None))
        return _CODES.get(status, "E704"), what, help
    if 300 <= status < 400:
        return "E708", "the server redirects to another address", _WRONG_HOST
    if status >= 500:
        return "E708", "the server failed", "wait, then run the command again: the problem is on the other side"
    return "E708", "the answer is not one of the API", _WRONG_HOST


def odd_answer(request: str, status: int, reason: str) -> Message:
    return Message("E708", f"the answer to `{request}` is not one of the API ({status}): {reason}", _WRONG_HOST)


# ---- nothing was sent, or nothing that changes anything

_TLS_HELP = (
    ("CERTIFICATE_VERIFY_FAILED", "set `SSL_CERT_FILE=FILE` to the certificates of your own proxy or emulator"),
    ("WRONG_VERSION_NUMBER", "write `http://` before the host: the server does not speak TLS"),
)


def cannot_reach(host: str, reason: str, error: str) -> Message:
    """`error`: what the library says of it."""
    safe = "check the network and `--host`, then run the command again: nothing was sent"
    help = next((help for sign, help in _TLS_HELP if sign in error), safe)
    return Message("E703", f"cannot reach {host}: {reason}", help)


def asked_in_vain(host: str, reason: str) -> Message:
    help = "check the network and `--host`, then run the command again: nothing was changed"
    return Message("E703", f"the request to {host} failed: {reason}", help)


def no_such_proxy() -> Message:
    help = "set `HTTPS_PROXY=http://HOST:PORT`, or unset `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY`"
    return Message("E703", "the proxy that the environment names cannot be used", help)


# ---- something was sent, and it is not known what came of it

_RECONCILE = "run `nccodsl calls reconcile` to look the call up; do not dial again before that"


def maybe_placed(failure: str) -> Message:
    return Message("E707", f"{failure}; the call may or may not be placed", _RECONCILE)


def sent_but(host: str, reason: str) -> Message:
    return Message("E707", f"the call was sent to {host}, but {reason}: it may or may not be placed", _RECONCILE)


def ordered_but(host: str, request: str, reason: str) -> Message:
    message = f"`{request}` was sent to {host}, but {reason}: it may or may not be done"
    return Message("E707", message, "run `nccodsl calls show UUID` to see the state of the call")


def page_for_call(status: int) -> Message:
    message = f"the answer to the call is a web page ({status}): the call may or may not be placed"
    return Message("E707", message, _RECONCILE)


def interrupted() -> Message:
    return Message("E707", "interrupted while placing the call: it may or may not be placed", _RECONCILE)


def placed_but_not_noted(name: str, error: str, help: str | None) -> Message:
    """`name`: the uuid of the call as it is shown, empty where it is not known."""
    as_name = f" as {name}" if name else ""
    return Message("E707", f"the call was placed{as_name}, but the journal does not have it: {error}", help)


# ---- references, and settling by hand; `callee`, `word` and `uuid` as they are shown

_JOURNAL = "run `nccodsl calls journal` to see the state of the call"


def reference_of_another(reference: str, callee: str) -> Message:
    message = f"the reference `{reference}` belongs to another call, to {callee}"
    return Message("E709", message, f"give this call its own reference, such as `--reference {reference}-2`")


def reference_unsettled(reference: str, process: str | None) -> Message:
    """`process`: the one that is placing the call, if any is."""
    what = f"is being placed by {process}" if process is not None else "may or may not be placed"
    help = "run `nccodsl calls reconcile` to look it up, or `nccodsl calls settle` if you know what happened"
    return Message("E709", f"the call with the reference `{reference}` {what}; it is not dialed again", help)


def not_in_journal(word: str) -> Message:
    help = "run `nccodsl calls journal`, and give a reference or an ID that it shows"
    return Message("E716", f"`{word}` matches no call in the journal, or more than one", help)


def settled_meanwhile(uuid: str | None) -> Message:
    """`uuid`: the one given."""
    what = f"the UUID {uuid} belongs to another call in the journal" if uuid else "the call was settled meanwhile"
    return Message("E717", what, _JOURNAL)


def neither_placed_nor_absent(word: str) -> Message:
    return Message("E717", f"`{word}` is neither `placed` nor `absent`", "write `placed` or `absent`")


def uuid_of_absent() -> Message:
    return Message("E717", "a call that was never placed has no UUID", "remove `--uuid`, or write `placed`")


def no_uuid(uuid: str) -> Message:
    return Message("E717", f"`{uuid}` is not a UUID", "run `nccodsl calls list`, and give a UUID that it shows")


def known_already(callee: str, state: str) -> Message:
    help = "run `nccodsl calls journal` to see which calls can be settled"
    return Message("E717", f"the call to {callee} is already known to be {state}", help)


def being_placed(callee: str, process: str) -> Message:
    message = f"the call to {callee} is being placed by {process}"
    return Message("E717", message, "run `nccodsl calls settle` again when that process has ended")

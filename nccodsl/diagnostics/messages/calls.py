"""E703 to E709, E716, E717, and what a request may not say (E3): placing calls, and steering them."""

from __future__ import annotations

from collections.abc import Sequence

from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import did_you_mean

# ---- arguments of requests; `shown`: the value as it is shown


def body_no_object() -> Message:
    return Message("E301", "the body of a create request is an object")


def body_beyond_json(reason: str) -> Message:
    return Message("E318", f"the body cannot be written as JSON: {reason}")


def start_behind_end() -> Message:
    return Message("E304", "date_start is behind date_end", "swap them")


def transfer_to_one() -> Message:
    return Message("E402", "a transfer goes to an NCCO or to a URL: give exactly one of them")


def no_list_of_actions(*, empty: bool) -> Message:
    return Message("E314" if empty else "E301", "an NCCO is a list of actions, and not empty")


def nothing_to_say() -> Message:
    return Message("E314", "there is nothing to say: the text is empty")


def text_too_long(length: int, most: int) -> Message:
    return Message("E311", f"the text has {length:,} characters, and {most:,} can be said", "say it in parts")


def cannot_press(shown: str) -> Message:
    return Message("E307", f"`{shown}` cannot be pressed", "keys are 0 to 9, * and #; p waits 500 ms")


def no_call_id() -> Message:
    return Message("E314", "a call has an id, such as 63f61863-4a51-4f6b-86e1-46edebcf9356")


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
    return Message("E304", f"a token holds {least} seconds to 24 hours, not {given} seconds")


def bad_reference(most: int) -> Message:
    return Message("E313", f"a reference is a text of 1 to {most} characters")


def which_call() -> Message:
    return Message("E313", "which call? Give its uuid, or the number and the time")


# ---- what the API answers

_REFUSED: dict[int, tuple[str, str | None]] = {
    400: (
        "the API refused the request",
        "mend what it names and send again; a call that is younger than 2 seconds takes no orders yet",
    ),
    401: (
        "the API does not accept the token",
        "the application id and the private key must be of the same application, and the clock must be right",
    ),
    403: ("the API refused the request", "look at the balance of the account, and at what it may do"),
    404: (
        "the API knows no such call or address",
        "look at the id; a call lives in one region: give its --region or --host",
    ),
    407: (
        "a proxy wants to know who is asking",
        "the proxy wants a name and a password: put them into HTTPS_PROXY",
    ),
    413: ("the API refused the request", "make the request smaller"),
    429: (
        "the API takes no more requests now",
        "3 calls and 15 other requests a second are allowed: wait, and send again",
    ),
}
_CODES = {401: "E705", 429: "E706"}
_IS_THIS_THE_API = "look at --host: is this the API?"


def refused(reason: str, help: str | None = None) -> Message:
    """The API does not do what it is asked."""
    return Message("E704", reason, help)


def no_success(status: int, detail: str, *, is_page: bool) -> Message:
    """`detail`: what the answer says; `is_page`: it is a web page."""
    code, what, help = _by_status(status)
    if is_page:
        help = "this is a web page, so a proxy or a wrong --host may have answered instead of the API"
    said = f" ({status}{'' if detail else ', without a word of explanation'})" + (detail and f": {detail}")
    return Message(code, what + said, help)


def _by_status(status: int) -> tuple[str, str, str | None]:
    if 400 <= status < 500:
        what, help = _REFUSED.get(status, ("the API refused the request", None))
        return _CODES.get(status, "E704"), what, help
    if 300 <= status < 400:
        help = "redirects are not followed with a token: give the right address with --host"
        return "E708", "the server sends us elsewhere", help
    if status >= 500:
        return "E708", "the server failed", "the fault is on the other side: try again later"
    return "E708", "the server answered with what the API never answers", _IS_THIS_THE_API


def odd_answer(request: str, status: int, reason: str) -> Message:
    message = f"the answer to `{request}` is not what the API answers ({status}): {reason}"
    return Message("E708", message, _IS_THIS_THE_API)


# ---- nothing was sent, or nothing that changes anything

_TLS_HELP = (
    (
        "CERTIFICATE_VERIFY_FAILED",
        "SSL_CERT_FILE names a file of certificates to trust, such as the one of your own proxy or emulator",
    ),
    ("WRONG_VERSION_NUMBER", "the server speaks no TLS there: is it an http:// address?"),
)


def cannot_reach(host: str, reason: str, error: str) -> Message:
    """`error`: what the library says of it."""
    safe = "nothing was sent, so it is safe to try again"
    help = next((help for sign, help in _TLS_HELP if sign in error), safe)
    return Message("E703", f"{host} cannot be reached: {reason}", help)


def asked_in_vain(host: str, reason: str) -> Message:
    return Message("E703", f"{host} was asked, but {reason}", "nothing was changed, so it is safe to try again")


def no_such_proxy() -> Message:
    help = "look at HTTPS_PROXY, HTTP_PROXY and ALL_PROXY"
    return Message("E703", "the proxy that the environment names cannot be used", help)


# ---- something was sent, and it is not known what came of it

_RECONCILE = "do not repeat it blindly: `nccodsl calls reconcile` looks the call up"


def maybe_placed(failure: str) -> Message:
    return Message("E707", f"{failure}; whether the call was placed is not known", _RECONCILE)


def sent_but(host: str, reason: str) -> Message:
    return Message("E707", f"{host} was sent the call, but {reason}: whether it was placed is not known", _RECONCILE)


def ordered_but(host: str, request: str, reason: str) -> Message:
    message = f"{host} was sent `{request}`, but {reason}: whether it was done is not known"
    return Message("E707", message, "`nccodsl calls show` shows how the call stands")


def page_for_call(status: int) -> Message:
    message = f"a web page came in answer to the call ({status}): whether it was placed is not known"
    return Message("E707", message, _RECONCILE)


def interrupted() -> Message:
    message = "interrupted while the call was being placed: whether it was is not known"
    return Message("E707", message, "`nccodsl calls reconcile` looks it up")


def placed_but_not_noted(name: str, error: str, help: str | None) -> Message:
    """`name`: the uuid of the call as it is shown, empty where it is not known."""
    as_name = f" as {name}" if name else ""
    return Message("E707", f"the call was placed{as_name}, but that cannot be noted: {error}", help)


# ---- references, and settling by hand; `callee`, `word` and `uuid` as they are shown


def reference_of_another(reference: str, callee: str) -> Message:
    message = f"the reference `{reference}` belongs to another call, to {callee}"
    return Message(
        "E709", message, "repeat the same call with the same reference, and give each other call one of its own"
    )


def reference_unsettled(reference: str, process: int | None) -> Message:
    """`process`: the one that is placing the call, if any is."""
    what = f"is being placed by process {process}" if process is not None else "may have been placed or not"
    return Message(
        "E709",
        f"the call of the reference `{reference}` {what}, so it is not dialled again",
        "`nccodsl calls reconcile` looks it up; `nccodsl calls settle` takes your word for it",
    )


def not_in_journal(word: str) -> Message:
    help = "`nccodsl calls journal` shows the references, and ids where there is none"
    return Message("E716", f"the journal has no call `{word}`, or more than one", help)


def settled_meanwhile(uuid: str | None) -> Message:
    """`uuid`: the one given."""
    what = f"the uuid {uuid} belongs to another call of the journal" if uuid else "somebody else settled it meanwhile"
    return Message("E717", what, "`nccodsl calls journal` shows how it stands")


def neither_placed_nor_absent(word: str) -> Message:
    return Message("E717", f"a call is placed or absent, not `{word}`")


def uuid_of_absent() -> Message:
    return Message("E717", "a call that was never placed has no uuid", "leave --uuid out, or say `placed`")


def no_uuid(uuid: str) -> Message:
    return Message("E717", f"`{uuid}` is no uuid", "`nccodsl calls list` shows the uuids of calls")


def known_already(callee: str, state: str) -> Message:
    message = f"the call to {callee} needs nobody's word: it is known to be {state}"
    return Message("E717", message, "only what nobody knows is settled by hand")


def being_placed(callee: str, process: int | None) -> Message:
    message = f"the call to {callee} is being placed by process {process}"
    return Message("E717", message, "wait until it is over, or end it")

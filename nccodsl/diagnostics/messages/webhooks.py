"""E712, E726, E801 to E814: webhooks that cannot be answered, and answers that cannot be used."""

from __future__ import annotations

from nccodsl.diagnostics.diagnostic import Message

# ---- for the emulator: what the platform does not take


def not_an_answer(what: str) -> Message:
    """`what`: what came back, in words."""
    help = "answer with status `200` and `content-type: application/json`: write `[]` for an empty NCCO"
    return Message("E712", what, help)


def fallback_no_answer(what: str) -> Message:
    return not_an_answer(f"the fallback URL failed as well: {what}")


def no_conversation(target: str) -> Message:
    return Message(
        "E712",
        f"the conversation {target} does not exist",
        "run `nccodsl calls list`, and give a conversation that it shows",
    )


# ---- for the emulator: requests of web pages


def foreign_host(name: str) -> Message:
    """`name`: what the `Host` header says; empty where it is not a name."""
    shown = f"the host `{name}`" if name else "this `Host` header"
    help = f"run `nccodsl emulator --allow-host {name or 'HOST'}`"
    return Message("E726", f"the emulator does not accept requests to {shown}", help)


def foreign_page(origin: str) -> Message:
    message = f"a web page of `{origin}` cannot use the emulator"
    return Message("E726", message, "send the request from a program, or remove its `Origin` header")


# ---- the flow


def no_transcript(reason: str) -> Message:
    help = "check that the server has the application ID and the private key"
    return Message("E821", f"the text of a recording cannot be fetched: {reason}", help)


def nobody_to_opt_out() -> Message:
    text = "`opt_out` suppresses no number: the number of the other party is not known"
    return Message("E511", text, "ask the caller for the number, and add it with `nccodsl suppress add NUMBER`")


def fetch_failed(reason: str) -> Message:
    help = "add `{ on error -> STEP }`"
    return Message("E801", f"the `fetch` failed and has no `on error`: {reason}", help)


def no_start() -> Message:
    text = "a `connect` was not dialed: the account's limit had no room for it for 60 seconds"
    return Message("E822", text, "give the limit of the account with `--limit N`, or place fewer calls at a time")


# ---- what cannot be read

_ADDRESS = "set the URLs of the application to those that `nccodsl serve` prints"


def bad_signature(reason: str) -> Message:
    return Message("E806", reason, "give the account's signature secret: set `NCCODSL_SIGNATURE_SECRET`")


def internal_error(kind: str) -> Message:
    """`kind`: the class of the exception."""
    return Message(
        "E807",
        f"internal error ({kind}); please report it",
        "run `nccodsl --version`, and report it with this line of the log",
    )


def malformed(reason: str) -> Message:
    return Message("E810", reason, _ADDRESS)


def body_did_not_come() -> Message:
    return Message("E810", "the body did not arrive", _ADDRESS)


def body_too_large(kibibytes: int) -> Message:
    return Message("E810", f"the body is larger than {kibibytes} KiB", _ADDRESS)


def neither_get_nor_post() -> Message:
    return Message("E810", "a webhook must be a GET or a POST", _ADDRESS)


def no_script_there() -> Message:
    return Message("E810", "no script is served at this address", _ADDRESS)


def no_route(route: str) -> Message:
    return Message("E810", f"`{route}` is not a route of a script", _ADDRESS)


def about_no_call() -> Message:
    return Message("E810", "the webhook names no call", _ADDRESS)


def fallback_of_nothing() -> Message:
    return Message("E810", "the fallback webhook names no question; the call ends", _ADDRESS)


# ---- calls

_STORE = "run `nccodsl serve FILE --store sqlite:PATH`: `memory:` forgets calls at a restart"


def lost_call() -> Message:
    return Message("E811", "the state of this call is lost or expired", _STORE)


def unreadable_state(reason: str) -> Message:
    return Message("E811", reason, _STORE)


def busy_call() -> Message:
    return Message("E811", "the state of this call keeps changing: too many webhooks at once", _STORE)


def not_waited_for(at: str) -> Message:
    """`at`: where the webhook says that the call waits."""
    return Message("E811", f"the script does not wait for an answer at `{at}` where the call begins", _STORE)


def version_gone(version: str) -> Message:
    return Message("E811", f"the call began with version {version} of the script, which is not in the store", _STORE)


def platform_reports(reason: str) -> Message:
    return Message(
        "E812", f"the platform reports: {reason}", "run `nccodsl check FILE`, and check the URLs of sounds and webhooks"
    )


def of_another_call(reason: str) -> Message:
    return Message("E814", reason, _ADDRESS)

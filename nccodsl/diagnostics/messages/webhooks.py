"""E712, E801 to E814: webhooks that cannot be answered, and answers that cannot be used."""

from __future__ import annotations

from nccodsl.diagnostics.diagnostic import Message

# ---- for the emulator: what the platform does not take


def not_an_answer(what: str) -> Message:
    """`what`: what came back, in words."""
    help = "answer 200 with an NCCO as application/json; an application may name a fallback address"
    return Message("E712", what, help)


def fallback_no_answer(what: str) -> Message:
    return not_an_answer(f"the fallback too: {what}")


def no_conversation(target: str) -> Message:
    return Message("E712", f"there is no conversation {target} to transfer to")


# ---- the flow


def fetch_failed(reason: str) -> Message:
    help = "say what happens then: { on error -> goodbye }"
    return Message("E801", f"the `fetch` failed, and nothing says what then: {reason}", help)


# ---- what cannot be read


def bad_signature(reason: str) -> Message:
    return Message("E806", reason)


def internal_error(kind: str) -> Message:
    """`kind`: the class of the exception."""
    return Message("E807", f"internal error ({kind}); please report it")


def malformed(reason: str) -> Message:
    return Message("E810", reason)


def body_did_not_come() -> Message:
    return Message("E810", "the body did not come")


def body_too_large(kibibytes: int) -> Message:
    return Message("E810", f"the body is larger than {kibibytes} KiB")


def neither_get_nor_post() -> Message:
    return Message("E810", "a webhook is a GET or a POST")


def no_script_there() -> Message:
    return Message("E810", "no script has this address")


def no_route(route: str) -> Message:
    return Message("E810", f"there is no route `{route}`")


def about_no_call() -> Message:
    return Message("E810", "the webhook says of no call that it is about it")


def fallback_of_nothing() -> Message:
    return Message("E810", "the fallback does not say what was asked: the call ends")


# ---- calls


def lost_call() -> Message:
    return Message("E811", "nothing is known of this call: its state was lost, or is too old")


def unreadable_state(reason: str) -> Message:
    return Message("E811", reason)


def busy_call() -> Message:
    return Message("E811", "others change the state of this call without end")


def not_waited_for(at: str) -> Message:
    """`at`: where the webhook says that the call waits."""
    return Message("E811", f"the script does not wait for this at `{at}` where a call begins")


def version_gone(version: str) -> Message:
    return Message("E811", f"the call began with version {version} of the script, which nobody has any more")


def platform_reports(reason: str) -> Message:
    return Message("E812", f"the platform reports: {reason}")


def of_another_call(reason: str) -> Message:
    return Message("E814", reason)

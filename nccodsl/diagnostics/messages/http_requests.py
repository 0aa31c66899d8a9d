"""What is said about requests to other systems, their secrets and their answers, and about handlers of events."""

from __future__ import annotations

import json
from collections.abc import Sequence

from nccodsl.base.source import Span
from nccodsl.diagnostics.diagnostic import Message
from nccodsl.diagnostics.suggest import did_you_mean, one_of, write


def no_method(method: str, what: str, known: Sequence[str]) -> Message:
    help = did_you_mean(method, known) or one_of(known)
    return Message("E302", f"`{what}` has no method `{method}`", help)


def timeout_cut(most: float) -> Message:
    return Message(
        "W021", f"a `fetch` takes at most {most:g} s: the rest of `timeout` has no effect", write(f"{most:g}s")
    )


def user_in_address() -> Message:
    message = "a URL with a user name or a password cannot be used: servers on the way write it to their logs"
    return Message("E305", message, 'write `headers={authorization: "Basic {{ token }}"}`, with a `secret`')


def headers_no_map() -> Message:
    return Message("E301", "`headers` must be a map", 'write `headers={authorization: "Bearer {{ token }}"}`')


def bad_header_name(name: str) -> Message:
    right = "-".join(name.split()) if name.split() else "authorization"
    help = write(right) if name.strip() and right != name and right.isascii() else "use letters, digits and hyphens"
    shown = json.dumps(name, ensure_ascii=False)[1:-1]
    return Message("E323", f"`{shown}` is not the name of a header" if name else "a header needs a name", help)


def header_is_set(name: str) -> Message:
    return Message("E323", f"the header `{name}` is set for each request", "remove it")


def header_twice(name: str, first: Span) -> Message:
    return Message("E323", f"the header `{name}` is given twice", "remove one of them", ((first, "first given here"),))


def header_no_text(name: str) -> Message:
    return Message("E301", f"the header `{name}` must be a text", "write a text in quotes, or `{{ … }}`")


def bad_header_value(name: str) -> Message:
    """In the script, or only when the request is made."""
    message = f"the header `{name}` holds a line end, or a character that a header cannot hold"
    return Message("E323", message, "use ASCII characters without line ends")


def secret_changed(name: str) -> Message:
    message = f"a secret is put into a header as it is, and `{name}` is changed or tested here"
    return Message("E319", message, f"write `{{{{ {name} }}}}`, and store the secret in the form that the header needs")


def secret_shown(name: str) -> Message:
    message = f"`{name}` is a secret: only headers of `fetch` and `send` may hold it, and `authorization_value`"
    return Message("E319", message, f'write `headers={{authorization: "Bearer {{{{ {name} }}}}"}}`')


def body_and_form() -> Message:
    return Message("E402", "`body` and `form` exclude each other", "remove one of them")


def body_of_get(option: str, what: str) -> Message:
    return Message("E403", f"`{option}` needs another method than GET", f'write `{what} POST "https://…"`')


def body_no_map(option: str) -> Message:
    kinds = "a map" if option == "form" else "a map or a list"
    return Message("E301", f"`{option}` must be {kinds}", f"write `{option}={{name: {{{{ name }}}}}}`")


def nested_in_form(name: str) -> Message:
    message = f"`{name}` of a form cannot be a map, or hold another list or map"
    return Message("E301", message, "send it with `body`, as JSON")


def wrong_body(option: str, kind: str) -> Message:
    """`kind`: what the value is, in words."""
    kinds = "a map" if option == "form" else "a map or a list"
    return Message("E301", f"`{option}` must be {kinds}, not {kind}")


def body_too_large(size: int, most: int) -> Message:
    message = f"the body is {size:,} bytes; a request holds at most {most:,}"
    return Message("E324", message, "send a link to the data, or less of it")


def optional_with_default(name: str) -> Message:
    return Message("E402", f"`{name}` has a default, so it is never missing", "remove the `?` or the default")


def default_not_plain(name: str) -> Message:
    return Message("E301", f"the default of `{name}` must be a plain value", "write a value without `{{ }}`")


def default_misfit(name: str, member: str, why: str) -> Message:
    """`member`: the part of the default that does not fit, empty for all of it."""
    where = f"`{member}` in the default of `{name}`" if member else f"the default of `{name}`"
    return Message("E315", f"{where} does not fit its shape: {why}", "make the shape or the default right")


def status_of_success(status: str) -> Message:
    message = f"`{status}` is not a status that a `fetch` fails with"
    return Message("E302", message, "remove it, or write a status such as `404`, or `3xx`, `4xx` or `5xx`")


def no_outcome_of_fetch(written: str, known: Sequence[str], status: str | None) -> Message:
    """`written`: the match, with its quotes; `status`: what stands in them, where it is one."""
    word = written.strip('"')
    near = write(word) if status or word in known else did_you_mean(word, known)
    help = near or "write `timeout`, `error`, or a status such as `404` or `4xx`"
    return Message("E302" if word == written else "E301", f"`{written}` is not an outcome of `fetch`", help)


def misfit(member: str, why: str) -> Message:
    """`member`: which member of the answer, empty for all of it."""
    where = f"`{member}` of the answer" if member else "the answer"
    return Message("E820", f"{where} does not fit the shape behind `as`: {why}", "make the shape or the server right")


# ---- handlers


def not_in_handler(what: str, handler: str) -> Message:
    message = f"`{what}` cannot be done in `on {handler}`, which runs beside the call"
    return Message("E508", message, "use `send`, `set` and `if`")


def not_in_whisper(what: str) -> Message:
    message = f"`{what}` cannot be done in a `whisper`: the callee is only spoken to"
    return Message("E508", message, "use `talk`, `stream`, `wait` and `if`")


def whisper_without_connect() -> Message:
    return Message("E505", "`whisper` belongs to a `connect`", "put it inside the braces of a `connect phone`")


def whisper_for(kind: str) -> Message:
    return Message("E403", f"a `{kind}` endpoint cannot be whispered to", "whisper to a `phone`")


def whisper_beside_url(url: Span) -> Message:
    message = "`whisper` and `on_answer_url` exclude each other: both say what the callee hears first"
    return Message("E402", message, "remove one of them", ((url, "the other one"),))


def whisper_twice() -> Message:
    return Message("E105", "a `connect` can have one `whisper`", "put all of it into one")


def recording_unused() -> Message:
    message = "nothing uses this recording: its name is known only inside `on saved` and `on transcribed`"
    return Message("E401", message, "write `record as message { on saved { … } }`")


def handler_jumps(handler: str) -> Message:
    why = "the call is over" if handler == "ended" else "the call continues where it is"
    return Message("E508", f"`on {handler}` cannot jump: {why}", "write a block with `send`, `set` and `if`")


def event_url_of_recording(word: str) -> Message:
    message = f"a `record` with `on {word}` gets these events itself, and so has no event URL"
    return Message("E402", message, "remove the option, or the branch")


def otherwise_of_recording() -> Message:
    return Message("E505", "a recording has no `otherwise`", "use `on saved` and `on transcribed`")


def not_brought(name: str, member: str, event: str, known: Sequence[str]) -> Message:
    """`event`: the handler that reads it; `known`: the members that it brings."""
    listed = ", ".join(f"`{name}.{one}`" for one in known)
    return Message("E204", f"`{name}.{member}` is not known in `on {event}`", f"use one of {listed}")

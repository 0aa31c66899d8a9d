"""What the API is asked for while a call runs (Voice API reference).

Bodies are judged here: BadRequest says what is wrong with one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from nccodsl.emulator.bad_input import BadRequest
from nccodsl.emulator.core.application import Ncco
from nccodsl.emulator.core.conversations import move, new_conversation
from nccodsl.emulator.core.document_errors import errors_of_ncco
from nccodsl.emulator.core.legs import Leg, Platform
from nccodsl.emulator.core.membership import Membership
from nccodsl.emulator.core.option_values import one_of
from nccodsl.emulator.core.processes import Steps
from nccodsl.emulator.core.sounds import Sound, audio, speech
from nccodsl.voice import forms
from nccodsl.voice.catalogue import Option, catalogue
from nccodsl.voice.forms import is_dtmf
from nccodsl.voice.judge import judge_value

TOO_EARLY = 1.0
"""Seconds after its creation during which a leg cannot be steered (Voice API reference)."""
_URL = re.compile(r"https?://[^\s/?#]\S*")


def steer(network: Platform, leg: Leg, body: Any) -> None:
    """`PUT /v1/calls/{uuid}`: hangup, mute, unmute, earmuff, unearmuff, transfer."""
    action = body.get("action") if isinstance(body, Mapping) else None
    perform = _STEERING.get(action) if isinstance(action, str) else None
    if perform is None:
        raise _invalid("action", f"must be one of {', '.join(_STEERING)}")
    if leg.ended_at is not None:
        raise BadRequest("the call is over")
    if network.clock.now - leg.created_at < TOO_EARLY:
        raise BadRequest("the call is being set up; try again in two seconds")
    if action != "hangup" and not leg.on_line:
        raise BadRequest("the call has not been answered")
    network.log(leg, "request", str(action), {"body": dict(body)})
    perform(network, leg, body)


def start_talk(network: Platform, leg: Leg, body: Any) -> None:
    """`PUT /v1/calls/{uuid}/talk`."""
    text = _member(body, "text")
    if not isinstance(text, str) or not text:
        raise _invalid("text", f"must be text of 1 to {forms.TEXT_LIMIT} characters")
    if wrong := next((found for found in judge_value(_spoken(), text) if found.is_error), None):
        raise BadRequest(wrong.message, [("text", wrong.message)])
    _play(network, leg, "talk", speech(text, _loop(body), body, network.application.seconds_to_say), body)


def _spoken() -> Option:
    option = catalogue().actions["talk"].main_option
    assert option is not None
    return option


def start_stream(network: Platform, leg: Leg, body: Any) -> None:
    """`PUT /v1/calls/{uuid}/stream`."""
    url = _member(body, "stream_url")
    if not isinstance(url, list) or len(url) != 1 or not _is_url(url[0]):
        raise _invalid("stream_url", "must be an array of one URL")
    _play(network, leg, "stream", audio(url[0], _loop(body)), body)


def stop_playing(network: Platform, leg: Leg, kind: str) -> None:
    """`DELETE /v1/calls/{uuid}/talk` and `/stream`."""
    _on_line(leg)
    network.log(leg, "request", f"stop {kind}")
    leg.overlay(kind).stop()


def send_keys(network: Platform, leg: Leg, body: Any) -> None:
    """`PUT /v1/calls/{uuid}/dtmf`: the callee hears the tones."""
    digits = _member(body, "digits")
    if not isinstance(digits, str) or not is_dtmf(digits):
        raise _invalid("digits", "must consist of 0-9, *, # and p")
    _on_line(leg)
    network.log(leg, "request", f"dtmf {digits}", {"body": dict(body)})
    network.log(leg, "hears", f"the keys {digits}", {"keys": digits})


def subscribe_keys(network: Platform, leg: Leg, body: Any) -> None:
    """`PUT /v1/calls/{uuid}/input/dtmf`: keys of an asynchronous input go to this address."""
    url = one_of(_member(body, "event_url"))
    if not _is_url(url):
        raise _invalid("event_url", "must be an array of one URL")
    _on_line(leg)
    network.log(leg, "request", f"keys to {url}", {"body": dict(body)})
    leg.keys_to = (str(body.get("event_method") or "POST").upper(), url)


def unsubscribe_keys(network: Platform, leg: Leg) -> None:
    """`DELETE /v1/calls/{uuid}/input/dtmf`."""
    _on_line(leg)
    network.log(leg, "request", "keys no longer sent")
    leg.keys_to = None


def _hang_up(network: Platform, leg: Leg, _body: Mapping[str, Any]) -> None:
    network.end(leg, by="platform")


def _setter(attribute: str, value: bool) -> Callable[[Platform, Leg, Mapping[str, Any]], None]:
    def set_it(_network: Platform, leg: Leg, _body: Mapping[str, Any]) -> None:
        setattr(leg, attribute, value)

    return set_it


def _transfer(network: Platform, leg: Leg, body: Mapping[str, Any]) -> None:
    destination = body.get("destination")
    if not isinstance(destination, Mapping) or destination.get("type") != "ncco":
        raise _invalid("destination.type", "must be ncco")
    if ("ncco" in destination) == ("url" in destination):
        raise _invalid("destination", "must have either ncco or url")
    if "ncco" in destination:
        ncco = destination["ncco"]
        errors = errors_of_ncco(ncco, legacy=network.legacy)
        if errors:
            raise BadRequest(
                "the NCCO is invalid",
                [
                    (".".join(("destination", "ncco", *map(str, problem.path))), problem.message)
                    for problem in errors[:20]
                ],
            )
        _move_out(network, leg)
        network.start(leg, ncco)
        return
    url = destination["url"]
    if not isinstance(url, list) or len(url) != 1 or not _is_url(url[0]):
        raise _invalid("destination.url", "must be an array of one URL")

    def fetch() -> Steps[None]:
        ncco: Ncco | None = yield from network.fetch(leg, ("GET", url[0]))
        if ncco is not None and leg.on_line:
            _move_out(network, leg)
            network.start(leg, ncco)

    leg.run(fetch())


def _move_out(network: Platform, leg: Leg) -> None:
    """Into a conversation of its own: where it was connected, the other flow goes on without it."""
    network.halt(leg)
    leg.released.fire()
    if leg.parent is not None and leg in leg.parent.children:
        leg.parent.children.remove(leg)
        leg.parent.transferred.append(leg)
    move(network, leg, new_conversation(network, owner=leg), Membership())


_STEERING: dict[str, Callable[[Platform, Leg, Mapping[str, Any]], None]] = {
    "hangup": _hang_up,
    "mute": _setter("muted", True),
    "unmute": _setter("muted", False),
    "earmuff": _setter("earmuffed", True),
    "unearmuff": _setter("earmuffed", False),
    "transfer": _transfer,
}


def _play(network: Platform, leg: Leg, kind: str, sound: Sound, body: Mapping[str, Any]) -> None:
    _on_line(leg)
    network.log(leg, "request", kind, {"body": dict(body)})
    player = leg.overlay(kind)
    player.stop()
    player.play(sound)


def _loop(body: Mapping[str, Any]) -> int:
    loop = body.get("loop", 1)
    if isinstance(loop, str) and loop.isdecimal():
        loop = int(loop)
    if not isinstance(loop, int) or isinstance(loop, bool) or loop < 0:
        raise _invalid("loop", "must be an integer of 0 or more")
    return loop


def _member(body: Any, name: str) -> Any:
    if not isinstance(body, Mapping):
        raise _invalid(name, "is required")
    return body.get(name)


def _is_url(value: object) -> bool:
    return isinstance(value, str) and _URL.fullmatch(value) is not None


def _on_line(leg: Leg) -> None:
    if not leg.on_line:
        raise BadRequest("the call is over" if leg.ended_at is not None else "the call has not been answered")


def _invalid(name: str, reason: str) -> BadRequest:
    return BadRequest(f"{name} {reason}", [(name, reason)])

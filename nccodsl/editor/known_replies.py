"""What a `fetch` may bring, as the tests of the script say it."""

from __future__ import annotations

import json

from nccodsl.analysis.program import holes_in
from nccodsl.editor.tape import Replay
from nccodsl.rehearsal.call_places import CallPlaces

_MOST = 5


def known_replies(play: Replay, url: str) -> tuple[str, ...]:
    """The replies that tests give to the `fetch` that asks an address, as JSON; those to the same address first."""
    places = CallPlaces(play.stage)
    wanted = places.fetch(url)
    found: list[tuple[bool, str]] = []
    for test in play.stage.flow.program.tests:
        for verb in test.verbs:
            given = verb.verb == "fetched" and isinstance(verb.value, str) and verb.reply is not None
            if not given or any(holes_in([verb.value, verb.reply])):
                continue
            if places.fetch(str(verb.value)) == wanted:
                found.append((verb.value != url, json.dumps(verb.reply, ensure_ascii=False)))
    return tuple(dict.fromkeys(reply for _, reply in sorted(found, key=lambda one: one[0])))[:_MOST]

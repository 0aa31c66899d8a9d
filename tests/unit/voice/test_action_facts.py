"""The facts about actions in the catalogue: what plays, what blocks, what ends the call."""

from __future__ import annotations

from typing import Any

import pytest

from nccodsl.voice.catalogue import catalogue
from nccodsl.voice.judge import blocks, never_ends
from nccodsl.voice.problems import Unknown

UNKNOWN = Unknown()


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ({"action": "talk"}, True),
        ({"action": "stream", "bargeIn": True}, False),
        ({"action": "talk", "bargeIn": "true"}, False),
        ({"action": "talk", "bargeIn": UNKNOWN}, True),
        ({"action": "record"}, False),
        ({"action": "record", "endOnKey": "#"}, True),
        ({"action": "record", "timeOut": UNKNOWN}, True),
        ({"action": "input", "mode": "asynchronous"}, False),
        ({"action": "input", "mode": UNKNOWN}, True),
        ({"action": "wait"}, True),
        ({"action": "unheard-of"}, True),
        (UNKNOWN, True),
    ],
)
def test_what_the_next_action_waits_for(action: Any, expected: bool) -> None:
    assert blocks(action) is expected


@pytest.mark.parametrize(
    ("action", "why"),
    [
        ({"action": "transfer"}, "a transfer, which hands the call over for good"),
        ({"action": "conversation"}, "a conversation, which its caller leaves by hanging up"),
        ({"action": "talk", "loop": 0}, "a talk that is repeated forever"),
        ({"action": "stream", "loop": "0"}, "a stream that is repeated forever"),
        ({"action": "talk", "loop": 0, "bargeIn": True}, None),
        ({"action": "talk", "loop": 0, "bargeIn": UNKNOWN}, None),
        ({"action": "talk", "loop": UNKNOWN}, None),
        ({"action": "talk", "loop": 2}, None),
        ({"action": "connect"}, None),
        ({"action": "unheard-of"}, None),
        (UNKNOWN, None),
    ],
)
def test_what_nothing_runs_after(action: Any, why: str | None) -> None:
    assert never_ends(action) == why


def test_conditions_name_members_that_the_action_has() -> None:
    for spec in catalogue().actions.values():
        for condition in filter(None, (spec.blocks, spec.ends)):
            keys = [*condition.given, *(pair[0] for pair in (condition.equal, condition.unless) if pair)]
            assert [key for key in keys if spec.by_json(key) is None] == []

"""The emulator over HTTP: bodies of calls, emulators that hurry."""

from __future__ import annotations

from typing import Any

from nccodsl.emulator.http.host import Emulator

TALK = [{"action": "talk", "text": "Hello"}]
FOR_EVER = [{"action": "talk", "text": "la", "loop": 0}]
ANY = {"authorization": "Bearer anything"}
"""Headers for an emulator that takes any token."""


def body(ncco: Any = TALK, **more: Any) -> dict[str, Any]:
    """The body of a create request."""
    return {
        "to": [{"type": "phone", "number": "14155550101"}],
        "from": {"type": "phone", "number": "14155550100"},
        "ncco": ncco,
        **more,
    }


def emulator(**options: Any) -> Emulator:
    """An emulator a hundred times as fast as life, which takes any number of calls."""
    return Emulator(**{"speed": 100.0, "creations": None, "seed": 7, **options})

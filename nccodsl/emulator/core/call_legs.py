"""The legs that belong to one call."""

from __future__ import annotations

from nccodsl.emulator.core.legs import Leg


def legs_of_call(leg: Leg) -> list[Leg]:
    """The first leg of a call and all that were dialled from it, in the order in which they were created."""
    first = leg
    while first.parent is not None:
        first = first.parent
    legs = [first]
    for one in legs:
        legs.extend(one.children)
        legs.extend(one.transferred)
    return legs

"""Waits that no answer leads out of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def never_out(leads: Mapping[str, set[str]], ends: set[str], waits: Iterable[str]) -> list[str]:
    """The waits from which nothing leads to any of `ends`."""
    before: dict[str, list[str]] = {}
    for wait, following in leads.items():
        for one in following:
            before.setdefault(one, []).append(wait)
    todo, leaves = [*ends], {*ends}
    while todo:
        for wait in before.get(todo.pop(), ()):
            if wait not in leaves:
                leaves.add(wait)
                todo.append(wait)
    return [wait for wait in waits if wait not in leaves]

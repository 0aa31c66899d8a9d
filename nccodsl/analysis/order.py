"""The order in which a graph is gone through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def reverse_postorder(edges: Mapping[str, Iterable[str]], begins: Iterable[str]) -> list[str]:
    """What is reached from `begins`, each before those that its edges lead to, but where these lead backwards.

    What is computed along the edges until nothing changes is done soonest in this order.
    """
    seen: set[str] = set()
    order: list[str] = []
    stack = [(name, False) for name in begins]
    while stack:
        name, done = stack.pop()
        if done:
            order.append(name)
        elif name not in seen:
            seen.add(name)
            stack.append((name, True))
            stack.extend((target, False) for target in edges.get(name, ()) if target not in seen)
    return order[::-1]

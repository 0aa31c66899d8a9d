"""How many calls one call of a flow can dial by `connect`."""

from __future__ import annotations

from nccodsl.graph.elements import START, Graph

CONNECT = "connect"


def most_connects(graph: Graph) -> int | None:
    """The most connects on a way through the flow; None if a round with a connect has no fixed number of turns.

    Dialogs have to be unfolded.
    """
    following: dict[str, list[str]] = {}
    for edge in graph.edges:
        following.setdefault(edge.source, []).append(edge.target)
    connects = {node.id for node in graph.nodes if node.kind == CONNECT}
    begin = next(node.id for node in graph.nodes if node.kind == START)
    # The longest way without a round is a sum over the nodes, each after all that follow it.
    order, on_the_way, rounds = _backwards(begin, following)
    if any(connects & _between(target, source, following, on_the_way) for source, target in rounds):
        return None
    most: dict[str, int] = {}
    for node in order:
        most[node] = (node in connects) + max((most.get(after, 0) for after in following.get(node, ())), default=0)
    return most[begin]


def _backwards(begin: str, following: dict[str, list[str]]) -> tuple[list[str], set[str], list[tuple[str, str]]]:
    """The nodes that can be reached, each after all that follow it; the set of them; and the edges that lead back."""
    order: list[str] = []
    seen, open_nodes = {begin}, {begin}
    back: list[tuple[str, str]] = []
    stack = [(begin, iter(following.get(begin, ())))]
    while stack:
        node, rest = stack[-1]
        after = next(rest, None)
        if after is None:
            stack.pop()
            open_nodes.discard(node)
            order.append(node)
        elif after in open_nodes:
            back.append((node, after))
        elif after not in seen:
            seen.add(after)
            open_nodes.add(after)
            stack.append((after, iter(following.get(after, ()))))
    return order, seen, back


def _between(first: str, last: str, following: dict[str, list[str]], known: set[str]) -> set[str]:
    """The nodes on ways from one node to another one: those of a round that an edge from the last to the first ends."""
    before: dict[str, list[str]] = {}
    for source in known:
        for target in following.get(source, ()):
            before.setdefault(target, []).append(source)
    return _reached(first, following) & _reached(last, before)


def _reached(begin: str, following: dict[str, list[str]]) -> set[str]:
    found, todo = {begin}, [begin]
    while todo:
        for after in following.get(todo.pop(), ()):
            if after not in found:
                found.add(after)
                todo.append(after)
    return found

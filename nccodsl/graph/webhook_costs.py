"""Which fetches cost a web request of the platform to the flow.

A flow fetches while it writes an NCCO. Behind what only speaks it does so at once, while the caller listens. Behind
what takes a caller's time (a connected call, a recording) the data would be old, or wanted for nothing: there the
platform asks the flow to go on when that is over.
"""

from __future__ import annotations

from nccodsl.graph.unfinished import GraphDraft

FETCH = "fetch"


def mark_fetches(nodes: list[GraphDraft]) -> None:
    """Mark the edges to a `fetch` on which something since the last answer may have taken its time."""
    slow: set[int] = set()
    """Nodes before which it may have."""
    todo = list(nodes)
    while todo:
        node = todo.pop()
        # What a fetch brings, and what answers a webhook, begins anew.
        if node.kind == FETCH or not (id(node) in slow or _takes_time(node)):
            continue
        for link in node.links:
            if link.webhook:
                continue
            if link.node.kind == FETCH:
                link.webhook = True
            elif id(link.node) not in slow:
                slow.add(id(link.node))
                todo.append(link.node)


def _takes_time(node: GraphDraft) -> bool:
    return node.waits or not node.quick

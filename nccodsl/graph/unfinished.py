"""Nodes and edges while a graph is built: what an edge leads to may not be known yet."""

from __future__ import annotations

from collections.abc import Iterable

from nccodsl.base.record import Record
from nccodsl.base.source import Span


class ToBlock(Record):
    """The beginning of a block."""

    name: str


class ToEnd(Record):
    """The end of the call, in a box or in none."""

    box: str | None


class ToNothing(Record):
    """Nothing follows, and the call continues where it is: the end of what runs beside it."""


class Link:
    """An edge that is being built."""

    __slots__ = ("label", "node", "says", "target", "webhook")

    def __init__(self, target: Target, label: str = "", *, webhook: bool = False, says: str = "") -> None:
        self.target = target
        self.label = label
        self.webhook = webhook
        self.says = says
        self.node: GraphDraft
        """What the target turned out to be."""


class GraphDraft:
    """A node that is being built. `quick`: nothing waits until it is over, as far as fetching is concerned."""

    __slots__ = ("box", "id", "kind", "links", "quick", "span", "text", "waits")

    def __init__(self, box: str | None, kind: str, text: str, span: Span, *, waits: bool = False) -> None:
        self.box = box
        self.kind = kind
        self.text = text
        self.span = span
        self.waits = waits
        self.quick = True
        self.links: list[Link] = []
        self.id = ""


Target = GraphDraft | ToBlock | ToEnd | ToNothing


def take_apart(drafts: Iterable[Target]) -> None:
    """Separate all drafts that lead from these to others.

    Python frees a chain of objects by recursion, and in browsers it has no room for chains of a thousand.
    """
    left = list(drafts)
    while left:
        draft = left.pop()
        if isinstance(draft, GraphDraft):
            left += [link.target for link in draft.links]
            draft.links = []

"""Lines in their order, blocks in braces, and what stands aligned in columns.

Owns: blank lines, comments between lines, the choice between `{ one statement }` on a line and an open block.
Does not own: what the single lines look like (rules, values).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from nccodsl.base.record import Record
from nccodsl.syntax import ast
from nccodsl.syntax.formatter.doc import HARD, INDENT, LINE, Doc, Group, Indent, flat_text
from nccodsl.syntax.formatter.wrap_values import ValuePrinter


class AlignedRow(Record):
    """A line that stands aligned with its neighbours of the same `kind`, as far as they fit on a line each.

    `cells` are its columns, the last one open-ended; without any it lets its neighbours be. `doc` is the line itself.
    """

    kind: str
    cells: tuple[Doc, ...]
    doc: Doc


class Item(Record):
    """One line, or several that belong together: comments stand before `first` and behind `last`."""

    first: ast.Node
    last: ast.Node
    line: Doc | AlignedRow


_WIDEST_GAP = 20  # columns; across more, the eye does not follow a line
_SIMPLE = (
    ast.Action
    | ast.RecordAction
    | ast.Connect
    | ast.Input
    | ast.Fetch
    | ast.Send
    | ast.Ask
    | ast.OptOut
    | ast.Set
    | ast.Leave
)


class Blocks:
    """Documents of lines and blocks. `line` makes the line of a node."""

    def __init__(self, values: ValuePrinter, line: Callable[[ast.Node], Doc | AlignedRow], width: int) -> None:
        self._values = values
        self._layout = values.layout
        self._line = line
        self._width = width
        self._depth = 0

    # ---- lines

    def lines(
        self,
        owner: ast.Node,
        items: Sequence[Item],
        apart: Callable[[ast.Node, ast.Node], bool] = lambda _one, _next: False,
    ) -> Doc:
        """Items below each other with their comments, the blank lines that the author left, and those between what is
        `apart`."""
        parts: list[Doc] = []
        gaps = [False] * min(len(items), 1)
        gaps += [apart(one.last, two.first) or self._blank(two) for one, two in pairwise(items)]
        for item, gap, doc in zip(items, gaps, self._aligned(items, gaps), strict=True):
            if parts:
                parts += [HARD, HARD] if gap else [HARD]
            before = self._layout.leading(item.first)
            following = [*(comment.span for comment in before[1:]), item.first.span]
            for comment, span in zip(before, following, strict=False):
                parts += [comment.text, HARD, HARD if self._layout.blank_before(span) else ""]
            parts += [doc, self._values.behind(item.last)]
        for comment in self._layout.tail(owner):
            if parts:
                parts += [HARD, HARD if self._layout.blank_before(comment.span) else ""]
            parts.append(comment.text)
        return tuple(parts)

    def statements(self, nodes: Sequence[ast.Node]) -> list[Item]:
        """An item for each statement, declaration or branch."""
        return [Item(node, node, self._line(node)) for node in nodes]

    def _blank(self, item: Item) -> bool:
        before = self._layout.leading(item.first)
        return self._layout.blank_before((before[0] if before else item.first).span)

    def _aligned(self, items: Sequence[Item], gaps: Sequence[bool]) -> list[Doc]:
        docs: list[Doc] = []
        run: list[AlignedRow] = []
        for item, gap in zip(items, gaps, strict=True):
            line = item.line
            if run and (
                not isinstance(line, AlignedRow) or line.kind != run[0].kind or gap or self._layout.leading(item.first)
            ):
                docs += self._columns(run)
                run = []
            if isinstance(line, AlignedRow):
                run.append(line)
            else:
                docs.append(line)
        return docs + self._columns(run)

    def _columns(self, rows: list[AlignedRow]) -> list[Doc]:
        """The rows of a run as aligned lines. A row that does not fit on a line parts those before and behind it."""
        docs: list[Doc] = []
        run: list[AlignedRow] = []
        for row in rows:
            if row.cells and self._padded([row.cells]) is None:
                docs += [*self._column_lines(run), row.doc]
                run = []
            else:
                run.append(row)
        return docs + self._column_lines(run)

    def _column_lines(self, rows: list[AlignedRow]) -> list[Doc]:
        texts = self._padded([row.cells for row in rows if row.cells])
        if texts is None:
            return [row.doc for row in rows]
        lines = iter(texts)
        return [next(lines) if row.cells else row.doc for row in rows]

    def _padded(self, rows: Sequence[tuple[Doc, ...]]) -> list[str] | None:
        """The rows with their columns aligned; None where one does not fit on a line, or first cells differ much."""
        table: list[list[str]] = []
        for cells in rows:
            texts = [flat_text(cell) for cell in cells]
            if None in texts:
                return None
            table.append([text.strip() for text in texts if text is not None])
        if not table:
            return None
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        if widths[0] - min(len(row[0]) for row in table) > _WIDEST_GAP:
            return None
        lines = []
        for row in table:
            cells_of_row = (text.ljust(width) for text, width in zip(row, widths, strict=True) if width)
            lines.append(" ".join(cells_of_row).rstrip())
        return lines if max(map(len, lines)) <= self._width - INDENT * self._depth else None

    # ---- blocks

    def braces(self, owner: ast.Node, make: Callable[[], list[Item]]) -> Doc:
        """`{`, the items each on a line, and `}`."""
        self._depth += 1
        lines = self.lines(owner, make())
        self._depth -= 1
        head = self._values.head(owner)
        if not lines and not head:
            return "{}"
        return ("{", Indent(head, HARD if lines else "", lines), HARD, "}")

    def block(self, node: ast.Block, *, open: bool = False) -> Doc:
        """A block of statements; one simple statement may stand on the line of the braces."""
        if not open and self._is_simple(node):
            return self._inline(node.statements[0])
        return self.braces(node, lambda: self.statements(node.statements))

    def _inline(self, only: ast.Node) -> Doc:
        line = self._line(only)
        return ("{", Indent(LINE, line.doc if isinstance(line, AlignedRow) else line), LINE, "}")

    def _is_simple(self, block: ast.Block) -> bool:
        """Whether a block may stand on a line: it is one statement that has no block of its own."""
        if len(block.statements) != 1:
            return False
        (only,) = block.statements
        simple = isinstance(only, _SIMPLE) and getattr(only, "branches", None) is None
        return simple and self._is_bare(block, only)

    def _is_bare(self, owner: ast.Node, only: ast.Node) -> bool:
        """Whether neither a block nor the one thing in it has comments."""
        layout = self._layout
        return not (layout.head(owner) or layout.tail(owner) or layout.leading(only) or layout.trailing(only))

    def choice(self, node: ast.If) -> Doc:
        """`if`, `elif` and `else`: an arm a line where all of them fit, else open blocks."""
        arms: list[tuple[ast.Node, Doc, ast.Block]] = [
            (arm, f"{'elif' if number else 'if'} {arm.test.trimmed}", arm.body) for number, arm in enumerate(node.arms)
        ]
        if node.otherwise is not None:
            arms.append((node.otherwise, "else", node.otherwise))
        simple = all(self._is_simple(body) for _, _, body in arms)
        texts = self._padded([(head, self.block(body)) for _, head, body in arms]) if simple else None
        parts: list[Doc] = []
        previous: ast.Node | None = None
        for number, (arm, head, body) in enumerate(arms):
            noted = previous is not None and (self._layout.leading(arm) or self._layout.trailing(previous))
            if previous is not None:
                parts.append(HARD if texts or noted else " ")
            doc = texts[number] if texts else (head, " ", self.block(body, open=True))
            parts.append(self._values.noted(arm, doc))
            previous = arm
        return tuple(parts)

    def statement(
        self,
        head: Doc,
        last: ast.Node | None,
        options: Sequence[ast.Option | ast.Name],
        branches: ast.Branches | None = None,
    ) -> Doc:
        """A statement: its head, up to the node `last`, its options and its branches."""
        behind = self._values.behind(last)
        rest = self._values.options(options)
        if branches is None:
            return (head, behind, Group(Indent(rest), hard=bool(behind)))
        header = (head, behind, Group(Indent(rest), LINE, hard=bool(behind)) if options or behind else " ")
        only = branches.items[0] if len(branches.items) == 1 else None
        if (
            isinstance(only, ast.On | ast.Retry | ast.Otherwise)
            and isinstance(only.target, ast.Leave)
            and self._is_bare(branches, only)
        ):
            return Group(*header, self._inline(only))
        return (*header, self.braces(branches, lambda: self.statements(branches.items)))

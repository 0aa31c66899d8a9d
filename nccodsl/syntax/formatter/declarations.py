"""What a formatted script looks like: a document for every declaration, statement and branch.

Owns: the parts of each line and their order. Does not own: values (values), blocks, blank lines and columns (blocks).
"""

from __future__ import annotations

from collections.abc import Sequence

from nccodsl.syntax import ast
from nccodsl.syntax.ast import present
from nccodsl.syntax.formatter.align import AlignedRow, Blocks, Item
from nccodsl.syntax.formatter.doc import LINE, Doc, Group, Indent, is_hard
from nccodsl.syntax.formatter.layout import Layout
from nccodsl.syntax.formatter.wrap_values import ValuePrinter

_DECLARATIONS = ast.Param | ast.Secret | ast.Let | ast.Zone | ast.Languages | ast.Defaults | ast.Include
_APART = ast.Hours | ast.Call | ast.On | ast.Dialog | ast.Step | ast.Test


class Rules:
    """Documents of the parts of one script, for lines of `width` columns."""

    def __init__(self, layout: Layout, width: int) -> None:
        self._layout = layout
        self._values = ValuePrinter(layout)
        self._blocks = Blocks(self._values, self._line, width)

    def script(self, node: ast.Script) -> Doc:
        """A whole file."""
        return self._blocks.lines(node, self._blocks.statements(node.items), _are_apart)

    def _line(self, node: ast.Node) -> Doc | AlignedRow:
        match node:
            case ast.Set():
                return (f"set {node.name.text} = ", self._values.value(node.value))
            case ast.Goto():
                return (f"-> {node.step.text}", self._values.args(node.args) if node.args else "")
            case ast.Next() | ast.Break() | ast.Hangup():
                return type(node).__name__.lower()
            case ast.If():
                return self._blocks.choice(node)
            case ast.For():
                items = self._values.value(node.items)
                return Group(f"for {node.target.text} in ", items, " ", self._blocks.block(node.body))
            case ast.Choose():
                choices = self._blocks.braces(node.choices, lambda: self._blocks.statements(node.choices.items))
                return (f"choose {node.subject.trimmed} ", choices)
            case ast.On() | ast.When() | ast.Otherwise() | ast.Retry() | ast.Whisper():
                return self._branch(node)
            case ast.With() | ast.Moment() | ast.Expect():
                return self._verb(node)
            case ast.Weekdays() | ast.Closed() | ast.Open() | ast.Holidays():
                return self._hours_rule(node)
            case _:
                return self._action(node)

    def _action(self, node: ast.Node) -> Doc | AlignedRow:
        """A statement that is one action or one request, or else a declaration."""
        match node:
            case ast.Action():
                main: Doc = "" if node.main is None else (" ", self._values.value(node.main))
                return self._blocks.statement((node.kind.text, main), node.main, node.options)
            case ast.Connect():
                head: Doc = ("connect ", self._endpoint(node.endpoint))
                return self._blocks.statement(head, node.endpoint, node.options, node.branches)
            case ast.Input():
                words = " ".join(["input", *(kind.text for kind in node.kinds)])
                last = node.kinds[-1] if node.kinds else None
                options: tuple[ast.Option | ast.Name, ...] = (*node.options, *present(node.binding))
                return self._blocks.statement(words, last, options, node.branches)
            case ast.RecordAction():
                head = "record" if node.main is None else ("record ", self._values.value(node.main))
                options = (*node.options, *present(node.binding))
                return self._blocks.statement(head, node.main, options, node.branches)
            case ast.Fetch():
                head = self._request("fetch", node)
                shaped = node.binding is not None and node.binding.shape is not None
                named = present(node.binding)
                options = (*node.options, *named) if shaped else (*named, *node.options)
                return self._blocks.statement(head, node.url, options, node.branches)
            case ast.Send():
                return self._blocks.statement(self._request("send", node), node.url, node.options)
            case ast.OptOut():
                return self._blocks.statement("opt_out", None, node.options)
            case ast.Ask():
                head = (f"ask {node.dialog.text}", self._values.args(node.args))
                return self._blocks.statement(head, None, present(node.binding), node.branches)
            case _:
                return self._declaration(node)

    def _request(self, keyword: str, node: ast.Fetch | ast.Send) -> Doc:
        method = "" if node.method is None else f" {node.method.text}"
        return (f"{keyword}{method} ", self._values.value(node.url))

    # ---- declarations

    def _declaration(self, node: ast.Node) -> Doc | AlignedRow:
        match node:
            case ast.Param():
                return self._param(node)
            case ast.Secret():
                doc: Doc = "" if node.doc is None else self._values.value(node.doc)
                head = f"secret {node.name.text}"
                return AlignedRow("secret", (head, doc), (head, *(" ", doc) * bool(doc)))
            case ast.Let():
                return (f"let {node.name.text} = ", self._values.value(node.value))
            case ast.Zone():
                return ("zone ", self._values.value(node.place))
            case ast.Hours():
                options = Group(Indent(self._values.options(node.options)))
                rules = self._blocks.braces(node, lambda: self._blocks.statements(node.rules))
                return (f"hours {node.name.text}", options, " ", rules)
            case ast.Languages():
                tongues = [self._tongue(one) for one in node.tongues]
                return Group("languages ", Indent(*_joined((",", LINE), tongues)))
            case ast.Defaults():
                rest = Group(Indent(*self._values.options(node.options)))
                head = f"defaults {node.action.text}"
                return AlignedRow("defaults", (head, rest), (head, rest))
            case ast.Include():
                path = node.path
                return ("include ", f"<{path.text}>" if isinstance(path, ast.Library) else self._values.value(path))
            case ast.Call():
                return ("call ", self._blocks.braces(node, lambda: self._call_items(node)))
            case ast.Step():
                return (f"step {node.name.text} ", self._blocks.block(node.body, open=True))
            case ast.Dialog():
                return self._dialog(node)
            case ast.Test():
                title = self._values.value(node.title)
                of: Doc = "" if node.of is None else (f" of {node.of.dialog.text}", self._values.args(node.of.args))
                return ("test ", title, of, " ", self._blocks.braces(node, lambda: self._blocks.statements(node.verbs)))
            case _:
                raise TypeError(f"no layout for {type(node).__name__}")

    def _tongue(self, node: ast.Tongue) -> Doc:
        return (node.name.text, *((" ", self._values.option(option)) for option in node.options))

    def _dialog(self, node: ast.Dialog) -> Doc:
        ways = [self._outcome(outcome) for outcome in node.outcomes]
        head = (f"dialog {node.name.text}", self._values.members(node.params), " -> ")
        return (
            *head,
            Group(Indent(*_joined((",", LINE), ways))),
            " ",
            self._blocks.braces(node, lambda: self._blocks.statements(node.items)),
        )

    def _outcome(self, node: ast.Outcome) -> Doc:
        return (node.name.text, self._values.members(node.members) if node.members else "")

    def _param(self, node: ast.Param) -> AlignedRow:
        name = f"param {node.name.text}:"
        kind = node.type.text + (" private" if node.private else "")
        default: Doc = "" if node.default is None else ("= ", self._values.value(node.default))
        doc: Doc = "" if node.doc is None else self._values.value(node.doc)
        # A description stays behind the default, and a long one begins there.
        behind: Doc = (" ", doc) if is_hard(doc) else Group(Indent(LINE, doc))
        alone = (name, " ", kind, *(" ", default) * bool(default), *(behind,) * bool(doc))
        return AlignedRow("param", (name, kind, default, doc), alone)

    def _hours_rule(self, node: ast.Weekdays | ast.Closed | ast.Open | ast.Holidays) -> AlignedRow:
        rest: Sequence[Doc]
        match node:
            case ast.Weekdays():
                head, rest = ", ".join(day.text for day in node.days), [_times(node.times)]
            case ast.Closed():
                head, rest = "closed", _joined((",", LINE), [self._dates(dates) for dates in node.dates])
            case ast.Open():
                reason: Doc = "" if node.dates.reason is None else (" ", self._values.value(node.dates.reason))
                head, rest = "open", [node.dates.text, " ", _times(node.times), reason]
            case ast.Holidays():
                head, rest = "holidays", [node.region.text]
        return AlignedRow("hours", (head, tuple(rest)), (head, Group(Indent(LINE, *rest))))

    def _dates(self, node: ast.Dates) -> Doc:
        return node.text if node.reason is None else (f"{node.text} ", self._values.value(node.reason))

    def _call_items(self, node: ast.Call) -> list[Item]:
        """Options between `to` and the endpoint that follows stay on its line: most are its own. Others have a line."""
        ends = [number for number, item in enumerate(node.items) if isinstance(item, ast.To | ast.From)]
        runs: list[list[ast.To | ast.From | ast.Option | ast.On]] = []
        for number, item in enumerate(node.items):
            behind_to = bool(runs) and isinstance(runs[-1][0], ast.To) and number < ends[-1]
            if behind_to and isinstance(item, ast.Option) and self._joins(runs[-1][-1], item):
                runs[-1].append(item)
            else:
                runs.append([item])
        wide = 4 if any(isinstance(item, ast.From) for item in node.items) else 2
        return [Item(run[0], run[-1], self._call_line(run[0], run[1:], wide)) for run in runs]

    def _call_line(self, first: ast.Node, options: Sequence[ast.Node], wide: int) -> Doc | AlignedRow:
        match first:
            case ast.To() | ast.From():
                word = "from" if isinstance(first, ast.From) else "to".ljust(wide)
                behind = ((LINE, self._values.option(one)) for one in options if isinstance(one, ast.Option))
                return (word, " ", self._endpoint(first.endpoint), Group(Indent(*behind)))
            case ast.Option():
                return self._values.option(first)
            case _:
                return self._line(first)

    def _joins(self, before: ast.Node, option: ast.Option) -> bool:
        layout = self._layout
        return not (layout.trailing(before) or layout.leading(option) or layout.blank_before(option.span))

    def _endpoint(self, node: ast.Endpoint) -> Doc:
        return node.kind.text if node.main is None else (node.kind.text, " ", self._values.value(node.main))

    # ---- branches and tests

    def _branch(self, node: ast.On | ast.When | ast.Otherwise | ast.Retry | ast.Whisper) -> AlignedRow:
        if isinstance(node, ast.Whisper):
            return AlignedRow("branch", (), Group("whisper ", self._blocks.block(node.body)))
        target: Doc = ""
        if node.target is not None:
            target = self._blocks.block(node.target) if isinstance(node.target, ast.Block) else self._one(node.target)
        if isinstance(node, ast.Retry):
            said = [*([node.times.text] if node.times else ()), *self._texts(node.texts)]
            behind = self._values.behind(node.texts[-1]) if node.texts else ""
            options: Doc = " " if target else ""
            if node.options or behind:
                end = (LINE,) if target else ()
                options = Group(Indent(*self._values.options(node.options)), *end, hard=bool(behind))
            return AlignedRow("branch", (), Group("retry ", *_joined(" ", said), behind, options, target))
        head: Doc = "otherwise"
        if isinstance(node, ast.On | ast.When):
            head = (
                f"{type(node).__name__.lower()} ",
                *_joined(", ", [self._values.value(match) for match in node.matches]),
            )
        return AlignedRow("branch", (head, target), Group(head, " ", target))

    def _texts(self, texts: Sequence[ast.Value]) -> list[Doc]:
        """What a retry says each time; each text on a line of its own where they do not fit on one."""
        if len(texts) < 2:
            return [self._values.value(text) for text in texts]
        lines: list[Doc] = [(self._values.value(text), ",", self._values.behind(text)) for text in texts[:-1]]
        return [Group(Indent(*_joined(LINE, [*lines, self._values.value(texts[-1])])))]

    def _one(self, node: ast.Node) -> Doc:
        line = self._line(node)
        return line.doc if isinstance(line, AlignedRow) else line

    def _verb(self, node: ast.With | ast.Moment | ast.Expect) -> Doc:
        if isinstance(node, ast.Moment):
            return ("at ", self._values.value(node.text))
        if isinstance(node, ast.With):
            return ("with", Group(Indent(self._values.options(node.values))))
        parts: list[Doc] = ["not"] if node.negated else []
        parts += [node.verb.text]
        parts += [kind.text for kind in present(node.kind)]
        parts += [self._values.value(value) for value in (*present(node.value), *present(node.body))]
        behind = self._values.behind(node.value)
        reply: Doc = "" if node.reply is None else (" reply ", self._values.value(node.reply))
        if not node.options:
            return (*_joined(" ", parts), behind, reply)
        options = Group(Indent(*self._values.options(node.options)), hard=bool(behind))
        return (*_joined(" ", parts), behind, options, reply)


def _times(times: Sequence[ast.Times]) -> str:
    return " ".join(one.text for one in times)


def _joined(between: Doc, docs: list[Doc]) -> tuple[Doc, ...]:
    return tuple(part for number, doc in enumerate(docs) for part in ((between, doc) if number else (doc,)))


def _are_apart(one: ast.Node, following: ast.Node) -> bool:
    """Whether a blank line always stands between two neighbours at the top of a file."""
    if isinstance(one, _APART) or isinstance(following, _APART):
        return True
    return isinstance(one, _DECLARATIONS) != isinstance(following, _DECLARATIONS)

"""`opt_out reason="…"`: the other party is not called again."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.analysis.program import WaitItem
from nccodsl.diagnostics import Collector, messages
from nccodsl.diagnostics.edits import without_second
from nccodsl.syntax import ast

_OPTIONS = ("reason",)


def opt_out_item(node: ast.OptOut, free: Callable[[ast.Value], object], collector: Collector) -> WaitItem:
    """The statement; `free` is the draft of a value."""
    reason: object = ""
    seen = False
    for option in node.options:
        if option.name.text not in _OPTIONS:
            unknown = messages.names.unknown_option("`opt_out`", option.name.text, _OPTIONS)
            collector.report(unknown, option.name.span)
        elif seen:
            twice = messages.options.given_twice(option.name.text)
            file = collector.sources.file_of(option.span)
            collector.report(without_second(twice, file, option.span), option.name.span)
        elif not isinstance(option.value, ast.Text | ast.Template):
            written = collector.sources.file_of(option.value.span).slice(option.value.span)
            collector.report(messages.options.reason_no_text(written), option.value.span)
        else:
            reason, seen = free(option.value), True
    return WaitItem("opt_out", None, None, (), None, None, node.span, reason=reason)

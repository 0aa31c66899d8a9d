"""`opt_out reason="…"`: the other party is not called again."""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.analysis.program import WaitItem
from nccodsl.analysis.request_parts import given_options
from nccodsl.diagnostics import Collector, messages
from nccodsl.syntax import ast

_OPTIONS = ("reason",)


def opt_out_item(node: ast.OptOut, free: Callable[[ast.Value], object], collector: Collector) -> WaitItem:
    """The statement; `free` is the draft of a value."""
    option = given_options(node.options, "opt_out", _OPTIONS, collector).get("reason")
    reason: object = ""
    if option is not None and isinstance(option.value, ast.Text | ast.Template):
        reason = free(option.value)
    elif option is not None:
        written = collector.sources.file_of(option.value.span).slice(option.value.span)
        collector.report(messages.options.reason_no_text(written), option.value.span)
    return WaitItem("opt_out", None, None, (), None, None, node.span, reason=reason)

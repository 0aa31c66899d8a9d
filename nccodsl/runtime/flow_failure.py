"""How a running flow fails.

::

    RenderError                (nccodsl.errors)
    └── FlowFailed             the call cannot go on: `diagnostics` says where in the script
        ├── FetchFailed        E801: a `fetch` failed, and no `on error` says what then
        └── NobodyAsked        E605: the flow goes round without asking anybody
"""

from __future__ import annotations

from nccodsl.base.source import Span
from nccodsl.diagnostics import REGISTER, Diagnostic
from nccodsl.errors import RenderError
from nccodsl.lowering.compiled import Compiled


class FlowFailed(RenderError):
    """A running flow cannot go on."""

    def __init__(self, flow: Compiled, code: str, span: Span, message: str, help: str | None = None) -> None:
        severity = REGISTER[code].severity
        file = flow.program.sources.file_of(span)
        super().__init__([Diagnostic(code, severity, message, file=file, span=span, help=help)])


class FetchFailed(FlowFailed):
    """A `fetch` without `on error` failed."""

    def __init__(self, flow: Compiled, span: Span, failure: str) -> None:
        help = "say what happens then: { on error -> goodbye }"
        super().__init__(flow, "E801", span, f"the `fetch` failed, and nothing says what then: {failure}", help)


class NobodyAsked(FlowFailed):
    """A ring of steps that these values never leave."""

    def __init__(self, flow: Compiled, span: Span) -> None:
        help = "ask the caller something with `input`, or leave the ring with `if {{ visits > 3 }} { hangup }`"
        super().__init__(flow, "E605", span, "the flow goes round without asking anybody, too often for one call", help)

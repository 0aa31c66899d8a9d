"""How a running flow fails.

::

    RenderError                (nccodsl.errors)
    └── FlowFailed             the call cannot go on: `diagnostics` says where in the script
        ├── FetchFailed        E801: a `fetch` failed, and no `on error` says what then
        └── NobodyAsked        E605: the flow goes round without asking anybody
"""

from __future__ import annotations

from nccodsl.base.source import Span
from nccodsl.diagnostics import Message, messages
from nccodsl.errors import RenderError
from nccodsl.lowering.compiled import Compiled


class FlowFailed(RenderError):
    """A running flow cannot go on."""

    def __init__(self, flow: Compiled, span: Span, message: Message) -> None:
        super().__init__([message.about(flow.program.sources.file_of(span), span)])


class FetchFailed(FlowFailed):
    """A `fetch` without `on error` failed."""

    def __init__(self, flow: Compiled, span: Span, failure: str) -> None:
        super().__init__(flow, span, messages.webhooks.fetch_failed(failure))


class NobodyAsked(FlowFailed):
    """A ring of steps that these values never leave."""

    def __init__(self, flow: Compiled, span: Span) -> None:
        super().__init__(flow, span, messages.template_limits.nobody_asked())

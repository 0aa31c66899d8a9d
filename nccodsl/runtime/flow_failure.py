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
    """A ring of steps that these values never leave, or a loop over too long a list.

    `first` and `last` are blocks of one NCCO: that at which it begins, and that of the number `most`.
    """

    def __init__(self, flow: Compiled, first: str, last: str, most: int) -> None:
        round = flow.blocks[last].round
        said = messages.template_limits.too_many_rounds(most) if round else messages.template_limits.nobody_asked()
        super().__init__(flow, flow.blocks[round or first].span, said)

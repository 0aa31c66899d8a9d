"""What can be wrong with what the emulator is given.

::

    EmulatorError        has a `code` of the register, and `help` or None
    ├── BadPersona       E711: a persona cannot be used
    ├── BadRequest       E704: what was asked of the API is invalid; `parameters` says where
    ├── NoSuchLeg        E704: no leg has this id
    ├── ForeignRequest   E726: a web page sent a request, or it is to an unknown host
    └── CannotEmulate    E715: the server cannot be started
"""

from __future__ import annotations

from collections.abc import Sequence

from nccodsl.diagnostics import messages
from nccodsl.errors import CodedError


class EmulatorError(CodedError):
    """Base of all of them."""


class BadPersona(EmulatorError):
    """A persona has a member or a value that is not allowed."""

    code = "E711"


class BadRequest(EmulatorError):
    """A request that the API would answer with 400; `parameters` are names and reasons."""

    def __init__(self, message: str, parameters: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(messages.calls.refused(message))
        self.parameters = tuple(parameters)


class NoSuchLeg(EmulatorError):
    """A request that the API would answer with 404."""

    def __init__(self, message: str) -> None:
        super().__init__(messages.calls.refused(message))


class ForeignRequest(EmulatorError):
    """A request that may come from a web page. `host`: what it is sent to; else `page`: the origin that sent it."""

    def __init__(self, *, host: str = "", page: str = "") -> None:
        super().__init__(messages.webhooks.foreign_page(page) if page else messages.webhooks.foreign_host(host))


class CannotEmulate(EmulatorError):
    """The port is taken, or what the server needs cannot be read."""

    code = "E715"

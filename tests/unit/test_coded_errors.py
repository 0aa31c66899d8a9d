"""Errors of clients and servers have one form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nccodsl.analysis.lint.registry import every_code
from nccodsl.client import BadArgument, Refused
from nccodsl.client.failures import BadJournal
from nccodsl.diagnostics import Message
from nccodsl.errors import CodedError, NccodslError, UsageError
from nccodsl.runtime.history import BadHistory
from nccodsl.server.refusals import BadStore


def kinds(base: type[CodedError] = CodedError) -> Iterator[type[CodedError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_each_has_a_code_of_the_register() -> None:
    """Or each of its errors has that of its message."""
    assert {BadJournal, Refused, BadStore, BadHistory} <= set(kinds())
    assert {kind.__name__: kind.code for kind in kinds() if getattr(kind, "code", "E301") not in every_code()} == {}


@pytest.mark.parametrize("kind", [BadJournal, BadStore, BadHistory])
def test_message_help_and_code(kind: type[CodedError]) -> None:
    error = kind("it is so", "do this")
    assert (str(error), error.help, error.code) == ("it is so", "do this", kind.code)
    assert kind("it is so").help is None
    assert isinstance(error, NccodslError)


@pytest.mark.parametrize("kind", [BadArgument, BadJournal])
def test_a_message_has_its_own_code(kind: type[CodedError]) -> None:
    error = kind(Message("E304", "it is so", lambda: "do this"))
    assert (str(error), error.help, error.code) == ("it is so", "do this", "E304")
    assert isinstance(error, UsageError) == (kind is BadArgument)

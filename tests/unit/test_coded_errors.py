"""Errors of clients and servers have one form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nccodsl.analysis.lint.registry import every_code
from nccodsl.client import BadAddress, BadArgument, Refused
from nccodsl.errors import CodedError, NccodslError, UsageError
from nccodsl.runtime.history import BadHistory
from nccodsl.server.refusals import BadStore


def kinds(base: type[CodedError] = CodedError) -> Iterator[type[CodedError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_each_has_a_code_of_the_register() -> None:
    assert {BadAddress, Refused, BadStore, BadHistory} <= set(kinds())
    assert {kind.__name__: kind.code for kind in kinds() if kind.code not in every_code()} == {}


@pytest.mark.parametrize("kind", [BadAddress, BadStore, BadHistory])
def test_message_help_and_code(kind: type[CodedError]) -> None:
    error = kind("it is so", "do this")
    assert (str(error), error.help, error.code) == ("it is so", "do this", kind.code)
    assert kind("it is so").help is None
    assert isinstance(error, NccodslError)


def test_a_code_may_be_given() -> None:
    error = BadArgument("it is so", code="E304")
    assert error.code == "E304" != BadArgument.code
    assert isinstance(error, UsageError)

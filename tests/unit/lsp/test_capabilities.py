"""What `initialize` answers is what pygls would answer for the features that are registered."""

from __future__ import annotations

from typing import Any

import pytest
from lsprotocol import types

from nccodsl.lsp.capabilities import encoding_of, initialize_result
from nccodsl.lsp.language_server import CallServer
from nccodsl.lsp.own_requests import COMMAND_ROWS


class _Sent:
    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> None:
        self.data += data

    def close(self) -> None: ...


@pytest.mark.parametrize("offered", [["utf-8"], ["utf-32", "utf-16"], ["utf-7"], None])
def test_it_is_what_pygls_answers(offered: list[str] | None) -> None:
    server = CallServer()
    params: dict[str, Any] = {"capabilities": {"general": {"positionEncodings": offered}} if offered else {}}
    server.begin(params, encoding_of(params))
    built = server.protocol._converter.unstructure(server.server_capabilities, types.ServerCapabilities)
    # Commands are answered in slices, which pygls cannot do: it knows of none.
    built["executeCommandProvider"] = {"commands": [row.command for row in COMMAND_ROWS]}
    assert initialize_result(params)["capabilities"] == built


@pytest.mark.parametrize("odd", [{}, {"capabilities": 5}, {"capabilities": {"general": {"positionEncodings": 7}}}])
def test_odd_clients_count_in_utf_16(odd: dict[str, Any]) -> None:
    assert encoding_of(odd) == "utf-16"

"""The params of our own requests, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pygls.exceptions import JsonRpcInvalidParams


class PlainParams:
    """A JSON object, whatever the client sent. What is asked of it and is not there raises JsonRpcInvalidParams."""

    def __init__(self, params: object) -> None:
        self._params = params if isinstance(params, dict) else {}

    @property
    def members(self) -> Mapping[str, Any]:
        """All of it, for services that read JSON themselves."""
        return self._params

    @property
    def uri(self) -> str:
        """The address of the document that the request is about."""
        document = self._params.get("textDocument")
        uri = document.get("uri") if isinstance(document, dict) else None
        if not isinstance(uri, str):
            raise JsonRpcInvalidParams("`textDocument.uri` is missing")
        return uri

    def text(self, name: str) -> str:
        """A member that is a text."""
        value = self._params.get(name)
        if not isinstance(value, str):
            raise JsonRpcInvalidParams(f"`{name}` is not a text")
        return value

    def texts(self, name: str) -> list[str] | None:
        """A member that is a list of texts; None where it is missing."""
        value = self._params.get(name)
        if value is not None and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
            raise JsonRpcInvalidParams(f"`{name}` is not a list of texts")
        return value

    def position(self, name: str) -> tuple[int, int]:
        """A member that is a position: line and character."""
        value = self._params.get(name)
        found = [value.get(one) for one in ("line", "character")] if isinstance(value, dict) else []
        numbers = [one for one in found if type(one) is int and one >= 0]
        if len(numbers) != 2:
            raise JsonRpcInvalidParams(f"`{name}` is not a position")
        return numbers[0], numbers[1]

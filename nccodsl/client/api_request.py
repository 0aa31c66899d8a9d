"""A request of the Voice API as data, with the way that its answer is read."""

from __future__ import annotations

import json as json_text
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from nccodsl.client.failures import BadArgument, shown
from nccodsl.diagnostics import messages

T = TypeVar("T")


@dataclass(frozen=True)
class ApiRequest(Generic[T]):
    """A request, and how its answer is read.

    `read` gets the body of a 2xx answer and raises ValueError where it has another shape than the API's. `creates`:
    it dials. `repeatable`: doing it twice is the same as doing it once.
    """

    name: str
    method: str
    path: str
    read: Callable[[bytes], T]
    params: tuple[tuple[str, str], ...] = ()
    json: Mapping[str, object] | None = None
    creates: bool = False
    repeatable: bool = True

    def content(self) -> bytes | None:
        """The body as UTF-8. Raises BadArgument where it cannot be written as JSON."""
        if self.json is None:
            return None
        try:
            return json_text.dumps(self.json, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        except (TypeError, ValueError, RecursionError) as error:
            reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
            raise BadArgument(messages.calls.body_beyond_json(shown(reason, 100))) from None

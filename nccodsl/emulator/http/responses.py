"""What the API answers: documented bodies, and errors in their documented shapes (Voice API reference)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

_PAGE = "https://developer.vonage.com/api-errors"


def answer(body: object, status: int = 200) -> Response:
    """JSON, compact."""
    return Response(json.dumps(body, separators=(",", ":")), status, media_type="application/json")


def empty(status: int) -> Response:
    return Response(status_code=status)


def invalid(reason: str, parameters: Sequence[tuple[str, str]] = ()) -> Response:
    """400; what cannot be done now has another shape than what is wrong in the body."""
    if not parameters:
        return answer({"type": "BAD_REQUEST", "error_title": "Bad Request", "detail": reason}, 400)
    listed = [{"name": name, "reason": why} for name, why in parameters]
    return answer({"type": 400, "title": "Bad Request", "detail": reason, "invalid_parameters": listed}, 400)


def problem(status: int, kind: str, title: str, detail: str, **more: str) -> Response:
    """An error in the form of RFC 7807; `more` are members of the emulator's own."""
    body: dict[str, Any] = {
        "type": f"{_PAGE}#{kind}",
        "title": title,
        "detail": detail,
        "instance": uuid.uuid4().hex,
        **more,
    }
    return Response(json.dumps(body), status, media_type="application/problem+json")

"""The body of a request, held to a size."""

from __future__ import annotations

from starlette.requests import Request


class BodyTooLarge(ValueError):
    """A body has more bytes than are taken."""


async def body_of(request: Request, most: int) -> bytes:
    """The body of a request. Raises BodyTooLarge where it has more bytes than `most`."""
    found = bytearray()
    async for piece in request.stream():
        found += piece
        if len(found) > most:
            raise BodyTooLarge
    return bytes(found)

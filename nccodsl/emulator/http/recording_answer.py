"""The answer to a request for a recording."""

from __future__ import annotations

from itertools import chain

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from nccodsl.emulator.bad_input import CannotEmulate
from nccodsl.emulator.core.sound_files import CONTENT_TYPES, RecordedSound, SoundFile
from nccodsl.emulator.http.responses import problem


async def recording_answer(file: SoundFile, recorded: RecordedSound) -> Response:
    """The bytes of the file. They are made in a thread: speech takes its time, and calls go on meanwhile."""
    parts = recorded.content(file)
    try:
        # The first part tells whether the voice can speak, before anything is answered.
        first = await run_in_threadpool(next, parts, b"")
    except CannotEmulate as reason:
        return problem(500, "internal", "Internal Server Error", f"{reason}.")
    size = {"content-length": str(recorded.size(file))}
    return StreamingResponse(chain((first,), parts), media_type=CONTENT_TYPES[file.form], headers=size)

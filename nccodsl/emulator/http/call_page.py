"""The page of a call, and its sound. Both are made in a thread: speech takes its time, and calls go on meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from copy import copy
from itertools import chain
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from nccodsl.audio.spoken_files import SpokenFiles
from nccodsl.emulator.core.sound_files import CONTENT_TYPES, RecordedSound
from nccodsl.emulator.core.timeline import Emulated, Timeline
from nccodsl.emulator.core.waves import clip_waves
from nccodsl.emulator.http.responses import problem
from nccodsl.emulator.views.page_sound import PageSound
from nccodsl.errors import UsageError

if TYPE_CHECKING:
    from nccodsl.audio.engine_voices import Voices

_NO_STORE = {"cache-control": "no-store"}
"""The call may go on."""
_MOST_SECONDS = 3600.0
"""Of a call that are played: they take some seconds to make, and 14 MB."""


async def page_answer(call: Emulated, recorded: RecordedSound) -> Response:
    """The page. It plays the call where its recordings have sound."""
    page = await run_in_threadpool(_page, _still(call), recorded)
    return Response(page, media_type="text/html", headers=_NO_STORE)


async def sound_answer(call: Emulated, leg: str, recorded: RecordedSound) -> Response:
    """What is heard and said at a leg, as mp3."""
    if not isinstance(recorded, SpokenFiles):
        return problem(404, "not-found", "Not Found", "The sound of calls needs the extra `audio`.")
    parts = _mp3(_still(call), leg, recorded)
    try:
        # The first part tells whether the voice can speak, before anything is answered.
        first = await run_in_threadpool(next, parts, b"")
    except UsageError as reason:
        return problem(500, "internal", "Internal Server Error", f"{reason}.")
    return StreamingResponse(chain((first,), parts), media_type=CONTENT_TYPES["mp3"], headers=_NO_STORE)


def _still(call: Emulated) -> Emulated:
    """The call as it is now, for other threads."""
    timeline = Timeline()
    timeline.entries = [copy(entry) for entry in call.timeline.entries]
    return Emulated(timeline, call.legs, call.seconds)


def _page(call: Emulated, recorded: RecordedSound) -> str:
    from nccodsl.emulator.views.page import to_html

    return to_html(call.to_json(), sound=_sound(call, recorded))


def _sound(call: Emulated, recorded: RecordedSound) -> PageSound:
    """What the page shows and plays: without a voice, only pictures of what came as sound."""
    voices: Voices | None = None
    if isinstance(recorded, SpokenFiles):
        with suppress(UsageError):  # a request for the sound says why
            voices = recorded.voices()
    if voices is None:
        return PageSound(clip_waves(call))
    from nccodsl.audio.call_audio import audible_legs
    from nccodsl.audio.entry_waves import entry_waves

    legs = zip(call.legs, audible_legs(call), strict=True)
    tracks = [f"{leg.uuid}.mp3" if sounds else "" for leg, sounds in legs]
    return PageSound(entry_waves(call, voices), tracks, min(call.seconds, _MOST_SECONDS))


def _mp3(call: Emulated, leg: str, recorded: SpokenFiles) -> Iterator[bytes]:
    from nccodsl.audio.call_audio import call_mp3

    yield from call_mp3(call, recorded.voices(), leg, _MOST_SECONDS)

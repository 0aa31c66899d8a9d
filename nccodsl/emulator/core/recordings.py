"""Recordings as the flow sees them: when they begin and end, and their events.

Does not own: the bytes of the file, which `sound_files` makes on request.
"""

from __future__ import annotations

from typing import Any

from nccodsl.base.utc import utc_text
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.option_values import action_option, given, webhook
from nccodsl.emulator.core.sound_files import SoundFile
from nccodsl.emulator.core.timeline import TimelineEntry
from nccodsl.voice.catalogue import catalogue


class Recording:
    """A recording that is going on; `stop` ends it once."""

    def __init__(self, leg: Leg, action: dict[str, Any]) -> None:
        self._leg = leg
        self._action = action
        network = leg.network
        self.uuid = network.new_id()
        self.began = network.clock.now
        self._conversation = leg.conversation
        talk = action["action"] == "conversation"
        self.channels = 1 if talk else int(action_option(action, "channels") or 1)
        form = None if talk else action_option(action, "format")
        # Above two channels the platform records wav where nothing else is asked for (NCCO reference).
        self.form = str(action.get("format") or ("wav" if self.channels > 2 else form or "mp3"))
        self._ended = False
        self._entry: TimelineEntry = network.log(leg, "records", f"({self.form})", {"recording_uuid": self.uuid})

    def stop(self) -> None:
        """End it, keep the file, and tell the event address."""
        if self._ended:
            return
        self._ended = True
        leg, network = self._leg, self._leg.network
        now = network.clock.now
        self._entry.until = now
        entries = self._entries(now)
        file = SoundFile(self.uuid, self.form, now - self.began, self.channels, entries, self.began)
        network.keep(file)
        common = {
            "conversation_uuid": self._conversation.uuid,
            "timestamp": utc_text(network.epoch + now),
        }
        event = {
            "start_time": utc_text(network.epoch + self.began),
            "recording_url": network.file_url(self.uuid),
            "size": network.application.recorded.size(file),
            "recording_uuid": self.uuid,
            "end_time": utc_text(network.epoch + now),
            **common,
        }
        network.tell("record", leg, webhook(self._action) or leg.event_hook, event)
        transcription = self._action.get("transcription")
        if isinstance(transcription, dict):
            spec = catalogue().actions[self._action["action"]].shape.by_json["transcription"].shape
            assert spec is not None
            words = {
                "type": "record",
                "status": "transcribed",
                "recording_uuid": self.uuid,
                "transcription_url": network.file_url(f"{self.uuid}/transcription"),
                "language": given(spec, transcription, "language"),
                **common,
            }
            network.tell("transcription", leg, webhook(transcription) or leg.event_hook, words)

    def _entries(self, now: float) -> tuple[TimelineEntry, ...]:
        """What came from this leg or was played to it while it was being recorded."""
        return tuple(
            entry
            for entry in self._leg.timeline.entries
            if entry.kind in ("says", "presses", "hears")
            and entry.leg == self._leg.name
            and (entry.until is None or entry.until > self.began)
            and entry.at < now
        )

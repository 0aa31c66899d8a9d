"""The application at the other end of a WebSocket leg: what it is sent, and what is made of what it sends.

Owns: the protocol of the WebSocket (websockets guide) and its times. Does not own: the connection (http/web_sockets).
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from itertools import count
from typing import Any

from nccodsl.base.plural import counted
from nccodsl.base.strict_json import depth_of, read_strict_json
from nccodsl.emulator.core import payloads
from nccodsl.emulator.core.callee import Callee
from nccodsl.emulator.core.frame_source import FrameSource
from nccodsl.emulator.core.frames import FRAME_SECONDS, at_rate, decibels, frame_size, mixed, rate_of
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.play_buffer import MOST_MESSAGES, PlayBuffer
from nccodsl.emulator.core.processes import Signal, Steps
from nccodsl.emulator.core.sockets import SocketRequest, Sockets
from nccodsl.emulator.core.talk_spurts import TalkSpurts
from nccodsl.emulator.core.timeline import TimelineEntry
from nccodsl.emulator.personas.persona import Persona

KEY_MILLISECONDS = 260
"""How long a key is said to have been pressed (websockets guide)."""
_MOST_LIVE = 50
"""Frames of another application that may wait: a second."""
_SHOWN = 60
_MOST_COMMANDS = 100
"""Commands of an application that the timeline shows."""
_DEEPEST = 100
"""Levels of a command: what is nested much deeper could be read, but not be written again."""
_LATE = "the application reads too slowly"
_APPLICATION = Persona("application")


class Agent(Callee):
    """Plays and listens for the application; `picked_up` fires with why the socket cannot be opened; empty: it is open.

    From the answer on it sends a frame each 20 ms, on a grid that does not drift, whether or not there is sound.
    """

    is_application = True

    def __init__(self, leg: Leg, sockets: Sockets, seconds: float) -> None:
        super().__init__(leg, _APPLICATION)
        self._leg = leg
        self._sockets = sockets
        self.rate = rate_of(leg.endpoint)
        self._size = frame_size(self.rate)
        self.picked_up = Signal()
        self._silence = bytes(self._size)
        self._sources: list[FrameSource] = []
        self._live: dict[str, deque[bytes]] = {}
        self._asked: TimelineEntry | None = None
        self._buffer = PlayBuffer(self._size)
        self._tape = sockets.tape(self.rate)
        self._spurts = TalkSpurts()
        self._said: TimelineEntry | None = None
        self._heard: list[TimelineEntry] = []
        self._hearers: list[Leg] = []
        self._first_frame: float | None = None
        self._sent_audio = False
        self._open = False
        self._commands = 0
        self._notes: dict[str, TimelineEntry] = {}
        self.frames_late = 0
        authorization = leg.endpoint.get("authorization") or {}
        uri = str(leg.endpoint.get("uri", ""))
        request = SocketRequest(uri, self.rate, authorization, seconds, tuple(_texts_for(leg)))
        self._socket = sockets.open(request, self)

    # -- what the call does ---------------------------------------------------------------------

    def answered(self) -> None:
        """The leg is answered: from now on it hears the call."""
        self._leg.run(self._frames())

    def joined(self) -> None:
        """An application stays until it closes the socket."""

    def takes(self, entry: TimelineEntry) -> None:
        """The leg begins to hear something."""
        if "keys" in entry.data:
            return
        self._sources.append(FrameSource(entry))
        if "from" in entry.data:
            self._asked = entry

    def takes_live(self, speaker: str, frame: bytes, rate: int) -> None:
        """Another application is heard here, frame by frame."""
        waiting = self._live.setdefault(speaker, deque(maxlen=_MOST_LIVE))
        waiting.append(at_rate(frame, rate, self.rate))

    def takes_key(self, key: str) -> bool:
        """Another leg presses a key."""
        self._socket.send({"event": "websocket:dtmf", "digit": key, "duration": KEY_MILLISECONDS})
        return True

    def left(self) -> None:
        """The leg has ended."""
        self._socket.close()
        if self._spurts.stop():
            self._silent()
        if self._open and not self._sent_audio:
            self._note("silent", "the application has sent no audio")
        self._open = False

    # -- what the application does --------------------------------------------------------------

    def opened(self) -> None:
        """The server has taken the socket: the first message says what is to come."""
        self._open = True
        form = f"audio/l16;rate={self.rate}"
        headers = self._leg.endpoint.get("headers") or {}
        self._socket.send({"event": "websocket:connected", "content-type": form, **headers})
        self.picked_up.fire("")

    def not_opened(self, reason: str) -> None:
        """The socket could not be opened."""
        self.picked_up.fire(reason)

    def closed(self, how: str, *, orderly: bool = True) -> None:
        """The server has closed the socket, or it broke: the leg ends."""
        leg, network = self._leg, self._leg.network
        self._note("closed" if orderly else "broken", how)
        if leg.parent is None or leg not in leg.parent.children:
            # Otherwise the `connect` that it belongs to sends the event, whose answer may take over.
            network.tell("event", leg, leg.event_hook, payloads.disconnected(leg, network.now))
        leg.hang_up()

    def late(self, frames: int) -> None:
        """Frames were not sent, since what was sent before has not been read."""
        self.frames_late += frames
        self._note("late", f"{_LATE}: {counted(self.frames_late, 'frame')} not sent", self.frames_late)

    def heard(self, audio: bytes) -> None:
        """Audio, which is played behind what has come before."""
        if not audio:
            return
        self._sent_audio = True
        if len(audio) != self._size:
            size = counted(len(audio), "byte")
            self._note("size", f"a message of {size}; 20 ms are {self._size}. It is played all the same")
        if not self._buffer.add(audio):
            number = self._buffer.dropped
            said = f"the application sends too much: {MOST_MESSAGES:,} messages, or as much audio, wait already"
            self._note("flood", f"{said}; dropped {counted(number, 'message')}", number)

    def read(self, text: str) -> None:
        """A command of the application."""
        try:
            message = read_strict_json(text.encode("utf-8", "replace"))
        except ValueError:
            self._note("text", f"a text message that is not JSON was ignored: {text[:_SHOWN]}")
            return
        if depth_of(message, _DEEPEST) > _DEEPEST:
            self._note("text", f"a message nested deeper than {_DEEPEST} levels was ignored")
            return
        action = message.get("action") if isinstance(message, dict) else None
        if action == "clear":
            self._log("clear, from the application", message)
            self._buffer.clear()
            self._socket.send({"event": "websocket:cleared"})
        elif action == "notify" and isinstance(message.get("payload"), dict):
            shown = json.dumps(message["payload"], ensure_ascii=False)[:_SHOWN]
            self._log(f"notify, from the application: {shown}", message)
            self._buffer.mark(message["payload"])
        elif action == "notify":
            self._note("text", "`notify` without a payload was ignored: it must be a JSON object")
        else:
            self._note("text", f"a message without a known action was ignored: {text[:_SHOWN]}")

    # -- each 20 ms -----------------------------------------------------------------------------

    def _frames(self) -> Steps[None]:
        clock = self._leg.clock
        began = clock.now
        for number in count():
            yield clock.at(began + number * FRAME_SECONDS)
            self._socket.send_audio(self._sounding())
            self._play()

    def _sounding(self) -> bytes:
        """What is heard at the leg for the next 20 ms."""
        sounds = self._sockets.sounds
        self._sources = [source for source in self._sources if not source.over(sounds, self.rate, self._size)]
        frames = [source.next(self._size) for source in self._sources]
        frames += [waiting.popleft() for waiting in self._live.values() if waiting]
        return mixed(frames) if frames and not self._leg.earmuffed else self._silence

    def _play(self) -> None:
        """Play a frame of the application to those who hear it."""
        frame, marks = self._buffer.next()
        for payload in marks:
            self._socket.send({"event": "websocket:notify", "payload": payload})
        leg = self._leg
        if not self._sent_audio:
            return
        if self._first_frame is None:
            self._first_frame = leg.clock.now
        if leg.muted or leg.conversation.is_muted(leg):
            frame = b""
        self._tape.add(frame or self._silence)
        if frame:
            for other in leg.conversation.hearers(leg):
                other.callee.takes_live(leg.uuid, frame, self.rate)
        if self._spurts.next(frame):
            (self._speaks if self._spurts.speaking else self._silent)()

    def _speaks(self) -> None:
        """A talk spurt has begun, some frames ago."""
        leg = self._leg
        begin = self._time(self._spurts.began)
        self._said = leg.timeline.add(begin, leg.name, "says", "(speech)", {"text": "", **self._latency(begin)})
        for other in leg.conversation.hearers(leg):
            heard = {"text": "", "from": leg.uuid}
            self._heard.append(leg.timeline.add(begin, other.name, "hears", f"{leg.name}: (speech)", heard))
            self._hearers.append(other)
            other.callee.voice_begins(begin)

    def _latency(self, begin: float) -> dict[str, float]:
        """How long after the end of what was said to it the application begins, if it has waited for the end."""
        asked, self._asked = self._asked, None
        if asked is None or asked.until is None or asked.until > begin:
            return {}
        return {"latency": round(begin - asked.until, 3)}

    def _silent(self) -> None:
        """The talk spurt is over."""
        assert self._said is not None
        leg, said, heard, hearers = self._leg, self._said, self._heard, self._hearers
        self._heard, self._hearers = [], []
        spurts, until = self._spurts, min(self._time(self._spurts.ended), self._leg.clock.now)
        said.data["level"] = decibels(spurts.loudness)
        said.text = _told("(speech)", said.data, until - said.at)
        # With the quiet frames at its end, which may be the end of a word.
        clip = self._tape.clip(spurts.began * self._size, spurts.frames * self._size)
        for entry in (said, *heard):
            entry.until, entry.audible = until, clip
        for other in hearers:
            other.callee.voice_ends(until)

        def recognized(words: str, failure: str) -> None:
            if failure:
                self._note("recognizer", failure)
            if not words:
                return
            said.text = _told(f"“{words}”", said.data, until - said.at)
            said.data["text"] = words
            for entry in heard:
                entry.text, entry.data["text"] = f"{leg.name}: “{words}”", words
            for other in hearers:
                if other.on_line:
                    other.hear(words, 0.0)

        self._sockets.recognize(clip, recognized)

    def _time(self, frames: int) -> float:
        """When the frame of this number was played."""
        assert self._first_frame is not None
        return self._first_frame + frames * FRAME_SECONDS

    def _log(self, text: str, message: dict[str, Any]) -> None:
        """Tell of a command, unless there were very many."""
        self._commands += 1
        if self._commands <= _MOST_COMMANDS:
            self._leg.log("request", text, {"body": message})
        else:
            more = self._commands - _MOST_COMMANDS
            self._note("commands", f"{counted(more, 'more command')} of the application not shown", more)

    def _note(self, what: str, text: str, number: int | None = None) -> None:
        """Tell of something once; when it happens again, how often, which `text` says already where it has a number."""
        known = self._notes.get(what)
        if known is None:
            data = {"event": "socket", "what": what, "count": number or 1}
            self._notes[what] = self._leg.log("note", text, data)
            return
        known.data["count"] = often = number or known.data["count"] + 1
        known.text = text if number else f"{text} ({often} times)"


def _texts_for(leg: Leg) -> Iterator[tuple[str, str]]:
    """What the people who are with it may say, with the languages they speak."""
    for other in leg.conversation.members:
        persona = other.callee.persona
        says = [act.value for rule in persona.does for act in rule.acts if act.verb == "say"]
        for text in (*says, *filter(None, (persona.greeting,))):
            yield text, persona.language or other.player.language


def _told(words: str, data: dict[str, Any], seconds: float) -> str:
    """A talk spurt in the timeline."""
    after = f", {data['latency']:.1f} s after it was asked" if "latency" in data else ""
    return f"{words} for {seconds:.1f} s at {data['level']:.0f} dBFS{after}"

"""The tones of telephones: keys (DTMF), ringing, the beep before a recording, and music for files that are not opened.

Samples are floats from -1 to 1, in arrays of one dimension; `rate` is how many there are in a second.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

_ROWS, _COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
KEYS = {key: (_ROWS[at // 4], _COLUMNS[at % 4]) for at, key in enumerate("123A456B789C*0#D")}
"""The two frequencies of each key, in hertz (ITU-T Q.23)."""
KEY_SECONDS, KEY_GAP = 0.1, 0.1
"""How long a key sounds, and the silence behind it: at least 40 ms each (ITU-T Q.24)."""
PAUSE = 0.5
"""Seconds of a `p` among keys."""
BEEP_SECONDS = 0.4
_BEEP, _RINGING = 1000, (440, 480)
_RING_SECONDS, _RING_EVERY = 2.0, 6.0
_LEVEL, _SOFT, _EDGE = 0.25, 0.08, 0.005
# The chord of C, up and down, a third of a second each: a melody without a composer.
_CHORD, _NOTE = (262, 330, 392, 523, 392, 330), 1 / 3


def silence(seconds: float, rate: int) -> Samples:
    """Nothing, so long."""
    return np.zeros(round(seconds * rate), np.float32)


def tone(frequencies: tuple[int, ...], seconds: float, rate: int, level: float = _LEVEL) -> Samples:
    """Pure tones at once, without clicks at their ends."""
    at = np.arange(round(seconds * rate)) / rate
    mixed = sum((np.sin(2 * np.pi * one * at) for one in frequencies), np.zeros_like(at)) * (level / len(frequencies))
    edge = min(round(_EDGE * rate), len(mixed) // 2)
    if edge:
        slope = np.linspace(0, 1, edge)
        mixed[:edge] *= slope
        mixed[-edge:] *= slope[::-1]
    return mixed.astype(np.float32)


def keys(pressed: str, rate: int) -> Samples:
    """Keys one after the other; what is no key is passed over."""
    parts = [np.zeros(0, np.float32)]
    for key in pressed:
        if key == "p":
            parts.append(silence(PAUSE, rate))
        elif key in KEYS:
            parts += [tone(KEYS[key], KEY_SECONDS, rate, 2 * _LEVEL), silence(KEY_GAP, rate)]
    return np.concatenate(parts)


def beep(rate: int) -> Samples:
    """What tells that a recording begins."""
    return tone((_BEEP,), BEEP_SECONDS, rate)


def ringback(rate: int) -> Samples:
    """One ring of the ringback tone of North America: two seconds in six."""
    return np.concatenate([tone(_RINGING, _RING_SECONDS, rate), silence(_RING_EVERY - _RING_SECONDS, rate)])


def melody(rate: int) -> Samples:
    """One round of what stands for an audio file: no file is opened."""
    return np.concatenate([tone((note,), _NOTE, rate, _SOFT) for note in _CHORD])

"""What tests hear in sound: whether there is any, and which keys."""

from __future__ import annotations

from typing import Any

import numpy as np

from nccodsl.emulator.core.sound_files import RATE

ROWS, COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477)
PAD = ("123", "456", "789", "*0#")


def loud(sound: Any, begin: float, end: float) -> bool:
    """Whether something is heard between two seconds."""
    return bool(np.abs(sound[round(begin * RATE) : round(end * RATE)]).max(initial=0) > 0.02)


def decoded(sound: Any) -> str:
    """The keys in a sound, found with Fourier transforms of 60 ms, by their two strongest tones."""
    found, before = "", ""
    size = RATE * 6 // 100
    frequencies = np.fft.rfftfreq(8 * size, 1 / RATE)
    for at in range(0, len(sound) - size, size // 6):
        energy = np.abs(np.fft.rfft(sound[at : at + size] * np.hanning(size), 8 * size)) ** 2
        rows, columns = ([energy[np.abs(frequencies - one) < 30].sum() for one in some] for some in (ROWS, COLUMNS))
        key = ""
        # Nearly all that is heard are the two tones: speech is not.
        if energy.sum() > 1 and min(max(rows), max(columns)) > 0.35 * energy.sum():
            key = PAD[rows.index(max(rows))][columns.index(max(columns))]
        if key and key != before:
            found += key
        before = key
    return found

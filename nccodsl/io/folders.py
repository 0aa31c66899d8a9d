"""Where nccodsl keeps what it must know later: the user's state folder, or the one that the environment names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

STATE_VARIABLE = "NCCODSL_STATE"
"""Names a folder in place of the user's own state folder."""


def state_folder(environ: Mapping[str, str] | None = None) -> Path:
    """The folder of the journal, of the states of calls, and of the emulator. It need not exist."""
    named = named_state_folder(environ)
    if named is not None:
        return named
    from platformdirs import user_state_dir

    return Path(user_state_dir("nccodsl", appauthor=False))


def named_state_folder(environ: Mapping[str, str] | None = None) -> Path | None:
    """The state folder that the environment names; None where it names none, so that it is the user's own."""
    named = (os.environ if environ is None else environ).get(STATE_VARIABLE)
    return Path(named) if named else None

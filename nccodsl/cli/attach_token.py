"""Where debuggers and servers find the token of `attach`."""

from __future__ import annotations

import os

VARIABLE = "NCCODSL_ATTACH_TOKEN"
"""The variable of the environment."""


def attach_token() -> str:
    """The token in the environment; empty without one."""
    return os.environ.get(VARIABLE, "")

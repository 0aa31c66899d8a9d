"""Where debuggers and servers find the token of `attach`."""

from __future__ import annotations

VARIABLE = "NCCODSL_ATTACH_TOKEN"
"""The variable of the environment."""

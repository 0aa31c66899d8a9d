"""The agents of the examples, as programs of their own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "voice-agent"


@contextmanager
def running_agent(name: str) -> Iterator[str]:
    """`echo_agent.py` or `rule_agent.py` at a free port; the address of its WebSocket."""
    process = subprocess.Popen([sys.executable, str(EXAMPLE / name), "0"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
    finally:
        process.kill()
        process.communicate()

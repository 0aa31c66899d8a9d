"""Lines of several processes on one pipe do not mix, however long they are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="only there are several workers")
WRITES = """
import sys
from pathlib import Path
from nccodsl.server.whole_lines import WholeLines
lines = WholeLines(Path(sys.argv[1]))
for number in range(40):
    size = 200_000 if number % 10 == 0 else number
    lines.write(sys.argv[2] * size + "é" + chr(0xDCFF) + sys.argv[2] * size + "\\n")
"""


def test_processes_that_write_at_once(tmp_path: Path) -> None:
    read, write = os.pipe()
    command = [sys.executable, "-c", WRITES, str(tmp_path / "lock")]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    processes = [subprocess.Popen([*command, name], stderr=write, env=environment) for name in "abc"]
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as stream:
        lines = stream.read().splitlines()
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert len(lines) == 120
    for line in lines:
        left, _, right = line.partition("é\\udcff")
        assert left == right
        assert len(set(left)) <= 1

"""The memory of the language server stops growing. `python -m tests.proofs memory` makes 10,000 edits."""

from __future__ import annotations

import sys

import pytest

from tests.e2e.edited_server import memory


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_memory_is_flat() -> None:
    first, *_, before, last = memory(steps=30, edits=1200, parts=6)
    # The first hundreds of edits find their way through everything; afterwards, nothing new is kept.
    assert last - before < 1.0, (first, before, last)
    assert last - first < 15.0

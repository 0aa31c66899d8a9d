"""Shared: the switch that accepts new golden files."""

from __future__ import annotations

import gc
import os
import signal
import ssl
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgres import own_postgres, postgres, postgres_url
from tests.sizes import examples

__all__ = ["own_postgres", "postgres", "postgres_url"]
ROOT = Path(__file__).resolve().parents[1]

# A run that was started in the background (`nohup`, `&`) ignores SIGINT, and so would every program that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Some machines keep no bytecode; then each program that a test starts would compile the whole package anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Each client of httpx reads all certificates of the system, which takes longer than most requests of tests; nearly none
# of these uses TLS. What was read from a file serves all clients of this process.
ssl.create_default_context = lru_cache(maxsize=8)(ssl.create_default_context)  # type: ignore[assignment]

# On a developer's machine every run tries other examples; in CI a run can be repeated.
# No example is timed: machines are noisy.
settings.register_profile("here", deadline=None, max_examples=examples(100))
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=examples(100))
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the golden files with what came out")


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--accept"))


LONG = {
    *(
        "test_campaign_hosts",
        "test_campaign_machines",
        "test_campaign_work",
        "test_delivery_kills",
        "test_dying_workers",
    ),
    *("test_forecast_band", "test_lsp_memory", "test_postgres_kills", "test_serve_limit", "test_start_limit"),
}
"""Files with tests that take 15 seconds or more each, most of them waiting. They begin first: what is left at the end of a
run keeps only one process busy."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Properties run in both tiers: as a sample in the quick one, with all their examples in the slow one."""
    for item in items:
        if hasattr(getattr(item, "obj", None), "hypothesis"):
            item.add_marker("sampled")
    items.sort(key=lambda item: item.path.stem not in LONG)


def pytest_collection_finish() -> None:
    """What is there for the whole run is nothing that Python's collector has to look at again and again."""
    gc.collect()
    gc.freeze()

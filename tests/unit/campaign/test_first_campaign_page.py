"""docs/your-first-campaign.md has every setting of a campaign file, and what it shows of one can be read."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from nccodsl.campaign.campaign_plan import RETRIED
from nccodsl.campaign.plan_fields import FIELDS, RETRY_FIELDS
from nccodsl.campaign.plan_policy import AGREED
from nccodsl.campaign.plan_reader import plan_of

PAGE = (Path(__file__).parents[3] / "docs" / "your-first-campaign.md").read_text(encoding="utf-8")
TOP = {"name": "a", "script": "a.call", "purpose": "emergency", "recipients": {"file": "-"}}


def test_every_setting_is_on_the_page() -> None:
    rows = re.findall(r"^\| `([a-z_0-9]+)` \| (?:`([a-z]+)`)?[^|]*\| ([^|]+) \|$", PAGE, re.M)
    assert rows == [
        *((name, table, field.about) for table, fields in FIELDS.items() for name, field in fields.items()),
        *((name, "retries", field.about) for name, field in RETRY_FIELDS.items()),
    ]


def test_parts_of_files_on_the_page_are_right() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE, re.S)
    assert len(blocks) == 3
    for block in blocks:
        assert plan_of(TOP | tomllib.loads(block))


def test_outcomes_and_words_of_consent() -> None:
    assert set(RETRIED) == set(re.findall(r"`([a-z]+)`", PAGE[PAGE.index("can be retried are") :].partition(":\n")[0]))
    assert all(f"`{word}`" in PAGE for word in AGREED)

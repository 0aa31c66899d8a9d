"""What `nccodsl campaign watch` draws and says."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from nccodsl.campaign.book_reports import CampaignStatus
from nccodsl.campaign.live.campaign_now import CampaignEvent, CampaignNow
from nccodsl.campaign.live.watched_campaigns import SECONDS, WatchedCampaigns
from nccodsl.cli.campaign_watch_lines import clock_of, line_of, span_of
from nccodsl.cli.campaign_watch_table import LiveTable
from tests.campaign_scene import Scene


def drawn(found: list[CampaignNow], width: int = 100) -> str:
    out = io.StringIO()
    with LiveTable(Console(file=out, width=width, color_system=None, force_terminal=False)) as table:
        table.show(found)
    return out.getvalue()


def test_one_campaign_with_all_that_is_known(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.begin(60)
    watched = WatchedCampaigns(scene.book, (), 3, scene.now)
    watched.look()
    scene.work(12)
    scene.shift += 2
    lines = [line.split(None, 1) for line in drawn(watched.look()).splitlines()]
    heads = {line[0]: line[1].strip() for line in lines}
    assert heads["reminder:"] == "running"
    assert heads["recipients"] == "10 ended, 1 placed, 1 refused, 4 skipped, 48 waiting"
    assert heads["pace"] == "1.2 of 3 calls a second, 1 h 59 min left at least"
    assert heads["queue"].startswith("8 due now, 40 later, the next one from ")
    assert heads["by"].startswith("zone  America/")
    assert heads["outcomes"] == "5  completed"
    assert heads["reasons"] == "10  ended: done"
    assert heads["last"].endswith("the call was placed")
    scene.shift += 100
    assert "does a worker run?" in drawn(watched.look())


def test_several_campaigns_have_a_row_each(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    for name in ("a", "b"):
        scene.begin(9, name)
    scene.book.turn("b", "paused")
    found = WatchedCampaigns(scene.book, (), 3, scene.now).look()
    head, first, second = (" ".join(line.split()) for line in drawn(found).splitlines())
    assert re.fullmatch("a running 4 skipped, 9 waiting 0.0 of 3 (2 h|1 h 59 min)", first)
    assert [head, second] == [
        "campaign state recipients calls/s left",
        "b paused 4 skipped, 9 waiting 0.0 of 3",
    ]
    assert line_of(found[0]).startswith("a: running; 4 skipped, 9 waiting; recipients are due")
    assert line_of(found[1]) == "b: paused; 4 skipped, 9 waiting"


def test_a_long_list_is_looked_at_bit_by_bit_and_cut() -> None:
    status = CampaignStatus("a", "running", 5, 0.0, {"waiting": 1_000_000})
    now = CampaignNow(0.0, status, 3, (0,) * SECONDS, None, 5000, {f"outcome {n}": n for n in range(9)}, (), None)
    shown = drawn([now])
    assert "looking at the recipients: 5,000" in shown
    assert "outcome 5" in shown
    assert "outcome 6" not in shown
    assert "and 3 others" in shown


def test_a_terminal_obeys_nothing_that_others_wrote() -> None:
    status = CampaignStatus("a\x1b[2J", "running", 5, 0.0, {"waiting": 1})
    event = CampaignEvent(0.0, 1, "the API refused the call (\x1b]0;title\x07 [bold]x[/bold])")
    now = CampaignNow(0.0, status, 3, (0,) * SECONDS, None, 1, {"\x9b31mred": 1}, (event,), None)
    shown = drawn([now])
    assert not set("\x1b\x07\x9b") & set(shown)
    assert "[bold]x[/bold]" in shown
    assert not set("\x1b\x07\x9b") & set(drawn([now, now]))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (0.4, "0 s"), (59, "59 s"), (60, "1 min"), (3725, "1 h 2 min"), (3605, "1 h"), (90000, "1 d 1 h")],
)
def test_spans(seconds: float, words: str) -> None:
    assert span_of(seconds) == words


def test_moments_of_other_days_have_their_date() -> None:
    assert len(clock_of(0.0, 0.0)) == 5
    assert len(clock_of(0.0, 0.0, seconds=True)) == 8
    assert clock_of(0.0, 90000.0 * 3).split()[1].startswith("19")

"""Watching campaigns: what is shown is what the book holds, and looking stays cheap however many recipients there are."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from nccodsl.campaign.book import NoCampaign
from nccodsl.campaign.book_reports import RecipientLine
from nccodsl.campaign.live import recipient_walk, watched_campaigns
from nccodsl.campaign.live.campaign_now import STILL, CampaignNow, now_as_json
from nccodsl.campaign.live.watched_campaigns import SECONDS, CampaignWatch, WatchedCampaigns
from tests.campaign_scene import NAME, Scene


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def watch(scene: Scene, limit: int = 3) -> CampaignWatch:
    return CampaignWatch(scene.book, NAME, limit)


def test_a_campaign_in_the_middle_of_its_work(scene: Scene) -> None:
    scene.begin(60)
    watching = watch(scene)
    watching.look(scene.now())
    assert scene.work(12) == 12
    scene.shift += 1
    now = watching.look(scene.now())
    assert now.status.counts == {"ended": 10, "refused": 1, "placed": 1, "skipped": 4, "waiting": 48}
    assert sum(now.starts) == 12
    assert now.rate == 1.2
    assert now.outcomes == {"completed": 5, "busy": 3, "unanswered": 2}
    assert now.seen is not None
    assert now.seen.due == 8
    assert sum(now.seen.hours.values()) == 40
    assert now.seen.reasons == {
        "ended: done": 10,
        "skipped: invalid": 2,
        "refused: 402 payment required": 1,
        "skipped: duplicate": 1,
        "skipped: unknown_zone": 1,
    }
    assert {zone.zone for zone in now.seen.zones} == {
        *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Pacific/Honolulu")
    }
    assert sum(zone.waiting for zone in now.seen.zones) == 48
    assert [one.words for one in now.events][:2] == ["the call was placed", "the call reached the person"]
    assert not now.needs_worker


def test_what_is_told_has_no_numbers_of_people(scene: Scene) -> None:
    scene.begin(30)
    watching = watch(scene)
    scene.work(10)
    told = json.dumps(now_as_json(watching.look(scene.now())))
    assert not re.search(r"1\d{3}555\d{4}", told)


def test_who_comes_later_sees_what_was_there_from_the_beginning(scene: Scene) -> None:
    scene.begin(60)
    early = watch(scene)
    early.look(scene.now())
    random = Random(7)
    for _ in range(12):
        scene.work(random.randrange(4))
        scene.shift += random.choice((1, 1, 700))
        if random.random() < 0.2:
            scene.book.turn(NAME, random.choice(("paused", "running")))
        found = early.look(scene.now())
        _agrees(found, watch(scene).look(scene.now()), scene)


def _agrees(found: CampaignNow, fresh: CampaignNow, scene: Scene) -> None:
    assert found.outcomes == fresh.outcomes == scene.book.ended(NAME)[1]
    assert found.status == fresh.status == scene.book.status(NAME)
    assert found.events == fresh.events
    assert found.seen is not None
    assert fresh.seen is not None
    assert found.seen.reasons == fresh.seen.reasons
    assert (found.seen.due, found.seen.hours, found.seen.zones) == (fresh.seen.due, fresh.seen.hours, fresh.seen.zones)


@pytest.mark.parametrize("count", [2000, 8000])
def test_a_look_is_cheap_however_many_recipients_there_are(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(recipient_walk, "MOST_ROWS", 100)
    monkeypatch.setattr(watched_campaigns, "_COUNTED", 10)
    scene.begin(count)
    watching = watch(scene)
    watching.look(scene.now())
    scene.work(3)
    # A page of recipients at most is read in a look, and what has happened since the last one.
    assert _steps(scene, lambda: watching.look(scene.now() + 1)) < 3000
    assert _steps(scene, lambda: watching.look(scene.now() + 2)) < 200
    assert watching.look(scene.now() + 3).status.counts["waiting"] == count


def test_nothing_is_counted_where_nothing_happens(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.begin(300)
    watching = watch(scene)
    watching.look(scene.now())
    walks: Counter[str] = Counter()
    lines = scene.book.lines

    def counted(name: str) -> object:
        walks[name] += 1
        return lines(name)

    monkeypatch.setattr(scene.book, "lines", counted)
    for second in range(1, 5):
        assert _steps(scene, lambda later=second: watching.look(scene.now() + later)) < 60  # type: ignore[misc]
    assert not walks
    # Who is due an hour later is counted again then.
    found = watching.look(scene.now() + 3700)
    assert walks == {NAME: 1}
    assert found.seen is not None
    assert found.seen.due == 200


def _steps(scene: Scene, work: Callable[[], object]) -> int:
    """How much SQLite does, in tens of its own steps."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    scene.journal._db.set_progress_handler(count, 10)
    assert work()
    scene.journal._db.set_progress_handler(None, 0)
    return steps


def test_recipients_that_change_during_a_walk_are_walked_over_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipient_walk, "MOST_ROWS", 10)
    scene.begin(36)
    watching = watch(scene)
    for second in range(3):
        found = watching.look(scene.now() + second)
        assert (found.seen, found.walked) == (None, 10 * second + 10)
    scene.work(4)
    for second in range(3, 12):
        found = watching.look(scene.now() + second)
    assert found.seen is not None
    assert found.seen.due == 8


def test_what_matters_is_seen_at_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched_campaigns, "_COUNTED", 1)
    scene.begin(30)
    watching = watch(scene)
    now = scene.now()
    assert watching.look(now).status.shown == "running"
    scene.work(3)
    assert watching.look(now + 1).status.counts["waiting"] == 30, "it is counted later"
    scene.book.turn(NAME, "paused")
    assert watching.look(now + 2).status.shown == "paused"
    scene.book.turn(NAME, "stopped")
    assert watching.look(now + 3).status.counts.get("waiting") is None


def test_a_campaign_without_a_worker(scene: Scene) -> None:
    scene.begin(30)
    found = watch(scene).look(scene.now())
    assert found.needs_worker
    assert found.rate == 0.0
    scene.book.turn(NAME, "paused")
    assert not watch(scene).look(scene.now()).needs_worker
    scene.book.turn(NAME, "running")
    scene.work(3)
    watching = watch(scene)
    assert not watching.look(scene.now()).needs_worker
    assert watching.look(scene.now() + STILL + 1).needs_worker
    assert sum(watching.look(scene.now() + SECONDS + 2).starts) == 0


def test_what_is_left_at_least(scene: Scene) -> None:
    scene.book.add(NAME, {})
    assert watch(scene).look(scene.now()).rest is None
    scene.begin(30)
    rest = watch(scene).look(scene.now()).rest
    assert rest is not None
    assert 7190 < rest <= 7200, "the last ones are due in two hours"
    assert watch(scene, limit=1).look(scene.now() + 7300).rest == pytest.approx(30.0)
    scene.book.turn(NAME, "stopped")
    assert watch(scene).look(scene.now()).rest is None


def test_campaigns_come_and_go(scene: Scene) -> None:
    scene.begin(8)
    scene.book.turn(NAME, "stopped")
    every = WatchedCampaigns(scene.book, (), 3, scene.now)
    assert [one.status.name for one in every.look()] == [NAME], "where all are over, all are shown"
    scene.begin(8, "b")
    some = WatchedCampaigns(scene.book, (), 3, scene.now)
    one = WatchedCampaigns(scene.book, (NAME,), 3, scene.now)
    assert [found.status.name for found in some.look()] == ["b"]
    scene.book.add("c", {})
    assert [found.status.name for found in some.look()] == ["b"], "it was just looked at"
    scene.shift += 1
    assert [found.status.name for found in some.look()] == ["b", "c"]
    scene.book.drop("c")
    scene.shift += 1
    assert [found.status.name for found in some.look()] == ["b"]
    assert [found.status.name for found in one.look()] == [NAME]
    with pytest.raises(NoCampaign, match="no campaign `c`"):
        WatchedCampaigns(scene.book, ("c",), 3, scene.now)


def test_the_walk_counts_what_a_report_counts(scene: Scene) -> None:
    scene.begin(40)
    scene.work(9)
    found = watch(scene).look(scene.now())
    expected: Counter[str] = Counter(
        _reason(one) for one in scene.book.lines(NAME) if one.state not in ("waiting", "placed")
    )
    assert found.seen is not None
    assert found.seen.reasons == expected


def _reason(one: RecipientLine) -> str:
    return f"{one.state}: {one.reason}" if one.reason else one.state

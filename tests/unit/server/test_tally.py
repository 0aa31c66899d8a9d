"""Numbers in memory and in files: of one process after the other, and of several beside each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from nccodsl.server.metrics import Metrics
from nccodsl.server.tally import _EACH, Counted, Key, Tally, added, read_tally


def numbers(counted: dict[Key, Counted]) -> dict[tuple[str, ...], tuple[float, ...]]:
    return {(key.name, *key.labels): one.numbers for key, one in counted.items()}


@pytest.mark.parametrize("in_files", [False, True])
def test_counting(tmp_path: Path, in_files: bool) -> None:
    tally = Tally(tmp_path / "0" if in_files else None)
    tally.of("calls", ("ivr",))[0] += 1
    tally.of("calls", ("ivr",))[0] += 1
    times = tally.of("times", ("ivr", "a\nb"), 3)
    times[1] += 0.5
    expected = {("calls", "ivr"): (2.0,), ("times", "ivr", "a\nb"): (0.0, 0.5, 0.0)}
    assert numbers(tally.counted()) == expected
    if in_files:
        assert read_tally(tmp_path / "0") == tally.counted()


def test_the_next_process_goes_on(tmp_path: Path) -> None:
    first = Tally(tmp_path / "0")
    first.of("calls", ("ivr",))[0] += 2
    with (tmp_path / "0.names").open("a") as names:
        names.write('["calls", ["hal')  # killed while it wrote
    second = Tally(tmp_path / "0")
    second.of("calls", ("ivr",))[0] += 1
    second.of("calls", ("other",))[0] += 5
    assert numbers(read_tally(tmp_path / "0")) == {("calls", "ivr"): (3.0,), ("calls", "other"): (5.0,)}
    assert second.counted()[Key("calls", ("ivr",))].created == first.counted()[Key("calls", ("ivr",))].created


def test_more_than_a_chunk(tmp_path: Path) -> None:
    tally = Tally(tmp_path / "0")
    for number in range(_EACH // 100 + 5):
        tally.of("times", (str(number),), 100)[99] += number
    found = numbers(read_tally(tmp_path / "0"))
    assert [found["times", str(number)][99] for number in range(_EACH // 100 + 5)] == [
        float(number) for number in range(_EACH // 100 + 5)
    ]


def test_a_process_that_has_not_begun(tmp_path: Path) -> None:
    assert read_tally(tmp_path / "0") == {}


def test_where_the_names_cannot_be_written_counting_goes_on(tmp_path: Path) -> None:
    tally = Tally(tmp_path / "0")
    (tmp_path / "0.names").mkdir()
    tally.of("calls", ("ivr",))[0] += 1
    assert numbers(tally.counted()) == {("calls", "ivr"): (1.0,)}


def test_the_sum() -> None:
    key, other = Key("calls", ("ivr",)), Key("calls", ("x",))
    assert added(
        ({key: Counted((1.0, 2.0), 9.0)}, {}, {key: Counted((3.0, 4.0), 5.0), other: Counted((1.0,), 7.0)})
    ) == {
        key: Counted((4.0, 6.0), 5.0),
        other: Counted((1.0,), 7.0),
    }


def test_the_text_is_that_of_all_processes(tmp_path: Path) -> None:
    each = [Tally(tmp_path / str(number)) for number in range(3)]
    for number, tally in enumerate(each):
        metrics = Metrics(tally)
        for seconds in (0.001, 0.0011, 0.3, 9.0)[: number + 1]:
            metrics.answered("ivr", "answer", 200, seconds)
        metrics.refused("old")
    text = Metrics(each[0], lambda: [read_tally(tmp_path / name) for name in "12"]).to_text().decode()
    assert 'nccodsl_webhooks_total{flow="ivr",route="answer",status="200"} 6.0' in text
    assert 'nccodsl_signatures_refused_total{reason="old"} 3.0' in text
    buckets = {"0.001": 3, "0.0025": 5, "0.25": 5, "0.5": 6, "+Inf": 6}
    for most, count in buckets.items():
        assert f'nccodsl_webhook_seconds_bucket{{flow="ivr",le="{most}",route="answer"}} {count}.0' in text
    assert 'nccodsl_webhook_seconds_count{flow="ivr",route="answer"} 6.0' in text
    # As Prometheus's own library reads it.
    from prometheus_client.parser import text_string_to_metric_families

    sums = {sample.name: sample.value for one in text_string_to_metric_families(text) for sample in one.samples}
    assert sums["nccodsl_webhook_seconds_sum"] == pytest.approx(0.3052)

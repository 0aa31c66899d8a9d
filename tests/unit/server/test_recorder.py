"""Recording calls: what stands in a line, what never does, and what becomes of files that break."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

import nccodsl
from nccodsl.runtime.history import FORMAT, LARGEST_LINE, BadHistory, Entry, History, Position, read_history
from nccodsl.runtime.match import Heard
from nccodsl.runtime.redaction import LARGE, Withheld
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.web_requests import Fetched, Request
from nccodsl.runtime.webhook import Webhook
from nccodsl.server.driver import Driver, Handled, now
from nccodsl.server.fetch import Brought
from nccodsl.server.recorder import HistoryFile, Recorder
from nccodsl.server.stores.base import Direct
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.turns import ThreadTurns
from tests.unit.rehearsal.recording import Notes, Recorded
from tests.unit.server.handle_drive import LEG, MENU, SECRET, URL, tagged

SECRETIVE = """param ssn: text private
param team: text = "red"
let last = {{ ssn[7:] }}
step main {
  set masked = {{ ssn | upper }}
  talk "Welcome to the {{ team }} team."
  input dtmf max_digits=4 {
    on {{ last }} -> inside
    retry 2 "Again."
    otherwise { talk "Goodbye {{ masked }}." }
  }
}
step inside {
  fetch "https://a.example/who" as who { on error { hangup } }
  talk "Say your number, {{ who.name }}."
  input speech as said
  talk "You said {{ said.speech }}."
}
"""
SSN = "078-05-1120"


class Ready:
    async def fetch(self, request: Request, timeout: float) -> Brought:
        return Brought(Fetched({"name": "Ann", "echo": f"ssn {SSN}", "plain": 78051120, "deep": [{SSN: 1}]}), "ok")


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def read(path: Path) -> History:
    return read_history(path.read_bytes().splitlines(keepends=True), "h")


def driven(path: Path, text: str, *webhooks: Webhook, **values: object) -> Notes:
    """Webhooks handled by a driver that records."""
    notes = Notes()
    recorder = Recorder(HistoryFile(str(path)), notes)
    driver = Driver(Direct(MemoryStore(secret=SECRET)), Ready(), ThreadTurns(), observers=(recorder,))
    script = Runnable(nccodsl.load(text), URL, values)
    for webhook in webhooks:
        now(driver.handle(script, webhook))
    recorder.close()
    return notes


def pressed(keys: str, at: str, moves: int, leg: str = "leg-1") -> Webhook:
    query = dict(parse_qsl(tagged(at, moves, call=leg)))
    return Webhook("input", query, {**LEG, "uuid": leg, "dtmf": {"digits": keys, "timed_out": False}})


def test_a_line_says_what_came_and_where_it_led(tmp_path: Path) -> None:
    path = tmp_path / "h.jsonl"
    assert not driven(path, MENU, Webhook("answer", {}, LEG), pressed("1", "main", 0)).notes
    first, second = lines(path)
    version = nccodsl.load(MENU).version
    assert (first["history"], first["flow"], first["call"], first["version"]) == (FORMAT, "ivr", "leg-1", version)
    assert (first["kind"], first["begins"], first["values"]) == ("answer", True, {})
    assert (second["kind"], second["at"], second["moves"], second["given"]) == ("input", "main", 0, {"digits": "1"})
    assert [mark[:3] for mark in second["path"]] == [
        ["on", "", "5"],
        ["step", "sales", "12"],
        ["step", "main", "2"],
        ["input", "main", "4"],
    ]
    text = path.read_text()
    assert "https://" not in text, "no address is kept"
    assert not any(word in text for word in ("Press 1", "Sorry", "14155550101", "CON-1")), "nothing that is not read"


def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "h.jsonl"
    HistoryFile(str(path)).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    HistoryFile(str(path)).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_private_value_is_written(tmp_path: Path) -> None:
    path = tmp_path / "h.jsonl"
    spoken = {**LEG, "speech": {"results": [{"text": f"it is {SSN}", "confidence": "0.9"}]}}
    notes = driven(
        path,
        SECRETIVE,
        Webhook("answer", {"ssn": SSN, "team": "blue"}, LEG),
        pressed("9999", "main", 0),
        pressed("1120", "main", 1),
        Webhook("input", {"at": "inside.1", "n": "2", "call": "leg-1"}, spoken),
        Webhook("event", {}, {**LEG, "status": "completed"}),
        ssn="000",
    )
    assert not notes.notes
    text = path.read_text()
    for secret in (SSN, "078", "1120", "9999", "07805", "78051120"):
        assert secret not in text, secret
    found = lines(path)
    assert len(found) == 5
    assert found[0]["values"]["team"] == "blue", "what is not private stays"
    history = read(path)
    entries = history.calls["ivr", "leg-1"]
    assert entries[0].values == {"ssn": Withheld("text"), "team": "blue"}
    assert entries[1].given == Withheld("map"), "an answer that is compared with a private value is one"
    ((_, value, *_),) = entries[2].fetched
    assert value == {"name": "Ann", "echo": Withheld("text"), "plain": 78051120, "deep": [Withheld("map")]} or (
        isinstance(value, dict) and value["plain"] == Withheld("integer")
    )


def test_the_caller_is_recorded_where_the_script_reads_who_calls(tmp_path: Path) -> None:
    path = tmp_path / "h.jsonl"
    driven(path, 'talk "You are {{ caller }}."\ninput dtmf as key', Webhook("answer", {}, LEG))
    assert lines(path)[0]["known"] == {"caller": "14155550101"}


def test_a_call_whose_values_are_large_is_bounded(tmp_path: Path) -> None:
    call = Recorded(
        'fetch "https://a.example" as big { on error { hangup } }\ntalk "{{ big.n }}"\ninput dtmf as key',
        {"n": 1, "text": "x" * 60_000},
    )
    call.call()
    (line,) = call.file.lines
    assert len(line) < 2_000
    ((_, value, *_),) = call.file.history.calls["ivr", "leg-1"][0].fetched
    assert value == Withheld("map", LARGE)


@pytest.mark.parametrize("count", [10, 1_000, 10_000])
def test_no_line_is_longer_than_it_may_be(count: int) -> None:
    names = {f"name_{n}": "value" * 20 for n in range(count)}
    entry = Entry("ivr", "leg-1", "v", "input", values=names, position=Position("main", names=names))
    line = entry.to_line()
    assert len(line) <= LARGEST_LINE
    assert read_history([line], "h").calls["ivr", "leg-1"][0].call == "leg-1"


def test_what_is_written_is_what_is_read() -> None:
    entry = Entry(
        *("ivr", "leg-1", "v", "input", "2026-12-01T14:30:00.000Z", "leg-0", "main", 3),
        given={"digits": "12#", "texts": ["Grüße \u2028", "\ud800"], "confidence": 0.5},
        values={"odd": {"$type": "date", "is": "x"}, "none": None, "gone": Withheld("date")},
        fetched=(("main.1", [1, {"a": Withheld("text", LARGE)}], "", ""),),
        position=Position("main.2", "retry main", 4, {"a": [True]}, {"main": 2}, {"main": 1}, ("beep",), 1796126400.5),
        moved=True,
    )
    line = entry.to_line()
    assert line.count(b"\n") == 1
    (read,) = read_history([line], "h").calls["ivr", "leg-1"]
    assert read == entry
    assert read.heard == Heard("12#", ("Grüße \u2028", "\ud800"), 0.5, False)


def test_a_cut_line_is_counted(tmp_path: Path) -> None:
    """As a server leaves it that is killed while it writes."""
    path = tmp_path / "h.jsonl"
    driven(path, MENU, Webhook("answer", {}, LEG), pressed("1", "main", 0))
    whole = path.read_bytes()
    size = len(whole.splitlines(keepends=True)[0])
    for cut in range(size, len(whole) - 1):
        history = read_history(whole[:cut].splitlines(keepends=True), "h")
        assert (len(history.calls["ivr", "leg-1"]), history.cut) == (1, int(cut > size))


def test_after_a_cut_line_the_next_one_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "h.jsonl"
    driven(path, MENU, Webhook("answer", {}, LEG), pressed("1", "main", 0))
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    driven(path, MENU, Webhook("answer", {}, {**LEG, "uuid": "leg-2"}))
    history = read(path)
    assert history.cut == 1
    assert {key: len(entries) for (_, key), entries in history.calls.items()} == {"leg-1": 1, "leg-2": 1}


def test_what_is_no_history_is_never_added_to(tmp_path: Path) -> None:
    script = tmp_path / "ivr.call"
    script.write_text(MENU)
    with pytest.raises(BadHistory, match="is not a history"):
        HistoryFile(str(script))
    assert script.read_text() == MENU
    with pytest.raises(BadHistory, match="cannot be recorded"):
        HistoryFile(str(tmp_path / "none" / "h.jsonl"))
    with pytest.raises(BadHistory):
        HistoryFile(str(tmp_path))
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadHistory, match="not a file"):
        HistoryFile(str(tmp_path / "pipe"))


def test_a_newer_form_is_refused_and_an_older_reader_says_so(tmp_path: Path) -> None:
    line = Entry("ivr", "leg-1", "v", "answer").to_line()
    newer = line.replace(b'{"history":3,', b'{"history":4,"more":true,')
    for found in ([newer], [line, newer]):
        with pytest.raises(BadHistory, match="newer version") as raised:
            read_history(found, "h.jsonl")
        assert raised.value.code == "E830"
    path = tmp_path / "h.jsonl"
    path.write_bytes(newer)
    with pytest.raises(BadHistory, match="newer version"):
        HistoryFile(str(path))


def test_the_first_form_is_read_without_outcomes_of_fetches() -> None:
    line = Entry("ivr", "leg-1", "v", "answer", fetched=(("main", 1, "it failed", ""),)).to_line()
    older = line.replace(b'"history":3', b'"history":1').replace(b'"it failed",""]', b'"it failed"]')
    assert older != line
    assert read_history([older], "h.jsonl").calls["ivr", "leg-1"][0].fetched == (("main", 1, "it failed", ""),)


@pytest.mark.parametrize("text", [b"[]\n", b"{}\n", b"call {}\n", b'{"history":"1"}\n', b"\x00\xff\n"])
def test_other_files_are_no_history(text: bytes) -> None:
    with pytest.raises(BadHistory):
        read_history([text], "h.jsonl")


@pytest.mark.parametrize(
    "text", [b'{"history":1}\n', b'{"history":1,"flow":3,"path":[[]]}\n', b'{"history":1,"a":2}\n']
)
def test_a_line_without_what_belongs_to_it_is_left_out(text: bytes) -> None:
    line = Entry("ivr", "leg-1", "v", "answer").to_line()
    assert read_history([line, text], "h.jsonl").cut == 1


@pytest.mark.parametrize("now", ["1e400", "-1", "NaN", "253402214401", '"noon"', "null"])
def test_a_line_with_a_time_that_cannot_be_is_left_out(now: str) -> None:
    line = Entry("ivr", "leg-1", "v", "answer", position=Position("main", now=1.5)).to_line()
    assert b'"now":1.5' in line
    assert read_history([line.replace(b'"now":1.5', f'"now":{now}'.encode())], "h.jsonl").cut == 1


def test_calls_that_interleave_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "h.jsonl"
    legs = [f"leg-{number}" for number in range(5)]
    answers = [Webhook("answer", {}, {**LEG, "uuid": leg, "conversation_uuid": f"CON-{leg}"}) for leg in legs]
    driven(path, MENU, *answers, *(pressed("1", "main", 0, leg) for leg in reversed(legs)))
    history = read(path)
    assert {key: [one.kind for one in entries] for (_, key), entries in history.calls.items()} == {
        leg: ["answer", "input"] for leg in legs
    }


def test_two_servers_may_share_a_file(tmp_path: Path) -> None:
    path = str(tmp_path / "h.jsonl")
    first, second = HistoryFile(path), HistoryFile(path)
    for number in range(20):
        for file in (first, second):
            file.add(Entry("ivr", f"leg-{number}", "v", "answer").to_line())
    first.close()
    second.close()
    history = read(Path(path))
    assert (len(history.calls), history.cut) == (20, 0)


class Full:
    """A disk that is full for a while."""

    def __init__(self) -> None:
        self.full = True
        self.lines: list[bytes] = []

    def add(self, line: bytes) -> None:
        if self.full:
            raise OSError(28, "No space left on device")
        self.lines.append(line)


def test_a_full_disk_ends_no_call_and_is_told_once() -> None:
    notes, file = Notes(), Full()
    recorder = Recorder(file, notes)  # type: ignore[arg-type]
    driver = Driver(Direct(MemoryStore(secret=SECRET)), Ready(), ThreadTurns(), observers=(recorder,))
    script = Runnable(nccodsl.load(MENU), URL)
    assert now(driver.handle(script, Webhook("answer", {}, LEG))).status == 200
    assert now(driver.handle(script, pressed("9", "main", 0))).status == 200
    assert notes.notes == ["record: calls are not recorded: No space left on device"]
    file.full = False
    assert now(driver.handle(script, pressed("1", "main", 1))).status == 200
    assert notes.notes[1:] == ["record: calls are recorded again; lost 2 events"]
    assert len(file.lines) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_write_that_fails_is_an_error_and_the_next_line_begins_anew(tmp_path: Path) -> None:
    file = HistoryFile(str(tmp_path / "h.jsonl"))
    kept = os.dup(file._number)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, file._number)
    with pytest.raises(OSError):
        file.add(b'{"history":1}\n')
    os.dup2(kept, file._number)
    file.add(b"{}\n")
    assert (tmp_path / "h.jsonl").read_bytes() == b"\n{}\n"


def test_a_mistake_of_the_recorder_ends_no_call() -> None:
    notes = Notes()
    recorder = Recorder(Full(), notes)  # type: ignore[arg-type]
    script = Runnable(nccodsl.load(MENU), URL)
    call = Recorded(MENU)
    reply = call.call()
    recorder.handled(Handled(script, Webhook("answer", {}, LEG), reply, b"no state", None))
    assert notes.notes == ["record: calls are not recorded: BadState"]


def test_what_comes_to_the_fallback_is_the_webhook_that_it_stands_for() -> None:
    call = Recorded(MENU)
    call.call()
    route, query = call.address()
    url = f"{URL}/{route}?at={query['at']}&n={query['n']}&call={query['call']}"
    call.send("fallback", {}, **LEG, reason="failed", original_request={"url": url}, dtmf={"digits": "1"})
    entries = call.file.history.calls["ivr", "leg-1"]
    assert [(entry.kind, entry.at) for entry in entries] == [("answer", ""), ("input", "main")]


def test_what_changes_no_call_is_not_recorded() -> None:
    call = Recorded(MENU)
    call.call()
    for status in ("started", "ringing", "answered"):
        call.send("event", {}, **LEG, status=status)
    call.send("record", {}, **LEG, recording_url="https://a.example/1")
    assert len(call.file.lines) == 1

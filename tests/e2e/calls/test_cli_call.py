"""`call` for real: against the emulator, and against servers that refuse or misbehave."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from nccodsl.client import start_slots
from nccodsl.client.journal import Journal
from nccodsl.client.start_slots import SlotClaim
from nccodsl.emulator.http.host import Emulator
from tests.e2e.calls.odd_server import OddServer, http_answer
from tests.e2e.calls.placed_calls import (
    Run,
    account_environment,
    nccodsl_command,
)
from tests.e2e.servers import APPLICATION, private_key, wait_for


def in_script(lines: str, stderr: str) -> bool:
    return re.search(rf"--> hello\.call:{lines}\b", stderr) is not None


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_call_is_placed_and_followed(run: Run, emulator: Emulator, api: str) -> None:
    done = run("call", "hello.call", "--host", emulator.url, "--api", api, "--wait", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["outcome"], said["to"], said["api"]) == ("placed", "14155550101", api)
    assert said["call"]["status"] == "completed"
    assert list(emulator.network.legs) == [said["call"]["uuid"]]
    heard = [entry.data["text"] for entry in emulator.network.legs[said["call"]["uuid"]].timeline.of("hears")]
    assert heard == ["Hello", "Hello Ann", "Hello Bob"]


def test_numbers_of_the_command_line_win(run: Run, emulator: Emulator) -> None:
    assert run("call", "loose.call", "--host", emulator.url).returncode == 1
    done = run("call", "loose.call", "--to", "+44 20 7946 0018", "--from", "+1 415 555 0100", "--host", emulator.url)
    assert done.returncode == 0
    done = run("call", "hello.call", "--to", "sip:ann@example.com", "--host", emulator.url)
    assert done.returncode == 0
    made = [leg.endpoint for leg in emulator.network.legs.values()]
    assert made == [{"type": "phone", "number": "442079460018"}, {"type": "sip", "uri": "sip:ann@example.com"}]
    wrong = run("call", "hello.call", "--to", "nobody", "--host", emulator.url)
    assert (wrong.returncode, "a number, sip:user@host or app:user" in wrong.stderr) == (2, True)


def test_a_dry_run_sends_nothing(run: Run, emulator: Emulator) -> None:
    done = run("call", "hello.call", "--dry-run", "--host", emulator.url)
    assert done.returncode == 0
    assert done.stdout.startswith(f"POST {emulator.url}/v2/calls\nauthorization: Bearer eyJ")
    data = json.loads(run("call", "hello.call", "--dry-run", "--json", "--host", emulator.url).stdout)
    assert data["body"]["length_timer"] == 3600
    assert not emulator.network.legs
    without = run("call", "hello.call", "--dry-run", VONAGE_APPLICATION_ID="", VONAGE_PRIVATE_KEY="")
    assert (without.returncode, "(no credentials)" in without.stdout) == (0, True)


def test_the_same_reference_dials_once(run: Run, emulator: Emulator) -> None:
    command = ("call", "hello.call", "--host", emulator.url, "--reference", "order 17", "--json")
    first, second = run(*command), run(*command)
    assert [json.loads(done.stdout)["repeated"] for done in (first, second)] == [False, True]
    other = run(*command, "--to", "14155550102")
    assert (other.returncode, "E709" in other.stderr) == (1, True)
    assert len(emulator.network.legs) == 1


def test_passports_are_signed_for_each_call(run: Run, emulator: Emulator, here: Path) -> None:
    from tests.unit.client.test_passports import key, pem, public

    (here / "shaken.key").write_text(pem(key()))
    (here / "shaken.pub").write_text(public())
    options = ("--shaken-key", "shaken.key", "--shaken-cert-url", "https://example.com/c.pem", "--attest", "B")
    assert run("call", "hello.call", "--host", emulator.url, *options).returncode == 0
    (leg,) = emulator.network.legs.values()
    checked = run("shaken", "verify", leg.endpoint["shaken"], "--cert", "shaken.pub", "--to", "14155550101")
    assert checked.returncode == 0, checked.stdout
    assert run("call", "hello.call", "--shaken-key", "shaken.key").returncode == 2


def test_a_refusal_points_at_the_line_that_made_it(run: Run) -> None:
    wrong = [
        {"name": "length_timer", "reason": "too long for you"},
        {"name": "to[0].number", "reason": "not allowed"},
        {"name": "ncco.2.text", "reason": "not polite"},
    ]
    body = json.dumps({"type": 400, "title": "Bad Request", "invalid_parameters": wrong})
    with OddServer(lambda _: http_answer(400, body)) as server:
        done = run("call", "hello.call", "--host", server.url)
    assert done.returncode == 1
    assert [in_script(line, done.stderr) for line in ("6:16", "4:14", "10:35")] == [True] * 3, done.stderr
    assert "not polite" in done.stderr


@pytest.mark.parametrize(
    ("answer", "code", "exit_code"),
    [
        (http_answer(400, '{"type": "BAD_REQUEST", "error_title": "Bad Request"}'), "E704", 1),
        (http_answer(401, '{"title": "Unauthorized"}', "application/problem+json"), "E705", 1),
        (http_answer(403, '{"title": "Low balance"}', "application/problem+json"), "E704", 1),
        (http_answer(404, ""), "E704", 1),
        (http_answer(404, "<html><title>Not here</title></html>", "text/html"), "E704", 1),
        (http_answer(302, "", location="https://example.com/"), "E7", None),
        (http_answer(500, "oops", "text/plain"), "E707", 3),
        (http_answer(502, "<html>Bad gateway</html>", "text/html"), "E707", 3),
        (http_answer(202, "<html>Sign in to the guest network</html>", "text/html"), "E707", 3),
        (b"", "E707", 3),
        (b"HTTP/1.1 202 X\r\ncontent-length: 100\r\n\r\n{", "E707", 3),
        (b"this is not HTTP\r\n\r\n", "E707", 3),
    ],
)
def test_answers_of_all_kinds(run: Run, answer: bytes, code: str, exit_code: int | None) -> None:
    with OddServer(lambda _: answer) as server:
        done = run("call", "hello.call", "--host", server.url, "--reference", "a")
        assert f"error[{code}" in done.stderr
        assert exit_code is None or done.returncode == exit_code
        assert server.created() == 1, "it was sent once"
        if exit_code == 3:
            again = run("call", "hello.call", "--host", server.url, "--reference", "a")
            assert (again.returncode, "E709" in again.stderr) == (3, True)
            assert server.created() == 1, "and not again"


def test_a_storm_of_429_is_sat_out(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start_slots, "PERIOD", 0.01)
    answers = iter(
        [http_answer(429, "", retry_after="0"), http_answer(429, "{}", retry_after="0"), http_answer(202, "{}")]
    )
    with OddServer(lambda _: next(answers)) as server:
        done = run("call", "hello.call", "--host", server.url)
        assert done.returncode == 0, done.stderr
        assert server.created() == 3
    with OddServer(lambda _: http_answer(429, "", retry_after="0")) as server:
        done = run("call", "hello.call", "--host", server.url)
        assert (done.returncode, "E706" in done.stderr) == (1, True)
        assert server.created() > 1


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_whoever_interrupts_is_told_what_that_means(run: Run, here: Path) -> None:
    over = threading.Event()

    def slow(_request: bytes) -> None:
        over.wait(60)

    with OddServer(slow) as server:
        line = nccodsl_command("call", "hello.call", "--host", server.url, "--reference", "a")
        with subprocess.Popen(
            line, cwd=here, env=account_environment(here), stderr=subprocess.PIPE, text=True
        ) as process:
            wait_for(server.created, 60)
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=60)
        over.set()
        assert (process.returncode, "E707" in told, "reconcile" in told) == (3, True, True)
        assert "E709" in run("call", "hello.call", "--host", server.url, "--reference", "a").stderr
        assert server.created() == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_whoever_waits_for_the_limit_can_stop_and_nothing_is_sent(here: Path) -> None:
    with OddServer(lambda _: http_answer(202, "{}")) as server:
        with Journal(here / "state") as journal:
            journal.take_slots(SlotClaim(server.url, 1, 1, "a request that is on its way", 600.0))
        line = nccodsl_command("call", "hello.call", "--host", server.url, "--limit", "1", "--reference", "a")
        with subprocess.Popen(
            line, cwd=here, env=account_environment(here), stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            told = process.stderr.readline()
            process.send_signal(signal.SIGINT)
            _, more = process.communicate(timeout=60)
        assert told == "Waiting: this account may start 1 call per second. Press Ctrl-C to send nothing.\n"
        assert (process.returncode, more) == (130, "Stopped waiting: nothing was sent.\n")
        assert server.created() == 0
        with Journal(here / "state") as journal:
            assert journal.recent() == []


def test_a_limit_of_the_profile_and_of_the_command(run: Run, here: Path) -> None:
    (here / "nccodsl.toml").write_text("limit = 0\n")
    assert "`limit` must be a whole number, 1 to 1000" in run("call", "hello.call").stderr
    (here / "nccodsl.toml").write_text("limit = 2\n")
    with OddServer(lambda _: http_answer(202, "{}")) as server:
        for more in ([], ["--limit", "30"]):
            assert run("call", "hello.call", "--host", server.url, *more).returncode == 0
        assert server.created() == 2
    assert run("call", "hello.call", "--limit", "0").returncode == 2
    assert run("call", "hello.call", "--emulate", "--limit", "3").returncode == 2


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({"VONAGE_APPLICATION_ID": ""}, "E701"),
        ({"VONAGE_APPLICATION_ID": "my-app"}, "E701"),
        ({"VONAGE_PRIVATE_KEY": ""}, "E701"),
        ({"VONAGE_PRIVATE_KEY": "missing.key"}, "E702"),
        ({"VONAGE_PRIVATE_KEY": "hello.call"}, "E702"),
        ({"NCCODSL_STATE": "/proc/nothing"}, "E714"),
    ],
)
def test_what_one_needs_to_call(run: Run, environment: dict[str, str], code: str) -> None:
    done = run("call", "hello.call", "--host", "127.0.0.1:9", **environment)
    assert done.returncode == 2
    assert f"error[{code}]" in done.stderr
    assert "help:" in done.stderr


def test_settings_files(run: Run, here: Path, emulator: Emulator) -> None:
    bare = {"VONAGE_APPLICATION_ID": "", "VONAGE_PRIVATE_KEY": ""}
    (here / "nccodsl.toml").write_text(
        f'application_id = "{APPLICATION}"\nprivate_key = "private.key"\nhost = "{emulator.url}"\nfrom = "14155550177"\n'
    )
    assert run("call", "loose.call", "--to", "14155550101", **bare).returncode == 0
    (leg,) = emulator.network.legs.values()
    assert leg.caller == "14155550177"
    (here / "private.key").chmod(0o644)
    assert "warning[W028]" in run("call", "loose.call", "--to", "14155550101", **bare).stderr
    assert "E710" in run("call", "hello.call", "--profile", "staging", **bare).stderr
    (here / "nccodsl.toml").write_text('aplication_id = "x"\n')
    done = run("call", "hello.call", **bare)
    assert (done.returncode, "did you mean `application_id`?" in done.stderr) == (2, True)
    (here / "nccodsl.toml").unlink()
    (here / ".vonagerc").write_text(json.dumps({"app-id": APPLICATION, "private-key": private_key()}))
    assert run("call", "hello.call", "--host", emulator.url, **bare).returncode == 0

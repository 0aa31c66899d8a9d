"""`nccodsl campaign watch` beside a worker and the emulator: lines, JSON, and the server of the page."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import httpx
import pytest

from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.personas.persona import Cast, Persona
from tests.e2e.calls.placed_calls import account_environment, nccodsl_command, write_scripts
from tests.e2e.in_process import run_here
from tests.e2e.test_cli_campaign_work import KEY, ROWS, campaign

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    busy = Persona("busy", of=("phone 14155550202",), outcome="busy", delay=0.1)
    with Emulator(speed=5.0, creations=50, cast=Cast((busy, Persona(delay=0.1)))) as running:
        yield running


@pytest.fixture
def environment(tmp_path: Path, emulator: Emulator) -> dict[str, str]:
    write_scripts(tmp_path)
    (tmp_path / "nccodsl.toml").write_text(f'host = "{emulator.url}"\nlimit = 50\n')
    return account_environment(tmp_path, NCCODSL_CAMPAIGN_KEY=KEY)


@pytest.fixture
def run(tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("nccodsl.campaign.worker.FOLLOW_EVERY", 0.1)

    def run(*words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = run_here(tmp_path, environment, "campaign", *words)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    return run


@contextmanager
def watching(folder: Path, environment: dict[str, str], *words: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, which must have ended by itself or by Ctrl-C."""
    command = nccodsl_command("campaign", "watch", *words)
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.slow
def test_a_campaign_from_its_start_to_its_end(tmp_path: Path, run: Run, environment: dict[str, str]) -> None:
    campaign(tmp_path, ROWS)
    run("start", "a.toml")
    with watching(tmp_path, environment, "--json") as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        run("work")
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert (first["campaign"], first["state"], first["limit"]) == ("a", "running", 50)
    assert first["recipients"] == {"skipped": 2, "waiting": 3}
    assert first["queue"]["due"] == 3
    assert [(zone["zone"], zone["waiting"]) for zone in first["queue"]["zones"]] == [("America/Los_Angeles", 3)]
    last = json.loads(out.splitlines()[-1])
    assert (last["state"], last["recipients"]) == ("over", {"ended": 3, "skipped": 2})
    assert last["outcomes"] == {"completed": 2, "busy": 1}
    assert 0 < sum(last["starts"]) <= 3, "the second that goes on does not count"
    assert last["reasons"]["skipped: duplicate"] == 1
    assert last["rest_seconds"] is None
    assert {"at", "row", "words"} == set(last["events"][0])
    assert "1415555" not in out


def test_a_campaign_that_is_over(tmp_path: Path, run: Run) -> None:
    campaign(tmp_path, ROWS)
    run("start", "a.toml")
    run("work")
    done = run("watch", "a")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\S+Z  a: over; 3 ended, 2 skipped\n", done.stdout)
    # Where all are over, all are shown.
    assert run("watch").stdout.split()[1:] == done.stdout.split()[1:]


def test_ctrl_c_ends_it(tmp_path: Path, run: Run, environment: dict[str, str]) -> None:
    campaign(tmp_path, ROWS)
    run("start", "a.toml")
    with watching(tmp_path, environment) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "  a: running; 2 skipped, 3 waiting; recipients are due and no call begins" in line
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "")
    assert out == "", "a line is printed only when something has changed"


@pytest.mark.slow
def test_a_table_on_a_terminal(tmp_path: Path, run: Run, environment: dict[str, str]) -> None:
    campaign(tmp_path, ROWS)
    run("start", "a.toml")
    ours, theirs = pty.openpty()
    command = nccodsl_command("campaign", "watch", "a")
    with subprocess.Popen(
        command, cwd=tmp_path, env={**environment, "TERM": "xterm"}, stdout=theirs, stderr=theirs
    ) as one:
        os.close(theirs)
        patience = Timer(60, one.kill)
        patience.start()
        shown, asked = "", False
        with contextlib.suppress(OSError):  # the other side is closed
            while part := os.read(ours, 10_000).decode():
                shown += part
                if not asked and "does a worker run" in shown and shown.count("running") >= 2:
                    asked = True
                    one.send_signal(signal.SIGINT)
        os.close(ours)
        patience.cancel()
        assert one.wait(timeout=30) == 130
    assert "\x1b[2K" in shown, "it was drawn again"
    assert "3 due now, 0 later" in shown
    assert "Traceback" not in shown


def test_wrong_usage(tmp_path: Path, run: Run) -> None:
    assert "no campaign was started" in run("watch", code=2).stderr
    campaign(tmp_path, ROWS)
    run("start", "a.toml")
    assert "there is no campaign `b`; the campaigns are `a`." in run("watch", "b", code=2).stderr
    assert "there is no campaign `b`" in run("watch", "b", "--web", code=2).stderr
    assert "--json cannot be combined with --web" in run("watch", "--web", "--json", code=2).stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        failed = run("watch", "--web", "--port", str(port), code=2).stderr
    assert failed == f"cannot listen on 127.0.0.1:{port}: Address already in use; give another port with `--port`\n"


@contextmanager
def page(folder: Path, environment: dict[str, str], *words: str) -> Iterator[tuple[str, str]]:
    """The origin and the token of a page that is served, until Ctrl-C."""
    with watching(folder, environment, "--web", *words) as process:
        assert process.stdout is not None
        found = re.fullmatch(r"Watch at (\S+)/\?token=(\S+)\n", process.stdout.readline())
        assert found is not None
        yield found[1], found[2]
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=30)
        assert (process.returncode, err.strip()) == (0, "")


@pytest.mark.slow
def test_the_page_lets_no_one_else_in(tmp_path: Path, run: Run, environment: dict[str, str]) -> None:
    campaign(tmp_path, ROWS)
    run("start", "a.toml")
    body = json.dumps({"campaign": "a", "state": "paused"})
    with page(tmp_path, environment) as (origin, token), httpx.Client(base_url=origin, trust_env=False) as client:

        def turn(content: str | bytes = body, **headers: str) -> int:
            return client.post("/turn", content=content, headers=headers).status_code

        for path in ("/", "/page.js", "/page.css", "/now", "/?token=", f"/?token={token[:-1]}", f"/now?token={token}x"):
            refused = client.get(path)
            assert (refused.status_code, "the token is missing or wrong" in refused.text) == (403, True)
            assert "set-cookie" not in refused.headers
        assert turn(origin=origin) == 403
        assert "nccodsl" in client.get(f"/?token={token}").headers["set-cookie"]
        cookie = client.get("/").headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        # With the cookie as well, no page of another origin gets anything, and no name that points here.
        for foreign in ("https://evil.example", "null", "http://localhost:1", origin.replace("http:", "https:")):
            assert turn(origin=foreign) == 403
            assert client.get("/now", headers={"origin": foreign}).status_code == 403
        assert turn() == 403, "a browser names the origin of what changes something"
        assert client.get("/", headers={"host": "evil.example"}).status_code == 403
        assert client.get("/turn").status_code == 405
        assert client.get("/nothing").status_code == 404
        for wrong in ("", "x", "[]", "1", '{"campaign": "a"}', '{"campaign": 1, "state": "paused"}', b"\xff" * 20):
            assert turn(wrong, origin=origin) == 400
        assert turn('{"campaign": "a", "state": "loading"}', origin=origin) == 400
        assert turn(body + " " * 20_000, origin=origin) == 400
        assert turn("[" * 9000, origin=origin) == 400
        assert turn(body.replace('"a"', '"b"'), origin=origin) == 404
        assert "a: running" in run("list").stdout
        assert turn(origin=origin) == 204
        assert "a: paused" in run("list").stdout
        assert turn(body.replace("paused", "stopped"), origin=origin) == 204
        assert turn(origin=origin) == 409


@pytest.mark.slow
def test_the_page_gets_what_happens(tmp_path: Path, run: Run, environment: dict[str, str]) -> None:
    campaign(tmp_path, ROWS)
    run("start", "a.toml")
    with page(tmp_path, environment) as (origin, token), httpx.Client(base_url=origin, trust_env=False) as client:
        policy = client.get(f"/?token={token}").headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
        assert "unsafe" not in policy
        with client.stream("GET", "/now") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            events = (json.loads(line[6:]) for line in answer.iter_lines() if line.startswith("data: "))
            assert next(events)[0]["recipients"] == {"skipped": 2, "waiting": 3}
            worker = subprocess.Popen(nccodsl_command("campaign", "work"), cwd=tmp_path, env=environment)
            seen = next(found for found in events if found[0]["state"] == "over" or worker.poll())
            assert worker.wait(timeout=60) == 0
        assert seen[0]["outcomes"] == {"completed": 2, "busy": 1}
        assert "1415555" not in json.dumps(seen)

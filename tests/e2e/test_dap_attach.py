"""`nccodsl dap` attached to a running `nccodsl serve`: it watches calls, and no call notices."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from nccodsl.io.message_frames import frame
from tests.e2e.dap_client import DapClient, Refused, debugging
from tests.e2e.live_caller import LiveCaller
from tests.e2e.serve_process import ServeProcess, refused_serve

TOKEN = "a-token-for-debuggers"
MENU = """param pin: text private = "4711"
include "parts.call"
include <std/confirm.call>

step main {
  set tries = 1
  talk "Press 1 for sales."
  input dtmf max_digits=1 {
    on "1" -> sales
    otherwise { -> other }
  }
}

step sales {
  talk "Your code?"
  input dtmf max_digits=4 as code
  set known = {{ code.digits == pin }}
  ask confirm(question="Go on?") {
    on yes { talk "Good." }
    otherwise { -> main }
  }
}
"""
LINE = {text.strip(): number for number, text in enumerate(MENU.splitlines(), 1)}
ASKS, SALES = LINE["input dtmf max_digits=1 {"], LINE['talk "Your code?"']
CODE = LINE["input dtmf max_digits=4 as code"]


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (tmp_path / "parts.call").write_text('step other { talk "Other." }\n')
    path = tmp_path / "ivr.call"
    path.write_text(MENU)
    return path


@contextmanager
def serving(script: Path, *more: str, **variables: str) -> Iterator[ServeProcess]:
    with ServeProcess(script.parent, script.name, *more, **{"NCCODSL_ATTACH_TOKEN": TOKEN, **variables}) as server:
        yield server


@pytest.fixture
def server(script: Path) -> Iterator[ServeProcess]:
    with serving(script, "--allow-attach") as server:
        yield server


@pytest.fixture
def client(tmp_path: Path) -> Iterator[DapClient]:
    with debugging(tmp_path, NCCODSL_ATTACH_TOKEN=TOKEN) as client:
        yield client


# ---- what a call does


def test_each_webhook_of_a_call_is_a_stop(server: ServeProcess, client: DapClient, script: Path) -> None:
    client.attach(server.url, script)
    caller = LiveCaller(server, "ivr").call()
    assert client.thread_stopped() == (1, "pause", ASKS)
    frames = client.frames()
    assert [one["name"] for one in frames] == ["step main"]
    assert frames[0]["source"]["path"] == str(script)
    assert client.scope("Names", frames[0]["id"])["tries"] == "1"
    assert client.scope("Call", frames[0]["id"])["leg"] == f'"{caller.leg}"'
    # The call goes on, whatever the debugger looks at.
    caller.press("1")
    caller.press("9")
    client.request("next", threadId=1)
    assert client.thread_stopped() == (1, "step", CODE)
    frame = client.frames()[0]["id"]
    assert client.scope("Visits", frame) == {"main": "1", "sales": "1"}
    assert client.scope("Last answer", frame)["answer"] == '{"digits": "1"}'
    client.request("stepBack", threadId=1)
    assert client.thread_stopped() == (1, "entry", ASKS)
    client.request("continue", threadId=1)
    assert client.thread_stopped() == (1, "pause", CODE)
    client.request("continue", threadId=1)
    _, _, line = client.thread_stopped()
    names = [one["name"] for one in client.frames()]
    assert names[-1] == "step sales"
    assert "confirm" in names[0]
    assert line
    source = client.frames()[0]["source"]
    assert "dialog confirm" in client.request("source", sourceReference=source["sourceReference"])["content"]


def test_the_debugger_runs_on_with_the_call(server: ServeProcess, client: DapClient, script: Path) -> None:
    client.attach(server.url, script)
    caller = LiveCaller(server, "ivr").call()
    client.thread_stopped()
    client.request("continue", threadId=1)
    caller.press("1")
    assert client.thread_stopped() == (1, "pause", CODE)
    client.request("continue", threadId=1)
    caller.hang_up()
    assert client.thread_stopped()[1] == "pause"
    assert "the call is over" in client.output()
    client.request("continue", threadId=1)
    while client.event("thread") != {"reason": "exited", "threadId": 1}:
        pass
    assert client.request("threads")["threads"] == []
    # Then the next call is followed.
    LiveCaller(server, "ivr", 2).call()
    assert client.thread_stopped() == (2, "pause", ASKS)


def test_private_values_never_come(server: ServeProcess, client: DapClient, script: Path) -> None:
    client.attach(server.url, script)
    caller = LiveCaller(server, "ivr").call()
    client.thread_stopped()
    client.request("continue", threadId=1)
    caller.press("1")
    client.thread_stopped()
    client.request("continue", threadId=1)
    caller.press("4711")
    client.thread_stopped()
    frame = client.frames()[0]["id"]
    assert client.scope("Last answer", frame) == {"answer": "(private)"}
    assert client.request("evaluate", expression="pin", frameId=frame)["result"] == "(private)"
    assert client.request("evaluate", expression="'x' ~ known", frameId=frame)["result"] == "(private)"
    assert client.request("evaluate", expression="visits + 1", context="repl")["result"]
    with pytest.raises(Refused, match="no value"):
        client.request("evaluate", expression="nope", frameId=frame)
    feed = "".join(_lines(server.url, 3))
    assert caller.leg in feed
    assert "4711" not in feed


def _lines(url: str, events: int) -> list[str]:
    """The feed, until so many events have come."""
    found = []
    headers = {"authorization": f"Bearer {TOKEN}"}
    with httpx.stream("GET", f"{url}/watch", headers=headers, trust_env=False, timeout=20) as response:
        assert response.status_code == 200
        for line in response.iter_lines():
            found.append(line)
            events -= '"type":"webhook"' in line
            if not events:
                return found
    raise AssertionError(found)


# ---- which calls


def test_a_call_can_be_chosen(server: ServeProcess, client: DapClient, script: Path) -> None:
    first, second = LiveCaller(server, "ivr").call(), LiveCaller(server, "ivr", 2).call()
    second.press("1")
    client.attach(server.url, script, call=f"CON-{second.leg}")
    assert client.thread_stopped() == (1, "pause", CODE)
    assert [one["name"] for one in client.request("threads")["threads"]] == [f"ivr {second.leg[:8]} · step sales"]
    client.request("continue", threadId=1)
    first.press("1")
    second.press("9")
    assert client.thread_stopped()[0] == 1
    assert first.leg[:8] not in client.output()


def test_calls_are_threads_and_a_breakpoint_stops_any(server: ServeProcess, client: DapClient, script: Path) -> None:
    callers = [LiveCaller(server, "ivr", number).call() for number in (1, 2, 3)]
    callers[2].hang_up()
    wanted = {"line": SALES, "condition": "tries == 1 and visits == 1"}
    found = client.attach(server.url, script, wanted, {"line": CODE, "logMessage": "tries {tries}, pin {pin}"})
    assert [one["verified"] for one in found] == [True, True]
    threads = client.request("threads")["threads"]
    assert [one["name"].split()[1] for one in threads] == [caller.leg[:8] for caller in callers[:2]]
    client.request("pause", threadId=1)
    assert client.thread_stopped() == (1, "pause", ASKS)
    callers[1].press("1")
    assert client.thread_stopped() == (2, "breakpoint", CODE)
    assert "tries 1, pin <" in client.output()


def test_another_text_than_the_served_one_shows_no_lines(
    server: ServeProcess, client: DapClient, script: Path, tmp_path: Path
) -> None:
    script.write_text("# new\n" + script.read_text())
    found = client.attach(server.url, script, ASKS + 1)
    assert not found[0]["verified"]
    assert "differs from the one that is served" in found[0]["message"]
    assert client.breakpoints(tmp_path / "other.call", 1)[0]["message"] == "the server serves no script with this file"
    LiveCaller(server, "ivr").call()
    client.thread_stopped()
    frame = client.frames()[0]
    assert "path" not in frame["source"]
    assert "another version" in frame["source"]["name"]
    assert "differs from the one that is served" in client.output()


def test_the_script_may_be_elsewhere(server: ServeProcess, client: DapClient, script: Path, tmp_path: Path) -> None:
    copy = tmp_path / "checkout"
    copy.mkdir()
    for path in (script, tmp_path / "parts.call"):
        (copy / path.name).write_bytes(path.read_bytes())
    script.unlink()
    found = client.attach(server.url, copy / "ivr.call", ASKS, program=str(copy / "ivr.call"))
    assert found[0]["verified"]
    caller = LiveCaller(server, "ivr").call()
    assert client.thread_stopped() == (1, "breakpoint", ASKS)
    assert client.frames()[0]["source"]["path"] == str(copy / "ivr.call")
    client.request("continue", threadId=1)
    caller.press("9")
    client.thread_stopped()
    assert client.frames()[0]["source"]["path"] == str(copy / "parts.call")


# ---- what goes wrong


def test_errors_of_a_call_are_shown(server: ServeProcess, client: DapClient, script: Path) -> None:
    client.attach(server.url, script)
    caller = LiveCaller(server, "ivr").call()
    client.thread_stopped()
    client.request("continue", threadId=1)
    reason = {"uuid": caller.leg, "reason": "Invalid NCCO: talk.text", "conversation_uuid": f"CON-{caller.leg}"}
    assert server.post("ivr/event", reason).status_code == 204
    stop = client.event("stopped")
    assert "E812" in stop["text"]
    assert "E812" in client.output()


@pytest.mark.slow
def test_what_keeps_a_debugger_out(tmp_path: Path, script: Path) -> None:
    with serving(script) as plain, serving(script, "--allow-attach") as server, debugging(tmp_path) as client:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            gone = f"http://127.0.0.1:{closed.getsockname()[1]}"
        wrong = [
            ({"url": server.url, "token": "wrong"}, "the token is wrong"),
            ({"url": server.url}, "`token` is missing"),
            ({"url": server.url, "token": "é"}, "letters and digits"),
            ({"url": plain.url, "token": TOKEN}, "--allow-attach"),
            ({"url": gone, "token": TOKEN}, "there is no server"),
            ({"url": "http://calls.example.com", "token": TOKEN}, "in clear"),
            ({"url": "ftp://x", "token": TOKEN}, "`url` must be"),
            ({"url": "http://[", "token": TOKEN}, "`url` must be"),
            ({"url": 5, "token": TOKEN}, "must be a text"),
            ({"token": TOKEN}, "`url` must be"),
        ]
        for arguments, told in wrong:
            with pytest.raises(Refused) as refused:
                client.request("attach", **arguments)
            assert told in str(refused.value)
            assert TOKEN not in str(refused.value)
        client.request("attach", url=server.url, token=TOKEN)
        with pytest.raises(Refused, match="attached already"):
            client.request("attach", url=server.url, token=TOKEN)
        for command in ("threads", "continue", "scopes", "evaluate", "fly"):
            with pytest.raises(Refused) as refused:
                client.request(command, expression="1")
            assert "internal" not in str(refused.value)
        client.request("configurationDone")
        for command in ("continue", "stackTrace", "scopes", "variables", "source"):
            with pytest.raises(Refused) as refused:
                client.request(command, threadId="x", frameId=10**9, variablesReference=-1)
            assert "internal" not in str(refused.value)
        client.request("disconnect")
        assert client.process.wait(20) == 0


def test_the_end_of_the_server_ends_the_session(script: Path, client: DapClient) -> None:
    with serving(script, "--allow-attach") as server:
        client.attach(server.url, script)
        assert server.stop() == 0
        client.event("terminated")
        assert "the server has stopped" in client.output()


@pytest.mark.slow
def test_a_killed_server_ends_the_session(script: Path, client: DapClient) -> None:
    with serving(script, "--allow-attach") as server:
        client.attach(server.url, script)
        server.kill()
        client.event("terminated")
        assert "the server is gone" in client.output()


def test_a_client_that_leaves_while_calls_go_on_is_no_failure(
    tmp_path: Path, server: ServeProcess, script: Path
) -> None:
    with debugging(tmp_path, NCCODSL_ATTACH_TOKEN=TOKEN) as client:
        client.attach(server.url, script)
        assert client.process.stdout is not None
        client.process.stdout.close()
        for number in range(3):
            LiveCaller(server, "ivr", number).call()
        until_left(server)


def test_a_client_that_ends_its_connection_watches_no_more(server: ServeProcess, script: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "nccodsl", "dap", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            port = int(process.stderr.readline().rpartition(":")[2])
            with socket.create_connection(("127.0.0.1", port)) as client:
                for name, arguments in (("attach", {"url": server.url, "token": TOKEN}), ("configurationDone", {})):
                    client.sendall(frame({"seq": 1, "type": "request", "command": name, "arguments": arguments}))
                assert client.recv(1)
            LiveCaller(server, "ivr").call()
            until_left(server)
        finally:
            process.kill()
        assert "Traceback" not in process.stderr.read()


def until_left(server: ServeProcess) -> None:
    """Wait until nobody watches."""
    until = time.monotonic() + 20
    while "watchers: 0" not in server.log:
        assert time.monotonic() < until, server.log
        time.sleep(0.05)


# ---- who may watch


def test_web_pages_and_proxies_may_not_watch(server: ServeProcess) -> None:
    good = {"authorization": f"Bearer {TOKEN}"}

    def status(headers: dict[str, str], method: str = "GET") -> int:
        with httpx.stream(method, f"{server.url}/watch", headers=headers, trust_env=False) as response:
            assert not any(name.startswith("access-control") for name in response.headers)
            return response.status_code

    assert status(good) == 200
    assert status({}) == 401
    assert status({"authorization": TOKEN}) == 401
    assert status({"authorization": f"Basic {TOKEN}"}) == 401
    assert status({"authorization": f"Bearer {TOKEN}x"}) == 401
    for header in ({"origin": "http://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        assert status(good | header) == 403
    proxied = ({"x-forwarded-for": "10.0.0.1"}, {"forwarded": "for=10.0.0.1"}, {"x-forwarded-proto": "https"})
    for header in ({"host": "evil.example"}, *proxied):
        assert status(good | header) == 403
    assert (
        status({"origin": "http://evil.example", "access-control-request-headers": "authorization"}, "OPTIONS") == 405
    )
    assert status(good, "POST") == 405
    assert status(good, "HEAD") == 200
    assert server.log.count("a debugger watches") == 1, "only `GET` is a watcher"


@pytest.mark.slow
def test_other_machines_may_watch_if_the_server_says_so(script: Path) -> None:
    with serving(script, "--allow-remote-attach") as server:
        headers = {"authorization": f"Bearer {TOKEN}", "host": "calls.example.com", "x-forwarded-for": "10.0.0.1"}
        with httpx.stream("GET", f"{server.url}/watch", headers=headers, trust_env=False) as response:
            assert response.status_code == 200


@pytest.mark.slow
def test_a_token_is_made_and_a_short_one_refused(script: Path) -> None:
    with serving(script, "--allow-attach", NCCODSL_ATTACH_TOKEN="") as server:
        line = (server.greeting() + server._line()).splitlines()[-1]
        token = line.partition("with the token ")[2].rstrip(".")
        headers = {"authorization": f"Bearer {token}"}
        with httpx.stream("GET", f"{server.url}/watch", headers=headers, trust_env=False) as response:
            assert response.status_code == 200
        assert token not in server.log
    code, told = refused_serve(
        script.parent, "ivr.call", "--allow-attach", "--allow-unsigned", NCCODSL_ATTACH_TOKEN="x"
    )
    assert code == 2
    assert "at least 16" in told


@pytest.mark.slow
def test_a_watcher_that_does_not_read_holds_up_nothing(server: ServeProcess) -> None:
    """Its connection fills; calls go on, and it is told how many events it has missed."""
    head = f"GET /watch HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.sendall(head.encode())
        while b"hello" not in slow.recv(4096):
            pass
        for number in range(20):
            caller = LiveCaller(server, "ivr", number).call()
            caller.press("1")
    feed = _lines(server.url, 40)
    assert len(feed) == 41
    numbers = [json.loads(line)["number"] for line in feed[1:]]
    assert numbers == list(range(1, 41))


@pytest.mark.slow
def test_too_many_watchers_are_refused(server: ServeProcess) -> None:
    headers = {"authorization": f"Bearer {TOKEN}"}
    with httpx.Client(trust_env=False, headers=headers) as client:
        open_now = [client.send(client.build_request("GET", f"{server.url}/watch"), stream=True) for _ in range(16)]
        lines = [response.iter_lines() for response in open_now]
        assert all("hello" in next(one) for one in lines)
        assert client.get(f"{server.url}/watch").status_code == 429
        open_now[0].close()
        while client.send(client.build_request("GET", f"{server.url}/watch"), stream=True).status_code == 429:
            pass


@pytest.mark.slow
def test_a_watcher_sees_the_calls_of_all_workers(script: Path, tmp_path: Path) -> None:
    store = f"sqlite:{tmp_path / 'calls.sqlite3'}"
    with serving(script, "--allow-attach", "--workers", "3", "--store", store) as server:
        callers = [LiveCaller(server, "ivr", number) for number in range(12)]
        threads = [threading.Thread(target=caller.call) for caller in callers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for _ in range(4):  # whichever worker it is
            feed = [json.loads(line) for line in _lines(server.url, 12)[1:]]
            assert {event["leg"] for event in feed} == {caller.leg for caller in callers}
            assert [event["number"] for event in feed] == list(range(1, 13))
        assert server.stop(signal.SIGTERM) == 0

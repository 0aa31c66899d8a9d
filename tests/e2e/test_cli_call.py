"""`call`, `calls` and `emulator` as commands, against the emulator and against servers that misbehave."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.personas.persona import read_cast
from tests.e2e.in_process import run_here
from tests.e2e.servers import APPLICATION, hooks, private_key, wait_for

ROOT = Path(__file__).parents[2]
SCRIPT = """\
param number: phone = 14155550101

call {
  to   phone {{ number }}
  from phone 14155550100
  length_timer=1h
}

talk "Hello"
for name in ["Ann", "Bob"] { talk "Hello {{ name }}" }
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "hello.call").write_text(SCRIPT)
    (tmp_path / "loose.call").write_text('talk "Hello"\n')
    (tmp_path / "for-ever.call").write_text('talk "la" loop=0\n')
    (tmp_path / "private.key").write_text(private_key())
    (tmp_path / "private.key").chmod(0o600)
    return tmp_path


@pytest.fixture
def run(here: Path) -> Run:
    def command(*args: str, **more: str) -> subprocess.CompletedProcess[str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("VONAGE_", "NCCODSL_"))}
        environment = {
            **clean,
            "VONAGE_APPLICATION_ID": APPLICATION,
            "VONAGE_PRIVATE_KEY": "private.key",
            "NCCODSL_STATE": str(here / "state"),
            "HOME": str(here),
            **more,
        }
        done = run_here(here, environment, *args)
        assert "Traceback" not in done.stderr
        assert "internal error" not in done.stderr
        assert private_key().splitlines()[5] not in done.stdout + done.stderr, "the key is shown"
        assert not re.search(r"eyJ[\w-]{20,}", done.stdout + done.stderr), "a token is shown"
        return done

    return command


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(
        public_key=private_key(),
        application_id=APPLICATION,
        creations=None,
        speed=20.0,
        cast=read_cast({"stays": "10m"}),
    ) as server:
        yield server


def in_script(lines: str, stderr: str) -> bool:
    return re.search(rf"--> hello\.call:{lines}\b", stderr) is not None


# -- placing ------------------------------------------------------------------------------------------


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


# -- what the API refuses ---------------------------------------------------------------------------------


class Server:
    """A server of one's own making: `answer` gets the whole request, and says what goes back, or None to hang up."""

    def __init__(self, answer: Callable[[bytes], bytes | None]) -> None:
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.requests: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._take, args=(connection,), daemon=True).start()

    def _take(self, connection: socket.socket) -> None:
        with connection:
            request = b""
            while b"\r\n\r\n" not in request or len(request) < self._length(request):
                if not (piece := connection.recv(65536)):
                    return
                request += piece
            self.requests.append(request)
            if (answer := self._answer(request)) is not None:
                connection.sendall(answer)

    @staticmethod
    def _length(request: bytes) -> int:
        head, _, _ = request.partition(b"\r\n\r\n")
        found = re.search(rb"content-length: (\d+)", head, re.I)
        return len(head) + 4 + (int(found[1]) if found else 0)

    def created(self) -> int:
        return sum(request.startswith(b"POST") for request in self.requests)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_error: object) -> None:
        self._socket.close()


def http(status: int, body: bytes | str, kind: str = "application/json", **headers: str) -> bytes:
    data = body if isinstance(body, bytes) else body.encode()
    headers = {"date": formatdate(usegmt=True), **headers}
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return (
        f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {len(data)}\r\nconnection: close\r\n{more}\r\n"
    ).encode() + data


def test_a_refusal_points_at_the_line_that_made_it(run: Run) -> None:
    wrong = [
        {"name": "length_timer", "reason": "too long for you"},
        {"name": "to[0].number", "reason": "not allowed"},
        {"name": "ncco.2.text", "reason": "not polite"},
    ]
    body = json.dumps({"type": 400, "title": "Bad Request", "invalid_parameters": wrong})
    with Server(lambda _: http(400, body)) as server:
        done = run("call", "hello.call", "--host", server.url)
    assert done.returncode == 1
    assert [in_script(line, done.stderr) for line in ("6:16", "4:14", "10:35")] == [True] * 3, done.stderr
    assert "not polite" in done.stderr


@pytest.mark.parametrize(
    ("answer", "code", "exit_code"),
    [
        (http(400, '{"type": "BAD_REQUEST", "error_title": "Bad Request"}'), "E704", 1),
        (http(401, '{"title": "Unauthorized"}', "application/problem+json"), "E705", 1),
        (http(403, '{"title": "Low balance"}', "application/problem+json"), "E704", 1),
        (http(404, ""), "E704", 1),
        (http(404, "<html><title>Not here</title></html>", "text/html"), "E704", 1),
        (http(302, "", location="https://example.com/"), "E7", None),
        (http(500, "oops", "text/plain"), "E707", 3),
        (http(502, "<html>Bad gateway</html>", "text/html"), "E707", 3),
        (http(202, "<html>Sign in to the guest network</html>", "text/html"), "E707", 3),
        (b"", "E707", 3),
        (b"HTTP/1.1 202 X\r\ncontent-length: 100\r\n\r\n{", "E707", 3),
        (b"this is not HTTP\r\n\r\n", "E707", 3),
    ],
)
def test_answers_of_all_kinds(run: Run, answer: bytes, code: str, exit_code: int | None) -> None:
    with Server(lambda _: answer) as server:
        done = run("call", "hello.call", "--host", server.url, "--reference", "a")
        assert f"error[{code}" in done.stderr
        assert exit_code is None or done.returncode == exit_code
        assert server.created() == 1, "it was sent once"
        if exit_code == 3:
            again = run("call", "hello.call", "--host", server.url, "--reference", "a")
            assert (again.returncode, "E709" in again.stderr) == (3, True)
            assert server.created() == 1, "and not again"


def test_a_storm_of_429_is_sat_out(run: Run) -> None:
    answers = iter([http(429, "", retry_after="0"), http(429, "{}", retry_after="0"), http(202, "{}")])
    with Server(lambda _: next(answers)) as server:
        done = run("call", "hello.call", "--host", server.url)
        assert done.returncode == 0, done.stderr
        assert server.created() == 3
    with Server(lambda _: http(429, "", retry_after="0")) as server:
        done = run("call", "hello.call", "--host", server.url)
        assert (done.returncode, "E706" in done.stderr) == (1, True)
        assert server.created() > 1


def test_nobody_listens(run: Run) -> None:
    done = run("call", "hello.call", "--host", "127.0.0.1:9", "--reference", "a")
    assert (done.returncode, "E703" in done.stderr) == (4, True)
    with Emulator(public_key=private_key(), creations=None) as server:
        again = run("call", "hello.call", "--host", server.url, "--reference", "a")
        assert again.returncode == 0, "nothing was sent, so the reference is free"


def test_what_is_unknown_is_settled_by_looking_it_up(run: Run) -> None:
    made: list[dict[str, Any]] = []

    def answer(request: bytes) -> bytes | None:
        if request.startswith(b"POST"):
            # The call is placed, and nobody hears of it.
            to = json.loads(request.partition(b"\r\n\r\n")[2])["to"][0]
            made.append({"uuid": "u-1", "to": to, "direction": "outbound", "status": "ringing"})
            return None
        return http(200, json.dumps({"count": len(made), "_embedded": {"calls": made}}))

    with Server(answer) as server:
        here = ("--host", server.url)
        first = run("call", "hello.call", *here, "--reference", "a")
        assert (first.returncode, "nccodsl calls reconcile" in first.stderr) == (3, True)
        waits = run("calls", "reconcile", *here, "--json")
        assert (waits.returncode, "younger than" in json.loads(waits.stdout)[0]["why"]) == (3, True)
        settled = run("calls", "reconcile", *here, "--grace", "0")
        assert (settled.returncode, "placed" in settled.stdout) == (0, True)
        assert "u-1" in run("calls", "journal").stdout
        assert "was placed before as u-1" in run("call", "hello.call", *here, "--reference", "a").stdout
        assert len(made) == 1
        made.append({**made[0], "uuid": "u-2"})
        run("call", "hello.call", *here, "--reference", "b")
        made.clear()
        absent = run("calls", "reconcile", *here, "--grace", "0")
        assert (absent.returncode, "safe to dial again" in absent.stdout) == (0, True)


def test_a_person_settles_what_cannot_be_looked_up(run: Run) -> None:
    uuid = "63f61863-4a51-4f6b-86e1-46edebcf9356"

    def answer(request: bytes) -> bytes | None:
        if request.startswith(b"POST"):
            return None
        calls = [{"uuid": one, "to": {"number": "14155550101"}, "direction": "outbound"} for one in (uuid, "u-2")]
        return http(200, json.dumps({"count": 2, "_embedded": {"calls": calls}}))

    with Server(answer) as server:
        here = ("--host", server.url)
        assert run("call", "hello.call", *here, "--reference", "a").returncode == 3
        looked = run("calls", "reconcile", *here, "--grace", "0")
        assert (looked.returncode, uuid in looked.stdout, "calls settle" in looked.stdout) == (3, True, True)
        for words, code in (
            (("b", "placed"), "E716"),
            (("a", "absent", "--uuid", uuid), "E717"),
            (("a", "placed", "--uuid", "u"), "E717"),
        ):
            wrong = run("calls", "settle", *words)
            assert (wrong.returncode, code in wrong.stderr) == (2, True), wrong.stderr
        done = run("calls", "settle", "a", "placed", "--uuid", uuid, LOGNAME="ann")
        assert (done.returncode, "settled as placed" in done.stdout) == (0, True), done.stderr
        assert f"as {uuid}, settled by ann at 20" in run("calls", "journal").stdout
        (kept,) = json.loads(run("calls", "journal", "--json").stdout)
        assert (kept["state"], kept["settled_by"], kept["uuid"]) == ("placed", "ann", uuid)
        assert "was placed before" in run("call", "hello.call", *here, "--reference", "a").stdout
        assert server.created() == 1
        assert run("call", "hello.call", *here, "--reference", "b").returncode == 3
        assert run("calls", "settle", "b", "absent").returncode == 0
        assert run("call", "hello.call", *here, "--reference", "b").returncode == 3
        assert server.created() == 3, "what was called absent was dialled again"


def test_the_journal_says_that_nothing_was_sent(run: Run) -> None:
    assert run("call", "hello.call", "--host", "no-such-host.invalid", "--reference", "a").returncode == 4
    told = run("calls", "journal").stdout
    assert "not sent: unreachable" in told
    assert "refused" not in told
    assert json.loads(run("calls", "journal", "--json").stdout)[0]["state"] == "unsent"
    wrong = run("calls", "settle", "a", "absent")
    assert (wrong.returncode, "E717" in wrong.stderr) == (2, True)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to send")
def test_whoever_interrupts_is_told_what_that_means(run: Run, here: Path) -> None:
    over = threading.Event()

    def slow(_request: bytes) -> None:
        over.wait(60)

    with Server(slow) as server:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "VONAGE_APPLICATION_ID": APPLICATION,
            "VONAGE_PRIVATE_KEY": "private.key",
            "NCCODSL_STATE": str(here / "state"),
        }
        line = [sys.executable, "-m", "nccodsl", "call", "hello.call", "--host", server.url, "--reference", "a"]
        with subprocess.Popen(line, cwd=here, env=environment, stderr=subprocess.PIPE, text=True) as process:
            wait_for(server.created, 60)
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=60)
        over.set()
        assert (process.returncode, "E707" in told, "reconcile" in told) == (3, True, True)
        assert "E709" in run("call", "hello.call", "--host", server.url, "--reference", "a").stderr
        assert server.created() == 1


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


# -- calls that run -----------------------------------------------------------------------------------------


def test_calls_are_steered(run: Run, emulator: Emulator, here: Path) -> None:
    emulated = ("--host", emulator.url)
    placed = run(
        "call", "for-ever.call", "--to", "14155550101", "--from", "14155550100", "--api", "v1", "--json", *emulated
    )
    uuid = json.loads(placed.stdout)["uuid"]
    leg = emulator.network.legs[uuid]
    until = time.monotonic() + 10
    while not leg.on_line:
        assert time.monotonic() < until
        time.sleep(0.02)
    (here / "other.call").write_text('param who: text\ntalk "Hello {{ who }}" loop=0\n')
    for words in (
        ("mute", uuid),
        ("unmute", uuid),
        ("earmuff", uuid),
        ("unearmuff", uuid),
        ("talk", uuid, "Attention", "--loop", "0", "--level", "0.5"),
        ("stop-talk", uuid),
        ("stream", uuid, "https://example.com/a.mp3"),
        ("stop-stream", uuid),
        ("dtmf", uuid, "12#"),
        ("transfer", uuid, "other.call", "--var", "who=Ann"),
    ):
        done = run("calls", *words, *emulated)
        assert (done.returncode, uuid in done.stdout) == (0, True), (words, done.stderr)
    assert json.loads(run("calls", "show", uuid, "--json", *emulated).stdout)["status"] == "answered"
    assert uuid in run("calls", "list", "--status", "answered", *emulated).stdout
    assert run("calls", "list", "--since", "2100-01-01T00:00:00Z", *emulated).stdout == "There are no such calls.\n"
    assert run("calls", "hangup", uuid, *emulated).returncode == 0
    assert leg.ended_at is not None
    told = [entry.text for entry in leg.timeline.of("request")]
    assert told[-3:] == ["dtmf 12#", "transfer", "hangup"]
    assert [entry.text for entry in leg.timeline.of("hears")][-1] == "“Hello Ann” again and again"
    for wrong, code in (
        (("mute", "no-such-call"), 1),
        (("transfer", uuid), 2),
        (("dtmf", uuid, "12w"), 2),
        (("list", "--since", "yesterday"), 2),
        (("talk", uuid, ""), 2),
    ):
        assert run("calls", *wrong, *emulated).returncode == code, wrong
    assert "14155550101" in run("calls", "journal").stdout
    assert run("calls", "reconcile", *emulated).returncode == 0


# -- emulated ---------------------------------------------------------------------------------------------


def test_a_call_that_is_emulated(run: Run, here: Path) -> None:
    (here / "p.yaml").write_text('reaction: 0.1\ndoes: [{hears: "hello ann", hang_up: true, interrupt: true}]\n')
    done = run("call", "hello.call", "--emulate", "--persona", "p.yaml", "--json", "--html", "call.html")
    assert done.returncode == 0
    call = json.loads(done.stdout)
    assert (call["outcome"], call["legs"][0]["ended_by"]) == ("completed", "user")
    assert "Hello Ann" in (here / "call.html").read_text()
    assert not (here / "state").exists(), "nothing is written down"
    loose = run("call", "loose.call", "--emulate")
    assert "hears “Hello”" in loose.stdout


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("p.yaml", "does:\n  - heers: x\n    press: 1\n", "did you mean `hears`?"),
        ("p.yaml", "does: [\n", "error[E110]"),
        ("p.json", '{"outcome": "bussy"}', "did you mean busy?"),
        ("p.txt", "x", ".json, .yaml, .toml"),
    ],
)
def test_a_persona_file_that_is_wrong(run: Run, here: Path, name: str, text: str, words: str) -> None:
    (here / name).write_text(text)
    done = run("call", "hello.call", "--emulate", "--persona", name)
    assert done.returncode in (1, 2)
    assert words in done.stderr
    assert not done.stdout


def test_a_persona_that_does_not_exist(run: Run) -> None:
    assert "did you mean `busy`?" in run("call", "hello.call", "--emulate", "--persona", "busi").stderr
    assert "there is no file" in run("call", "hello.call", "--emulate", "--persona", "x.yaml").stderr


def test_options_that_do_not_go_together(run: Run) -> None:
    for words in (("--emulate", "--dry-run"), ("--persona", "busy"), ("--emulate", "--reference", "x")):
        assert run("call", "hello.call", *words).returncode == 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, b"<html></html>", "text/html"), "text/html, not application/json"),
        ((302, b"", "application/json"), "redirects are not followed"),
        ((200, b" " * 10_000_000, "application/json"), "larger than"),
        ((200, b'[{"action": "talk"}]', "application/json"), "`talk` has no `text`"),
    ],
)
def test_an_answer_address_of_no_use(run: Run, here: Path, answer: Any, words: str) -> None:
    with hooks() as server:
        server.answer = lambda _: answer
        (here / "a.call").write_text(
            f'call {{ to phone 14155550101 from phone 14155550100 answer_url="{server.url}/a" }}\n'
        )
        done = run("call", "a.call", "--emulate")
    assert done.returncode == 0
    assert "E712" in done.stdout
    assert words in done.stdout
    assert "hears" not in done.stdout


# -- the server ----------------------------------------------------------------------------------------------


def _started(here: Path, *args: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-m", "nccodsl", "emulator", "--port", "0", "--folder", str(here / "keys"), *args]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=here, env=environment)


def test_the_emulator_says_how_to_talk_to_it(run: Run, here: Path) -> None:
    with _started(here, "--tls", "--speed", "virtual") as process:
        assert process.stdout is not None
        try:
            first = process.stdout.readline()
            url = re.search(r"https://127\.0\.0\.1:\d+", first)
            assert url, first
            exports = dict(process.stdout.readline().strip().removeprefix("export ").split("=") for _ in range(5))
            assert (here / "keys" / "private.key").stat().st_mode & 0o077 == 0
            done = run("call", "hello.call", "--host", url[0], **exports)
            assert done.returncode == 0, done.stderr
            assert process.stdout.readline().startswith("call ")
            assert "ringing" in process.stdout.readline()
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(10) in (0, 130)
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--fault", "lost=0.1"), "did you mean `lose`?"),
        (("--fault", "late=2"), "from 0 to 1"),
        (("--speed", "fast"), "is no speed"),
        (("--event-url", "example.com"), "is no webhook address"),
        (("--public-key", "missing.pem"), "cannot read missing.pem"),
        (("--public-key", "hello.call"), "cannot be read"),
        (("--host", "256.0.0.1"), "cannot listen"),
        (("--persona", "busi"), "did you mean `busy`?"),
    ],
)
def test_what_the_emulator_cannot_be_started_with(here: Path, args: tuple[str, ...], words: str) -> None:
    with _started(here, *args) as process:
        _, told = process.communicate(timeout=20)
    assert process.returncode == 2
    assert words in told
    assert re.search(r"error\[E7\d\d\]", told)

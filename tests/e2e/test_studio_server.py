"""The server of the studio over loopback: who gets in, files, and the language services behind a WebSocket."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from nccodsl.playground.pyodide_files import FILES
from nccodsl.studio.project_files import ProjectFiles
from nccodsl.studio.studio_server import MOST_PAGES, StudioServer
from tests.e2e.calls.placed_calls import nccodsl_command

SCRIPT = 'step main {\n  talk "Hello."\n}\n'


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StudioServer]:
    (tmp_path / "a.call").write_text(SCRIPT, encoding="utf-8")
    server = StudioServer(ProjectFiles(str(tmp_path)), "127.0.0.1", 0)
    assert server.start()
    yield server
    server.stop()


@pytest.fixture
def client(server: StudioServer) -> Iterator[httpx.Client]:
    """A browser that has opened the address once."""
    with httpx.Client(base_url=server.origin) as client:
        assert client.get(server.url).status_code == 200
        yield client


def session(server: StudioServer, **headers: str) -> ClientConnection:
    address = server.origin.replace("http", "ws")
    return connect(f"{address}/session?token={server.token}", additional_headers=headers, proxy=None)


class Page:
    """The page's side of a session."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._last = 0

    def ask(self, method: str, **params: Any) -> Any:
        self._last += 1
        self._socket.send(json.dumps({"jsonrpc": "2.0", "id": self._last, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=30))
            if answer.get("id") == self._last:
                return answer["result"]

    def tell(self, method: str, **params: Any) -> None:
        self._socket.send(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}))


def test_only_who_has_the_token_gets_in(server: StudioServer) -> None:
    with httpx.Client(base_url=server.origin) as stranger:
        for path in ("/", "/files", "/files/a.call", "/static/studio.js", "/phone.html"):
            answer = stranger.get(path)
            assert (answer.status_code, "open the address" in answer.text) == (403, True)
        assert stranger.get("/files", params={"token": "wrong"}).status_code == 403
    with pytest.raises(InvalidStatus):
        connect(f"{server.origin.replace('http', 'ws')}/session", origin=server.origin, proxy=None)  # type: ignore[arg-type]


def test_pages_of_other_origins_get_nothing(server: StudioServer, client: httpx.Client) -> None:
    assert client.get("/files", headers={"origin": "https://evil.example"}).status_code == 403
    assert client.get("/files", headers={"host": "evil.example"}).status_code == 403
    body = {"text": "x", "known": None}
    assert client.put("/files/b.call", json=body).status_code == 403  # it names no origin
    assert client.put("/files/b.call", json=body, headers={"origin": "null"}).status_code == 403
    for headers in ({"Origin": "https://evil.example"}, {}):
        with pytest.raises(InvalidStatus) as refused:
            session(server, **headers)
        assert refused.value.response.status_code == 403


def test_pages_may_load_nothing_else(client: httpx.Client) -> None:
    page = client.get("/")
    policy = page.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([\w-]+)'", policy)
    assert nonce is not None
    assert f'data-nonce="{nonce[1]}"' in page.text
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert client.get("/").headers["content-security-policy"] != policy
    framed = client.get("/phone.html").headers["content-security-policy"]
    assert ("nonce" in framed, "frame-ancestors 'self'" in framed) == (False, True)
    assert [client.get(path).status_code for path in ("/page/none", "/static/../app.py", "/static/x.js", "/x")] == [
        404
    ] * 4
    assert "MIT License" in client.get("/static/studio.LICENSES.md").text


def test_files_are_listed_read_and_saved(server: StudioServer, client: httpx.Client, tmp_path: Path) -> None:
    own = {"origin": server.origin}
    listed = {"project": tmp_path.name, "root": f"{tmp_path.as_uri()}/", "files": ["a.call"], "live": False}
    assert client.get("/files").json() == listed
    found = client.get("/files/a.call").json()
    assert (found["text"], found["uri"]) == (SCRIPT, (tmp_path / "a.call").as_uri())
    saved = client.put("/files/a.call", json={"text": 'talk "Bye."\n', "known": found["hash"]}, headers=own)
    assert (tmp_path / "a.call").read_text(encoding="utf-8") == 'talk "Bye."\n'
    assert saved.json()["hash"] != found["hash"]
    stale = client.put("/files/a.call", json={"text": "x", "known": found["hash"]}, headers=own)
    assert (stale.status_code, stale.text) == (409, "a.call has changed on disk\n")
    assert client.get("/files/none.call").status_code == 404
    assert client.get("/files/..%2Fa.call").status_code == 400
    for body in (b"", b"{}", b'{"text": 5, "known": null}', b'{"text": "", "known": 5}', b"[" * 9_000_000):
        assert client.put("/files/a.call", content=body, headers=own).status_code == 400


def test_the_language_services_answer(server: StudioServer, tmp_path: Path) -> None:
    uri = (tmp_path / "a.call").as_uri()
    with session(server, Origin=server.origin) as socket:
        page = Page(socket)
        assert page.ask("initialize", capabilities={})["serverInfo"]["name"] == "nccodsl"
        page.tell("initialized")
        document = {"uri": uri, "languageId": "call", "version": 0, "text": SCRIPT + "talk lop=2 \U0001f600\n"}
        page.tell("textDocument/didOpen", textDocument=document)
        pulled = page.ask("textDocument/diagnostic", textDocument={"uri": uri})
        assert pulled["items"]
        page.tell("textDocument/didChange", textDocument={"uri": uri, "version": 1}, contentChanges=[{"text": SCRIPT}])
        assert page.ask("textDocument/diagnostic", textDocument={"uri": uri})["items"] == []
        made = page.ask("nccodsl/documents", textDocument={"uri": uri})
        assert [one["location"]["uri"] for one in made["nccos"][0]["actions"]] == [uri]
        changed = page.ask("nccodsl/changes", textDocument={"uri": uri}, saved=SCRIPT.replace("Hello", "Hi"))
        assert changed["changes"][0]["line"] == 2


def test_so_many_pages_and_no_more(server: StudioServer) -> None:
    with ExitStack() as stack:
        for _ in range(MOST_PAGES):
            assert Page(stack.enter_context(session(server, Origin=server.origin))).ask("initialize", capabilities={})
        with pytest.raises((ConnectionClosed, InvalidStatus)), session(server, Origin=server.origin) as more:
            more.recv(timeout=10)
    # Who has gone makes room.
    with session(server, Origin=server.origin) as again:
        assert Page(again).ask("initialize", capabilities={})


def test_frames_that_are_no_messages_end_nothing_else(server: StudioServer, client: httpx.Client) -> None:
    for frame in ("", "{", "[]", '{"jsonrpc": "2.0", "method": 5}', b"\xff\x00"):
        with session(server, Origin=server.origin) as socket:
            socket.send(frame)
    with session(server, Origin=server.origin) as socket:
        assert Page(socket).ask("initialize", capabilities={})
    assert client.get("/files").status_code == 200


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "a.call").write_text(SCRIPT, encoding="utf-8")
    command = nccodsl_command("studio", "--port", "0", "--no-browser")
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        address = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", running.stdout.readline())
        assert address is not None
        assert httpx.get(address[0]).status_code == 200
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 0


def test_the_command_builds_a_site(tmp_path: Path) -> None:
    """With other files in place of Pyodide: they are only copied where there is no Node."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "menu.call").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "pyodide").mkdir()
    for name in FILES:
        (tmp_path / "pyodide" / name).write_text('{"info": {"python": "3.14.2"}}', encoding="utf-8")
    command = nccodsl_command("studio", "shop", "--build", "site", "--pyodide", "pyodide")
    for _ in range(2):
        done = subprocess.run(
            command, cwd=tmp_path, env={"PATH": ""}, capture_output=True, text=True, timeout=120, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert re.match(r"Built site: \d+\.\d MB, with 1 files? of scripts\.", done.stdout)
    assert "menu.call" in (tmp_path / "site" / "scripts.json").read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pyodide", "shop", "site"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("none",), "none does not exist"),
        (("--port", "x"), "Invalid value"),
        (("--pyodide", "x"), "--pyodide needs --build"),
        (("--build", "site", "--attach", "http://127.0.0.1:1"), "--attach does not go with --build"),
        (("none", "--build", "site"), "none does not exist"),
        (("--build", "taken", "--pyodide", "none"), "taken has files that are not of an earlier build, such as mine"),
        (("--build", "site", "--pyodide", "none"), "E819"),
    ],
)
def test_what_cannot_be_done(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine").touch()
    done = subprocess.run(nccodsl_command("studio", *words), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, told in done.stderr) == (2, True)


def test_texts_and_names_that_no_disk_takes_are_refused_in_words(server: StudioServer, client: httpx.Client) -> None:
    own = {"origin": server.origin}
    lone = client.put("/files/a.call", content=b'{"text": "\\ud800", "known": null}', headers=own)
    assert (lone.status_code, "no file can hold" in lone.text) == (400, True)
    for path in (f"/files/{'a' * 300}.call", f"/files/{'a' * 300}/b.call"):
        assert client.get(path).status_code == 404
        assert client.put(path, json={"text": "", "known": None}, headers=own).status_code in (400, 404, 507)


def test_a_session_that_ends_closes_its_socket(server: StudioServer) -> None:
    with session(server, Origin=server.origin) as socket:
        page = Page(socket)
        assert page.ask("initialize", capabilities={})
        page.tell("exit")
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=20)


def test_what_a_page_asked_before_it_left_is_not_answered(server: StudioServer, tmp_path: Path) -> None:
    uri = (tmp_path / "a.call").as_uri()
    steps = "".join(
        f'step s{number} {{ input dtmf max_digits=1 {{ on "1" -> s{(number + 1) % 99} on "2" -> s{(number * 7) % 99} otherwise {{ hangup }} }} }}\n'
        for number in range(99)
    )
    with session(server, Origin=server.origin) as socket:
        page = Page(socket)
        assert page.ask("initialize", capabilities={})
        document = {"uri": uri, "languageId": "call", "version": 0, "text": steps}
        page.tell("textDocument/didOpen", textDocument=document)
        for number in range(400):
            ask = {"textDocument": {"uri": uri}, "saved": steps.replace("max_digits=1", "max_digits=2")}
            socket.send(json.dumps({"jsonrpc": "2.0", "id": f"x{number}", "method": "nccodsl/changes", "params": ask}))
    until = time.monotonic() + 30
    while any(thread.name == "page" for thread in threading.enumerate()):
        assert time.monotonic() < until, "it still works for a page that has gone"
        time.sleep(0.05)

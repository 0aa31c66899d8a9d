"""Values of secrets: where they come from, what is refused at the start, and that nothing a run leaves behind has them."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest

import nccodsl
from nccodsl.base.source import Span
from nccodsl.cli.given import GivenValues
from nccodsl.cli.serve import ServeOptions, serve
from nccodsl.lowering.compiled import Compiled
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.web_requests import Fetched, Request, SecretName
from nccodsl.server.fetch import Fetcher
from nccodsl.server.log import StreamLog
from nccodsl.server.recorder import HistoryFile, Recorder
from nccodsl.server.refusals import BadSecret, ServeError
from nccodsl.server.secret_values import LARGEST_SECRET, SecretValues
from nccodsl.server.server import Server
from nccodsl.server.signatures import Signatures
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.stores.sqlite_store import SqliteStore
from nccodsl.server.sync import Served
from tests.e2e.sending_server import adding
from tests.e2e.servers import Hooks, hooks, wait_for
from tests.unit.server.handle_drive import LEG, MENU
from tests.unit.server.test_deliveries import answer_webhook, sent

URL = "https://calls.example.com/ivr"
VALUE = "s3cr3t-v4lue-of-crm"


def declaring(*names: str, text: str = MENU) -> Any:
    """A script that declares secrets."""
    flow = nccodsl.load(text)
    flow.program.__dict__["secrets"] = dict.fromkeys(names, Span(0, 0))
    return flow


def found(*names: str, **where: Any) -> dict[str, str]:
    values = SecretValues(where.get("given"), where.get("folder"), where.get("environment", {}))
    values.need((declaring(*names),))
    return dict(values)


def test_where_values_come_from(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_text(f"file of {name}\n")
    environment = {f"NCCODSL_SECRET_{name}": f"variable of {name}" for name in ("ONE", "TWO", "THREE", "FOUR_4")}
    values = found("one", "two", "three", "four_4", given={"one": "given"}, folder=tmp_path, environment=environment)
    assert values == {
        "one": "given",
        "two": "file of two",
        "three": "variable of THREE",
        "four_4": "variable of FOUR_4",
    }


def test_the_environment_is_that_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NCCODSL_SECRET_CRM_TOKEN", VALUE)
    values = SecretValues()
    values.need((declaring("crm_token"),))
    assert values["crm_token"] == VALUE
    assert "other" not in values


@pytest.mark.parametrize(
    ("content", "value"), [(b"a b", "a b"), (b"a\n", "a"), (b"a\r\n", "a"), ("é ü\n".encode(), "é ü"), (b" a ", " a ")]
)
def test_one_line_end_of_a_file_is_removed(tmp_path: Path, content: bytes, value: str) -> None:
    (tmp_path / "token").write_bytes(content)
    assert found("token", folder=tmp_path) == {"token": value}


@pytest.mark.parametrize(
    "value", ["a\nb", "a\n", "\r", "a\x00", "a\tb", "\x7f", "a\x85b", "a\u2028b", "a\udcff", "x" * (LARGEST_SECRET + 1)]
)
def test_values_that_cannot_be_sent(value: str) -> None:
    with pytest.raises(BadSecret, match="`token`") as caught:
        found("token", given={"token": value})
    assert caught.value.code == "E816"
    assert caught.value.help
    assert value.strip() == "" or value not in "".join(traceback.format_exception(caught.value))


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "two_lines").write_text("a\n\n")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    (tmp_path / "folder").mkdir()
    for name in ("two_lines", "bytes", "folder"):
        with pytest.raises(BadSecret, match=f"`{name}`"):
            found(name, folder=tmp_path)


def test_all_that_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(BadSecret) as caught:
        found("one", "empty", "three", given={"three": ""}, folder=tmp_path, environment={"NCCODSL_SECRET_ONE": ""})
    assert str(caught.value) == "the secrets `one`, `empty`, `three` have no values"
    assert caught.value.help == (
        "set `NCCODSL_SECRET_ONE`, `NCCODSL_SECRET_EMPTY`, `NCCODSL_SECRET_THREE`, or put files of these names into a "
        "folder and pass `--secrets DIR`"
    )
    with pytest.raises(BadSecret, match="the secret `one` has no value"):
        found("one")


def served_by(kind: str, flow: Compiled, secrets: dict[str, str] | None) -> object:
    if kind == "asgi":
        return flow.asgi(URL, allow_unsigned=True, secrets=secrets)  # type: ignore[attr-defined]
    if kind == "Served":
        return Served(flow, URL, secrets=secrets)
    scripts = [("ivr", Runnable(flow, URL))]
    with Server(lambda _: scripts, MemoryStore(), Signatures(allow_unsigned=True), secrets=secrets) as server:
        return server


@pytest.mark.parametrize("kind", ["asgi", "Served", "Server"])
def test_nothing_is_served_without_its_secrets(kind: str) -> None:
    for secrets in (None, {}, {"crm_token": ""}, {"crm_token": "a\nb"}):
        with pytest.raises(ServeError) as caught:
            served_by(kind, declaring("crm_token"), secrets)
        assert caught.value.code == "E816"
    served_by(kind, declaring("crm_token"), {"crm_token": VALUE})


def test_a_script_that_is_taken_up_later_needs_its_secrets_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        scripts = [("ivr", Runnable(declaring(), URL))]
        server = Server(lambda _: scripts, MemoryStore(), Signatures(allow_unsigned=True))
        try:
            with pytest.raises(BadSecret):
                await server.replace("ivr", Runnable(declaring("crm_token"), URL))
            assert server.site.scripts["ivr"] is scripts[0][1]
            monkeypatch.setenv("NCCODSL_SECRET_CRM_TOKEN", VALUE)
            await server.replace("ivr", Runnable(declaring("crm_token"), URL))
        finally:
            server._host.close()

    asyncio.run(run())


def test_serve_does_not_start_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "menu.call").write_text(MENU)
    monkeypatch.setattr("nccodsl.cli.served_scripts.load_flow", lambda _: declaring("crm_token", "other"))
    options = ServeOptions(
        files=(str(tmp_path / "menu.call"),),
        base_url=None,
        host="127.0.0.1",
        port=0,
        store="memory:",
        secrets=(),
        allow_unsigned=True,
        secrets_folder=str(tmp_path),
        forward_events=None,
        allow_link_local=False,
        workers=1,
        reload=False,
        allow_attach=False,
        allow_remote_attach=False,
        record=None,
        limit=None,
        log_json=False,
        values=GivenValues({}, None),
    )
    (tmp_path / "other").write_text(VALUE)
    assert serve(options) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert "E816" in told
    assert "the secret `crm_token` has no value" in told
    assert "NCCODSL_SECRET_CRM_TOKEN" in told
    assert "--secrets DIR" in told
    assert VALUE not in told


@pytest.mark.parametrize("allowed", [False, True])
def test_link_local_addresses_are_for_all_requests_of_a_server(allowed: bool) -> None:
    server = Server(
        lambda _: [("ivr", Runnable(declaring(), URL))],
        MemoryStore(),
        Signatures(allow_unsigned=True),
        allow_link_local=allowed,
    )
    server._host.close()
    assert server._deliveries is not None
    assert server._fetcher._client._allow_link_local is allowed
    assert server._deliveries._client._allow_link_local is allowed


def test_a_secret_of_an_older_script_is_found(tmp_path: Path) -> None:
    (tmp_path / "old").write_text(VALUE)
    (tmp_path / "broken").write_text("a\nb")
    values = SecretValues(folder=tmp_path, environment={})
    assert values["old"] == VALUE
    assert "broken" not in values
    assert "unknown" not in values


# ---- nothing that a run leaves behind has the value


@pytest.fixture
def receiver() -> Iterator[Hooks]:
    with hooks() as made:
        yield made


ASKS = """
step main {
  fetch "%s/customers" as customer { on error { talk "No customer." } }
  talk "Hello."
  fetch "%s/other" as other
  talk "Unreachable."
}
"""


def test_what_a_run_leaves_behind(
    receiver: Hooks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Fetches and sends with a secret, some of which fail: log, metrics, history, files and answers are searched."""
    headers = (("authorization", ("Bearer ", SecretName("crm_token"))),)
    fetch = Fetcher.fetch

    async def with_secret(self: Fetcher, request: Request, timeout: float) -> Any:
        return await fetch(self, request._replace(headers=headers), timeout)

    def sends(script: Runnable, webhook: Any) -> Any:
        handling = adding(receiver.url)(script, webhook)
        result = None
        try:
            while True:
                operation = handling.send(result)
                if hasattr(operation, "sends"):
                    more = tuple(one._replace(headers=headers) for one in operation.sends)
                    operation = operation._replace(sends=(*more, sent("http://127.0.0.1:1/", "lost")))
                result = yield operation
        except StopIteration as done:
            return done.value

    monkeypatch.setattr(Fetcher, "fetch", with_secret)
    monkeypatch.setattr("nccodsl.server.driver.handle", sends)
    stream = StringIO()
    log = StreamLog(stream, as_json=True)
    flow = declaring("crm_token", text=ASKS % (receiver.url, "http://127.0.0.1:1"))
    values = SecretValues({"crm_token": VALUE})
    recorder = Recorder(HistoryFile(str(tmp_path / "history.jsonl")), log)
    seen: list[str] = []
    with Server(
        lambda url: [("ivr", Runnable(flow, f"{url}/ivr"))],
        SqliteStore(tmp_path / "s.sqlite3"),
        Signatures(allow_unsigned=True),
        log=log,
        observer=recorder,
        secrets=values,
    ) as server:
        for leg in ("leg-1", "leg-2"):
            reply = httpx.post(f"{server.local}/ivr/answer", json={**LEG, **answer_webhook(leg)}, trust_env=False)
            seen.append(reply.text)
        wait_for(lambda: stream.getvalue().count('"delivery"') >= 3)
        seen.append(httpx.get(f"{server.local}/metrics", trust_env=False).text)
        seen += [repr(server), repr(values), str(values), repr(vars(server)), repr(flow), repr(server.site.scripts)]
    recorder.close()
    assert all(one.headers["authorization"] == f"Bearer {VALUE}" for one in receiver.received)
    assert {one.path for one in receiver.received} >= {"/customers", "/leg-1"}
    seen += [stream.getvalue(), caplog.text]
    assert '"delivery"' in stream.getvalue()
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) >= 2
    assert not any(VALUE in text for text in seen)
    assert not any(VALUE.encode() in file.read_bytes() for file in files)


def test_no_exception_has_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong inside is told without it, and so is its traceback."""
    headers = (("authorization", ("Bearer ", SecretName("crm_token"))),)
    values = SecretValues({"crm_token": VALUE})
    values.need((declaring("crm_token"),))

    async def ask() -> Fetched:
        fetcher = Fetcher(values)
        monkeypatch.setattr("httpcore.AsyncConnectionPool.stream", _broken)
        return (await fetcher.fetch(Request("https://crm.example/", headers=headers), 2.0)).fetched

    def _broken(*_: object, headers: object, **__: object) -> None:
        raise RuntimeError(f"headers are {headers!r}")

    fetched = asyncio.run(ask())
    assert fetched.outcome == "error"
    assert VALUE not in json.dumps(fetched)

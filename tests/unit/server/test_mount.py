"""A flow in other people's applications answers byte for byte as `serve` does."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

import nccodsl
from nccodsl.emulator.http.sender import Secret, sign
from nccodsl.io.uvicorn_host import UvicornHost
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.webhook import ROUTES
from nccodsl.server.refusals import CannotServe, NobodySigns
from nccodsl.server.server import Server
from nccodsl.server.signatures import Signatures
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.sync import Served
from tests.e2e.servers import in_thread
from tests.unit.server.handle_drive import SECRET as TAGS, tagged

URL = "https://calls.example.com/voice/ivr"
SECRET = "the signature secret of the account"
FLOW = nccodsl.load(
    """
param name: text = "you"
step main {
  talk "Hello {{ name }}, é. Press 1." barge_in=true
  input dtmf max_digits=1 {
    on "1" -> one
    retry 1 "Once more."
    otherwise -> main
  }
}
step one { talk "One." connect phone 14155550123 from=14155550100 { on busy -> main } }
"""
)
LEG = {"uuid": "leg-1", "conversation_uuid": "CON-1", "from": "14155550101", "to": "14155550100"}
REQUESTS: list[tuple[str, str, Any]] = [
    ("GET", "answer?name=Ann&uuid=leg-1&conversation_uuid=CON-1&from=14155550101&to=14155550100", None),
    ("POST", "answer", LEG),
    ("POST", f"input?{tagged('main')}", {**LEG, "dtmf": {"digits": "", "timed_out": True}}),
    ("POST", f"input?{tagged('main', 1)}", {**LEG, "dtmf": {"digits": "1", "timed_out": False}}),
    (
        "POST",
        f"connect?{tagged('one', 2, route='connect')}",
        {"uuid": "leg-2", "conversation_uuid": "CON-1", "status": "busy"},
    ),
    ("POST", "event", {**LEG, "status": "completed"}),
    ("POST", "fallback", {**LEG, "reason": "x", "original_request": {"url": f"{URL}/answer", "type": "a"}}),
    ("POST", "input", b"["),
    ("POST", "nowhere", {}),
    ("PUT", "answer", LEG),
    ("POST", "answer", b'"' + b"x" * 70_000 + b'"'),
]


@contextmanager
def _uvicorn(app: Any) -> Iterator[str]:
    host = UvicornHost("127.0.0.1", 0)
    try:
        assert host.start(app, "mounted")
        yield host.url
    finally:
        host.stop()
        host.join()


def _app() -> Any:
    return FLOW.asgi(URL, store=MemoryStore(secret=TAGS), signature_secrets=[SECRET])


@contextmanager
def served() -> Iterator[str]:
    with Server(
        lambda _: [("ivr", Runnable(FLOW, URL))], MemoryStore(secret=TAGS), Signatures([SECRET]), base_url=URL
    ) as server:
        yield f"{server.local}/ivr"


@contextmanager
def alone() -> Iterator[str]:
    with _uvicorn(_app()) as url:
        yield url


@contextmanager
def in_starlette() -> Iterator[str]:
    from starlette.applications import Starlette
    from starlette.routing import Mount

    with _uvicorn(Starlette(routes=[Mount("/a", routes=[Mount("/b", app=_app())])])) as url:
        yield url + "/a/b"


@contextmanager
def in_fastapi() -> Iterator[str]:
    fastapi = pytest.importorskip("fastapi", reason="FastAPI is in the `test` extra")
    app = fastapi.FastAPI()
    app.mount("/voice/ivr", _app())
    with _uvicorn(app) as url:
        yield url + "/voice/ivr"


@contextmanager
def in_django() -> Iterator[str]:
    pytest.importorskip("django", reason="Django is in the `test` extra")
    from django.conf import settings
    from django.core.asgi import get_asgi_application

    if not settings.configured:
        settings.configure(ROOT_URLCONF="django.contrib.auth.urls", SECRET_KEY="x", ALLOWED_HOSTS=["*"])
    django, flow = get_asgi_application(), _app()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return
        await (flow if scope["path"].startswith("/voice/") else django)(scope, receive, send)

    with _uvicorn(application) as url:
        yield url + "/voice/ivr"


@contextmanager
def in_django_views() -> Iterator[str]:
    """Without ASGI: a view, under WSGI."""
    pytest.importorskip("django", reason="Django is in the `test` extra")
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    from django.conf import settings

    if not settings.configured:
        settings.configure(ROOT_URLCONF="django.contrib.auth.urls", SECRET_KEY="x", ALLOWED_HOSTS=["*"])
    from django.core.handlers.wsgi import WSGIHandler
    from django.http import HttpResponse
    from django.test import override_settings
    from django.urls import path

    flow = Served(FLOW, URL, store=MemoryStore(secret=TAGS), signature_secrets=[SECRET])

    def view(request: Any, route: str) -> Any:
        query = request.META["QUERY_STRING"]
        answer = flow.respond(request.method, route, query, request.headers.get("authorization"), request.body)
        response = HttpResponse(answer.body, status=answer.status)
        del response["content-type"]
        for name, value in answer.headers:
            response[name.decode()] = value.decode()
        return response

    class Urls:
        urlpatterns = [path("ivr/<route>", view)]  # noqa: RUF012

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_args: object) -> None:
            pass

    with override_settings(ROOT_URLCONF=Urls, MIDDLEWARE=[]):
        server = make_server("127.0.0.1", 0, WSGIHandler(), handler_class=Quiet)
        with in_thread(server) as url:
            yield url + "/ivr"


@contextmanager
def by_hand() -> Iterator[str]:
    flow = Served(FLOW, URL, store=MemoryStore(secret=TAGS), signature_secrets=[SECRET])

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            path, _, query = self.path.partition("?")
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            route = path.rpartition("/")[2]
            answer = flow.respond(self.command, route, query, self.headers.get("authorization"), body)
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name.decode(), value.decode())
            if answer.status != 204:
                self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = _take

        def log_message(self, *_args: object) -> None:
            pass

    with in_thread(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        yield url + "/x/y"


def conversation(url: str) -> list[tuple[int, bytes, str | None]]:
    """What is answered to a call's webhooks, and to some that are none."""
    found = []
    with httpx.Client(trust_env=False) as client:
        for method, path, payload in REQUESTS:
            body = b"" if payload is None else payload if isinstance(payload, bytes) else json.dumps(payload).encode()
            request = client.build_request(method, f"{url}/{path}", content=body or None)
            hashed = body if method != "GET" else json.dumps(dict(request.url.params), separators=(",", ":")).encode()
            for header in (None, f"Bearer {sign(Secret('another'), hashed)}", f"Bearer {sign(Secret(SECRET), hashed)}"):
                headers = {"authorization": header} if header else {}
                response = client.request(method, f"{url}/{path}", content=body or None, headers=headers)
                found.append((response.status_code, response.content, response.headers.get("content-type")))
    return found


PLACES: dict[str, Callable[[], Any]] = {
    "alone": alone,
    "Starlette": in_starlette,
    "FastAPI": in_fastapi,
    "Django": in_django,
    "a view of Django": in_django_views,
    "http.server": by_hand,
}


@pytest.fixture(scope="module")
def expected() -> list[tuple[int, bytes, str | None]]:
    with served() as url:
        return conversation(url)


def test_what_serve_answers(expected: list[tuple[int, bytes, str | None]]) -> None:
    signed = expected[2::3]
    assert [status for status, _, _ in signed] == [200, 200, 200, 200, 200, 204, 200, 400, 404, 405, 413]
    assert [status for status, _, _ in expected[0:21:3]] == [503] * 7
    assert [status for status, _, _ in expected[1:21:3]] == [401] * 7
    assert b"Hello Ann, \xc3\xa9." in signed[0][1]
    assert signed[0] == signed[1]
    assert b"Once more" in signed[2][1]
    assert b"One." in signed[3][1]
    assert {kind for status, _, kind in expected if status == 200} == {"application/json"}
    assert {body for status, body, _ in expected if status != 200} == {b""}


@pytest.mark.parametrize("name", PLACES)
def test_the_same_everywhere(name: str, expected: list[tuple[int, bytes, str | None]]) -> None:
    with PLACES[name]() as url:
        assert [answer[:2] for answer in conversation(url)] == [answer[:2] for answer in expected]


def test_with_a_framework_that_checks_by_itself() -> None:
    store = MemoryStore()
    reply = FLOW.answer("name=Ann", json.dumps(LEG).encode(), flow_url=URL, store=store)
    assert (reply.status, reply.moved) == (200, True)
    assert FLOW.answer("", LEG, flow_url=URL, store=store).body == reply.body
    assert FLOW.event("", {**LEG, "status": "completed"}, flow_url=URL, store=store).ended
    assert FLOW.answer("", b"[", flow_url=URL, store=store).status == 400
    assert FLOW.answer("", "{}", flow_url=URL, store=store).status == 400
    # Without a store, it has one of its own.
    assert FLOW.answer("uuid=leg-9", flow_url=URL, name="Bob").moved
    again = FLOW.answer(LEG | {"uuid": "leg-9"}, flow_url=URL, name="Bob")
    assert not again.moved
    assert b"Bob" in again.body


def test_any_route_by_hand() -> None:
    flow = Served(FLOW, URL, store=MemoryStore(secret=TAGS), values={"name": "Eve"})
    assert b"Eve" in flow.answer({}, LEG).body
    pressed = {**LEG, "dtmf": {"digits": "1", "timed_out": False}}
    assert b"One." in flow.handle("input", tagged("main"), pressed).body
    assert flow.handle("nowhere").status == 404
    assert set(ROUTES) >= {"answer", "event"}
    with pytest.raises(NobodySigns):
        flow.respond("POST", "answer", body=b"{}")
    flow.close()
    assert Served(FLOW, URL, allow_unsigned=True).respond("POST", "answer", body=json.dumps(LEG).encode()).status == 200


def test_who_mounts_must_say_how_to_check() -> None:
    with pytest.raises(NobodySigns):
        FLOW.asgi(URL)
    with pytest.raises(CannotServe):
        FLOW.asgi("calls.example.com", allow_unsigned=True)


def _messages(*messages: dict[str, Any]) -> tuple[Any, list[dict[str, Any]], Any]:
    waiting, sent = list(messages), []

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.sleep(3600)
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    return receive, sent, send


def _scope(**more: Any) -> dict[str, Any]:
    return {"type": "http", "method": "POST", "path": "/answer", "headers": [], "query_string": b"", **more}


def test_bodies_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    app = FLOW.asgi(URL, allow_unsigned=True)
    data = json.dumps(LEG).encode()
    pieces = [{"type": "http.request", "body": data[n : n + 10], "more_body": True} for n in range(0, len(data), 10)]
    receive, sent, send = _messages(*pieces, {"type": "http.request"})
    asyncio.run(app(_scope(), receive, send))
    assert sent[0]["status"] == 200
    # One that grows without end is not read to its end.
    receive, sent, send = _messages(*[{"type": "http.request", "body": b"x" * 50_000, "more_body": True}] * 3)
    asyncio.run(app(_scope(), receive, send))
    assert sent[0]["status"] == 413
    # Nor is one that is announced to be large.
    receive, sent, send = _messages()
    asyncio.run(app(_scope(headers=[(b"content-length", b"70000")]), receive, send))
    assert sent[0]["status"] == 413
    # Who leaves gets no answer.
    for first in ([], pieces[:1]):
        receive, sent, send = _messages(*first, {"type": "http.disconnect"})
        asyncio.run(app(_scope(), receive, send))
        assert sent == []
    monkeypatch.setattr("nccodsl.server.asgi.READING", 0.01)
    for first in (pieces[:1], []):
        receive, sent, send = _messages(*first)
        asyncio.run(app(_scope(), receive, send))
        assert sent[0]["status"] == 408


def test_other_protocols() -> None:
    app = FLOW.asgi(URL, allow_unsigned=True)
    receive, sent, send = _messages({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})
    asyncio.run(app({"type": "lifespan"}, receive, send))
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    receive, sent, send = _messages({"type": "websocket.connect"})
    asyncio.run(app({"type": "websocket", "path": "/answer"}, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1000}]


def test_the_hash_is_that_of_the_body() -> None:
    body = json.dumps(LEG).encode()
    assert hashlib.sha256(body).hexdigest() in _claims(sign(Secret(SECRET), body)).values()
    assert abs(_claims(sign(Secret(SECRET), body))["iat"] - time.time()) < 60


def _claims(token: str) -> dict[str, Any]:
    import jwt

    claims: dict[str, Any] = jwt.decode(token, SECRET, algorithms=["HS256"])
    return claims

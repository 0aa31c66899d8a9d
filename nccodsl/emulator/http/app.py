"""The API's own paths over an emulated network, and the emulator's own below `/emulator`."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nccodsl.base.strict_json import DuplicateKey, read_strict_json
from nccodsl.emulator.bad_input import BadPersona, BadRequest, NoSuchLeg
from nccodsl.emulator.core import control
from nccodsl.emulator.core.document_errors import errors_of_call
from nccodsl.emulator.core.faults import Faults
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.network import Network
from nccodsl.emulator.core.payloads import call_object
from nccodsl.emulator.core.sound_files import transcription_of
from nccodsl.emulator.emulate import emulated
from nccodsl.emulator.http.authorization import Gate, Limit
from nccodsl.emulator.http.call_list import page
from nccodsl.emulator.http.call_page import page_answer, sound_answer
from nccodsl.emulator.http.pace import ClockDriver
from nccodsl.emulator.http.recording_answer import recording_answer
from nccodsl.emulator.http.responses import answer, empty, invalid, problem
from nccodsl.emulator.personas.persona import read_cast
from nccodsl.io.request_body import BodyTooLarge, body_of
from nccodsl.voice.catalogue import catalogue

LARGEST_BODY = 1_000_000
Handler = Callable[[Request], Awaitable[Response]]
Control = Callable[[Network, Leg, Any], None]
_MESSAGES = {"talk": "Talk", "stream": "Stream"}


class ApiFront:
    """Answers requests; everything that it changes it changes on the network."""

    def __init__(
        self,
        network: Network,
        driver: ClockDriver,
        gate: Gate,
        faults: Faults,
        requests: Limit | None = None,
        list_lag: float = 0.0,
    ) -> None:
        self._network = network
        self._driver = driver
        self._gate = gate
        self._faults = faults
        self._requests = requests or Limit(None)
        self._list_lag = list_lag

    def app(self) -> Starlette:
        """The ASGI application."""

        @asynccontextmanager
        async def lifespan(_app: Starlette) -> AsyncIterator[None]:
            self._driver.start()
            yield
            await self._driver.stop()

        api = "/v1/calls"
        one = api + "/{uuid}"
        routes = [
            Route(api, self._guarded(self._create_v1, creates=True), methods=["POST"]),
            Route("/v2/calls", self._guarded(self._create_v2, creates=True), methods=["POST"]),
            Route(one, self._guarded(self._show), methods=["GET"]),
            Route(one, self._controlled(control.steer, lambda _: empty(204)), methods=["PUT"]),
            Route(api, self._guarded(self._list), methods=["GET"]),
            *self._playing(one, "talk", control.start_talk),
            *self._playing(one, "stream", control.start_stream),
            Route(f"{one}/dtmf", self._controlled(control.send_keys, _said("DTMF sent")), methods=["PUT"]),
            Route(f"{one}/input/dtmf", self._controlled(control.subscribe_keys, lambda _: empty(200)), methods=["PUT"]),
            Route(
                f"{one}/input/dtmf",
                self._controlled(lambda n, leg, _: control.unsubscribe_keys(n, leg), lambda _: empty(200)),
                methods=["DELETE"],
            ),
            Route("/v1/files/{uuid}", self._guarded(self._file), methods=["GET"]),
            Route("/v1/files/{uuid}/transcription", self._guarded(self._transcription), methods=["GET"]),
            Route("/emulator/inbound", self._own(self._inbound), methods=["POST"]),
            Route("/emulator/personas", self._own(self._personas), methods=["PUT"]),
            Route("/emulator/starts", self._own(self._starts), methods=["GET"]),
            Route("/emulator/calls", self._own(self._calls), methods=["GET"]),
            # Paths with an ending are narrower.
            Route("/emulator/calls/{uuid}.html", self._own(self._page), methods=["GET"]),
            Route("/emulator/calls/{uuid}.mp3", self._own(self._sound), methods=["GET"]),
            Route("/emulator/calls/{uuid}", self._own(self._timeline), methods=["GET"]),
        ]
        return Starlette(routes=routes, lifespan=lifespan, exception_handlers={404: _no_path, 405: _no_method})

    # -- what every request goes through --------------------------------------------------------

    def _guarded(self, handle: Handler, *, creates: bool = False) -> Handler:
        """Let in who has a token and does not ask too often."""

        def takes() -> bool:
            return self._network.starts.takes("create") if creates else self._requests.takes()

        async def guarded(request: Request) -> Response:
            if refusal := self._gate.refusal(request.headers.get("authorization")):
                return problem(
                    401, "unauthorized", "Unauthorized", f"You did not provide correct credentials: {refusal}."
                )
            if not takes():
                return problem(429, "throttled", "Too Many Requests", "You are sending requests faster than allowed.")
            if self._faults.shares:
                await asyncio.sleep(self._faults.slow())
                if self._faults.fails():
                    return problem(503, "unavailable", "Service Unavailable", "The service is unavailable.")
            try:
                return await handle(request)
            except BadRequest as reason:
                return invalid(str(reason), reason.parameters)
            except NoSuchLeg as reason:
                return problem(404, "not-found", "Not Found", str(reason))

        return guarded

    def _controlled(self, act: Control, done: Callable[[Leg], Response]) -> Handler:
        """A request that steers one leg."""

        async def controlled(request: Request) -> Response:
            leg = self._leg(request)
            body = await _json(request) if request.method != "DELETE" else None
            self._driver.catch_up()
            act(self._network, leg, body)
            self._driver.advance()
            return done(leg)

        return self._guarded(controlled)

    def _playing(self, one: str, kind: str, start: Control) -> list[Route]:
        def stop(network: Network, leg: Leg, _body: Any) -> None:
            control.stop_playing(network, leg, kind)

        name = _MESSAGES[kind]
        return [
            Route(f"{one}/{kind}", self._controlled(start, _said(f"{name} started")), methods=["PUT"]),
            Route(f"{one}/{kind}", self._controlled(stop, _said(f"{name} stopped")), methods=["DELETE"]),
        ]

    def _own(self, handle: Handler) -> Handler:
        """A path of the emulator's own, which wants no token."""

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except (BadRequest, BadPersona) as reason:
                return answer({"code": reason.code, "detail": str(reason), "help": reason.help}, 400)
            except NoSuchLeg as reason:
                return answer({"code": reason.code, "detail": str(reason)}, 404)

        return handled

    # -- the API --------------------------------------------------------------------------------

    async def _create_v1(self, request: Request) -> Response:
        return await self._create(request, "v1")

    async def _create_v2(self, request: Request) -> Response:
        return await self._create(request, "v2")

    async def _create(self, request: Request, api: str) -> Response:
        body = await _json(request)
        errors = errors_of_call(body, api, legacy=self._network.legacy)
        if errors:
            listed = [(".".join(map(str, found.path)) or "body", found.message) for found in errors[:20]]
            raise BadRequest("the body is invalid", listed)
        self._driver.catch_up()
        leg = self._network.place(body)
        self._driver.advance()
        if self._faults.loses_answer():
            await asyncio.sleep(3600)
        if api == "v2":
            return answer({}, 202)
        created = {
            "uuid": leg.uuid,
            "status": "started",
            "direction": "outbound",
            "conversation_uuid": leg.conversation.uuid,
        }
        return answer(created, 201)

    async def _list(self, request: Request) -> Response:
        self._driver.catch_up()
        network = self._network
        legs = list(network.legs.values())
        shown = legs[: bisect_right(legs, network.clock.now - self._list_lag, key=lambda leg: leg.created_at)]
        return answer(page(shown, request.query_params, network.epoch, network.base_url))

    async def _show(self, request: Request) -> Response:
        self._driver.catch_up()
        return answer(call_object(self._leg(request), self._network.epoch))

    async def _file(self, request: Request) -> Response:
        file = self._network.files.get(request.path_params["uuid"])
        if file is None:
            raise NoSuchLeg("the file does not exist")
        return await recording_answer(file, self._network.application.recorded)

    async def _transcription(self, request: Request) -> Response:
        file = self._network.files.get(request.path_params["uuid"])
        if file is None:
            raise NoSuchLeg("the transcription does not exist")
        return answer(transcription_of(file))

    # -- the emulator's own ---------------------------------------------------------------------

    async def _inbound(self, request: Request) -> Response:
        body = await _json(request)
        kind = body.get("type", "phone") if isinstance(body, dict) else ""
        spec = catalogue().endpoints["connect"].get(kind) if isinstance(kind, str) else None
        if spec is None:
            known = ", ".join(catalogue().endpoints["connect"])
            raise BadRequest("the type is not supported", [("type", f"must be one of {known}")])
        sides = [body.get(side) for side in ("from", "to")]
        if not all(isinstance(side, str) and side for side in sides):
            raise BadRequest("`from` or `to` is missing", [("from, to", 'are texts, as in {"from": "…", "to": "…"}')])
        member = {"phone": "number", "app": "user", "vbc": "extension"}.get(kind, "uri")
        self._driver.catch_up()
        leg = self._network.inbound({"type": kind, member: sides[0]}, str(sides[1]))
        self._driver.advance()
        return answer({"uuid": leg.uuid, "conversation_uuid": leg.conversation.uuid}, 201)

    async def _personas(self, request: Request) -> Response:
        self._network.cast = read_cast(await _json(request))
        return empty(204)

    async def _calls(self, _request: Request) -> Response:
        self._driver.catch_up()
        listed = [
            {
                "uuid": leg.uuid,
                "endpoint": leg.endpoint_name,
                "direction": leg.direction,
                "status": leg.status,
            }
            for leg in self._network.legs.values()
            if leg.parent is None
        ]
        return answer({"calls": listed})

    async def _starts(self, _request: Request) -> Response:
        starts = self._network.starts
        seen = [{"at": one.at, "kind": one.kind, "accepted": one.accepted} for one in starts.seen]
        return answer({"limit": starts.most, "starts": seen})

    async def _timeline(self, request: Request) -> Response:
        self._driver.catch_up()
        return answer(emulated(self._network, self._leg(request)).to_json())

    async def _page(self, request: Request) -> Response:
        self._driver.catch_up()
        return await page_answer(emulated(self._network, self._leg(request)), self._network.application.recorded)

    async def _sound(self, request: Request) -> Response:
        self._driver.catch_up()
        leg = self._leg(request)
        return await sound_answer(emulated(self._network, leg), leg.name, self._network.application.recorded)

    def _leg(self, request: Request) -> Leg:
        leg = self._network.legs.get(request.path_params["uuid"])
        if leg is None:
            raise NoSuchLeg("the call does not exist in this region")
        return leg


def _said(message: str) -> Callable[[Leg], Response]:
    return lambda leg: answer({"message": message, "uuid": leg.uuid})


async def _json(request: Request) -> Any:
    """The body. Raises BadRequest where it is too large or no JSON."""
    try:
        return read_strict_json(await body_of(request, LARGEST_BODY))
    except BodyTooLarge:
        wrong = [("body", f"must be smaller than {LARGEST_BODY:,} bytes")]
        raise BadRequest("the body is too large", wrong) from None
    except DuplicateKey as error:
        raise BadRequest(str(error), [("body", f"must be JSON without a key given twice: {error}")]) from None
    except ValueError:
        raise BadRequest("the body is not JSON", [("body", "must be JSON")]) from None


async def _no_path(_request: Request, _error: Exception) -> Response:
    return problem(404, "not-found", "Not Found", "Nothing is served at this path.")


async def _no_method(_request: Request, _error: Exception) -> Response:
    return problem(405, "method-not-allowed", "Method Not Allowed", "This path does not accept this method.")

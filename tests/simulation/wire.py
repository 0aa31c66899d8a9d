"""The network between the platform and the servers: where webhooks are late, lost, doubled, reordered and crossed.

An address is what stood in an NCCO, or in the settings of the application: it is sent as it is and never read.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.mail import OutgoingWebhook, WebhookReply
from nccodsl.emulator.core.processes import Signal
from nccodsl.server.front import HttpAnswer, WebhookRequest
from tests.simulation.servers import SECRET, Server

if TYPE_CHECKING:
    from tests.simulation.world import World

TAGS = find_spec("nccodsl.runtime.tags") is not None
CROSSED = ("input", "connect", "resume") if TAGS else ("input",)
"""Routes at which a body that is signed for another call changes nothing."""
REPLAYED = ("input", "connect", "resume") if TAGS else ()
"""Routes at which a body that is signed for an earlier question of the same call changes nothing."""
QUICK = (0.005, 0.08)
LATE = (0.5, 14.0)
GHOST = (2.0, 200.0)
SLOW = (0.5, 14.0)
_HEADER = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=")


class Letter:
    """One attempt at a webhook: what is sent, and who waits for it. `old` where its signature may be too old."""

    def __init__(
        self, hook: OutgoingWebhook, address: str, request: WebhookRequest, waited: Signal | None, *, what: str
    ) -> None:
        self.hook = hook
        self.route = urlsplit(address).path.rpartition("/")[2]
        self.request = request
        self.waited = waited
        self.what = what
        self.server: Server | None = None
        self.arrived = 0.0
        self.accepted = False
        self.old = what in ("ghost", "behind")

    @property
    def leg(self) -> Leg:
        """The first leg of the call that it is about."""
        leg = self.hook.leg
        while leg.parent is not None:
            leg = leg.parent
        return leg

    @property
    def told(self) -> str:
        """In few words; of its address what every version of it has had."""
        query = dict(parse_qsl(self.request.query.decode()))
        at = " ".join(f"{name}={query[name]}" for name in ("at", "n") if name in query)
        payload = self.hook.payload
        more = payload.get("status") or payload.get("dtmf") or payload.get("speech") or payload.get("reason") or ""
        shown = " ".join(part for part in (at, str(more)) if part)
        return f"{self.what} {self.route} {shown}".rstrip() + f" of {self.hook.leg.name}"


class Wire:
    """Takes webhooks to servers, and answers back."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._waiting: dict[Letter, None] = {}
        self._sent = 0
        self._asked: dict[str, dict[Leg, Letter]] = {}

    def send(self, hook: OutgoingWebhook) -> Signal:
        """The transport of the network."""
        world = self.world
        chance, plan = world.chance, world.plan
        answered = Signal()
        request = self._signed(hook, world.wall)
        first = Letter(hook, hook.url, request, answered, what="webhook")
        waits = bool(hook.wants)
        if not waits and plan.happens("behind"):
            # It is on its way for longer than those after it.
            first.what, first.waited, first.old = "behind", None, True
            self._deliver(first, chance.uniform(*LATE))
            answered.fire(WebhookReply(204))
            return answered
        world.clock.after(hook.timeout).then(lambda _: answered.fire(WebhookReply(failure="no answer in time")))
        if plan.happens("lost"):
            world.trace("wire", f"{first.told} is lost")
        else:
            late = plan.happens("late")
            self._deliver(first, chance.uniform(*(LATE if late else QUICK)))
        if plan.happens("twice"):
            # At once, so that two servers have it at the same time, or a little later.
            seconds = chance.uniform(*QUICK) * chance.choice((1, 1, 20))
            self._deliver(Letter(hook, hook.url, request, answered, what="twin"), seconds)
        if plan.happens("ghost"):
            self._deliver(Letter(hook, hook.url, request, None, what="ghost"), chance.uniform(*GHOST))
        if waits:
            self._forge(first)
        return answered

    def _forge(self, letter: Letter) -> None:
        """What is signed for one question is sent to another one: of another call, or a later one of the same."""
        # Where states may have expired, a body for a first question begins a call of its own.
        if self.world.plan.wild:
            return
        asked = self._asked.setdefault(letter.route, {})
        before = asked.get(letter.leg)
        asked[letter.leg] = letter
        # Where nothing has been heard of either of two calls, nobody can say whose a body is.
        known = self.world.records.knows
        others = [to for leg, to in asked.items() if leg is not letter.leg and (known(leg) or known(letter.leg))]
        if others and letter.route in CROSSED and self.world.plan.happens("crossed"):
            self._misdirect(letter, self.world.chance.choice(others), "crossed")
        # One that was never accepted proves nothing of the question that it was signed for.
        if before is not None and before.accepted and letter.route in REPLAYED and self.world.plan.happens("replayed"):
            self._misdirect(before, letter, "replayed")

    def _misdirect(self, letter: Letter, to: Letter, what: str) -> None:
        if letter.hook.url != to.hook.url:
            request = letter.request._replace(query=urlsplit(to.hook.url).query.encode())
            self._deliver(Letter(letter.hook, to.hook.url, request, None, what=what), self.world.chance.uniform(*QUICK))

    def _deliver(self, letter: Letter, seconds: float) -> None:
        self._waiting[letter] = None
        self.world.clock.after(seconds).then(lambda _: self._arrives(letter))

    def _arrives(self, letter: Letter) -> None:
        world = self.world
        servers = [server for server in world.servers if server.answers]
        if not servers:
            world.plan.done["refused"] += 1
            world.trace("wire", f"{letter.told}: nobody listens")
            world.clock.after(world.chance.choice((0.01, 1.0))).then(lambda _: self._failed(letter, "no connection"))
            return
        server = letter.server = world.chance.choice(servers)
        world.trace("wire", f"{letter.told} comes to {server.name}")
        letter.arrived = world.clock.now
        server.take(letter.route, letter.request, letter, lambda answer: self._answered(letter, answer))

    def _answered(self, letter: Letter, answer: HttpAnswer) -> None:
        """A server has answered: the answer travels."""
        world = self.world
        server = letter.server
        assert server is not None
        letter.accepted = answer.status == 200
        world.judge.answered(letter, answer)
        world.trace(server.name, f"answers {letter.told} with {answer.status}, {len(answer.body)} bytes")
        if world.plan.happens("kill"):
            server.kill()
            return
        if world.plan.happens("lost-answer"):
            world.trace("wire", f"the answer to {letter.told} is lost")
            world.clock.after(0.01).then(lambda _: self._failed(letter, "connection reset"))
            return
        slow = world.plan.happens("slow-answer")
        content_type = next((value.decode() for name, value in answer.headers if name == b"content-type"), "")
        reply = WebhookReply(answer.status, answer.body, content_type)
        world.clock.after(world.chance.uniform(*(SLOW if slow else QUICK))).then(lambda _: self._brings(letter, reply))

    def _brings(self, letter: Letter, reply: WebhookReply) -> None:
        if letter in self._waiting:
            del self._waiting[letter]
            if letter.waited is not None:
                letter.waited.fire(reply)

    def _failed(self, letter: Letter, why: str) -> None:
        self._brings(letter, WebhookReply(failure=why))

    def broken(self, server: Server) -> None:
        """A server is gone: so are its connections."""
        for letter in [letter for letter in self._waiting if letter.server is server]:
            self.world.clock.after(0.005).then(lambda _, letter=letter: self._failed(letter, "connection reset"))

    def _signed(self, hook: OutgoingWebhook, now: float) -> WebhookRequest:
        """A webhook as the platform sends it."""
        query = urlsplit(hook.url).query
        if hook.method == "GET":
            more = {name: _in_query(value) for name, value in hook.payload.items() if value is not None}
            query = urlencode([*parse_qsl(query, keep_blank_values=True), *more.items()])
            hashed = json.dumps(dict(parse_qsl(query, keep_blank_values=True)), separators=(",", ":")).encode()
            body = b""
        else:
            body = hashed = json.dumps(hook.payload, separators=(",", ":")).encode()
        self._sent += 1
        digest = hashlib.sha256(hashed).hexdigest()
        claims = {"iss": "Vonage", "iat": int(now), "jti": f"{self._sent}", "payload_hash": digest}
        text = _HEADER + b"." + base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
        signature = base64.urlsafe_b64encode(hmac.digest(SECRET.encode(), text, "sha256")).rstrip(b"=")
        return WebhookRequest(hook.method, query.encode(), f"Bearer {(text + b'.' + signature).decode()}", body)


def _in_query(value: object) -> str:
    return json.dumps(value) if isinstance(value, dict | list) else str(value)

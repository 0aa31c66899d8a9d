"""A caller of a running `nccodsl serve`: the webhooks that the platform would send, one after the other."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.e2e.serve_process import ServeProcess


class LiveCaller:
    """A call. `number` tells one from another."""

    def __init__(self, server: ServeProcess, flow: str, number: int = 1) -> None:
        self._server = server
        self._flow = flow
        self.leg = f"{number:08d}-bbbb-4ccc-8ddd-eeeeeeeeeeee"
        self._about = {"uuid": self.leg, "conversation_uuid": f"CON-{self.leg}"}
        self._ncco: list[dict[str, object]] = []

    def call(self) -> LiveCaller:
        """Call in."""
        webhook = {**self._about, "from": "14155550199", "to": "14155550100", "direction": "inbound"}
        self._take(f"{self._flow}/answer", webhook)
        return self

    def press(self, digits: str) -> None:
        """Answer the question that the call asks."""
        self._input({"dtmf": {"digits": digits, "timed_out": False}})

    def say(self, text: str) -> None:
        self._input({"speech": {"results": [{"text": text, "confidence": "0.9"}]}})

    def hang_up(self) -> None:
        response = self._server.post(f"{self._flow}/event", {**self._about, "status": "completed"})
        assert response.status_code == 204, response

    def _input(self, given: dict[str, object]) -> None:
        asks = next(action for action in self._ncco if action["action"] == "input")
        urls = asks["eventUrl"]
        assert isinstance(urls, list)
        self._take(urlsplit(urls[0])._replace(scheme="", netloc="").geturl().lstrip("/"), {**self._about, **given})

    def _take(self, path: str, webhook: dict[str, object]) -> None:
        response = self._server.post(path, webhook)
        assert response.status_code == 200, response
        self._ncco = response.json()

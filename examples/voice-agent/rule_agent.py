"""An agent with three rules and no AI: it takes turns, lets itself be interrupted, and hands over to a person.

It greets. When the caller has finished speaking, it answers. When the caller speaks while it does, it stops at once.
When the caller presses 0, it says so with `notify`, and closes the WebSocket: then the script goes on.

Its voice is a row of tones. Put your speech recognition and your speech synthesis in the place of `answer_to`.
Run it with `pip install websockets` and `python rule_agent.py`.
"""

import array
import asyncio
import json
import math
import sys

from websockets.asyncio.server import ServerConnection, serve

FRAME = 0.02  # seconds
LOUD = 500  # of 32,768: what is louder is speech
FINISHED = 0.4  # seconds of silence after which the caller has finished


class Call:
    """One call. The rate of the audio comes with the first message."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket
        self.rate = 16_000
        self.speaks_until = 0.0
        self.heard = self.silent = 0.0

    async def run(self) -> None:
        async for message in self.socket:
            if isinstance(message, bytes):
                await self.hear(message)
            else:
                await self.read(json.loads(message))

    async def read(self, event: dict) -> None:
        match event["event"]:
            case "websocket:connected":
                self.rate = int(event["content-type"].partition("rate=")[2])
                await self.say(tones(2.0, self.rate))
            case "websocket:dtmf" if event["digit"] == "0":
                await self.stop()
                # Answered when all that was sent before has been played.
                await self.socket.send(json.dumps({"action": "notify", "payload": {"reason": "key 0"}}))
            case "websocket:notify":
                await self.socket.close()

    async def hear(self, frame: bytes) -> None:
        samples = array.array("h", frame)
        if max(map(abs, samples), default=0) > LOUD:
            self.heard, self.silent = self.heard + FRAME, 0.0
            if self.heard > 0.1 and self.speaks_until > now():
                await self.stop()
            return
        self.silent += FRAME
        if self.heard > 0.1 and self.silent >= FINISHED:
            self.heard = 0.0
            await self.say(self.answer_to())

    def answer_to(self) -> bytes:
        return tones(1.5, self.rate)

    async def say(self, audio: bytes) -> None:
        """Send it all at once: the platform plays it in real time."""
        size = int(self.rate * FRAME) * 2
        for start in range(0, len(audio), size):
            await self.socket.send(audio[start : start + size])
        self.speaks_until = max(self.speaks_until, now()) + len(audio) / 2 / self.rate

    async def stop(self) -> None:
        """What is not played yet is never played."""
        await self.socket.send(json.dumps({"action": "clear"}))
        self.speaks_until = 0.0


def tones(seconds: float, rate: int) -> bytes:
    """Tones that go up, a fifth of a second each."""
    hertz = (220 + 40 * int(5 * sample / rate) for sample in range(int(seconds * rate)))
    wave = (int(8000 * math.sin(2 * math.pi * tone * at / rate)) for at, tone in enumerate(hertz))
    return array.array("h", wave).tobytes()


def now() -> float:
    return asyncio.get_running_loop().time()


async def main(port: int) -> None:
    async with serve(lambda socket: Call(socket).run(), "127.0.0.1", port) as server:
        print(f"listening at ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/voice", flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8080))
    except OSError as error:
        sys.exit(f"{error.strerror}: give another port, such as `python {sys.argv[0]} 8081`")
    except KeyboardInterrupt:
        pass

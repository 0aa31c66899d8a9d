"""An agent that says what it hears: the smallest program that a call can talk to.

Run it with `pip install websockets` and `python echo_agent.py`.
"""

import asyncio
import json
import sys

from websockets.asyncio.server import ServerConnection, serve


async def talk(call: ServerConnection) -> None:
    """One call. Text messages are JSON: the first says what is to come. Audio is in frames of 20 ms."""
    async for message in call:
        if isinstance(message, str):
            print(json.loads(message), flush=True)
        else:
            await call.send(message)


async def main(port: int) -> None:
    async with serve(talk, "127.0.0.1", port) as server:
        print(f"listening at ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/voice", flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8080))
    except OSError as error:
        sys.exit(f"{error.strerror}: give another port, such as `python {sys.argv[0]} 8081`")
    except KeyboardInterrupt:
        pass

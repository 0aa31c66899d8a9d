"""Every branch of every example over real HTTP: the tests of the examples, which take all of them, become callers.

What a test did in virtual time is done by a persona here: the emulated platform on one port, `nccodsl serve` on another,
and the shop's own server, which fetches and notifies go to, on a third. Once with one server and a file, and once with two
servers, a PostgreSQL database and a balancer: each webhook comes to the other server, and servers are killed in between.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from fnmatch import fnmatchcase
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

import nccodsl
from nccodsl.base.phone import OURS, SOMEBODY
from nccodsl.emulator.core.application import Application
from nccodsl.emulator.core.timeline import Timeline
from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.http.sender import Secret
from nccodsl.emulator.personas.persona import Act, Cast, Persona, Rule
from nccodsl.rehearsal.run_tests import ScriptTestOutcome, run_test
from nccodsl.rehearsal.scripted import Script
from nccodsl.rehearsal.stage import URL
from nccodsl.runtime.runnable import Runnable
from tests.e2e.serve_process import SECRET, ServeProcess
from tests.e2e.server_pair import ServerPair
from tests.e2e.servers import APPLICATION, JSON, Answer, Hooks, hooks, private_key, wait_for
from tests.postgres import schema_in

ROOT = Path(__file__).parents[2]
EXAMPLES = {
    path.parent.name: path
    for path in sorted((ROOT / "examples").glob("*/script.call"))
    # The clock of a server is that of the day: what reads it is tested in virtual time alone.
    if nccodsl.load(path).program.tests and not nccodsl.load(path).reads_clock
}
SECRETS = {
    f"NCCODSL_SECRET_{name.upper()}": "a token"
    for path in EXAMPLES.values()
    for name in nccodsl.load(path).program.secrets
}
SHOP = "https://{}.example.com"
FAULTS = {"late": 0.4, "duplicate": 0.5, "reorder": 0.5}


def rewritten(script: str, shop: str) -> str:
    """A script whose shops are at another address."""
    for name in ("crm", "shop", "clinic"):
        script = script.replace(SHOP.format(name), shop)
    return script


def does(timeline: Timeline, leg: str) -> Iterator[Rule]:
    """What somebody does each time that they have heard something; mostly nothing."""
    heard, acts = "", []
    for entry in sorted(timeline.entries, key=lambda entry: entry.at):
        if entry.leg != leg:
            continue
        if entry.kind == "hears" and entry.data.get("text"):
            if heard:
                yield Rule(tuple(acts) or (Act("wait", 0.0),), hears=heard)
            heard, acts = entry.data["text"], []
        elif entry.kind == "presses":
            acts.append(Act("press", entry.data["keys"]))
        elif entry.kind == "says" and entry.data.get("text") and heard:
            acts.append(Act("say", entry.data["text"]))
    if acts:
        yield Rule(tuple(acts), hears=heard)


def cast_of(outcome: ScriptTestOutcome) -> Cast:
    """Everybody of a call, as they were in the test."""
    assert outcome.stage is not None
    assert outcome.call is not None
    personas = []
    for leg in outcome.stage.network.legs.values():
        persona = leg.callee.persona
        first = leg is outcome.stage.leg
        rules = tuple(does(outcome.call.timeline, leg.name)) if first and not persona.machine else ()
        stays = 86_400.0 if first else persona.stays
        shown = {field: getattr(persona, field) for field in persona._fields}
        personas.append(Persona(**{**shown, "of": (leg.name,), "does": rules, "stays": stays}))
    return Cast(tuple(personas))


def words(timeline: Timeline, leg: str) -> list[str]:
    """All that the flow says to somebody."""
    return [str(entry.data["text"]) for entry in timeline.of("hears", leg) if entry.data.get("sound") == "talk"]


class Example:
    """An example with the shop that it talks to, and the calls that its tests have made."""

    def __init__(self, name: str, folder: Path, shop: Hooks) -> None:
        self.name = name
        self.shop = shop
        self.path = folder / name / "script.call"
        shutil.copytree(EXAMPLES[name].parent, self.path.parent)
        self.path.write_text(
            rewritten(EXAMPLES[name].read_text(encoding="utf-8"), f"{shop.url}/{name}"), encoding="utf-8"
        )
        self.flow = nccodsl.load(self.path)
        script = Runnable(self.flow, URL)
        self.calls = [run_test(self.flow, script, case) for case in self.flow.program.tests]
        assert [call.failure for call in self.calls] == [None] * len(self.calls)

    @property
    def threads(self) -> int:
        """How many of its calls may be held at once: what is fetched has another answer in another test."""
        return 1 if "fetch " in self.path.read_text(encoding="utf-8") else 4


def replies(call: ScriptTestOutcome) -> dict[str, Answer]:
    """What the shop says to the fetches of a test, by the pattern of their path."""
    assert call.stage is not None
    script = call.stage.network.cast
    assert isinstance(script, Script)
    leg = call.stage.leg.uuid
    found: dict[str, Answer] = {}
    for line, following in zip_longest(script.lines, script.lines[1:]):
        if line.name != "fetched":
            continue
        path = urlsplit(str(line.value)).path.replace(leg, "*")
        if line.verb.reply is None:
            status = str(following.value or 500)
            found[path] = (int(status) if status.isdigit() else 500, b"", JSON)
        else:
            found[path] = (200, json.dumps(line.reply).encode(), JSON)
    return found


def answer_of(known: dict[str, Answer], path: str) -> Answer:
    """What the shop says to a request; a `send` gets an empty answer."""
    return next((answer for pattern, answer in known.items() if fnmatchcase(path, pattern)), (200, b"", JSON))


class ServedExamples(NamedTuple):
    """Where all examples are served, and where their calls are kept."""

    server: ServeProcess | ServerPair
    store: str
    examples: dict[str, Example]


@pytest.fixture(scope="module")
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedExamples]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "private.key").write_text(private_key(), encoding="utf-8")
    (folder / "private.key").chmod(0o600)
    with ExitStack() as stack:
        shop = stack.enter_context(hooks())
        examples = {name: Example(name, folder, shop) for name in EXAMPLES}
        paths = [example.path for example in examples.values()]
        server: ServeProcess | ServerPair
        if request.param == "postgres":
            store = stack.enter_context(schema_in(request.getfixturevalue("postgres")))
            server = stack.enter_context(ServerPair(folder, *paths, "--store", store, **SECRETS))
        else:
            store = f"sqlite:{folder / 'calls.db'}"
            server = stack.enter_context(ServeProcess(folder, *paths, "--store", store, **SECRETS))
        yield ServedExamples(server, store, examples)


def play(
    served: ServedExamples, example: Example, call: ScriptTestOutcome, faults: dict[str, float], seed: int
) -> list[str]:
    """Have a call of a test once more, against the server; what the first leg heard."""
    base = f"{served.server.url}/{example.name}"
    if known := replies(call):
        example.shop.answer = lambda received: answer_of(known, received.path)
    values = {} if example.flow.has_call else call.case.values
    application = Application(
        answer=("GET", f"{base}/answer?{urlencode(values)}"),
        event=("POST", f"{base}/event"),
        fallback=("POST", f"{base}/fallback"),
    )
    with Emulator(
        cast=cast_of(call), application=application, secret=Secret(SECRET), speed=None, faults=faults, seed=seed,
        public_key=private_key(), application_id=APPLICATION,
    ) as emulator:  # fmt: skip
        if example.flow.has_call:
            place(served, example, call, emulator)
        else:
            httpx.post(f"{emulator.url}/emulator/inbound", json={"from": SOMEBODY, "to": OURS}).raise_for_status()
        wait_for(lambda: emulator.network.legs, 30)
        leg = next(iter(emulator.network.legs.values()))
        wait_for(lambda: leg.ended_at is not None, 60)
        return words(leg.timeline, leg.name)


def place(served: ServedExamples, example: Example, call: ScriptTestOutcome, emulator: Emulator) -> None:
    """`nccodsl call`, with the store of the server."""
    values = example.path.with_name(f"{call.case.title}.json")
    values.write_text(json.dumps(call.case.values, default=str), encoding="utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "VONAGE_APPLICATION_ID": APPLICATION,
        "VONAGE_PRIVATE_KEY": "../private.key",
        "NCCODSL_STATE": str(example.path.parent / "state" / call.case.title),
    }
    done = subprocess.run(
        [
            *(sys.executable, "-m", "nccodsl", "call", "script.call", "--vars", values.name, "--host", emulator.url),
            *("--base-url", served.server.url, "--store", served.store),
        ],
        cwd=example.path.parent, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("served", "faults"),
    [
        pytest.param("sqlite", {}, id="calm"),
        pytest.param("sqlite", FAULTS, id="faults"),
        pytest.param("postgres", FAULTS, id="kills"),
    ],
    indirect=["served"],
)
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_branch_of_an_example(served: ServedExamples, name: str, faults: dict[str, float]) -> None:
    example = served.examples[name]
    with ThreadPoolExecutor(example.threads) as threads:
        played = list(
            threads.map(
                # Each platform gives its legs other ids, in each run of each test.
                lambda call: play(served, example, call, faults, zlib.crc32(f"{call.case.title} {faults}".encode())),
                example.calls,
            )
        )
    for call, here in zip(example.calls, played, strict=True):
        assert call.call is not None
        expected = words(call.call.timeline, call.call.legs[0].name)
        ended = call.case.verbs[-1].verb == "ended"
        assert (here if ended else here[: len(expected)]) == expected, f"{call.case.title}\n{served.server.log[-2000:]}"

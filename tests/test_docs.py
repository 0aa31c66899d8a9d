"""The documentation tells the truth: its scripts compile, its outputs come out, its links lead somewhere.

`pytest --accept` puts what really comes out into the pages.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import nccodsl
from nccodsl.cli import code_table, library_pages
from nccodsl.emulator.core.sound_files import SoundFile
from nccodsl.emulator.http.host import Emulator
from nccodsl.templates.filters import FILTERS
from nccodsl.voice import reference
from nccodsl.voice.speech_filters import SPEECH
from tests.rooms import diagram

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [page for page in (ROOT / "README.md", *sorted(DOCS.glob("*.md"))) if page.exists()]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
GENERATED = {"options.md": reference, "errors.md": code_table, "library.md": library_pages}
LANGUAGE = ["language.md", "language-details.md", "templates.md"]

FENCE = re.compile(r"^```([a-z]+)([^\n]*)\n(.*?)^```$", re.S | re.M)
OUTPUT = re.compile(
    r"(?:<!-- values: ([^\n]*) -->\n)?```call\n((?:(?!```).)*)```\n\n"
    r"(?:<!-- values: ([^\n]*) -->\n)?```json\n(.*?)```",
    re.S,
)
ROW = re.compile(r"^\| `\{\{ (.*?) \}\}` \|(.*)\|$", re.M)
NOW = re.compile(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d")
INSTANT = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
TOOK = re.compile(r"(?<= in )\d+\.\d\d s$", re.M)
COMMAND = re.compile(
    r"(<!-- (file|adds): (\S+) -->\n```[a-z ]+\n(.*?)```)|(?:<!-- typed: ([^\n]*) -->\n)?```console\n\$ ([^\n]*)\n.*?```",
    re.S,
)
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _fences(language: str, rest: str = "") -> list[object]:
    return [
        pytest.param(block[3], id=f"{page.name}:{_text(page)[: block.start()].count(chr(10)) + 1}")
        for page in PAGES
        for block in FENCE.finditer(_text(page))
        if (block[1], block[2].strip()) == (language, rest)
    ]


@pytest.mark.parametrize("name", GENERATED)
def test_generated_pages_are_fresh(name: str, accept: bool) -> None:
    fresh = GENERATED[name].to_text()
    if accept:
        (DOCS / name).write_text(fresh, encoding="utf-8")
    assert _text(DOCS / name) == fresh, f"run python -m {GENERATED[name].__name__} > docs/{name}"


def test_the_language_is_read_in_half_an_hour() -> None:
    assert len(_text(DOCS / "language.md").split()) <= 7000, "move what is rare to templates.md or language-details.md"


def test_every_filter_is_in_the_page_of_templates() -> None:
    named = set(re.findall(r"(?:`|\| )([a-z_0-9]+)\b", _text(DOCS / "templates.md")))
    assert {*FILTERS, *SPEECH.filters} - named == set()


@pytest.mark.parametrize("module", ["nccodsl.voice.reference", "nccodsl.cli.code_table", "nccodsl.cli.library_pages"])
def test_generators_print_their_page(module: str) -> None:
    done = subprocess.run([sys.executable, "-m", module], env=ENVIRONMENT, capture_output=True, check=True)
    assert done.stdout.decode().startswith("# ")


@pytest.mark.parametrize("script", _fences("call"))
def test_scripts_have_no_errors(script: str) -> None:
    assert [str(found.message) for found in nccodsl.check(script) if found.is_error] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_scripts_are_formatted(page: Path, accept: bool) -> None:
    def real(block: re.Match[str]) -> str:
        return f"```call\n{nccodsl.format(block[3])}```" if (block[1], block[2]) == ("call", "") else block[0]

    _same(page, FENCE.sub(real, _text(page)), accept)


@pytest.mark.parametrize("script", _fences("call", "wrong"))
def test_wrong_scripts_have_errors(script: str) -> None:
    assert any(found.is_error for found in nccodsl.check(script))


def _pretty(document: object) -> str:
    """Documents as the pages show them: an action a line."""
    if not isinstance(document, list):
        return json.dumps(document, ensure_ascii=False, indent=2)
    lines = ",\n ".join(json.dumps(action, ensure_ascii=False) for action in document)
    return f"[{lines}]"


@pytest.mark.parametrize("name", LANGUAGE)
def test_scripts_compile_to_what_is_shown(name: str, accept: bool) -> None:
    page = DOCS / name
    assert OUTPUT.search(_text(page))

    def real(block: re.Match[str]) -> str:
        values = json.loads(block[1] or block[3] or "{}")
        shown = _pretty(json.loads(nccodsl.load(block[2]).render_json(values)))
        return block[0][: block.start(4) - block.start()] + shown + "\n```"

    _same(page, OUTPUT.sub(real, _text(page)), accept)


@pytest.mark.parametrize("name", ["language.md", "templates.md"])
def test_expressions_yield_what_is_shown(name: str, accept: bool) -> None:
    page = DOCS / name
    assert ROW.search(_text(page))

    def real(row: re.Match[str]) -> str:
        expression = row[1].replace(r"\|", "|")
        script = f'notify {{shown: {{{{ {expression} }}}}}} event_url="https://example.com"\n'
        shown = json.dumps(nccodsl.load(script).ncco()[0]["payload"]["shown"], ensure_ascii=False)
        return f"| `{{{{ {row[1]} }}}}` | `{shown}` |"

    _same(page, ROW.sub(real, _text(page)), accept)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """The platform of somebody who has an account."""
    from tests.e2e.servers import APPLICATION, private_key

    with Emulator(public_key=private_key(), application_id=APPLICATION, seed=1, speed=None, creations=None) as emulator:
        yield emulator


@pytest.fixture
def placing(tmp_path: Path, emulator: Emulator) -> dict[str, str]:
    """The environment of somebody who has an account: here it is an emulator's."""
    from tests.e2e.servers import APPLICATION, private_key

    (tmp_path / "private.key").write_text(private_key(), encoding="utf-8")
    (tmp_path / "private.key").chmod(0o600)
    (tmp_path / "nccodsl.toml").write_text(f'host = "{emulator.url}"\n', encoding="utf-8")
    return {
        **ENVIRONMENT,
        "VONAGE_APPLICATION_ID": APPLICATION,
        "VONAGE_PRIVATE_KEY": str(tmp_path / "private.key"),
        "NCCODSL_STATE": str(tmp_path / "state"),
        "EMULATOR": emulator.url,
    }


COMMANDS = [
    "docs/ai-agent-and-a-person.md",
    "docs/after-a-connect.md",
    "docs/language.md",
    "docs/opening-hours.md",
    "docs/several-languages.md",
    "docs/talking-to-your-crm.md",
    "docs/voicemail-that-reaches-your-inbox.md",
    "docs/coming-from-json.md",
    "docs/emulator.md",
    "docs/first-call.md",
    "docs/in-production.md",
    "docs/your-first-ivr.md",
    "docs/how-a-script-becomes-webhooks.md",
    "docs/testing-calls.md",
    "docs/what-changed.md",
    "docs/when-a-call-did-not-go-through.md",
    "docs/writing-scripts.md",
    "docs/your-first-campaign.md",
]


@pytest.mark.parametrize("name", ["README.md", *(pytest.param(name, marks=pytest.mark.slow) for name in COMMANDS)])
def test_commands_print_what_is_shown(name: str, accept: bool, tmp_path: Path, placing: dict[str, str]) -> None:
    """What a page does happens in its order, from an empty folder: `<!-- file: x -->` is a file that the commands below it find, `<!-- adds:
    x -->` stands at the end of it from there on, and `<!-- typed: a | b -->` is typed into the command below it, a
    line each. `<!-- shows: x -->` is a file that all of them have left."""
    page = ROOT / name
    folder = tmp_path / "empty"
    folder.mkdir()

    def real(block: re.Match[str]) -> str:
        if block[1]:
            _write(block, folder)
            return block[0]
        program, *arguments = shlex.split(block[6])
        assert program == "nccodsl"
        command = [sys.executable, "-m", "nccodsl", *arguments]
        typed = "".join(f"{line.strip()}\n" for line in block[5].split("|")) if block[5] else ""
        done = subprocess.run(
            command, cwd=folder, env=placing, capture_output=True, text=True, check=False, input=typed
        )
        shown = NOW.sub("2026-11-23 12:00:00", done.stdout + done.stderr)
        if "--at" not in arguments:
            shown = INSTANT.sub("2026-11-23T12:00:00.000Z", shown)
        shown = TOOK.sub("0.05 s", shown).replace(placing["EMULATOR"], "https://api.nexmo.com")
        start = block[0][: block[0].index("```")]
        return f"{start}```console\n$ {block[6]}\n{shown}```"

    def left(block: re.Match[str]) -> str:
        return f"{block[1]}{_shown(folder / block[2])}```"

    now = COMMAND.sub(real, _text(page))
    _same(page, re.sub(r"(<!-- shows: (\S+) -->\n```[a-z]+\n).*?```", left, now, flags=re.S), accept)


def _write(block: re.Match[str], folder: Path) -> None:
    path = folder / block[3]
    path.parent.mkdir(exist_ok=True)
    path.write_text((_text(path) if block[2] == "adds" else "") + block[4], encoding="utf-8")


@pytest.mark.parametrize("name", ["in-production.md", "your-first-ivr.md"])
def test_what_is_served_tells_its_addresses(name: str, accept: bool, tmp_path: Path) -> None:
    page = DOCS / name
    environment = {
        **ENVIRONMENT,
        "NCCODSL_SIGNATURE_SECRET": "a secret of at least sixty-four characters, or so it is said here",
    }
    for block in COMMAND.finditer(_text(page)):
        if block[1]:
            _write(block, tmp_path)
        elif block[6].startswith("nccodsl init "):
            arguments = [sys.executable, "-m", *shlex.split(block[6])]
            subprocess.run(arguments, cwd=tmp_path, env=environment, capture_output=True, check=True)

    def real(block: re.Match[str]) -> str:
        command = [sys.executable, "-m", "nccodsl", *shlex.split(block[1])[1:], "--port", "0", "--store", "memory:"]
        with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            lines: list[str] = []
            while not lines or "fallback URL" not in lines[-1]:
                lines.append(server.stdout.readline())
                assert lines[-1], "it ended before it had told all"
            server.terminate()
        shown = re.sub(r"(?<=127\.0\.0\.1:)\d+", "8080", "".join(lines))
        return f"<!-- served -->\n```text\n$ {block[1]}\n{shown}```"

    _same(page, re.sub(r"<!-- served -->\n```text\n\$ ([^\n]*)\n.*?```", real, _text(page), flags=re.S), accept)


def _shown(path: Path) -> str:
    """A file as the pages show it; of an NCCO, an action a line."""
    document = json.loads(_text(path)) if path.suffix == ".json" else None
    return _text(path) if not isinstance(document, list) else f"{_pretty(document)}\n"


def _same(page: Path, now: str, accept: bool) -> None:
    if accept:
        page.write_text(now, encoding="utf-8")
    assert _text(page) == now, "run pytest --accept to take the new output"


def test_personas_can_be_used() -> None:
    from nccodsl.emulator.personas.persona import read_cast

    blocks = [block[3] for block in FENCE.finditer(_text(DOCS / "emulator.md")) if block[1] == "yaml"]
    assert len(blocks) > 5
    for block in blocks:
        assert read_cast(yaml.safe_load(block)).personas


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page uses curl")
def test_requests_against_the_emulator_work(tmp_path: Path) -> None:
    blocks = re.findall(r"<!-- against the emulator -->\n```sh\n(.*?)```", _text(DOCS / "emulator.md"), re.S)
    assert len(blocks) == 2
    with Emulator(creations=None) as emulator:
        for block in blocks:
            environment = {**os.environ, "EMULATOR": emulator.url, "TOKEN": "any"}
            script = block.replace("curl -s", "curl -s --fail-with-body")
            done = subprocess.run(
                ["bash", "-euc", script], env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stdout + done.stderr
        assert len(emulator.network.legs) == 2


@pytest.mark.parametrize("name", ["emulator.md", "talking-to-your-crm.md", "testing-calls.md"])
def test_python_blocks_that_stand_alone_run(name: str) -> None:
    blocks = [block[3] for block in FENCE.finditer(_text(DOCS / name)) if block[1] == "python"]
    assert blocks
    for block in blocks:
        exec(compile(block, name, "exec"), {})


def test_python_blocks_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks of the page are one program, from top to bottom."""
    monkeypatch.chdir(tmp_path)
    blocks = [block[3] for block in FENCE.finditer(_text(DOCS / "python-api.md")) if block[1] == "python"]
    assert len(blocks) >= 5
    names: dict[str, object] = {"__name__": "python_api"}
    for number, block in enumerate(blocks, 1):
        exec(compile(block, f"python-api.md, block {number}", "exec"), names)


def test_a_recording_is_downloaded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator: Emulator, placing: dict[str, str]
) -> None:
    """The web server of the page keeps what the script sends, and lets nobody else in."""
    import httpx

    monkeypatch.chdir(tmp_path)
    for name, value in placing.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("OFFICE_KEY", "a key")
    uuid = "aaaaaaaa-bbbb-cccc-dddd-0123456789ab"
    names: dict[str, Any] = {"__name__": "recordings"}
    for block in FENCE.finditer(_text(DOCS / "voicemail-that-reaches-your-inbox.md")):
        if block[1] == "python":
            exec(compile(block[3], "voicemail-that-reaches-your-inbox.md", "exec"), names)

    async def sent(key: str, note: dict[str, str]) -> int:
        transport = httpx.ASGITransport(names["app"], raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="https://office.example.com") as client:
            headers = {"authorization": f"Bearer {key}"}
            return (await client.post("/recordings", json=note, headers=headers)).status_code

    emulator.network.keep(SoundFile(uuid, "mp3", 2.0, 1, ()))
    note = {"id": uuid, "url": emulator.network.file_url(uuid), "caller": "14155550101"}
    elsewhere = {**note, "id": uuid[::-1], "url": "https://example.com/v1/files/x"}
    attempts = [("no key", note), ("a key", elsewhere), ("a key", note), ("a key", note)]
    assert [asyncio.run(sent(key, one)) for key, one in attempts] == [401, 500, 204, 204]
    assert [path.name for path in (tmp_path / "recordings").glob("*.mp3")] == [f"{uuid}.mp3"]
    assert (tmp_path / "recordings" / f"{uuid}.mp3").stat().st_size > 1000


def test_a_flow_inside_other_applications(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page mounts, forks and answers by hand gives the same answer."""
    from types import SimpleNamespace

    import httpx
    from django.conf import settings

    from nccodsl.emulator.http.sender import Secret, sign

    if not settings.configured:
        settings.configure(ROOT_URLCONF="django.contrib.auth.urls", SECRET_KEY="x", ALLOWED_HOSTS=["*"])
    monkeypatch.chdir(tmp_path)
    Path("ivr").mkdir()
    Path("ivr/script.call").write_text(
        'talk "Hello. Press 1."\ninput dtmf max_digits=1 as key\ntalk "{{ key.digits }}"\n'
    )
    names: dict[str, Any] = {"__name__": "in_production"}
    for block in FENCE.finditer(_text(DOCS / "in-production.md")):
        if block[1] == "python":
            exec(compile(block[3].replace("…", "a secret"), "in-production.md", "exec"), names)

    body = b'{"uuid":"leg-1","conversation_uuid":"CON-1","from":"14155550101","to":"14155550100"}'
    headers = {"authorization": f"Bearer {sign(Secret('a secret'), body)}"}

    async def asked(app: Any) -> tuple[int, bytes]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="https://calls.example.com") as client:
            answer = await client.post("/ivr/answer", content=body, headers=headers)
            return answer.status_code, answer.content

    request = SimpleNamespace(method="POST", query_string="", headers=headers, body=body)
    status, _, content = names["webhook"](request, "answer")
    assert (status, content[:1]) == (200, b"[")
    assert [asyncio.run(asked(names[app])) for app in ("app", "application")] == [(status, content)] * 2


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(FENCE.sub("", _text(page))):
        path, _, anchor = link.partition("#")
        if ":" in path:
            continue
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)
    assert broken == []


def _anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to headings, and those that a page sets for links to its old headings."""
    text = FENCE.sub("", _text(page))
    headings = re.findall(r"^#+ (.*)$", text, re.M)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="([\w-]+)"></a>', text))


def test_the_diagram_of_the_rooms_is_that_of_the_table(accept: bool) -> None:
    page = ROOT / "docs" / "architecture.md"
    text = page.read_text(encoding="utf-8")
    now = re.sub(
        r"(<!-- rooms -->\n```mermaid\n).*?(```)", lambda found: found[1] + diagram() + found[2], text, flags=re.S
    )
    if accept:
        page.write_text(now, encoding="utf-8")
        return
    assert "<!-- rooms -->" in text
    assert now == text


def test_parts_of_an_example_are_in_the_example() -> None:
    script = _text(ROOT / "examples" / "ai-agent-handover" / "script.call")
    page = _text(DOCS / "ai-agent-and-a-person.md")
    parts = [block[3] for block in FENCE.finditer(page) if (block[1], block[2]) == ("call", " part")]
    assert len(parts) > 5
    assert [part for part in parts if part not in script] == []

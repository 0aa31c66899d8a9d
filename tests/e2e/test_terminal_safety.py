"""Nothing of a stranger reaches the terminal that it would obey: every command, with hostile text from every side.

The commands run in this process, as `nccodsl` runs them.
"""

from __future__ import annotations

import ast
import io
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unicodedata import category

import httpx
import pytest
from hypothesis import given, strategies as st

import nccodsl
from nccodsl.__main__ import main
from nccodsl.diagnostics.printers.text import Shown, one_line, visible
from tests.e2e.servers import APPLICATION, Hooks, hooks, private_key
from tests.package_trees import MODULES, nodes_of, shown

CONTROLS = "\x1b]0;owned\x07\x1b[31m\x9b2J\x9d\r\b\x7f\x00\x85"
BIDI = "\u202e\u202a\u202c\u2066\u2069\u200e\u200f\u061c"
HOSTILE = f"evil{CONTROLS}{BIDI}\u2028end"
POLITE = "שלום مرحبا é e\u0301 \U0001f469\u200d\U0001f4bb \u2764\ufe0f नमस्\u200dते"
OWN = re.compile(r"\x1b\[[0-9;]*m")
BIDI_CONTROLS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}


def is_obeyed(char: str) -> bool:
    """Whether a terminal does something for a character but show it; written apart from what is tested."""
    return char != "\n" and (category(char) in ("Cc", "Cs", "Zl", "Zp") or ord(char) in BIDI_CONTROLS)


def assert_safe(text: str, *, color: bool = False) -> None:
    if color:
        # A stranger's color would be followed by a stranger's text.
        assert not re.search(r"\x1b\[31m(\\x9b|\x9b)", text)
        text = OWN.sub("", text)
    assert not sorted({char for char in text if is_obeyed(char)}), text
    assert "\x1b" not in text


class Ran:
    def __init__(self, code: int, out: bytes, err: bytes) -> None:
        self.code = code
        self.bytes = out
        self.out, self.err = out.decode(), err.decode()


Run = Callable[..., Ran]


@pytest.fixture(params=[False, True], ids=["plain", "colors"])
def color(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, color: bool
) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NCCODSL_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("VONAGE_APPLICATION_ID", APPLICATION)
    monkeypatch.setenv("VONAGE_PRIVATE_KEY", private_key())
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1" if color else "")

    def ran(*words: str, given: str = "", unsafe: bool = False) -> Ran:
        monkeypatch.setattr(sys, "argv", ["nccodsl", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8"))
        capsysbinary.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        done = Ran(left.value.code, *capsysbinary.readouterr())  # type: ignore[arg-type]
        assert "internal error" not in done.err
        if not unsafe:
            assert_safe(done.out, color=color)
        assert_safe(done.err, color=color)
        return done

    return ran


SCRIPT = """\
param t: text
call { to phone 14155550101  from phone 14155550100 }
talk "Hello {{ t }}"
"""
MENU = """\
param t: text
step main {
  talk "Hello {{ t }}"
  input dtmf speech max_digits=1 {
    on "1" -> one
    otherwise -> main
  }
}
step one { fetch "https://example.com/x" as x  talk "{{ x.name }}" }
"""


def script(text: str, name: str = "s.call") -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def persona() -> str:
    Path("p.json").write_text(json.dumps({"name": HOSTILE, "does": [{"after": "1s", "say": HOSTILE}]}), "utf-8")
    return "p.json"


def test_an_emulated_call(run: Run) -> None:
    for more in ((), ("--all",)):
        for file in (script(SCRIPT), script(MENU, "m.call")):
            done = run("call", file, "--var", f"t={HOSTILE}", "--emulate", "--persona", persona(), *more)
            assert "evil\\x1b]0;owned\\x07" in done.out, done.err
            assert "\\u202e" in done.out
    done = run("call", "s.call", "--var", f"t={POLITE}", "--emulate")
    assert POLITE in done.out
    bad = run("call", "s.call", "--var", "t=x", "--emulate", "--persona", HOSTILE.replace("\0", "") + ".yaml")
    assert (bad.code, "evil\\x1b" in bad.err) == (2, True)
    Path("bad.json").write_text(json.dumps({HOSTILE: 1}), "utf-8")
    assert "evil\\x1b" in run("call", "s.call", "--var", "t=x", "--emulate", "--persona", "bad.json").err


def test_what_programs_read_keeps_its_characters(run: Run) -> None:
    script(SCRIPT)
    done = run("call", "s.call", "--var", f"t={HOSTILE}", "--emulate", "--json", unsafe=True)
    assert BIDI in done.out
    assert "\u202e" in done.out
    compiled = run("compile", "s.call", "--var", f"t={HOSTILE}", unsafe=True)
    assert json.loads(compiled.out)[0]["text"] == f"Hello {HOSTILE}"
    before = script('talk  "a\u202eb"', "f.call")
    assert "\u202e" in run("fmt", before, "--diff", unsafe=True).out


def test_tests_that_fail(run: Run) -> None:
    literal = json.dumps(HOSTILE)
    text = SCRIPT + f"test {literal} {{\n  with t={literal}\n  hear {json.dumps('other' + HOSTILE)}\n  ended\n}}\n"
    file = script(text)
    done = run("test", file, "--coverage", "--explore", "3")
    assert (done.code, "✗" in done.out, "evil\\x1b" in done.out) == (1, True, True), done.err


def test_a_phone_in_the_terminal(run: Run) -> None:
    file = script(MENU)
    reply = json.dumps({"name": HOSTILE})
    lines = f"say {HOSTILE}\n1\n"
    done = run("simulate", file, "--var", f"t={HOSTILE}", "--reply", f"https://example.com/x={reply}", given=lines)
    assert done.out.count("evil\\x1b]0;owned\\x07") >= 2, done.err
    assert "evil\\x1b" in run("simulate", file, "--var", f"t={HOSTILE}", "--transcript", "-").out
    assert "evil" in run("simulate", file, "--var", "t=x", "--reply", HOSTILE).err


def test_findings_and_descriptions(run: Run) -> None:
    raw = HOSTILE.replace("\r", "").replace("\x85", "").replace("\u2028", "").replace("\0", "")
    file = script(f'talk "{raw}" lang=en\n# {raw}\n')
    for command in ("check", "compile", "describe", "graph"):
        done = run(command, file)
        assert (done.code, "\\u061cend" in done.err) == (1, True)
    good = script(f"talk {json.dumps(HOSTILE)}\nset x = {json.dumps(HOSTILE)}\n", "good.call")
    assert "evil\\x1b" in run("describe", good).out
    for form in ("mermaid", "dot"):
        assert "evil" in run("graph", good, "--format", form).out
    Path("d.json").write_text(
        json.dumps([{"action": "talk", "text": "x", HOSTILE: HOSTILE}], ensure_ascii=False), "utf-8"
    )
    assert "evil" in run("validate", "d.json").err
    assert "evil" in run("decompile", "d.json").err
    assert "evil" in run("compile", script(SCRIPT), "--var", f"{HOSTILE}=1").err
    Path("rows.csv").write_text("t,evil\x1b[31m\u202e\nx,y\n", "utf-8")
    assert "evil" in run("compile", "s.call", "--rows", "rows.csv", unsafe=True).err


def test_what_stands_on_the_command_line(run: Run, tmp_path: Path) -> None:
    name = "evil\x1b[31m\u202e.call"
    for words in (
        ("check", name),
        ("explain", name),
        (name,),
        ("calls", "settle", name, "absent"),
    ):
        done = run(*words)
        assert done.code == 2
        assert "evil" in done.err
    (tmp_path / name).write_text("talk", encoding="utf-8")
    assert "evil\\x1b[31m\\u202e.call" in run("check", name).err
    assert "evil\\x1b[31m" in run("fmt", name, "--check").err
    assert "evil\\x1b[31m" in run("test", name).err


@pytest.fixture
def api() -> Iterator[Hooks]:
    with hooks() as server:
        yield server


def _calls(*, uuid: str = "u-1") -> bytes:
    call = {
        "uuid": HOSTILE,
        "conversation_uuid": HOSTILE,
        "status": HOSTILE,
        "direction": "outbound",
        "to": {"type": "phone", "number": HOSTILE},
        "from": {"type": "sip", "uri": HOSTILE},
        "network": HOSTILE,
    }
    return json.dumps({"count": 1, "_embedded": {"calls": [call]}, **call}).encode()


def test_what_the_api_says(run: Run, api: Hooks) -> None:
    here = ("--host", api.url)
    api.answer = lambda _: (200, _calls(), "application/json")
    for words in (("calls", "list"), ("calls", "show", "u-1")):
        done = run(*words, *here)
        assert "evil\\x1b]0;owned\\x07" in done.out, done.err
        raw = run(*words, *here, "--json", unsafe=True)
        assert (json.loads(raw.out)[0] if words[1] == "list" else json.loads(raw.out))["uuid"] == HOSTILE
    api.answer = lambda _: (201, json.dumps({"uuid": HOSTILE, "status": HOSTILE}).encode(), "application/json")
    script(SCRIPT)
    placed = run("call", "s.call", "--var", f"t={HOSTILE}", *here, "--api", "v1", "--reference", "ref\x1b[31m\u202e")
    assert ("ref\\x1b[31m" in placed.out, "evil\\x1b" in placed.out) == (True, True), placed.err
    assert "ref\\x1b[31m" in run("calls", "journal").out
    assert "evil" in run("call", "s.call", "--var", f"t={HOSTILE}", *here, "--dry-run").out
    refused = {"title": HOSTILE, "detail": HOSTILE, "invalid_parameters": [{"name": HOSTILE, "reason": HOSTILE}]}
    api.answer = lambda _: (400, json.dumps(refused).encode(), "application/json")
    assert "evil" in run("calls", "list", *here).err
    assert "evil" in run("call", "s.call", "--var", "t=x", *here).err


def test_what_is_looked_up(run: Run, api: Hooks) -> None:
    here = ("--host", api.url)
    api.answer = lambda _: (503, b"", "text/plain")
    script('call { to sip "sip:evil\\u202e@example.com"  from phone 14155550100 }\ntalk "x"\n')
    run("call", "s.call", *here, "--reference", "ref\x1b[31m")
    assert "ref\\x1b[31m" in run("calls", "settle", "ref\x1b[31m", "absent").out
    assert "evil" in run("calls", "settle", "ref\x1b[31m", "placed", "--uuid", HOSTILE.replace("\0", "")).err
    run("call", "s.call", *here, "--reference", "ref\x1b[31m")
    api.answer = lambda _: (200, _calls(), "application/json")
    assert "ref\\x1b[31m" in run("calls", "reconcile", *here, "--grace", "0").out


def test_passports(run: Run) -> None:
    import base64

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    claims = {"attest": HOSTILE, "orig": {"tn": HOSTILE}, "dest": {"tn": [HOSTILE]}, "iat": 1, "origid": HOSTILE}
    token = f"{part({'alg': HOSTILE, 'ppt': HOSTILE})}.{part(claims)}.{'A' * 86}"
    identity = f'{token};info=<https://example.com/c>;alg=ES256;ppt="shaken"'
    assert "evil\\x1b" in run("shaken", "inspect", identity).out


def test_the_emulator_tells_of_calls(
    color: bool, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    from nccodsl.cli.emulator import _printer
    from nccodsl.emulator.http.host import Emulator

    monkeypatch.setenv("FORCE_COLOR", "1" if color else "")
    monkeypatch.delenv("NO_COLOR", raising=False)
    with hooks() as told:
        ncco = [
            {"action": "talk", "text": HOSTILE},
            {"action": "notify", "eventUrl": [told.url], "payload": {"x": HOSTILE}},
            {"action": "input", "type": ["dtmf"], "eventUrl": [f"{told.url}/input"], "dtmf": {"timeOut": 1}},
        ]
        told.answer = lambda _: (200, json.dumps([{"action": HOSTILE}]).encode(), "application/json")
        with Emulator(creations=None, speed=None, watch=_printer(as_json=False)) as emulator:
            body = {
                "to": [{"type": "sip", "uri": "sip:evil\u202e\x9b@example.com"}],
                "from": {"type": "phone", "number": "14155550100"},
                "ncco": ncco,
            }
            answer = httpx.post(emulator.url + "/v1/calls", json=body, headers={"authorization": "Bearer x"})
            until = time.monotonic() + 20
            out = ""
            while "after" not in out and answer.status_code == 201 and time.monotonic() < until:
                out += capsysbinary.readouterr().out.decode()
                time.sleep(0.01)
    assert answer.status_code == 201, answer.text
    assert "evil\\x1b]0;owned\\x07" in out
    assert_safe(out, color=color)


def test_the_log_of_webhooks() -> None:
    from nccodsl.server.log import LogLine, StreamLog

    stream = io.StringIO()
    log = StreamLog(stream)
    hostile = dict.fromkeys(("flow", "route", "leg", "conversation", "block", "code", "problem", "place"), HOSTILE)
    log.webhook(LogLine(0.0, status=200, ms=1.0, **hostile))  # type: ignore[arg-type]
    log.note("reloaded", HOSTILE)
    log.note("not-reloaded", Shown("\x1b[1mours\x1b[0m"))
    told = stream.getvalue()
    assert "\x1b[1mours\x1b[0m" in told
    assert_safe(told.replace("\x1b[1mours\x1b[0m", ""))
    assert told.count("\n") == 3, "nobody writes lines of their own"


def test_a_webhook_that_is_hostile_leaves_a_clean_log() -> None:
    from nccodsl.server.log import StreamLog
    from nccodsl.server.sync import Served

    stream = io.StringIO()
    flow = nccodsl.load(MENU)
    served = Served(flow, "https://calls.example.com/m", allow_unsigned=True, log=StreamLog(stream), values={"t": "x"})
    leg: dict[str, Any] = {"uuid": "leg-1", "conversation_uuid": "CON-1", "from": "1", "to": "2"}
    for payload in (leg, {**leg, "uuid": HOSTILE}, {**leg, "reason": HOSTILE, "status": HOSTILE}, HOSTILE):
        for route in ("answer", "event", "input", HOSTILE):
            served.respond("POST", route, f"at={HOSTILE}&n=0&call={HOSTILE}", None, json.dumps(payload).encode())
    assert stream.getvalue().count("\n") == 16
    assert_safe(stream.getvalue())


# -- the function -------------------------------------------------------------------------------------------------


def test_what_is_shown_and_what_is_escaped() -> None:
    """Letters, marks and emoji stay; controls, marks of direction and what cannot be seen do not."""
    joiners = {"\u200c", "\u200d"}
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        kind = category(char)
        seen = visible(char)
        if is_obeyed(char):
            assert seen != char, hex(code)
            assert seen.isascii()
        elif kind != "Cf" or char in joiners or char == "\n":
            assert seen == char, hex(code)
    for text in (POLITE, "\u0600\u06dd\u070f", "👨‍👩‍👧‍👦 🏳️‍🌈", "한국어 \u1112\u1161\u11ab", "a\nb"):
        assert visible(text) == text
    assert one_line("a\nb\u202e\x1b") == "a\\nb\\u202e\\x1b"


@given(st.text())
def test_made_safe_once_it_stays_as_it_is(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    assert visible(str(visible(text)) + "") == visible(text)
    assert not any(map(is_obeyed, visible(text)))
    assert "\n" not in one_line(text)
    assert type(visible(text) + "\x1b") is str, "what is made of it has to be made safe again"


ALLOWED = {
    "cli/output.py": {"echo", "style", "input", "print"},
    "lsp/message_loop.py": {"write"},
    "server/recorder.py": {"write"},
    "server/whole_lines.py": {"write"},
    "__main__.py": {"write"},
    "cli/check_watch.py": {"write"},
}
"""Where the terminal is written to, the file of a history, the lines of a log, the messages to an editor, what `compile` printed before, and what clears a terminal. Tools that are run by hand print pages of ours."""
TOOLS = {"voice/derive.py", "voice/reference.py", "cli/code_table.py", "cli/library_pages.py"}


def test_there_is_one_way_to_the_terminal() -> None:
    for path in MODULES:
        name = shown(path)
        if name in TOOLS:
            continue
        for node in nodes_of(path):
            if not isinstance(node, ast.Call):
                continue
            called = node.func
            word = ast.unparse(called)
            bare = isinstance(called, ast.Name) and called.id in ("print", "input")
            clicks = word in (
                "click.echo",
                "click.secho",
                "click.style",
                "click.echo_via_pager",
                "click.prompt",
                "click.confirm",
            )
            streams = re.fullmatch(r"sys\.std(out|err)(\.buffer)?\.write(lines)?|os\.write", word) is not None
            if bare or clicks or streams:
                assert word.rpartition(".")[2] in ALLOWED.get(name, set()), f"{name}:{node.lineno} {word}"

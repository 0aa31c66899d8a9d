"""The memory of a language server while its documents are edited again and again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.edited_script import large_script
from tests.e2e.lsp_client import LspClient

_EDITS = (
    ("Nobody can take", "No"),  # a text
    ("    talk", "-> nowhere\n"),  # a statement, and a problem
    ("  input dtmf", "{"),  # the rest of the script cannot be read
    ("# Menu number", "param p: text\n"),  # a declaration
    ("{{ name", "n"),  # a name
    ("\nstep s", "x"),  # the name of a step
)
"""Where something is typed, each time at another place, and what."""

_RESTS = 1.5
"""Seconds in which a server that has nothing more to do does nothing: it begins with the rest of its work sooner."""


def resident(pid: int) -> float:
    """The memory of a process, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def wait_for_rest(pid: int) -> None:
    """Wait until a server has checked whole texts, and run their tests: it only waits, and takes no processor time."""
    until, used, since = time.monotonic() + 120.0, -1, 0.0
    while (now := time.monotonic()) < since + _RESTS or used < 0:
        assert now < until, "it goes on working"
        state, *numbers = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
        spent = int(numbers[10]) + int(numbers[11])
        if state != "S" or spent != used:
            used, since = spent, now
        time.sleep(0.05)


def memory(steps: int, edits: int, parts: int, files: int = 1) -> Iterator[float]:
    """MB after each part of some edits. The server reports on each; after a part, the texts are what they were."""
    text = large_script(steps)
    documents = [f"file:///nowhere/large{number}.call" for number in range(files)]
    places = _places(text)
    with LspClient() as client:
        client.begin()
        for uri in documents:
            client.open(uri, text)
            client.published(uri)
        version = 1
        for part in range(parts):
            for number in range(part * edits // parts // 2, (part + 1) * edits // parts // 2):
                uri, (line, column, typed) = documents[number % files], places[number % len(places)]
                before, _, last = typed.rpartition("\n")
                behind = line + typed.count("\n"), len(last) + (0 if before or last != typed else column)
                for new, (end_line, end_column) in ((typed, (line, column)), ("", behind)):
                    version += 1
                    start, end = ({"line": line, "character": column}, {"line": end_line, "character": end_column})
                    client.change(uri, version, {"range": {"start": start, "end": end}, "text": new})
                    while client.published(uri)["version"] != version:
                        pass
            for uri in documents:
                assert not client.request("textDocument/diagnostic", textDocument={"uri": uri})["items"]
            client.request("textDocument/semanticTokens/full", textDocument={"uri": documents[0]})
            wait_for_rest(client.process.pid)
            yield resident(client.process.pid)


def _places(text: str) -> list[tuple[int, int, str]]:
    """Line, column, and what is typed there: all places of each kind, in turns."""
    found, at = [], 0
    for number in range(60):
        behind, typed = _EDITS[number % len(_EDITS)]
        at = text.find(behind, at)
        at = (at if at >= 0 else text.index(behind)) + len(behind)
        found.append((text.count("\n", 0, at), at - text.rfind("\n", 0, at) - 1, typed))
    return found

"""Fixes and help lines work: applied to the bad example of a code's page, the problem is gone and no new one appears.

A help line is followed literally: "write `X`" puts X in place of what is marked, "write `X` instead of `Y`" in place of
Y, "add `X`" beside or behind it, "remove `X`" takes X away. Where an example cannot be run (no server answers, a file is
missing), the messages of its code are counted that quote what to type.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

import nccodsl
from nccodsl.analysis.lint.registry import every_code
from nccodsl.base.source import SourceFile
from nccodsl.cli.main import cli
from nccodsl.diagnostics import Diagnostic
from nccodsl.diagnostics.fixes import apply_fixes
from tests.unit.diagnostics.test_pages import PAGES, SECTION, findings

LEAST = 0.8
"""The share of all codes that have a fix, or help that can be followed literally."""

ADVICE = re.compile(r"\b(write|add|remove|replace)\b[^`]{0,80}`([^`]+)`(?: (?:instead of|by|with) `([^`]+)`)?")
Example = tuple[str, str, str]
"""Code of the page, fence and text of a bad example."""


def examples() -> Iterator[Example]:
    for code in every_code():
        page = (PAGES / f"{code}.md").read_text(encoding="utf-8")
        for heading, fence, block in SECTION.findall(page):
            if heading == "Example" and fence != "text":
                yield code, fence, block


EXAMPLES = [pytest.param(*one, id=f"{one[0]}-{number}") for number, one in enumerate(examples())]


def said(found: list[Diagnostic]) -> Counter[tuple[str, str]]:
    return Counter((one.code, one.message) for one in found)


class Bench:
    """An example in a folder of its own, judged again after each change."""

    def __init__(self, fence: str, block: str, folder: Path) -> None:
        self.fence, self.block, self.folder = fence, block, folder
        self.tries = 0
        self.before = self.judge(block)

    def judge(self, block: str) -> list[Diagnostic]:
        folder = self.folder / str(self.tries)
        folder.mkdir(parents=True)
        self.tries += 1
        return findings(self.fence, block, folder)

    def helps(self, one: Diagnostic, text: str) -> bool:
        """Whether with `text` for the finding's file the finding is gone, and nothing is new."""
        assert one.file is not None
        if self.block.count(one.file.text) != 1:
            return False
        after = said(self.judge(self.block.replace(one.file.text, text)))
        before = said(self.before)
        return not after - before and after[one.code, one.message] < before[one.code, one.message]


def typed(one: Diagnostic, file: SourceFile) -> Iterator[str]:
    """The file as those leave it who follow the help line: at each place where the quoted text may be meant to go."""
    assert one.span is not None
    assert one.help is not None
    text, start, end = file.text, one.span.start - file.base, one.span.end - file.base
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end) if "\n" in text[end:] else len(text)
    for verb, what, other in ADVICE.findall(one.help):
        if verb == "remove":
            yield text[:line_start] + text[line_start:].replace(what, "", 1)
        elif verb == "replace" or other:
            old, new = (what, other) if verb == "replace" else (other, what)
            yield text[:line_start] + text[line_start:].replace(old, new, 1)
        elif verb == "write":
            yield text[:start] + what + text[end:]
            yield text[:line_start] + what + text[line_end:]
        else:
            yield text[:end] + what + text[end:]
            yield text[:end] + f" {what}" + text[end:]
            yield text[:line_end] + f" {what}" + text[line_end:]
            yield text[:line_end] + f"\n{what}" + text[line_end:]
            yield text[:start] + f"{what} " + text[start:]
            yield text[:line_start] + f"{what}\n" + text[line_start:]
            yield f"{what}\n{text}"
            yield f"{text}\n{what}\n"


def works(one: Diagnostic, bench: Bench) -> bool:
    """Whether its fix, or its help line, leads out of it."""
    if one.file is None or one.span is None:
        return False
    if one.fix is not None:
        return bench.helps(one, apply_fixes([one], one.file, unsafe=True)[0])
    return one.help is not None and any(bench.helps(one, text) for text in typed(one, one.file))


@pytest.mark.parametrize(("code", "fence", "block"), EXAMPLES)
def test_every_fix_works(code: str, fence: str, block: str, tmp_path: Path) -> None:
    bench = Bench(fence, block, tmp_path)
    fixable = [one for one in bench.before if one.fix]
    assert [(one.code, one.message, one.fix) for one in fixable if not works(one, bench)] == []


@pytest.mark.parametrize(("code", "fence", "block"), EXAMPLES)
def test_every_quoted_help_works(code: str, fence: str, block: str, tmp_path: Path) -> None:
    bench = Bench(fence, block, tmp_path)
    quoted = [one for one in bench.before if one.code == code and one.help and not one.fix and ADVICE.search(one.help)]
    assert [(one.message, one.help) for one in quoted if not works(one, bench)] == []


# ---- how many codes have a way out


@cache
def messages() -> dict[str, list[bool]]:
    """Per code, of each message in the source: whether its advice quotes what to type or run."""
    found: dict[str, list[bool]] = {}
    for path in Path(nccodsl.__file__).parent.rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Message":
                    code = call.args[0]
                    if isinstance(code, ast.Constant) and isinstance(code.value, str):
                        found.setdefault(code.value, []).append(quotes(function))
    return found


def quotes(function: ast.FunctionDef) -> bool:
    """Whether a message's constructor quotes what to type: "write `…`", "run `…`", "add `…`"."""
    texts = ["".join(strings(node)) for node in ast.walk(function) if isinstance(node, ast.Constant | ast.JoinedStr)]
    return any(re.search(r"\b(write|add|run|set|give|use|remove) [^`]{0,60}`", text) for text in texts)


def strings(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def test_most_codes_have_a_way_out(tmp_path: Path) -> None:
    helped = set()
    shown = set()
    for number, (code, fence, block) in enumerate(examples()):
        shown.add(code)
        bench = Bench(fence, block, tmp_path / str(number))
        if any(works(one, bench) for one in bench.before if one.code == code):
            helped.add(code)
    for code in set(every_code()) - shown:
        told = messages().get(code, [])
        if told and sum(told) * 2 >= len(told):
            helped.add(code)
    missing = sorted(set(every_code()) - helped)
    share = len(helped) / len(every_code())
    assert share >= LEAST, f"{share:.0%}; without: {' '.join(missing)}"


def test_commands_in_advice_exist() -> None:
    """`nccodsl …` in a message names a command."""
    for path in (Path(nccodsl.__file__).parent / "diagnostics" / "messages").glob("*.py"):
        for name in re.findall(r"`nccodsl ([a-z]+)", path.read_text(encoding="utf-8")):
            assert name in cli.commands or cli.get_command(click.Context(cli), name), (path.name, name)

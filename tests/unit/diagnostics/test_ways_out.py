"""Fixes and help lines work: applied to the bad example of a code's page, the problem is gone and no new one appears.

A help line is followed literally: "write `X`" puts X in place of what is marked, "write `X` instead of `Y`" in place of
Y, "add `X`" beside or behind it, "remove `X`" takes X away. Where an example cannot be run (no server answers, a file is
missing), the messages of its code are counted that quote what to type.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import click
import pytest

from nccodsl.analysis.lint.registry import every_code
from nccodsl.base.source import SourceFile
from nccodsl.cli.main import cli
from nccodsl.diagnostics import Diagnostic
from nccodsl.diagnostics.fixes import apply_fixes
from tests.package_trees import MODULES, nodes_of, tree_of
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
            yield from within(text, start, end, what)
            yield text[:start] + f"{what} " + text[start:]
            yield text[:line_start] + f"{what}\n" + text[line_start:]
            yield f"{what}\n{text}"
            yield f"{text}\n{what}\n"


def within(text: str, start: int, end: int, what: str) -> Iterator[str]:
    """The text with `what` as the first line in the braces of what is marked."""
    brace = text.find("{", start, end)
    if brace >= 0:
        yield text[: brace + 1] + f"\n{what}" + text[brace + 1 :]


def works(one: Diagnostic, bench: Bench) -> bool:
    """Whether its fix, or its help line, leads out of it."""
    if one.file is None or one.span is None:
        return False
    if one.fix is not None:
        return bench.helps(one, apply_fixes([one], one.file, unsafe=True)[0])
    return one.help is not None and any(bench.helps(one, text) for text in typed(one, one.file))


def quotes_help(one: Diagnostic) -> bool:
    """Whether it has no fix, and help that can be followed literally."""
    return not one.fix and bool(one.help and ADVICE.search(one.help))


@pytest.mark.parametrize(("code", "fence", "block"), EXAMPLES)
def test_every_fix_works(code: str, fence: str, block: str, tmp_path: Path) -> None:
    bench = Bench(fence, block, tmp_path)
    fixable = [one for one in bench.before if one.fix]
    assert [(one.code, one.message, one.fix) for one in fixable if not works(one, bench)] == []


@pytest.mark.parametrize(("code", "fence", "block"), EXAMPLES)
def test_every_quoted_help_works(code: str, fence: str, block: str, tmp_path: Path) -> None:
    bench = Bench(fence, block, tmp_path)
    quoted = [one for one in bench.before if one.code == code and quotes_help(one)]
    assert [(one.message, one.help) for one in quoted if not works(one, bench)] == []


# ---- how many codes have a way out


@cache
def messages() -> dict[str, list[bool]]:
    """Per code, of each message in the source: whether its advice quotes what to type or run."""
    found: dict[str, list[bool]] = {}
    coded = coded_classes(map(tree_of, MODULES))
    for path in MODULES:
        everywhere = assigned(tree_of(path).body)
        for function in [node for node in nodes_of(path) if isinstance(node, ast.FunctionDef)]:
            inside = tuple(ast.walk(function))
            names = everywhere | assigned(inside)
            for node in inside:
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    codes, advice = codes_and_advice(node, node.func.id, names, coded)
                    for code in codes:
                        found.setdefault(code, []).append(quotes(advice, names))
    return found


def codes_and_advice(
    call: ast.Call, called: str, names: Mapping[str, list[ast.AST]], coded: Mapping[str, str]
) -> tuple[set[str], list[ast.expr]]:
    """The codes that a call may report, and what it gives besides the fact; no codes where it makes no message."""
    keywords = [keyword.value for keyword in call.keywords]
    if called == "Message":
        codes = {text for text in spelled(call.args[0], names, frozenset()) if re.fullmatch("[EW][0-9]{3}", text)}
        return codes, [*call.args[2:], *keywords]
    if called in coded and not any(ast.unparse(argument).startswith("messages.") for argument in call.args):
        return {coded[called]}, [*call.args[1:], *keywords]
    return set(), []


def coded_classes(trees: Iterable[ast.Module]) -> dict[str, str]:
    """The exceptions that have a code of their own, or that of their base: their messages are plain texts."""
    found: dict[str, str] = {}
    for tree in trees:
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                lines = [line for line in node.body if isinstance(line, ast.Assign)]
                own = [ast.literal_eval(line.value) for line in lines if ast.unparse(line.targets[0]) == "code"]
                inherited = [found[base] for base in map(ast.unparse, node.bases) if base in found]
                if codes := [*inherited, *own]:
                    found[node.name] = codes[-1]
    return found


def assigned(nodes: Iterable[ast.AST]) -> dict[str, list[ast.AST]]:
    """What is given to each name, and the functions by their names."""
    found: dict[str, list[ast.AST]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name):
                        found.setdefault(name.id, []).append(node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            found.setdefault(node.target.id, []).append(node.value)
        elif isinstance(node, ast.FunctionDef):
            found.setdefault(node.name, []).append(node)
    return found


QUOTING = re.compile(r"\b(write|add|run|set|give|use|remove)\b [^`]{0,80}`[^`]+`")
FIXES = {"Instead", "write", "did_you_mean", "Fix"}
"""What makes advice that is a fix."""


def quotes(advice: Iterable[ast.AST], names: Mapping[str, list[ast.AST]]) -> bool:
    """Whether advice quotes what to type: "write `…`", "run `…`", "add `…`". Names stand for what they are given."""
    parts = [text for node in advice for text in spelled(node, names, frozenset())]
    return any(part in FIXES or QUOTING.search(part) for part in parts)


def spelled(node: ast.AST, names: Mapping[str, list[ast.AST]], seen: frozenset[str]) -> Iterator[str]:
    """The texts in an expression, with `…` for what is known only when it runs, and the functions that make fixes."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(
            value.value if isinstance(value, ast.Constant) else "".join(spelled(value, names, seen)) or "…"
            for value in node.values
        )
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, ast.Name):
        if node.id in FIXES:
            yield node.id
        elif node.id not in seen:
            for value in names.get(node.id, ()):
                yield from spelled(value, names, seen | {node.id})
    else:
        for child in ast.iter_child_nodes(node):
            yield from spelled(child, names, seen)


def strings(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def test_most_codes_have_a_way_out(tmp_path: Path) -> None:
    """The tests of each example hold that what is offered there works."""
    helped = set()
    shown = set()
    for number, (code, fence, block) in enumerate(examples()):
        shown.add(code)
        bench = Bench(fence, block, tmp_path / str(number))
        if any(one.fix or quotes_help(one) for one in bench.before if one.code == code):
            helped.add(code)
    for code in set(every_code()) - shown:
        told = messages().get(code, [])
        if told and sum(told) * 2 >= len(told):
            helped.add(code)
    missing = sorted(set(every_code()) - helped)
    share = len(helped) / len(every_code())
    assert share >= LEAST, f"{share:.0%}; without: {' '.join(missing)}"


def quoted(pattern: str) -> Iterator[tuple[str, str]]:
    """The file, and each match of a pattern in a text of the source."""
    for path in MODULES:
        for node in nodes_of(path):
            if isinstance(node, ast.Constant | ast.JoinedStr):
                for match in re.findall(pattern, "".join(strings(node))):
                    yield path.name, match


def options_of(command: click.Command) -> set[str]:
    return {name for option in command.params for name in (*option.opts, *option.secondary_opts)} | {"--help"}


def all_options(group: click.Group) -> Iterator[str]:
    """The options of all commands in a group."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        yield from options_of(command)
        if isinstance(command, click.Group):
            yield from all_options(command)


def test_commands_in_advice_exist() -> None:
    """`nccodsl … --option` in a message names a command, and options that it has."""
    told = list(quoted("`(nccodsl [^`]*)`"))
    assert len(told) > 20
    for path, text in told:
        command: click.Command = cli
        for word in text.split()[1:]:
            if word.startswith("-"):
                assert word.partition("=")[0] in options_of(command) | {"--version"}, (path, text, word)
            elif isinstance(command, click.Group):
                found = command.get_command(click.Context(command), word)
                assert found is not None, (path, text, word)
                command = found


def test_options_in_advice_exist() -> None:
    """`--option VALUE` in a message is an option of a command."""
    known = set(all_options(cli)) | options_of(cli)
    told = list(quoted("[^`]`(--[a-z][a-z-]*)"))
    assert len(told) > 20
    assert [(path, option) for path, option in told if option not in known] == []

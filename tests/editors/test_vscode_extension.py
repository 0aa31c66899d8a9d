"""The VS Code extension builds, and its grammar reads every script of the repository as the parser does."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from nccodsl.syntax.keywords import RESERVED
from nccodsl.syntax.tables import parser
from tests.editors.conftest import PAGES, run
from tests.every_script import EVERY
from tests.unit.highlight.test_pygments import correct

pytestmark = pytest.mark.slow

KEYWORD = ("keyword.", "storage.", "support.function.action", "support.function.verb", "constant.language")
NAME = ("entity.name", "variable.other", "support.type", "support.class", "constant.other", "support.function.action")
SCOPES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((*RESERVED.values(), "_EVENT"), KEYWORD),
    "OPTION": ("variable.parameter.option.call",),
    "WORD": NAME,
    "STRING": ("punctuation.definition.string.begin.call", "string.quoted.double.property-name.call"),
    "LONG_STRING": ("punctuation.definition.string.begin.call",),
    "NUMBER": ("constant.numeric.call",),
    "DURATION": ("constant.numeric.duration.call",),
    "TIMES": ("constant.numeric.time.call",),
    "DATES": ("constant.numeric.date.call",),
    "RANGE": ("constant.numeric.range.call",),
    "STATUS": ("constant.numeric.status.call",),
    "METHOD": ("constant.other.method.call",),
    "LIBRARY": ("string.other.library.call",),
    "ARROW": ("keyword.operator.jump.call",),
    "JINJA_BEGIN": ("punctuation.section.embedded.begin.call",),
    "JINJA_END": ("punctuation.section.embedded.end.call",),
}


def test_it_is_checked_and_packed(extension: Path) -> None:
    report = run(extension, "npm", "run", "check")
    assert "run successfuly" in report  # as vscode-tmgrammar-test spells it
    assert re.search(r"^# fail 0$", report, re.M)
    said = run(extension, "npm", "run", "package", NCCODSL_SITE="")
    assert "Without language services in the browser" in said
    with zipfile.ZipFile(extension / "dist" / "nccodsl.vsix") as packed:
        names = {name.removeprefix("extension/") for name in packed.namelist() if name.startswith("extension/")}
    assert names == {
        *("package.json", "readme.md", "language-configuration.json", "dist/extension.js", "snippets/call.json"),
        *("dist/web/extension.js", "dist/web/bridge.js"),
        *("syntaxes/call.tmLanguage.json", "syntaxes/markdown.tmLanguage.json", "media/keypad.css", "media/keypad.js"),
        *(
            f"dist/pages/{path.name}"
            for path in PAGES.iterdir()
            if path.name.startswith(("phone.", "graph.", "layout."))
        ),
        *(f"walkthrough/{step}.md" for step in ("install", "write", "phone", "test", "debug")),
    }


Tokens = list[tuple[int, int, list[str]]]
"""The start and end of each token, and its scopes."""


def _tokens(extension: Path, texts: list[str]) -> list[Tokens]:
    found = json.loads(run(extension, "node", "test/tokens.mjs", given=json.dumps(texts)))
    return [_in_characters(text, tokens) for text, tokens in zip(texts, found, strict=True)]


def _in_characters(text: str, tokens: list[list[Any]]) -> Tokens:
    """Tokens with the offsets of characters instead of UTF-16 units; the empty ones are left out."""
    at = [at for at, sign in enumerate(text) for _ in range(2 if ord(sign) > 0xFFFF else 1)] + [len(text)]
    return [(at[start], at[end], scopes) for start, end, *scopes in tokens if start < end]


def _scoped_otherwise(text: str, tokens: Tokens) -> list[str]:
    found = {start: scopes[-1] if scopes else "" for start, _, scopes in tokens}
    wrong = [f"{text[at : at + 20]!r} is {scope}" for at, scope in found.items() if scope.startswith("invalid")]
    for token in parser().parse_interactive(text).iter_parse():
        scope = found.get(token.start_pos or 0, "")
        # A line is all that a TextMate grammar looks ahead.
        alone = token.type == "OPTION" and "=" not in text[token.end_pos :].partition("\n")[0]
        if token.type in SCOPES and not alone and not scope.startswith(SCOPES[token.type]):
            wrong.append(f"line {token.line}: {token.type} {token!s} is {scope}")
    return wrong


def test_scopes_are_those_of_the_parser(extension: Path) -> None:
    found = dict(zip(EVERY, _tokens(extension, list(EVERY.values())), strict=True))
    # Scripts with mistakes too have tokens without a gap.
    for name, tokens in found.items():
        assert "".join(EVERY[name][start:end] for start, end, _ in tokens) == EVERY[name].replace("\n", ""), name
    wrong = {name: mistakes for name, text in correct().items() if (mistakes := _scoped_otherwise(text, found[name]))}
    assert wrong == {}

"""The library as Markdown: ``python -m nccodsl.cli.library_pages > docs/library.md``.

A file begins with a comment: what it does, and behind ``Params:``, ``Outcomes:`` and ``Example:`` a line for each name
(``name   meaning``), and a script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import takewhile
from textwrap import dedent

from nccodsl.base.record import Record
from nccodsl.base.source import SourceFile, Sources
from nccodsl.diagnostics import Collector
from nccodsl.std import library_names, read_library
from nccodsl.syntax import ast
from nccodsl.syntax.ignores import Ignores
from nccodsl.syntax.parser import parse

_SECTION = re.compile(r"^(Params|Outcomes|Example):\n", re.M)
_MEANING = re.compile(r"^  (\w+) +(\S.*)$", re.M)

_HEAD = """\
# The library

<!-- Written by `python -m nccodsl.cli.library_pages`. Change the files of the library, not this one. -->

When you have read this page, you can ask callers for digits, a date or a decision in three lines, and the answers are
read back and confirmed.

The library comes with nccodsl. `include <std/confirm.call>` adds a file of it to a script, and `ask` asks a dialog:

```call
include <std/confirm.call>
include <std/collect.call>

step main {
  ask collect(question="Please enter your order number.", least=6, most=6) as order {
    on done     -> cancel
    on given_up -> goodbye
  }
}

step cancel {
  ask confirm(question="Would you like to cancel the order {{ order.digits | spell }}?") {
    on yes    { talk "It is canceled." }
    otherwise { talk "Nothing has changed." }
  }
}

step goodbye {
  talk "Goodbye."
}

test "an order is canceled" {
  press "471108"
  hear "You entered: 4, 7, 1, 1, 0, 8."
  say "yes"
  hear "Would you like to cancel"
  press "1"
  hear "It is canceled."
}
```

- All that callers hear comes from params with defaults, so you change only the words that you want to change.
- In a script with [several languages](several-languages.md), the library speaks the language of the call: English,
  German, French, Italian, Portuguese and Spanish come with it. For any other language, `nccodsl texts update` adds its
  texts to your files.
- A dialog adds no webhook. Its parts do not count in the coverage of your script: tests of the library cover them.
- `nccodsl explain std` lists the library, and `nccodsl explain std/confirm` shows a part of this page. The
  [files](../nccodsl/std) are ordinary scripts: copy one if you want to change more than its words.
"""


class LibraryPage(Record):
    """What a file of the library says of itself: paragraphs, and what its params and outcomes mean."""

    name: str
    words: tuple[str, ...]
    params: Mapping[str, str]
    outcomes: Mapping[str, str]
    example: str
    dialogs: tuple[ast.Dialog, ...]
    file: SourceFile


def library_page(name: str) -> LibraryPage:
    """The page of a file, such as `std/confirm`. Raises CannotRead."""
    shown, text = read_library(f"<{name}.call>")
    sources = Sources()
    file = sources.add(shown, text)
    script = parse(file, Collector(sources, Ignores()))
    words, *sections = _SECTION.split(_comment(text))
    parts = dict(zip(sections[::2], sections[1::2], strict=True))
    return LibraryPage(
        name=name,
        words=tuple(part.replace("\n", " ") for part in words.strip().split("\n\n")),
        params=dict(_MEANING.findall(parts["Params"])),
        outcomes=dict(_MEANING.findall(parts["Outcomes"])),
        example=dedent(parts["Example"]).strip("\n") + "\n",
        dialogs=tuple(item for item in script.items if isinstance(item, ast.Dialog)),
        file=file,
    )


def _comment(text: str) -> str:
    """The comment that a file begins with, without its `#`."""
    lines = takewhile(lambda line: line.startswith("#"), text.split("\n"))
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines)


def page_text(page: LibraryPage, level: str = "#") -> str:
    """A page as Markdown."""
    return "\n".join([f"{level} {page.name}\n", *_parts(page)])


def page_data(page: LibraryPage) -> dict[str, object]:
    """A page as JSON-ready data."""
    return {
        "name": page.name,
        "about": page.words[0],
        "include": f"include <{page.name}.call>",
        "dialogs": [
            {
                "name": dialog.name.text,
                "params": [
                    {
                        "name": member.key.text,
                        "type": _slice(page, member.shape),
                        "required": member.default is None and not member.optional,
                        "default": _slice(page, member.default) if member.default is not None else None,
                        "about": page.params.get(member.key.text, ""),
                    }
                    for member in dialog.params
                ],
                "outcomes": [
                    {
                        "name": outcome.name.text,
                        "returns": {one.key.text: _slice(page, one.shape) for one in outcome.members},
                        "about": page.outcomes.get(outcome.name.text, ""),
                    }
                    for outcome in dialog.outcomes
                ],
            }
            for dialog in page.dialogs
        ],
    }


def _parts(page: LibraryPage) -> Iterator[str]:
    yield from (f"{words}\n" for words in page.words)
    yield f"```call\n{page.example}```\n"
    for dialog in page.dialogs:
        yield f"| param of `{dialog.name.text}` | type | default | meaning |\n| --- | --- | --- | --- |"
        for member in dialog.params:
            name = member.key.text
            kind, default = _slice(page, member.shape), _default(page, member)
            yield f"| `{name}` | {kind} | {default} | {page.params.get(name, '')} |"
        yield "\n| outcome | returns | meaning |\n| --- | --- | --- |"
        for outcome in dialog.outcomes:
            name = outcome.name.text
            values = ", ".join(f"`{one.key.text}`: {_slice(page, one.shape)}" for one in outcome.members)
            yield f"| `{name}` | {values} | {page.outcomes.get(name, '')} |"
        yield ""


def _default(page: LibraryPage, member: ast.Member) -> str:
    if member.default is not None:
        return f"`{_slice(page, member.default)}`"
    return "none" if member.optional else "required"


def _slice(page: LibraryPage, node: ast.Node) -> str:
    return page.file.slice(node.span)


def to_text() -> str:
    """The page of the documentation."""
    return "\n".join([_HEAD, *(page_text(library_page(name), "##") for name in library_names())])


def main() -> None:
    print(to_text(), end="")


if __name__ == "__main__":
    main()

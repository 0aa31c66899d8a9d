"""The options of every action, endpoint and call as Markdown: ``python -m nccodsl.voice.reference > docs/options.md``.

Owns: how the catalogue's facts are worded and laid out. Does not own: any fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nccodsl.voice.catalogue import Option, Spec, catalogue
from nccodsl.voice.option_words import about, allowed, default_words, meaning, type_words

_HEAD = """\
# Options

<!-- Written by `python -m nccodsl.voice.reference`. Change the models in nccodsl/models, not this file. -->

This page lists every option that you can write in a script.
[The language](language.md#how-options-reach-the-api) explains how to write them.

- *script* is the name in a script. **first** marks the main value: it comes right after the name of the statement,
  without its own name.
- *API* is the place in the JSON. A dot leads into an object.
- *type* of a list: a list of one item can be written without brackets.
- *allowed*: any other value is an error, unless the column says that it is a warning.
"""
_TABLE = "| script | API | type | allowed | default | meaning |\n| --- | --- | --- | --- | --- | --- |"

_CALL_WAYS = {"to": "`to …`", "from": "`from …`", "ncco": "the steps"}
"""Parts of the call body that are not written as options."""


def to_text() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_sections()])


def _sections() -> Iterator[str]:
    found = catalogue()
    yield "## Actions\n"
    for name, spec in found.actions.items():
        yield f"### `{name}`\n"
        yield about(spec) + "\n"
        if not spec.withdrawn:
            yield from _rows(spec)
    for place, heading in (
        ("connect", "Endpoints of `connect`"),
        ("call", "Endpoints of the call (`to`)"),
    ):
        yield f"## {heading}\n"
        for name, spec in found.endpoints[place].items():
            yield f"### `{'to' if place == 'call' else place} {name}`\n"
            yield about(spec) + "\n"
            yield from _rows(spec)
    yield "## The call\n"
    yield "The body of `POST /v1/calls`:\n"
    yield from _rows(found.call["v1"], _CALL_WAYS)
    yield "These options are different in `POST /v2/calls`:\n"
    yield from _table(_changed(found.call["v1"].options, found.call["v2"].options), _CALL_WAYS)


def _changed(old: Iterable[Option], new: Iterable[Option]) -> list[Option]:
    before = {option.name: _row(option) for option in old}
    return [option for option in new if before.get(option.name) != _row(option)]


def _rows(spec: Spec, ways: dict[str, str] | None = None) -> Iterator[str]:
    yield from _table(spec.options, ways)


def _table(options: Iterable[Option], ways: dict[str, str] | None = None) -> Iterator[str]:
    yield _TABLE
    for option in options:
        yield _row(option, (ways or {}).get(option.name))
    yield ""


def _row(option: Option, way: str | None = None) -> str:
    name = way or f"`{option.name}`"
    if option.main:
        name += " **first**"
    cells = [
        name,
        f"`{'.'.join(option.path)}`",
        type_words(option),
        allowed(option),
        default_words(option),
        meaning(option),
    ]
    return "| " + " | ".join(cell.replace("|", "\\|").replace("<", "\\<") for cell in cells) + " |"


def main() -> None:
    print(to_text(), end="")


if __name__ == "__main__":
    main()

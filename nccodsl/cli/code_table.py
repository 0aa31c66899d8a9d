"""The index of all codes as Markdown: ``python -m nccodsl.cli.code_table > docs/errors.md``.

Owns: the headings of the families. Does not own: the codes, which are in the register and in the lints.
"""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.analysis.lint.registry import LINTS, every_code
from nccodsl.diagnostics import Code

FAMILIES = {
    "E1": "Syntax",
    "E2": "Names",
    "E3": "Values",
    "E4": "Rules between options",
    "E5": "Steps and branches",
    "E6": "Templates",
    "E7": "Calls",
    "E8": "Webhook server",
    "W": "Warnings",
}
"""The subject of each family of codes, by the prefix of its codes."""

_HEAD = """\
# Codes

<!-- Written by `python -m nccodsl.cli.code_table`. Change the register or a lint, not this file. -->

This page lists every error and warning. Each has a code that keeps its meaning. The link of a code leads to its page,
with a wrong and a right example. `nccodsl explain E304` shows that page in the terminal.

An error (E) stops the compiler. A warning (W) stops it only with `--strict`. A comment can
[ignore warnings](language.md#ignoring-warnings).
"""

_LINTS = """\
## Lints

Lints are warnings about valid scripts that have a likely problem. Each lint is a file in
[nccodsl/analysis/lint](../nccodsl/analysis/lint).

| code | about | fix | what it says |
| --- | --- | --- | --- |"""


def to_text() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_sections()])


def _sections() -> Iterator[str]:
    for prefix, heading in FAMILIES.items():
        yield f"## {heading}\n"
        yield "| code | name | what it says | since | status |\n| --- | --- | --- | --- | --- |"
        yield from (_row(code) for code in every_code().values() if code.id.startswith(prefix))
        yield ""
    yield _LINTS
    yield from (f"| {rule.code.id} | {rule.concern} | {rule.fix or 'none'} | {rule.code.title} |" for rule in LINTS)
    yield ""


def _row(code: Code) -> str:
    page = f"[{code.id}](../nccodsl/diagnostics/pages/{code.id}.md)"
    return f"| {page} | `{code.name}` | {code.title} | {code.since} | {code.status} |"


def main() -> None:
    print(to_text(), end="")


if __name__ == "__main__":
    main()

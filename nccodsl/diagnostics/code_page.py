"""The page of a code, as Markdown. `nccodsl explain` prints it, and editors show it."""

from __future__ import annotations

from nccodsl.base.package_data import package_data
from nccodsl.diagnostics.codes import Code


def code_page(code: Code) -> str:
    """The page of a code; what the register says of it, where it has none."""
    try:
        return package_data(__file__, f"pages/{code.id}.md").decode()
    except OSError:
        return f"# {code.id}: {code.name}\n\n{code.title[0].upper()}{code.title[1:]}.\n"

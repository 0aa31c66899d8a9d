"""A JSON document as a script."""

from __future__ import annotations

from nccodsl.decompiler.to_script import decompile_text
from nccodsl.editor.ncco_document import NccoDocument


def script_of_document(document: NccoDocument) -> str | None:
    """The script that compiles to a document; None where the document has errors. Raises ProofFailed."""
    if any(found.is_error for found in document.findings):
        return None
    result = decompile_text(document.name, document.text, params=False, lenient=False, api=None)
    return result.scripts[0] if result.scripts else None

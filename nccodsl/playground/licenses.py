"""The licenses of what a playground holds."""

from __future__ import annotations

from importlib.metadata import Distribution
from pathlib import Path

from nccodsl.playground.pyodide_files import VERSION
from nccodsl.playground.python_archives import distributions

_HEAD = f"""# What this page holds

The scripts of the page: `static/studio.LICENSES.md` and `static/layout.LICENSE.md`.

Python for browsers, in `pyodide/`: Pyodide, under the Mozilla Public License 2.0, with its sources at
<https://github.com/pyodide/pyodide> (expected version: {VERSION}). It contains CPython, under the PSF License
Agreement: <https://docs.python.org/3/license.html>.

The libraries in `python/`:
"""


def licenses() -> str:
    """One page for all of them, in Markdown."""
    return "\n".join([_HEAD, *map(_told, distributions())])


def _told(library: Distribution) -> str:
    texts = [
        Path(str(file.locate())).read_text(encoding="utf-8").strip()
        for file in library.files or ()
        if ".dist-info" in str(file) and file.name.partition(".")[0].startswith(("LICENSE", "COPYING"))
    ]
    return "\n\n".join([f"## {library.name} {library.version}", *texts, ""])

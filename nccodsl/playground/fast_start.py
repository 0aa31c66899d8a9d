"""A faster start of a playground: what Python imports first is compiled when the site is built, not in each browser.

Bytecode fits one version of Python, so Pyodide itself compiles it. That takes Node; without it, a site starts slower.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from nccodsl.playground.pyodide_files import PyodideFiles
from nccodsl.playground.python_archives import CORE

_LOG = logging.getLogger(__name__)
_SECONDS = 300.0
_STDLIB = "python_stdlib.zip"


def compiled(pyodide: PyodideFiles, archives: dict[str, bytes], example: str) -> tuple[PyodideFiles, dict[str, bytes]]:
    """Both with bytecode of what a page with the script `example` imports; as they are where Node is not found."""
    node = shutil.which("node")
    if node is None:
        return pyodide, archives
    with TemporaryDirectory(prefix="nccodsl-") as folder:
        place, core, script = Path(folder, "pyodide"), Path(folder, CORE), Path(folder, "example.call")
        place.mkdir()
        for name, data in pyodide.files.items():
            (place / name).write_bytes(data)
        core.write_bytes(archives[CORE])
        script.write_text(example, encoding="utf-8")
        command = [node, str(Path(__file__).with_name("precompile.mjs")), str(place), str(core), str(script)]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS, cwd=folder)
        except (OSError, subprocess.SubprocessError) as error:
            _LOG.warning("Node does not run Pyodide, so the site starts slower: %s", _said(error))
            return pyodide, archives
        faster = PyodideFiles({**pyodide.files, _STDLIB: (place / _STDLIB).read_bytes()}, pyodide.python)
        return faster, {**archives, CORE: core.read_bytes()}


def _said(error: OSError | subprocess.SubprocessError) -> str:
    written = getattr(error, "stderr", None) or b""
    return (written.decode("utf-8", "replace").strip().splitlines() or [str(error)])[-1][:500]

"""`python -m tests.proofs workbench SHOTS`: the extension for VS Code in a real workbench, with a picture of each thing.

With `--site SITE`, it is a web extension there, and no nccodsl is installed: the language services are those of a site
that `nccodsl studio --build SITE` has written.

The workbench is code-server from npm, in Debian's Chromium. It takes about 3 minutes and 320 MB to install, once, in
`.cache/workbench`. It needs Node 20 with npm, a C++ compiler, `chromium` and `rg` (Debian: ripgrep) on the PATH.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.every_script import ROOT

EXTENSION = ROOT / "editors" / "vscode"
INSTALLED = ROOT / ".cache" / "workbench"
CODE_SERVER = INSTALLED / "node_modules" / "code-server"
WEB = "/_static/web-extension"
"""Where a web extension is served: code-server serves its own folder at /_static."""
PACKAGES = ("code-server@4.100.3", "playwright-core@1.65.1")
"""The last code-server for Node 20."""
NATIVE = ("node-pty", "@vscode/spdlog", "native-watchdog")
"""What is compiled. The rest of what npm would compile or download is not needed here."""
TOOLS = ("node", "npm", "chromium", "rg")
SETTINGS = {
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
    "telemetry.telemetryLevel": "off",
    "editor.minimap.enabled": False,
    "extensions.ignoreRecommendations": True,
    "files.exclude": {"**/.venv": True},
}
DOCUMENT = """[
  {"action": "talk", "text": "Thank you for calling.", "lop": 2},
  {"action": "record", "eventUrl": ["https://shop.example.com/messages"]}
]
"""


def main(arguments: list[str]) -> int:
    """Use the extension, and keep pictures. Returns 1 where something did not appear, 2 where a program is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs workbench", description=__doc__)
    parser.add_argument("shots", type=Path, help="the folder for the pictures")
    parser.add_argument("parts", nargs="*", metavar="PART", help="parts of editors/vscode/test/workbench.mjs; else all")
    parser.add_argument("--site", type=Path, help="use it as a web extension, with the services of this site")
    given = parser.parse_args(arguments)
    if missing := [name for name in TOOLS if shutil.which(name) is None]:
        print(f"not on the PATH: {', '.join(missing)}", file=sys.stderr)
        return 2
    if not (INSTALLED / "installed").exists():
        install()
    _run(EXTENSION, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    site = {"NCCODSL_SITE": str(given.site.absolute())} if given.site else {}
    _run(EXTENSION, "npm", "run", "--silent", "package", **site)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), web=bool(site)) as address:
        script = EXTENSION / "test" / "workbench.mjs"
        command = ["node", str(script), address, str(shutil.which("chromium")), str(given.shots.absolute())]
        return int(subprocess.run([*command, *given.parts], cwd=INSTALLED, check=False).returncode != 0)


def install() -> None:
    """Install the workbench: npm would download ripgrep from elsewhere, so that no install scripts run but ours."""
    npm = ("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    INSTALLED.mkdir(parents=True, exist_ok=True)
    (INSTALLED / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    _run(INSTALLED, *npm, *PACKAGES)
    _run(INSTALLED, "npm", "rebuild", "argon2", "--loglevel=error")
    code = CODE_SERVER / "lib" / "vscode"
    _run(code, *npm, "--omit=dev")
    _run(code, "npm", "rebuild", *NATIVE, "--loglevel=error")
    _run(code / "extensions", *npm, "--omit=dev")
    search = code / "node_modules" / "@vscode" / "ripgrep" / "bin" / "rg"
    search.parent.mkdir(exist_ok=True)
    _link(search, str(shutil.which("rg")))
    _link(code / "node_modules.asar", "node_modules")
    (INSTALLED / "installed").touch()


@contextmanager
def served(folder: Path, *, web: bool) -> Iterator[str]:
    """A workbench with the extension, which shows a workspace in `folder`; its address.

    A web extension is not installed, but served beside the workbench: the address names it.
    """
    data = folder / "data"
    (data / "User").mkdir(parents=True)
    (data / "User" / "settings.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    (folder / "config.yaml").write_text("auth: none\n", encoding="utf-8")
    server = ("node", str(CODE_SERVER), "--config", str(folder / "config.yaml"))
    places = ("--user-data-dir", str(data), "--extensions-dir", str(folder / "extensions"))
    packed = EXTENSION / "dist" / "nccodsl.vsix"
    calls = workspace(folder / "calls")
    if web:
        unpack(packed, folder / "web")
    else:
        _run(folder, *server, *places, "--install-extension", str(packed))
        install_program(calls)
    quiet = ("--disable-telemetry", "--disable-update-check", "--disable-workspace-trust")
    command = [*server, *places, *quiet, "--bind-addr", "127.0.0.1:0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout is not None
            lines = (line.split() for line in process.stdout)
            address = next(words[-1] for words in lines if "listening" in words and words[-1].startswith("http"))
            yield f"{address}?folder={calls}" + (f"&extension={WEB}" if web else "")
        finally:
            process.terminate()


def workspace(folder: Path) -> Path:
    """A script of the examples with two of its tests, one that includes another, and a JSON document with a mistake."""
    folder.mkdir()
    script = (ROOT / "examples" / "ivr-with-voicemail" / "script.call").read_text(encoding="utf-8")
    (folder / "menu.call").write_text("test ".join(script.split("test ")[:3]), encoding="utf-8")
    (folder / "closing.call").write_text('step closing {\n  talk "Goodbye."\n}\n', encoding="utf-8")
    (folder / "short.call").write_text('include "closing.call"\nstep main {\n  -> closing\n}\n', encoding="utf-8")
    (folder / "greeting.ncco.json").write_text(DOCUMENT, encoding="utf-8")
    return folder


def install_program(calls: Path) -> None:
    """This nccodsl in the environment of a workspace."""
    program = calls / ".venv" / "bin" / "nccodsl"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m nccodsl "$@"\n', encoding="utf-8")
    program.chmod(0o755)


def unpack(packed: Path, folder: Path) -> None:
    """Put an extension where the workbench serves it at WEB."""
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder)
    _link(CODE_SERVER / Path(WEB).name, str(folder / "extension"))


def _run(folder: Path, *command: str, **variables: str) -> None:
    # The install script of node-pty calls npx, which asks.
    subprocess.run(command, cwd=folder, check=True, env={**os.environ, "npm_config_yes": "true", **variables})


def _link(place: Path, target: str) -> None:
    place.unlink(missing_ok=True)
    place.symlink_to(target)

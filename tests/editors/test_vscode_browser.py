"""The VS Code extension in the browser: its bundles need no Node, and its bridge starts the language services."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nccodsl.playground.static_site import OfferedScripts, build_site
from tests.chromium import in_chromium
from tests.editors.conftest import run
from tests.pyodide import pyodide, quick_builds
from tests.web.static_server import Site

pytestmark = pytest.mark.slow

SCRIPT = 'include "shared/closing.call"\nstep main {\n  talk "Hi" lop=3\n  -> closing\n}\n'
POLICY = (
    "default-src 'none'; child-src 'self' data: blob:; script-src 'self' 'unsafe-eval' https: http://localhost:* blob:; "
    "connect-src 'self' https: http://localhost:*"
)
"""What the editor lets extensions do. Their files come from another origin than its page."""
TALK = """async ({base, script}) => {
  // As the editor starts a worker.
  const classic = new Blob([`importScripts(${JSON.stringify(base + "bridge.js")})`]);
  const bridge = new Worker(URL.createObjectURL(classic));
  const {port1: port, port2} = new MessageChannel();
  const told = new Promise((resolve, fail) => {
    bridge.onmessage = ({data}) => resolve(data);
    bridge.onerror = ({message}) => fail(new Error(message));
  });
  bridge.postMessage({kind: "start", base}, [port2]);
  const answers = new Map();
  port.onmessage = ({data}) => answers.get(data.id)?.(data.result);
  const tell = (method, params) => port.postMessage({jsonrpc: "2.0", method, params});
  const ask = (method, params) => new Promise((resolve) => {
    const id = answers.size + 1;
    answers.set(id, resolve);
    port.postMessage({jsonrpc: "2.0", id, method, params});
  });
  const uri = "file:///project/menu.call";
  port.postMessage({kind: "file", path: "shared/closing.call", text: 'step closing {\\n  talk "Goodbye."\\n}\\n'});
  const started = ask("initialize", {processId: null, rootUri: "file:///project/", capabilities: {}});
  const said = await told;
  if (said.kind !== "ready") throw new Error(said.why);
  const {serverInfo} = await started;
  tell("initialized", {});
  tell("textDocument/didOpen", {textDocument: {uri, languageId: "call", version: 1, text: script}});
  const {items} = await ask("textDocument/diagnostic", {textDocument: {uri}});
  return {name: serverInfo.name, codes: items.map(({code}) => code)};
}"""


@pytest.fixture(scope="module")
def packed(extension: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension with language services for the browser, unpacked."""
    folder = tmp_path_factory.mktemp("packed")
    with quick_builds():
        build_site(str(folder / "site"), OfferedScripts("a script", {"menu.call": SCRIPT}), pyodide())
    run(extension, "npm", "run", "package", NCCODSL_SITE=str(folder / "site"))
    with zipfile.ZipFile(extension / "dist" / "nccodsl.vsix") as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def served(packed: Path) -> Iterator[Site]:
    """The files for the browser, for every origin, and pages under the policy."""
    headers = {"Content-Security-Policy": POLICY, "Access-Control-Allow-Origin": "*"}
    with Site(packed / "extension" / "dist" / "web", headers=headers) as site:
        yield site
        site.shutdown()


def test_the_entry_for_the_browser_needs_no_node(extension: Path) -> None:
    run(extension, "npm", "run", "build", NCCODSL_SITE="")
    named = extension / json.loads((extension / "package.json").read_text(encoding="utf-8"))["browser"]
    entry, bridge = (path.read_text(encoding="utf-8") for path in (named, named.with_name("bridge.js")))
    assert {*re.findall(r"""\brequire\(["']([^"']+)["']\)""", entry)} == {"vscode"}
    assert "node:" not in entry
    assert "require(" not in bridge


def test_a_site_that_is_not_complete_is_refused(extension: Path, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"services_worker\.js does not exist"):
        run(extension, "npm", "run", "build", NCCODSL_SITE=str(tmp_path))


def test_what_is_packed_has_the_services(packed: Path) -> None:
    web = packed / "extension" / "dist" / "web"
    for name in ("services_worker.js", "LICENSES.md", "python/core.zip", "python/later.json", "pyodide/pyodide.mjs"):
        assert (web / name).is_file(), name
    # Markets serve files as types of this list, and browsers take modules of no other type.
    types = (packed / "[Content_Types].xml").read_text(encoding="utf-8")
    assert re.search(r'Extension="\.mjs" ContentType="(text|application)/javascript"', types)


def test_the_services_answer_through_the_bridge(served: Site) -> None:
    def answers(browser: Any) -> object:
        page = browser.new_page()
        page.goto(served.url)
        return page.evaluate(TALK, {"base": served.url.replace("127.0.0.1", "localhost"), "script": SCRIPT})

    assert in_chromium(answers) == {"name": "nccodsl", "codes": ["E202"]}

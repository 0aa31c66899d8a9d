"""The studio without a server: static files, Python in the browser, and the same answers as from CPython."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from nccodsl.cli.playground import examples_offered
from nccodsl.playground.static_site import OfferedScripts, build_site
from nccodsl.studio.page_session import PageSession
from tests.e2e.servers import wait_for
from tests.pyodide import pyodide, quick_builds
from tests.web.conftest import PATIENCE
from tests.web.static_server import Site
from tests.web.studio_page import CLIPBOARD, StudioPage
from tests.web.waits import wait_until

pytestmark = pytest.mark.slow

PHONE = 390
MORNING = "2026-03-02T10:00:00+00:00"
SECONDS = re.compile(r'"seconds": [0-9.e-]+')
MENU = "ivr-with-voicemail/script.call"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("sites") / "playground"
    build_site(str(found), examples_offered(), pyodide())
    return found


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    with Site(folder) as server:
        yield server
        server.shutdown()


class Playground(StudioPage):
    """The page. `offline` takes the network away."""

    def ready(self) -> None:
        """Wait until Python answers."""
        self.page.locator("#count", has_text="No problems").wait_for(state="attached")

    def offline(self, gone: bool) -> None:
        self.page.context.set_offline(gone)

    def kept(self) -> None:
        """Wait until the page opens without a network."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")


@contextmanager
def opened(browser: Any, site: Site, hash: str = "", *, width: int = 1200, context: Any = None) -> Iterator[Playground]:
    """The page in a browser that was never there, or in `context`. At the end no page has failed, and nothing was asked
    of other places."""
    used = context or browser.new_context(viewport={"width": width, "height": 844})
    used.set_default_timeout(PATIENCE)
    page = Playground(used.new_page())
    page.page.add_init_script(CLIPBOARD)
    page.page.goto(site.url + hash)
    page.page.locator("#files option").first.wait_for(state="attached")
    yield page
    page.page.close()
    assert page.errors == [], page.errors
    own = (site.url, f"blob:{site.url.partition('/playground')[0]}", "data:")
    assert [url for url in page.requests if not url.startswith(own)] == []
    if context is None:
        used.close()


def test_it_opens_checks_and_works_offline(browser: Any, site: Site) -> None:
    with opened(browser, site) as page:
        page.line("A shop's line").wait_for()
        page.ready()
        page.phone.get_by_role("button", name="1", exact=True).click()
        page.phone.get_by_role("button", name="Busy", exact=True).click()
        page.go_to("I am connecting you with sales")
        page.page.keyboard.press("End")
        page.page.keyboard.type(" lop=2")
        page.page.get_by_role("button", name="Change to `loop`").click()
        page.line("loop=2").wait_for()
        page.ready()
        page.kept()
        page.offline(True)
        page.page.reload()
        page.line("loop=2").wait_for()
        page.ready()
        page.phone.get_by_role("button", name="Undo").click()
        page.phone.get_by_role("button", name="Busy", exact=True).wait_for()
        page.tab("Graph")
        page.graph.locator(".box.step", has_text="voicemail").wait_for()
        # A library that no script has needed yet comes from what was kept, too.
        page.page.get_by_label("File", exact=True).select_option("clinic-line/script.call")
        page.line("languages").wait_for()
        page.ready()
        page.offline(False)


def test_what_is_saved_stays_in_this_browser(browser: Any, site: Site) -> None:
    context = browser.new_context()
    with opened(browser, site, context=context) as page:
        assert page.page.get_by_role("button", name="Original").count() == 0
        page.go_to("Please leave your message")
        page.page.keyboard.press("Home")
        page.page.keyboard.insert_text("# mine\n")
        # Before Python has started, too.
        page.page.keyboard.press("Control+s")
        page.page.get_by_text(f"Saved {MENU} in this browser.").wait_for()
        page.ready()
        page.page.once("dialog", lambda dialog: dialog.accept("night"))
        page.page.get_by_role("button", name="New").click()
        page.phone.get_by_role("heading", name="night.call").wait_for()
        page.page.get_by_role("button", name="Save", exact=True).click()
        page.page.get_by_text("Saved night.call in this browser.").wait_for()
    with opened(browser, site, f"#open={MENU}", context=context) as page:
        page.line("# mine").wait_for()
        page.page.get_by_label("File", exact=True).select_option("night.call")
        page.line("step main").wait_for()
        page.page.get_by_label("File", exact=True).select_option(MENU)
        page.page.get_by_role("button", name="Original").click()
        page.page.get_by_text("as it was at first").wait_for()
        with opened(browser, site, f"#open={MENU}", context=context) as other:
            # What is edited here is there, too, and not saved.
            other.line("A shop's line").wait_for()
            other.type_at_end("# other\n")
            other.page.keyboard.press("Control+s")
            other.page.get_by_text(f"Saved {MENU} in this browser.").wait_for()
        page.page.get_by_role("button", name="Save", exact=True).click()
        page.page.get_by_text(f"{MENU} has changed in this browser since it was opened.").wait_for()
        page.page.get_by_role("button", name="Save over it").click()
        page.page.get_by_text(f"Saved {MENU} in this browser.").wait_for()
        page.page.get_by_role("button", name="Original").wait_for(state="hidden")
        with page.page.expect_download() as download:
            page.page.get_by_role("button", name="Download").click()
        assert download.value.suggested_filename == "script.call"
        example = examples_offered().texts[MENU]
        assert Path(download.value.path()).read_text(encoding="utf-8") == example
    context.close()


def test_a_link_opens_the_same_script_and_call_elsewhere(browser: Any, site: Site) -> None:
    with opened(browser, site) as page:
        page.replace('step main {\n  input dtmf max_digits=1 { on "7" { talk "Lucky." } otherwise { hangup } }\n}\n')
        page.phone.get_by_role("button", name="7", exact=True).click()
        page.phone.get_by_text("Lucky.").wait_for()
        page.page.get_by_role("button", name="Share").click()
        page.page.locator("#said", has_text="opens for anyone who has it").wait_for()
        shared = page.page.evaluate("location.hash || sessionStorage.getItem('shared')")
    with opened(browser, site, shared) as page:
        page.phone.get_by_text("Lucky.").wait_for()
        page.line('on "7"').wait_for()
        # Links that are opened in a page that shows something already:
        page.page.evaluate("location.hash = '#open=clinic-line/script.call'")
        page.line("languages").wait_for()
        wait_until(page.page, "location.hash === ''")


@pytest.mark.parametrize("hash", ["#open=nowhere.call", "#share=AAAA", "#open=%", "#other=1", "#share="])
def test_a_link_that_leads_nowhere_opens_the_first_script(browser: Any, site: Site, hash: str) -> None:
    with opened(browser, site, hash) as page:
        page.line("A shop's line").wait_for()


def test_it_works_offline_from_a_host_that_redirects(browser: Any, folder: Path) -> None:
    with Site(folder, redirects=True) as site, opened(browser, site) as page:
        page.ready()
        page.kept()
        page.offline(True)
        page.page.reload()
        page.ready()
        page.phone.get_by_role("button", name="1", exact=True).wait_for()
        page.offline(False)
        site.shutdown()


def first_line(browser: Any, site: Site, context: Any) -> str:
    """How the first script begins, in a new tab."""
    with opened(browser, site, context=context) as page:
        return page.page.locator(".cm-line").first.inner_text()


def test_a_new_build_is_kept_as_a_whole(browser: Any, folder: Path, tmp_path: Path) -> None:
    """Though the browser may have files of the earlier one still, and the server is gone by then."""
    place = tmp_path / "playground"
    shutil.copytree(folder, place)
    context = browser.new_context()
    with Site(place) as site:
        with opened(browser, site, context=context) as page:
            page.ready()
            page.kept()
        before = json.loads((place / "scripts.json").read_text(encoding="utf-8"))["texts"]
        shutil.rmtree(place)
        other = OfferedScripts("mine", {"mine.call": before[MENU].replace("A shop's line", "My own line")})
        with quick_builds():
            build_site(str(place), other, pyodide())
        with opened(browser, site, context=context) as page:
            page.line("line: a menu by key").wait_for()
            page.page.evaluate(
                "navigator.serviceWorker.getRegistration().then(async (one) => { await one.update();"
                " while (one.installing || !(one.waiting || one.active)) await new Promise((go) => setTimeout(go, 50)); })"
            )
            addresses = page.page.evaluate(_KEPT)
        # The browser takes the new one when it has seen that no page shows the earlier one.
        wait_for(lambda: first_line(browser, site, context).startswith("# My own line"), 60)
        built = json.loads(
            (place / "service-worker.js").read_text(encoding="utf-8").partition(" = ")[2].partition(";\n")[0]
        )
        assert {f"{site.url}{path}?{hash}" for path, hash in built["files"].items()} <= set(addresses)
        site.shutdown()
    context.close()


_KEPT = """(async () => {
  const [name] = await caches.keys();
  return (await (await caches.open(name)).keys()).map(({ url }) => url);
})()"""


@contextmanager
def incomplete(browser: Any, folder: Path, place: Path, missing: str, hash: str = "") -> Iterator[Playground]:
    """A site at `place` without one of its files."""
    shutil.copytree(folder, place)
    (place / missing).unlink()
    with Site(place) as site:
        context = browser.new_context()
        context.set_default_timeout(PATIENCE)
        page = Playground(context.new_page())
        page.page.goto(site.url + hash)
        yield page
        context.close()
        site.shutdown()


NOT_HERE = "What checks the script does not run here"


@pytest.mark.parametrize("missing", ["static/services_worker.js", "python/core.zip", "pyodide/pyodide.asm.wasm"])
def test_what_is_missing_is_said_at_once(browser: Any, folder: Path, tmp_path: Path, missing: str) -> None:
    with incomplete(browser, folder, tmp_path / "playground", missing) as page:
        page.page.locator("#said.wrong", has_text=NOT_HERE).wait_for()
        page.page.locator("#count", has_text="Not checked").wait_for()
        page.page.get_by_label("File", exact=True).select_option("clinic-line/script.call")
        page.page.locator("#said.wrong", has_text=NOT_HERE).wait_for()


def test_a_library_that_cannot_be_loaded_is_no_silence(browser: Any, folder: Path, tmp_path: Path) -> None:
    start = "#open=clinic-line/script.call"
    with incomplete(browser, folder, tmp_path / "playground", "python/babel.zip", start) as page:
        page.page.locator("#said.wrong", has_text="The script cannot be checked").wait_for()
        page.page.get_by_label("File", exact=True).select_option(MENU)
        page.ready()


def test_a_script_of_a_thousand_lines(browser: Any, site: Site) -> None:
    """Python frees a chain of objects by recursion, for which it has little room in a browser."""
    with opened(browser, site) as page:
        page.ready()
        pasted(page, "step main {\n" + '  talk "Hello there."\n' * 1500 + "}\n")
        page.tab("Graph")
        page.graph.locator(".box.step").first.wait_for()
        page.tab("JSON")
        page.page.locator("#panel-json", has_text="Hello there.").wait_for()
        page.ready()


def test_own_scripts_can_be_removed(browser: Any, site: Site) -> None:
    context = browser.new_context()
    with opened(browser, site, "#open=nowhere.call", context=context) as page:
        page.page.get_by_text("There is no script nowhere.call here.").wait_for()
        assert page.page.get_by_role("button", name="Delete").count() == 0
        page.page.once("dialog", lambda dialog: dialog.accept("night"))
        page.page.get_by_role("button", name="New").click()
        page.page.get_by_role("button", name="Save", exact=True).click()
        page.page.get_by_text("Saved night.call in this browser.").wait_for()
        page.page.once("dialog", lambda dialog: dialog.accept())
        page.page.get_by_role("button", name="Delete").click()
        page.line("A shop's line").wait_for()
    with opened(browser, site, context=context) as page:
        page.line("A shop's line").wait_for()
        assert page.page.locator("#files option", has_text="night").count() == 0
    context.close()


_DYING = """
const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (message, ...more) {
  if (typeof message === "string" && message.includes("textDocument/formatting")) {
    this.dispatchEvent(new MessageEvent("message", { data: { kind: "failed", why: "no memory" } }));
  } else post.call(this, message, ...more);
};
"""


def test_saving_goes_on_where_the_services_have_died(browser: Any, site: Site) -> None:
    context = browser.new_context()
    context.add_init_script(_DYING)
    with opened(browser, site, context=context) as page:
        page.ready()
        for number in range(2):
            page.type_at_end(f"# mine {number}\n")
            page.page.keyboard.press("Control+s")
            page.page.get_by_text(f"Saved {MENU} in this browser.").wait_for()
        saved = page.page.evaluate("Object.values(localStorage).join()")
        assert "# mine 1" in saved
    context.close()


def test_odd_names_and_what_others_have_kept_break_nothing(browser: Any, site: Site) -> None:
    context = browser.new_context()
    key = "nccodsl files /playground/"
    with opened(browser, site, context=context) as page:
        page.ready()
        page.page.once("dialog", lambda dialog: dialog.accept(f"{MENU}/x.call"))
        page.page.get_by_role("button", name="New").click()
        page.page.get_by_text(f"“{MENU}” is a script, and not a folder.").wait_for()
        for kept in (
            "null",
            "5",
            "[",
            '{"x.call": 5}',
            json.dumps({f"{MENU}/x.call": "talk", "../x.call": "", ".": ""}),
        ):
            page.page.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [key, kept])
            page.page.reload()
            page.line("A shop's line").wait_for()
        page.ready()
    context.close()


def test_a_site_that_is_not_complete_keeps_what_is_written(browser: Any, folder: Path, tmp_path: Path) -> None:
    with incomplete(browser, folder, tmp_path / "playground", "python/later.json") as page:
        page.page.locator("#said", has_text=NOT_HERE).wait_for()
        page.type_at_end("# mine\n")
        page.page.keyboard.press("Control+s")
        page.page.get_by_text(f"Saved {MENU} in this browser.").wait_for()


def pasted(page: Playground, script: str) -> None:
    """Paste a script in place of this one: typing takes the browser long."""
    page.text.click()
    page.page.keyboard.press("Control+a")
    page.text.evaluate(
        """(editor, text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", text);
          editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        script,
    )


def test_hostile_scripts_end_nothing(browser: Any, site: Site) -> None:
    """Python in the browser has less room for calls of functions than elsewhere."""
    deep = "step main {\n" + "  if {{ visits }} {\n" * 2000 + "}" * 2000 + "}\n"
    large = "step main {\n" + "".join(f'  talk "Line {number} of many."\n' for number in range(90_000)) + "}\n"
    markup = 'step main { talk "<img src=x onerror=alert(1)></script><script>alert(2)</script>" }\n'
    dialogs: list[str] = []
    with opened(browser, site) as page:
        page.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.ready()
        for script, code in (
            (deep, "nested more than"),
            ("(" * 100_000, "nested more than"),
            ('{{ "' * 20_000, "nested more than"),
            (large, "are allowed"),
        ):
            pasted(page, script)
            page.page.locator("#problems", has_text=code).wait_for()
        page.replace(markup)
        page.phone.locator("#lines").get_by_text("onerror").first.wait_for()
        page.page.locator("#problems", has_text="are allowed").wait_for(state="hidden")
        assert page.page.locator("img[src]").count() == 0
    assert dialogs == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_for_all_on_a_phone(browser: Any, sources: Path, site: Site, scheme: str) -> None:
    axe = (sources / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    context = browser.new_context(viewport={"width": PHONE, "height": 844}, color_scheme=scheme)
    with opened(browser, site, context=context) as page:
        page.phone.get_by_role("button", name="1", exact=True).wait_for()
        assert page.page.evaluate("document.documentElement.scrollWidth") <= PHONE
        page.page.evaluate(axe)
        found = page.page.evaluate("axe.run(document, {iframes: false})")["violations"]
        assert [one["id"] for one in found] == []
    context.close()


ASKED = (
    ("textDocument/diagnostic", {}),
    ("textDocument/semanticTokens/full", {}),
    ("textDocument/documentSymbol", {}),
    ("textDocument/foldingRange", {}),
    ("textDocument/formatting", {"options": {"tabSize": 2, "insertSpaces": True}}),
    ("textDocument/codeLens", {}),
    ("textDocument/inlayHint", {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 999, "character": 0}}}),
    ("textDocument/hover", {"position": {"line": 5, "character": 3}}),
    ("textDocument/completion", {"position": {"line": 12, "character": 2}}),
    ("nccodsl/documents", {"tape": [], "at": MORNING}),
    ("nccodsl/graph", {}),
    ("nccodsl/runTests", {}),
    ("nccodsl/call", {"tape": [], "at": MORNING}),
    ("nccodsl/call", {"tape": ["1"], "at": MORNING}),
    ("nccodsl/changes", {"saved": 'step main { talk "Hello." }\n'}),
)


def questions(root: str) -> list[dict[str, Any]]:
    """Of each example, and of each with an error in it, all that a page asks."""
    sent: list[dict[str, Any]] = [
        {"id": "begin", "method": "initialize", "params": {"capabilities": {}, "rootUri": None}},
        {"method": "initialized", "params": {}},
    ]
    for path, text in examples_offered().texts.items():
        if not path.endswith(".call"):
            continue
        about = {"uri": f"{root}{path}"}
        sent.append(
            {
                "method": "textDocument/didOpen",
                "params": {"textDocument": {**about, "languageId": "call", "version": 1, "text": text}},
            }
        )
        sent += [
            {"id": f"{path} {number}", "method": method, "params": {**params, "textDocument": about}}
            for number, (method, params) in enumerate(ASKED)
        ]
        broken = text.replace("talk", "tlak", 1) + '\nstep { talk "{{ nothing }}" phone=+1\n'
        sent.append(
            {
                "method": "textDocument/didChange",
                "params": {"textDocument": {**about, "version": 2}, "contentChanges": [{"text": broken}]},
            }
        )
        sent.append({"id": f"{path} broken", "method": "textDocument/diagnostic", "params": {"textDocument": about}})
    return [{"jsonrpc": "2.0", **one} for one in sent]


def of_cpython(folder: Path) -> dict[str, str]:
    """The answers to the questions, as text by their IDs."""
    root = f"{folder.as_uri()}/"
    for path, text in examples_offered().texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    told: list[str] = []
    session = PageSession(told.append)
    for one in questions(root):
        assert session.take(json.dumps(one))
        while session.step() == 0.0:
            pass
    return by_id([one.replace(root, "file:///project/").replace(f"{folder}/", "/project/") for one in told])


def by_id(told: list[str]) -> dict[str, str]:
    """The answers among messages, without the time that tests took."""
    answers = [(json.loads(one), SECONDS.sub("", one)) for one in told]
    return {one["id"]: text for one, text in answers if "id" in one and "method" not in one}


_ASK = """async ([asked, files]) => {
  const worker = new Worker("static/services_worker.js", { type: "module" });
  const told = [];
  const wanted = asked.filter((one) => "id" in one).length;
  const all = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      if (data.kind === "failed") reject(new Error(data.why));
      if (typeof data !== "string") return;
      told.push(data);
      const { id, method } = JSON.parse(data);
      if (id !== undefined && method === undefined) next();
      if (told.filter((one) => /^.{0,40}"id"/.test(one) || JSON.parse(one).id !== undefined).length >= wanted) resolve(told);
    };
    worker.onerror = (event) => reject(new Error(event.message));
  });
  // One question at a time, so that none is answered with "the document has changed".
  const queue = [...asked];
  const next = () => {
    while (queue.length) {
      const one = queue.shift();
      worker.postMessage(JSON.stringify(one));
      if ("id" in one) return;
    }
  };
  worker.postMessage({ kind: "start", base: new URL(".", location.href).href });
  for (const [path, text] of Object.entries(files)) worker.postMessage({ kind: "file", path, text });
  next();
  const found = await all;
  worker.terminate();
  return found;
}"""


def test_the_answers_are_those_of_cpython_byte_for_byte(browser: Any, site: Site, tmp_path: Path) -> None:
    expected = of_cpython(tmp_path)
    context = browser.new_context()
    context.set_default_timeout(5 * PATIENCE)
    page = context.new_page()
    page.goto(f"{site.url}LICENSES.md")
    told = page.evaluate(_ASK, [questions("file:///project/"), dict(examples_offered().texts)])
    context.close()
    found = by_id(told)
    assert found.keys() == expected.keys()
    assert {id: found[id] for id in expected if found[id] != expected[id]} == {}
    assert len(expected) > 17 * len(ASKED)

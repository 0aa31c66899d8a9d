"""The studio in a browser: what a person does with a script from the first letter to a saved file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.menu_script import MENU
from tests.web.studio_page import StudioPage, slowly, studio
from tests.web.waits import wait_until

pytestmark = pytest.mark.slow

PHONE = 390


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    (root / "menu.call").write_text(MENU, encoding="utf-8")
    return root


def count(page: StudioPage, text: str) -> None:
    """Wait until the list of problems says so many."""
    page.page.locator("#count", has_text=text).wait_for()


def test_an_error_is_seen_and_its_fix_applied(browser: Any, folder: Path) -> None:
    with studio(browser, folder) as page:
        page.page.get_by_text("No problems").wait_for()
        page.go_to("I connect you")
        page.page.keyboard.press("End")
        page.page.keyboard.type(" lop=2")
        count(page, "1 error")
        page.page.get_by_text("`talk` has no option `lop`").first.wait_for()
        page.page.get_by_role("button", name="Change to `loop`").click()
        page.line("loop=2").wait_for()
        count(page, "No problems")


def test_the_editor_helps(browser: Any, folder: Path) -> None:
    with studio(browser, folder) as page:
        page.page.locator(".tok-keyword", has_text="connect").first.wait_for()
        page.page.locator(".inlay", has_text=" s").first.wait_for()
        page.line("barge_in").locator(".tok-property", has_text="barge_in").hover()
        page.page.get_by_text("Keys or speech interrupt it").wait_for()
        page.go_to("I connect you")
        page.page.keyboard.press("End")
        page.page.keyboard.type(" le")
        page.page.locator(".cm-completionLabel", has_text="level").first.wait_for()
        page.page.keyboard.press("Escape")
        page.page.keyboard.press("Control+z")


def test_a_whole_call_undo_and_an_edit_during_it(browser: Any, folder: Path) -> None:
    with studio(browser, folder) as page:
        page.phone.get_by_role("button", name="1", exact=True).click()
        page.phone.get_by_role("button", name="Busy").click()
        page.phone.get_by_text("The call is over").wait_for()
        page.phone.get_by_text("Sales is busy.").wait_for()
        assert page.line("Sales is busy").evaluate("(line) => line.classList.contains('walked')")
        page.phone.get_by_role("button", name="Undo").click()
        page.phone.get_by_role("button", name="Answers").wait_for()
        page.go_to("I connect you")
        page.page.keyboard.press("Home")
        page.page.keyboard.insert_text('talk "One moment." ')
        page.phone.get_by_text("One moment.").wait_for()
        page.tab("Graph")
        page.graph.locator(".box.step.lit", has_text="sales").wait_for()
        page.graph.get_by_role("button", name="step support").click()
        wait_until(page.page, "document.getSelection().toString().startsWith('step support')")


def test_a_call_saved_as_a_test_passes(browser: Any, folder: Path) -> None:
    with studio(browser, folder) as page:
        page.tab("Tests")
        page.page.get_by_text("1 passed, 0 failed").wait_for()
        page.page.locator(".covered").first.wait_for()
        page.tab("Phone")
        page.phone.get_by_role("button", name="1", exact=True).click()
        page.phone.get_by_role("button", name="Busy").click()
        page.phone.get_by_role("button", name="Save as test").click()
        page.phone.get_by_label("Title of the test").fill("sales is busy")
        page.phone.get_by_role("button", name="Save", exact=True).click()
        page.tab("Tests")
        page.page.get_by_text("2 passed, 0 failed").wait_for()
        page.page.get_by_role("button", name=re.compile("passed sales is busy")).wait_for()
        page.go_to('talk "Sales is busy."')
        page.page.keyboard.press("End")
        page.page.keyboard.press("Control+a")
        page.page.keyboard.insert_text(MENU.replace("Hello {{", "Good day {{"))
        page.page.get_by_text("0 passed, 1 failed").wait_for()
        page.page.get_by_role("tab", name="Tests (1 failed)").wait_for()
        count(page, "1 error")


def test_json_and_script_stay_together(browser: Any, folder: Path) -> None:
    with studio(browser, folder) as page:
        page.phone.get_by_role("button", name="1", exact=True).click()
        page.phone.get_by_role("button", name="Busy").wait_for()
        page.tab("JSON")
        connect = page.page.locator("button.json", has_text='"action": "connect"')
        connect.click()
        wait_until(page.page, "document.getSelection().toString().startsWith('connect phone')")
        page.page.locator("button.json.marked", has_text='"action": "connect"').wait_for()
        page.go_to("I connect you")
        page.page.locator("button.json.marked", has_text="I connect you.").wait_for()
        assert page.page.locator("button.json.marked").count() == 1


def test_a_file_is_formatted_saved_and_compared(browser: Any, folder: Path) -> None:
    with studio(browser, folder) as page:
        page.go_to("I connect you")
        page.page.keyboard.press("Home")
        page.page.keyboard.insert_text('talk    "One moment."\n')
        page.tab("Changes")
        page.page.get_by_text("One moment.").last.wait_for()
        page.page.get_by_text(re.compile("Since the file was saved: 1 change")).wait_for()
        page.page.keyboard.press("Control+s")
        page.page.get_by_text("Saved menu.call on disk.").wait_for()
        page.page.get_by_text(re.compile("Since the file was saved: no change")).wait_for()
        assert '  talk "One moment."\n  talk "I connect you."\n' in (folder / "menu.call").read_text(encoding="utf-8")
        # What others write is not lost.
        (folder / "menu.call").write_text("other", encoding="utf-8")
        page.type_at_end("\n# mine\n")
        page.page.get_by_role("button", name="Save", exact=True).click()
        page.page.get_by_text("menu.call has changed on disk since it was opened.").wait_for()
        assert (folder / "menu.call").read_text(encoding="utf-8") == "other"
        page.page.get_by_role("button", name="Save over it").click()
        page.page.get_by_text("Saved menu.call on disk.").wait_for()
        assert "# mine" in (folder / "menu.call").read_text(encoding="utf-8")
        (folder / "menu.call").write_text('talk "Theirs."\n', encoding="utf-8")
        page.type_at_end("# more\n")
        page.page.get_by_role("button", name="Save", exact=True).click()
        page.page.get_by_role("button", name="Take that text").click()
        page.line('talk "Theirs."').wait_for()
        page.page.wait_for_timeout(200)
        page.errors[:] = [one for one in page.errors if "409" not in one]


def test_a_reload_keeps_everything(browser: Any, folder: Path) -> None:
    with studio(browser, folder) as page:
        page.type_at_end("\n# not saved yet\n")
        page.phone.get_by_role("button", name="1", exact=True).click()
        page.phone.get_by_role("button", name="Busy").wait_for()
        page.page.wait_for_timeout(500)
        page.page.reload()
        page.phone.get_by_role("button", name="Busy").wait_for()
        page.page.keyboard.press("Control+End")
        page.text.click()
        page.page.keyboard.press("Control+End")
        page.line("# not saved yet").wait_for()
        page.page.get_by_role("button", name="Save", exact=True).wait_for()


def test_a_link_opens_the_same_script_and_call(browser: Any, folder: Path, tmp_path: Path) -> None:
    with studio(browser, folder) as page:
        page.replace(MENU.replace("I connect you", "Please hold"))
        page.phone.get_by_role("button", name="1", exact=True).click()
        page.phone.get_by_text("Please hold.").wait_for()
        page.page.get_by_role("button", name="Share").click()
        page.page.locator("#said", has_text="values of private params are left out").or_(
            page.page.locator("#said", has_text="copy it")
        ).wait_for()
        shared = page.page.evaluate("location.hash || sessionStorage.getItem('shared')")
        assert shared.startswith("#share=")
    other = tmp_path / "other"
    other.mkdir()
    for place in (folder, other):
        with studio(browser, place, hash=shared) as page:
            page.phone.get_by_text("Please hold.").wait_for()
            page.phone.get_by_role("button", name="Busy").wait_for()
            page.line("Please hold").wait_for()
            # A file of that name stays what it is.
            name = "menu-2.call" if place == folder else "menu.call"
            page.page.get_by_text(f"This is a shared script. Save keeps it as {name}.").wait_for()
    assert (folder / "menu.call").read_text(encoding="utf-8") == MENU
    with studio(browser, folder, hash="#share=AAAA") as page:
        page.page.get_by_text("The link is not complete.").wait_for()
        page.line("param shop").wait_for()


def test_a_new_script_is_written_and_saved(browser: Any, tmp_path: Path) -> None:
    with studio(browser, tmp_path) as page:
        page.phone.get_by_text("Welcome. Press 1 to hear this again").wait_for()
        page.page.once("dialog", lambda dialog: dialog.accept("night"))
        page.page.get_by_role("button", name="New").click()
        page.phone.get_by_role("heading", name="night.call").wait_for()
        page.page.get_by_role("button", name="Save", exact=True).click()
        page.page.get_by_text("Saved night.call on disk.").wait_for()
        assert (tmp_path / "night.call").read_text(encoding="utf-8").startswith("step main {")


def test_a_name_is_changed_in_all_files(browser: Any, folder: Path) -> None:
    (folder / "parts.call").write_text('step goodbye {\n  talk "Bye."\n}\n', encoding="utf-8")
    (folder / "menu.call").write_text(
        f'include "parts.call"\n{MENU.replace("hangup }", "-> goodbye }")}', encoding="utf-8"
    )
    with studio(browser, folder) as page:
        page.line("-> goodbye").get_by_text("goodbye", exact=True).click()
        page.rename("farewell", files=2)
        page.line("-> farewell").wait_for()
        count(page, "1 warning")
        page.page.get_by_label("File", exact=True).select_option("parts.call")
        page.line("step farewell").wait_for()


def test_saving_takes_the_text_as_it_was_typed_meanwhile(browser: Any, folder: Path) -> None:
    """The formatter's answer comes late: edits, and another file, are not mixed up with it."""
    (folder / "other.call").write_text('talk "Other."\n', encoding="utf-8")
    with slowly("textDocument/formatting", 1.5), studio(browser, folder) as page:
        page.page.get_by_label("File", exact=True).select_option("menu.call")
        page.go_to("I connect you")
        page.page.keyboard.press("Home")
        page.page.keyboard.insert_text('talk    "One moment."\n')
        page.page.keyboard.press("Control+s")
        page.page.keyboard.press("Control+Home")
        page.page.keyboard.insert_text("# typed while it was saved\n")
        page.page.get_by_text("Saved menu.call on disk.").wait_for()
        saved = (folder / "menu.call").read_text(encoding="utf-8")
        typed = MENU.replace('  talk "I connect', '  talk    "One moment."\ntalk "I connect')
        assert saved == f"# typed while it was saved\n{typed}"
        page.page.get_by_role("button", name="Saved", exact=True).wait_for()
        page.type_at_end("\n\n\n")
        page.page.keyboard.press("Control+s")
        page.page.get_by_label("File", exact=True).select_option("other.call")
        page.page.get_by_text("Saved menu.call on disk.").wait_for()
        page.line('talk "Other."').wait_for()
        assert (folder / "other.call").read_text(encoding="utf-8") == 'talk "Other."\n'


def test_line_ends_of_a_file_stay(browser: Any, folder: Path) -> None:
    (folder / "menu.call").write_bytes(MENU.replace("\n", "\r\n").encode())
    with studio(browser, folder) as page:
        page.phone.get_by_role("button", name="1", exact=True).click()
        page.phone.get_by_role("button", name="Busy").click()
        page.page.get_by_role("button", name="Saved", exact=True).wait_for()
        page.phone.get_by_role("button", name="Save as test").click()
        page.phone.get_by_role("button", name="Save", exact=True).click()
        page.line('test "saved call"').wait_for()
        page.page.get_by_role("button", name="Save", exact=True).click()
        page.page.get_by_text("Saved menu.call on disk.").wait_for()
    saved = (folder / "menu.call").read_bytes()
    assert b'test "saved call" {\r\n' in saved
    assert saved.count(b"\r\n") == saved.count(b"\n")


def test_a_translation_that_a_rename_has_edited_can_be_saved(browser: Any, folder: Path) -> None:
    translation = 'msgid "Bye {{{{ {0} }}}}"\nmsgstr "Adios {{{{ {0} }}}}"\n'
    (folder / "locale").mkdir()
    (folder / "locale" / "es-ES.po").write_text(translation.format("guest"), encoding="utf-8")
    (folder / "menu.call").write_text(
        'languages en-GB, es-ES\nparam guest: text = "Ann"\nstep main {\n  talk "Bye {{ guest }}"\n}\n',
        encoding="utf-8",
    )
    with studio(browser, folder) as page:
        page.line("param guest").get_by_text("guest", exact=True).click()
        page.rename("person", files=2)
        page.page.wait_for_timeout(500)
        page.page.reload()
        page.page.get_by_label("File", exact=True).select_option("locale/es-ES.po")
        page.line("Adios").wait_for()
        page.page.get_by_role("button", name="Save", exact=True).click()
        page.page.get_by_text("Saved locale/es-ES.po on disk.").wait_for()
    assert (folder / "locale" / "es-ES.po").read_text(encoding="utf-8") == translation.format("person")


def test_a_fix_is_for_the_text_that_it_was_made_for(browser: Any, folder: Path) -> None:
    with slowly("textDocument/diagnostic", 1.5), studio(browser, folder) as page:
        page.go_to("I connect you")
        page.page.keyboard.press("End")
        page.page.keyboard.insert_text(" lop=2")
        fix = page.page.get_by_role("button", name="Change to `loop`")
        fix.wait_for()
        page.page.keyboard.press("Control+Home")
        page.page.keyboard.insert_text("# above\n")
        fix.click()
        page.page.wait_for_timeout(300)
        assert page.line("# above").inner_text() == "# above"
        page.line("lop=2").wait_for()


def test_a_hostile_script_is_only_text(browser: Any, folder: Path) -> None:
    hostile = "<img src=x onerror=alert(1)></script><script>alert(2)</script><svg onload=alert(3)>"
    script = (
        f'param a: text = "{hostile}" "{hostile}"\nstep main {{\n  talk "{{{{ a }}}} {hostile}"\n'
        f'  input dtmf max_digits=1 {{ on "1" {{ talk "{hostile}" }} otherwise {{ hangup }} }}\n}}\n'
        f'test "{hostile}" {{ press "1" hear "{hostile}x" }}\n'
    )
    (folder / "menu.call").write_text(script, encoding="utf-8")
    dialogs: list[str] = []
    with studio(browser, folder) as page:
        page.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.phone.locator("#lines").get_by_text(hostile).first.wait_for()
        page.line("param a").get_by_text("a", exact=True).hover()
        page.page.locator(".cm-tooltip").first.wait_for()
        for tab in ("Graph", "JSON", "Tests", "Changes"):
            page.tab(tab)
            page.page.wait_for_timeout(600)
        page.tab("Tests")
        page.page.get_by_text("0 passed, 1 failed").wait_for()
        assert page.page.locator("script").count() == 1
        assert page.page.locator("img[src], svg[onload]").count() == 0
    assert dialogs == []


def test_a_script_of_two_mebibytes(browser: Any, folder: Path) -> None:
    lines = "".join(
        f'  talk "Line {number} of a very long text that nobody wants to hear in a call."\n' for number in range(29_000)
    )
    (folder / "menu.call").write_text(f"step main {{\n{lines}}}\n", encoding="utf-8")
    assert (folder / "menu.call").stat().st_size > 2 * 2**20
    with studio(browser, folder) as page:
        page.line("Line 0 of").wait_for()
        page.page.locator("#count", has_text=re.compile("error|warning|No problems")).first.wait_for()


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (1200, "dark"), (PHONE, "light"), (PHONE, "dark")])
def test_it_is_for_all(browser: Any, sources: Path, folder: Path, width: int, scheme: str) -> None:
    axe = (sources / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    with studio(browser, folder, width=width, scheme=scheme) as page:
        page.phone.get_by_role("button", name="1", exact=True).click()
        page.page.evaluate(axe)
        tabs = ["Phone", "Graph", "JSON", "Tests", "Changes", *(["Script"] if width == PHONE else [])]
        for tab in tabs:
            page.tab(tab)
            page.page.wait_for_timeout(500)
            found = page.page.evaluate("axe.run(document, {iframes: false})")["violations"]
            wrong = [(tab, one["id"], node["html"][:200]) for one in found for node in one["nodes"]]
            # What scrolls in the editor is reached by its text, which axe does not count.
            assert [one for one in wrong if "cm-scroller" not in one[2]] == []
            assert page.page.evaluate("document.documentElement.scrollWidth") <= width
        if width == PHONE:
            page.type_at_end("x")
            page.page.locator("#count", has_text="error").wait_for()
        # The panels are reached without a mouse.
        page.page.get_by_role("tab", selected=True).press("ArrowLeft")
        assert page.page.evaluate("document.activeElement.getAttribute('role')") == "tab"


_TEXTS = """(lines) => lines.map((line) => {
  const text = line.cloneNode(true);
  for (const widget of text.querySelectorAll(".inlay")) widget.remove();
  return text.textContent.trimEnd();
})"""


def typed(page: StudioPage, text: str, delay: float = 30) -> str:
    """Type a text as a person does, in an empty script; what is there when the editor has calmed down."""
    page.text.click()
    page.page.keyboard.press("Control+a")
    page.page.keyboard.press("Delete")
    page.page.keyboard.type(text, delay=delay)
    page.page.wait_for_timeout(600)
    return "\n".join(page.page.locator(".cm-line").evaluate_all(_TEXTS))


@pytest.mark.parametrize("delay", [10, 200])
def test_the_cursor_stays_behind_what_was_typed(browser: Any, folder: Path, delay: float) -> None:
    """A closing brace formats its block, and Enter begins a line, whatever the editor offers."""
    with studio(browser, folder) as page:
        found = typed(page, 'step main {\nif {{ visits == 1 }} {   hangup } talk "z"\nhangup\n# end', delay)
        assert re.sub(r"\s+", " ", found).startswith(
            'step main { if {{ visits == 1 }} { hangup } talk "z" hangup # end'
        )
        found = typed(
            page,
            'step main {\ninput dtmf max_digits=1 { on "1" { talk "x" } on "2" -> main otherwise { hangup } }',
            delay,
        )
        words = ["input", "on", "talk", "on", "-> main", "otherwise", "hangup"]
        places = [found.replace("max_digits=1", "").find(word) for word in words]
        assert -1 not in places, found
        assert re.sub(r"\s+", " ", found).startswith("step main { input dtmf max_digits=1 {"), found


def test_a_new_line_is_indented_at_once(browser: Any, folder: Path) -> None:
    with studio(browser, folder) as page:
        found = typed(page, "step main {\n# a", 1)
        assert found == "step main {\n  # a\n}"

"""The phone in a browser: a call is held, taken back, saved and edited while it runs."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

import nccodsl
from nccodsl.rehearsal.run_tests import run_test
from nccodsl.runtime.runnable import Runnable
from tests.menu_script import MENU, MENU_WITHOUT_VALUES
from tests.web.conftest import shown
from tests.web.waits import wait_until

pytestmark = pytest.mark.slow


def start(**beginning: str) -> str:
    return f"start={quote(json.dumps(beginning))}"


def test_a_call_is_held_and_saved(browser: Any) -> None:
    with shown(browser, MENU) as page:
        phone = page.frame("phone")
        phone.get_by_text("Welcome to Harbour Bikes").wait_for()
        phone.get_by_text("Waiting for keys or words").wait_for()
        phone.get_by_role("button", name="1", exact=True).click()
        phone.get_by_text("I connect you.").wait_for()
        assert phone.get_by_text("Calling phone 14155550123").is_visible()
        assert phone.get_by_text("0:0").count() > 3, "each line has its time"
        phone.get_by_role("button", name="Busy").click()
        phone.get_by_text("Sales is busy.").wait_for()
        assert phone.get_by_text("The call is over").is_visible()
        phone.get_by_text("I connect you.").click()
        wait_until(page.outer, "window.revealed.length")
        assert page.revealed == [12]
        phone.get_by_role("button", name="Save as test").click()
        phone.get_by_label("Title of the test").fill("sales is busy")
        phone.get_by_role("button", name="Save", exact=True).click()
        phone.get_by_text("Added the test").wait_for()
        flow = nccodsl.load(page.script, name="menu.call")
        saved = flow.program.tests[-1]
        assert saved.title == "sales is busy"
        assert run_test(flow, Runnable(flow, "https://flow.test/call"), saved).passed
        # The script has changed by it, and the call was played again: that is still said.
        assert phone.get_by_text("Added the test").is_visible()


def test_keys_of_the_keyboard_and_steps_back(browser: Any) -> None:
    with shown(browser, MENU) as page:
        phone = page.frame("phone")
        phone.get_by_text("Waiting for keys or words").wait_for()
        phone.locator("#now").focus()
        page.outer.keyboard.press("2")
        phone.get_by_text("Enter your number.").wait_for()
        page.outer.keyboard.type("124")
        page.outer.keyboard.press("Backspace")
        assert phone.get_by_label("Keys to press").inner_text() == "12"
        page.outer.keyboard.press("#")
        reply = phone.get_by_label("The reply, as JSON")
        reply.wait_for()
        assert json.loads(reply.input_value()) == {"name": "Ann"}, "what a test of the script replies"
        phone.get_by_role("button", name="Reply", exact=True).click()
        phone.get_by_text("Hello Ann,").wait_for()
        phone.locator("#now").focus()
        page.outer.keyboard.press("Control+z")
        reply.wait_for()
        assert phone.get_by_text("Hello Ann,").count() == 0
        phone.get_by_role("button", name="The fetch fails").click()
        phone.get_by_text("Unknown.").wait_for()
        phone.get_by_role("button", name="Go back to before 2").click()
        phone.get_by_text("Waiting for keys or words").wait_for()
        phone.get_by_label("Interrupt the prompt").check()
        phone.get_by_role("button", name="“sales”").click()
        phone.get_by_text("cut short").wait_for()
        phone.get_by_text("I connect you.").wait_for()
        phone.get_by_role("button", name="Hang up").click()
        phone.get_by_text("The call is over").wait_for()
        phone.get_by_role("button", name="Call again").click()
        phone.get_by_text("Waiting for keys or words").wait_for()


def test_the_script_is_edited_during_the_call(browser: Any) -> None:
    with shown(browser, MENU) as page:
        phone = page.frame("phone")
        phone.get_by_role("button", name="1", exact=True).click()
        phone.get_by_role("button", name="Busy").click()
        phone.get_by_text("Sales is busy.").wait_for()
        page.edit(MENU.replace("Sales is busy.", "Nobody is here."))
        phone.get_by_text("Nobody is here.").wait_for()
        page.edit(MENU.replace("on completed { hangup }", "on completed { hangup"))
        phone.get_by_role("status").get_by_text("E1").wait_for()
        assert phone.get_by_text("Nobody is here.").is_visible(), "the call stays while the script has errors"
        page.edit(MENU.replace("step sales {\n", 'step sales {\n  talk "Really?"\n  input dtmf max_digits=1\n'))
        phone.get_by_text("your change altered this call here").wait_for()
        assert phone.get_by_text("Really?").is_visible()
        assert phone.get_by_text("I connect you.").count() == 0
        # The edit is taken back, and the call is as it was.
        page.edit(MENU)
        phone.get_by_text("Sales is busy.").wait_for()
        assert phone.get_by_text("your change altered").count() == 0


def test_values_tests_and_steps_to_begin_with(browser: Any) -> None:
    with shown(browser, MENU_WITHOUT_VALUES) as page:
        phone = page.frame("phone")
        phone.get_by_text("The script needs values").wait_for()
        phone.get_by_label("shop").fill("The Wharf")
        phone.get_by_label("day").fill("tomorrow")
        phone.get_by_role("button", name="Call", exact=True).click()
        phone.get_by_text("expected a date").wait_for()
        phone.get_by_label("day").fill("2026-12-24")
        phone.get_by_label("First step").select_option("support")
        phone.get_by_role("button", name="Call", exact=True).click()
        phone.get_by_text("Enter your number.").wait_for()
        assert phone.get_by_text("Welcome").count() == 0
        assert phone.get_by_role("button", name="Save as test").is_disabled(), "a test plays from the beginning"


def test_a_host_begins_with_a_test_or_a_step(browser: Any) -> None:
    with shown(browser, MENU, start(test="a known number")) as page:
        page.frame("phone").get_by_text("Welcome to Quay.").wait_for()
    with shown(browser, MENU, start(step="sales")) as page:
        page.frame("phone").get_by_text("I connect you.").wait_for()
    with shown(browser, MENU, start(step="nowhere")) as page:
        page.frame("phone").get_by_text("there is no step `nowhere`").wait_for()


def test_a_page_that_is_loaded_again_goes_on(browser: Any) -> None:
    with shown(browser, MENU, start(step="main")) as page:
        phone = page.frame("phone")
        phone.get_by_text("Begin with").click()
        phone.get_by_label("pin").fill("secret")
        phone.get_by_label("shop").fill("Quay")
        phone.get_by_role("button", name="Call", exact=True).click()
        phone.get_by_text("Welcome to Quay").wait_for()
        phone.get_by_role("button", name="1", exact=True).click()
        phone.get_by_text("I connect you.").wait_for()
        wait_until(page.outer, "window.kept.phone.tape.length === 1")
        assert "secret" not in page.outer.evaluate("JSON.stringify(window.kept)")
        phone.goto(phone.url)
        phone.get_by_text("I connect you.").wait_for()
        assert phone.get_by_text("Welcome to Quay").is_visible()
        # Told to begin, it begins.
        page.outer.evaluate("frames[0].postMessage({kind: 'start', title: 'x', step: 'sales'}, location.origin)")
        phone.get_by_text("Welcome to Quay").wait_for(state="detached")


def test_texts_of_a_script_are_only_texts(browser: Any) -> None:
    hostile = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"
    script = (
        f'param a: text = "{hostile}"\nstep main {{\n  talk "{{{{ a }}}} {hostile}"\n  input dtmf max_digits=1\n}}\n'
    )
    with shown(browser, script, "pages=phone,graph") as page:
        page.outer.on("dialog", lambda dialog: page.errors.append(dialog.message))
        phone = page.frame("phone")
        phone.get_by_text(hostile).first.wait_for()
        phone.get_by_text("Values now").click()
        graph = page.frame("graph")
        graph.get_by_text("Open all").click()
        graph.locator(".box.says").first.wait_for()
        assert phone.locator("img").count() == graph.locator("img").count() == 0


VOICE = """
window.said = [];
window.nccodslVoice = {
  say: (text, language) => window.said.push(language ? `${language}: ${text}` : text),
  stop: () => window.said.push("(silence)"),
};
"""


def test_a_voice_says_what_the_call_says(browser: Any) -> None:
    script = MENU.replace('talk "I connect you."', 'talk "Ich verbinde Sie." language=de-DE')
    with shown(browser, script) as page:
        phone = page.frame("phone")
        phone.get_by_text("Waiting for keys or words").wait_for()
        phone.evaluate(VOICE)
        phone.get_by_role("button", name="Sound off").click()
        phone.get_by_role("button", name="Restart").click()
        wait_until(phone, "window.said.length === 2")
        assert phone.evaluate("window.said") == ["(silence)", "Welcome to Harbour Bikes. Press 1 or 2."]
        phone.get_by_role("button", name="1", exact=True).click()
        wait_until(phone, "window.said.length === 4")
        assert phone.evaluate("window.said.slice(2)") == ["(silence)", "de-DE: Ich verbinde Sie."]
        phone.get_by_role("button", name="Undo").click()
        phone.get_by_role("button", name="1", exact=True).wait_for()
        assert phone.evaluate("window.said.at(-1)") == "(silence)", "what was heard before is not said again"
        phone.get_by_role("button", name="Sound on").click()
        assert phone.get_by_role("button", name="Sound off").get_attribute("aria-pressed") == "false"


def test_time_goes_by_and_a_key_interrupts_the_prompt(browser: Any) -> None:
    long = "Press 1 or 2. " * 20
    with shown(browser, MENU.replace("Press 1 or 2.", long)) as page:
        phone = page.frame("phone")
        phone.get_by_text("Waiting for keys or words").wait_for()
        phone.get_by_label("Pace").select_option("4")
        phone.get_by_role("button", name="Restart").click()
        phone.get_by_text("Welcome to Harbour Bikes.").wait_for()
        before = phone.locator("#clock").text_content()
        wait_until(phone, f"document.getElementById('clock').textContent !== {before!r}")
        phone.get_by_role("button", name="1", exact=True).click()
        phone.get_by_text("cut short").wait_for()
        phone.get_by_text("Calling phone 14155550123").wait_for()
        phone.get_by_label("Pace").select_option("step")
        phone.get_by_text("I connect you.").wait_for()


def test_pace_and_sound_are_kept(browser: Any) -> None:
    with shown(browser, MENU) as page:
        phone = page.frame("phone")
        phone.get_by_text("Waiting for keys or words").wait_for()
        phone.get_by_label("Pace").select_option("4")
        phone.get_by_role("button", name="Sound off").click()
        wait_until(page.outer, "window.kept.phone?.sound === true && window.kept.phone.pace === '4'")


_RECOGNIZER = """
window.SpeechRecognition = class extends EventTarget {
  static async available({ langs, processLocally }) { return processLocally && ANSWERS[langs[0]]; }
  start() {
    if (!this.processLocally) throw new Error("the sound would leave the browser");
    setTimeout(() => {
      const result = Object.assign(new Event("result"), { results: [[{ transcript: "support " + this.lang }]] });
      this.dispatchEvent(result);
      this.dispatchEvent(new Event("end"));
    }, 50);
  }
  abort() { this.dispatchEvent(new Event("end")); }
};
""".replace("ANSWERS", json.dumps({"en-GB": "available", "de-DE": "downloadable"}))
ASKS = 'step main {\n  talk "Yes?" language=LANGUAGE\n  input speech language=LANGUAGE {\n    on "support" -> main\n    otherwise { talk "Bye." }\n  }\n}\n'


@pytest.mark.parametrize(("language", "can"), [("en-GB", True), ("de-DE", False), ("fr-FR", False)])
def test_words_come_from_a_browser_that_understands_them_by_itself(browser: Any, language: str, can: bool) -> None:
    with shown(browser, ASKS.replace("LANGUAGE", language)) as page:
        page.outer.add_init_script(_RECOGNIZER)
        page.outer.reload()
        phone = page.frame("phone")
        phone.get_by_text("Waiting for words").wait_for()
        button = phone.get_by_role("button", name="Speak", exact=True)
        if not can:
            page.outer.wait_for_timeout(300)
            assert button.count() == 0
            return
        button.click()
        phone.get_by_text("Listening…").wait_for()
        phone.get_by_text(f"support {language}").wait_for()

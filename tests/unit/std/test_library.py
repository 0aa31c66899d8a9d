"""The library of the language: each file is tested, formatted and without warnings, and its dialogs can be asked."""

from __future__ import annotations

from pathlib import Path

import pytest

import nccodsl
from nccodsl.cli import library_pages
from nccodsl.cli.library_pages import library_page
from nccodsl.rehearsal.coverage import Coverage
from nccodsl.rehearsal.explore import explore
from nccodsl.rehearsal.run_tests import run_test
from nccodsl.rehearsal.stage import URL
from nccodsl.runtime.runnable import Runnable
from nccodsl.std import library_names

FOLDER = Path(nccodsl.__file__).parent / "std"
FILES = sorted(FOLDER.glob("*.call"))
ASKED = {
    "amount": 'amount(currency="EUR") { on done { talk "Done." } on given_up { talk "Given up." } }',
    "collect": 'collect(least=4, most=6) { on done { talk "Done." } on given_up { talk "Given up." } }',
    "confirm": 'confirm() { on yes { talk "Yes." } on no { talk "No." } on given_up { talk "Given up." } }',
    "date": 'date(month_first=true) { on done { talk "Done." } on given_up { talk "Given up." } }',
    "leave-a-message": 'leave_a_message(post_to="https://shop.example.com/messages") { on done { talk "Done." } }',
    "menu": 'menu(choices=["sales", "support"]) { on chosen { talk "Done." } on given_up { talk "Given up." } }',
    "opt-out": 'offer_opt_out() { on done { talk "Done." } on stays { talk "Fine." } }',
    "opening": 'opening(office={{ office }}) { on open { talk "Welcome." } on closed { talk "Goodbye." } }',
}


def script(*names: str) -> str:
    includes = "".join(f"include <std/{name}.call>\n" for name in names)
    hours = 'zone "Europe/London"\nhours office { mon-fri 09:00-17:00 }\n' if "opening" in names else ""
    return f"{includes}{hours}step main {{ {' '.join(f'ask {ASKED[name]}' for name in names)} }}\n"


def test_all_files_are_in_the_library() -> None:
    assert library_names() == [f"std/{path.stem}" for path in FILES]
    assert sorted(ASKED) == [path.stem for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_formatted_and_without_warnings(path: Path) -> None:
    text = path.read_text("utf-8")
    assert nccodsl.format(text) == text
    assert nccodsl.check(path) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_tests_of_a_file_pass_and_cover_all_of_it(path: Path) -> None:
    flow = nccodsl.load(path)
    runnable, coverage = Runnable(flow, URL), Coverage(flow)
    for test in flow.program.tests:
        outcome = run_test(flow, runnable, test)
        assert outcome.failure is None, (test.title, outcome.failure)
        assert outcome.stage is not None
        coverage.add(runnable, outcome.stage)
    assert [point.label for point in coverage.missing] == []
    assert len(coverage.points) > 1


@pytest.mark.parametrize("name", ASKED)
def test_exploring_a_script_that_asks_a_dialog_finds_nothing(name: str, tmp_path: Path) -> None:
    path = tmp_path / "main.call"
    path.write_text(script(name), encoding="utf-8")
    assert nccodsl.check(path) == []
    flow = nccodsl.load(path)
    assert explore(flow, Runnable(flow, URL), 4).findings == ()


@pytest.mark.parametrize("name", library_names())
def test_what_is_said_of_a_file_is_complete(name: str) -> None:
    page = library_page(name)
    params = [member.key.text for dialog in page.dialogs for member in dialog.params]
    assert list(page.params) == params
    assert list(page.outcomes) == [outcome.name.text for dialog in page.dialogs for outcome in dialog.outcomes]
    assert page.example.startswith(f"include <{name}.call>\n")


@pytest.mark.parametrize("script", [library_page(name).example for name in library_names()], ids=library_names())
def test_the_example_of_a_file_runs(script: str) -> None:
    assert nccodsl.format(script) == script
    assert nccodsl.check(script) == []
    test = 'test "any" { at "2026-12-24 12:00" hear "e" }' if "hours" in script else 'test "any" { hear "e" }'
    flow = nccodsl.load(script + test.replace("{ ", '{ with today="2026-12-24" ' if "today" in script else "{ ", 1))
    runnable = Runnable(flow, URL)
    assert run_test(flow, runnable, flow.program.tests[0]).failure is None
    assert explore(flow, runnable, 4).findings == ()


def test_the_script_of_the_guide_runs() -> None:
    text = library_pages.to_text()
    script = text.partition("```call\n")[2].partition("```")[0]
    flow = nccodsl.load(script)
    (test,) = flow.program.tests
    assert run_test(flow, Runnable(flow, URL), test).failure is None


def test_parts_of_the_library_that_no_tried_answer_reaches_are_not_reported(tmp_path: Path) -> None:
    path = tmp_path / "main.call"
    path.write_text(script("date").replace("month_first=true", 'earliest="2093-01-01", latest="2093-01-02"'), "utf-8")
    flow = nccodsl.load(path)
    assert explore(flow, Runnable(flow, URL), 4).findings == ()


@pytest.mark.parametrize(
    ("asked", "code", "message", "help"),
    [
        ('opening(office="always")', "E315", "`office` must be opening hours", "write `office={{ office }}`"),
        (
            "opening(office={{ office }}, opne=1)",
            "E204",
            "the dialog `opening` takes no `opne`",
            "did you mean `opens`?",
        ),
        ("menu(choices=5)", "E315", "`choices` must be a list", None),
        ("menu()", "E211", "the dialog `menu` needs `choices`, which is a list", "add `choices=…`"),
        ("amount()", "E211", "the dialog `amount` needs `currency`, which is a value", "add `currency=…`"),
        ('date(earliest="tomorrow")', "E315", "`earliest` must be a date", None),
    ],
)
def test_a_wrong_argument_is_reported_where_the_dialog_is_asked(
    asked: str, code: str, message: str, help: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "main.call"
    text = script("opening").partition("step main")[0] + "".join(
        f"include <std/{name}.call>\n" for name in ("menu", "amount", "date")
    )
    path.write_text(f"{text}step main {{ ask {asked} {{ otherwise hangup }} }}", encoding="utf-8")
    (found,) = (one for one in nccodsl.check(path) if one.is_error)
    assert (found.code, found.message) == (code, message)
    assert help is None or found.help == help
    assert found.file is not None
    assert found.file.name == str(path)


def test_what_goes_wrong_in_the_library_names_the_places_that_ask() -> None:
    asks = 'step main { ask pay(how="XYZ") ask pay(how="EUR") talk "Goodbye." }'
    flow = nccodsl.load(
        f"include <std/amount.call>\ndialog pay(how: text) -> done {{ ask amount(currency={{{{ how }}}}) {{ otherwise -> done }} }}\n{asks}"
    )
    found = next(one for one in explore(flow, Runnable(flow, URL), 2).findings if one.code == "E606")
    assert found.diagnostic.file is not None
    assert found.diagnostic.file.name == "<std/amount.call>"
    assert [label.file.slice(label.span) for label in found.diagnostic.labels] == ["ask", "ask"]
    assert [label.text for label in found.diagnostic.labels] == ["the dialog is asked here"] * 2
    at = flow.program.sources.files[0].text.index("ask pay")
    assert found.diagnostic.labels[0].span.start == at


def test_times_are_relative_only_where_the_script_has_a_zone(tmp_path: Path) -> None:
    path = tmp_path / "main.call"
    path.write_text(
        script("opening").replace('zone "Europe/London"', "").replace("office {", 'office zone="Europe/London" {')
        + 'test "closed" { at "2026-12-26 12:00" hear "We open again Monday, December 28, 2026 at 9:00 AM." }',
        encoding="utf-8",
    )
    assert nccodsl.check(path) == []
    flow = nccodsl.load(path)
    (test,) = flow.program.tests
    assert run_test(flow, Runnable(flow, URL), test).failure is None


def test_a_script_can_include_the_whole_library(tmp_path: Path) -> None:
    path = tmp_path / "main.call"
    path.write_text(script(*ASKED), encoding="utf-8")
    assert nccodsl.check(path) == []
    flow = nccodsl.load(path)
    assert flow.program.tests == ()
    assert list(flow.program.hours) == ["office"]


def test_branches_of_the_library_are_not_counted_for_a_script_that_includes_it(tmp_path: Path) -> None:
    path = tmp_path / "main.call"
    path.write_text(f'{script("collect", "confirm")}test "no answer" {{ silence }}', encoding="utf-8")
    flow = nccodsl.load(path)
    labels = [point.label for point in Coverage(flow).points]
    assert labels == ["step main", "on done", "on given_up", "on yes", "on no", "on given_up"]

"""An action stands in four places, as docs/architecture.md says; all else follows from them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import get_args

import pytest

import nccodsl.models
from nccodsl.describe.sentences import SENTENCES
from nccodsl.emulator.actions import ACTIONS
from nccodsl.models import actions
from nccodsl.voice.catalogue import catalogue
from tests.project_copy import copy_project, python_in

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
NAMES = catalogue().action_names
THIS = "unit/test_adding_an_action.py"
BLOCK = re.compile(r'<!-- (?:file|after "([^\n]*)"): (\S+) -->\n```[a-z]+\n(.*?)```', re.S)

PROGRAM = """
import json, sys
from pathlib import Path
import nccodsl
from nccodsl.describe.describe import describe
from nccodsl.emulator.emulate import emulate
from nccodsl.graph.build import build
from nccodsl.rehearsal.run_tests import run_test
from nccodsl.rehearsal.stage import URL
from nccodsl.runtime.runnable import Runnable

assert Path(nccodsl.__file__).is_relative_to(Path.cwd()), nccodsl.__file__
text = Path("tests/cases/compile/whistle/script.call").read_text(encoding="utf-8")
flow = nccodsl.load(text)
ncco = flow.ncco({})
body = {"to": [{"type": "phone", "number": "14155550101"}], "from": {"type": "phone", "number": "14155550100"}}
played = emulate({**body, "ncco": ncco})
asks = nccodsl.load('''
step main {
  whistle "Yesterday"
  input dtmf { on "1" { whistle "Help!" talk "Bye." }  otherwise { talk "No." } }
}
test "it whistles" { press "1"  hear "Bye"  ended }
''')
(case,) = asks.program.tests
outcome = run_test(asks, Runnable(asks, URL), case)
json.dump({
    "passed": [outcome.passed, str(outcome.failure), [e.text for e in outcome.call.timeline.of("hears")]],
    "ncco": ncco,
    "description": describe(flow),
    "nodes": [node.text for node in build(flow).nodes],
    "heard": [[e.text, e.until - e.at] for e in played.timeline.entries if e.kind == "hears"],
    "formatted": nccodsl.format('whistle  "Yesterday"'),
    "decompiled": nccodsl.decompile(ncco),
    "ranges": [found.message for found in nccodsl.check('whistle "a" seconds=61s')],
    "valid": [found.message for found in nccodsl.validate('[{"action": "whistle", "tune": "a", "seconds": "x"}]')],
    "misspelt": [found.help for found in nccodsl.check('whistel "a"\\nwait 2s')],
}, sys.stdout)
"""


@pytest.mark.parametrize("name", NAMES)
def test_each_action_has_its_model(name: str) -> None:
    (model,) = [one for one in actions.ACTIONS if get_args(one.model_fields["action"].annotation) == (name,)]
    assert getattr(nccodsl.models, model.__name__) is model, (
        f"{model.__name__} is not among the names of nccodsl.models"
    )


@pytest.mark.parametrize("name", NAMES)
def test_each_action_has_its_process(name: str) -> None:
    assert (ROOT / "nccodsl" / "emulator" / "actions" / f"{name}.py").exists()
    assert name in ACTIONS


@pytest.mark.parametrize("name", NAMES)
def test_each_action_has_its_sentences(name: str) -> None:
    assert name in SENTENCES


@pytest.mark.parametrize("name", NAMES)
def test_each_action_has_its_cases(name: str) -> None:
    compiled = json.loads((CASES / "compile" / name / "ncco.json").read_text(encoding="utf-8"))
    assert name in [action["action"] for action in compiled]
    assert list((CASES / "timelines").glob(f"{name}-*/timeline.txt"))


def test_nothing_has_a_place_that_is_no_action() -> None:
    assert set(ACTIONS) == set(SENTENCES) == set(NAMES)


def _follow_the_guide(copy: Path) -> None:
    for anchor, name, text in BLOCK.findall((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")):
        path = copy / name
        if not anchor:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            continue
        before = path.read_text(encoding="utf-8")
        place = anchor.replace("\\n", "\n").replace('\\"', '"')
        assert before.count(place) == 1, f"{name}: {place!r}"
        # What goes on in its line is no line of its own.
        addition = text.rstrip("\n") if text.startswith(" |") else "\n" + text.rstrip("\n")
        path.write_text(before.replace(place, place + addition), encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project that has followed the guide."""
    folder = tmp_path_factory.mktemp("copy")
    copy_project(folder, "project_copy.py", "unit/__init__.py", "e2e/__init__.py", "e2e/in_process.py", THIS)
    shutil.copytree(CASES, folder / "tests" / "cases")
    _follow_the_guide(folder)
    python_in(folder, "-m", "nccodsl.models.derive")
    return folder


@pytest.mark.slow
def test_following_the_guide_is_enough(copy: Path) -> None:
    """A made-up action is compiled, described, drawn, emulated, run, formatted, decompiled, judged, suggested."""
    whistled = json.loads(python_in(copy, "-c", PROGRAM).stdout)
    assert whistled["ncco"] == [
        {"action": "talk", "text": "Listen."},
        {"action": "whistle", "tune": "Yesterday", "seconds": 3},
    ]
    assert whistled["description"] == "Says: “Listen.”.\nWhistles “Yesterday” for 3 s.\n"
    assert "whistles “Yesterday”" in whistled["nodes"]
    assert whistled["heard"][-1] == ["♪ Yesterday", pytest.approx(3.0)]
    assert whistled["formatted"] == 'whistle "Yesterday"\n'
    assert 'whistle "Yesterday" seconds=3s' in whistled["decompiled"]
    assert "61" in whistled["ranges"][0]
    assert "seconds" in whistled["valid"][0]
    assert whistled["passed"] == [True, "None", ["♪ Yesterday", "♪ Help!", "“Bye.”"]]
    assert whistled["misspelt"] == ["did you mean `whistle`?"]


@pytest.mark.slow
def test_following_the_guide_gives_what_each_action_must_have(copy: Path) -> None:
    python_in(copy, "-m", "pytest", "-q", "tests/cases", "-k", "whistle", "--accept")
    assert "♪ Yesterday" in (copy / "tests/cases/timelines/whistle-to-its-end/timeline.txt").read_text(encoding="utf-8")
    assert "4 passed" in python_in(copy, "-m", "pytest", f"tests/{THIS}", "-k", "test_each_action and whistle").stdout

"""An action stands in four places, as docs/architecture.md says; all else follows from them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest

import nccodsl.models
from nccodsl.describe.sentences import SENTENCES
from nccodsl.emulator.actions import ACTIONS
from nccodsl.models import actions
from nccodsl.voice.catalogue import catalogue

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
NAMES = catalogue().action_names
BLOCK = re.compile(r"<!-- (file|above): (\S+) -->\n```[a-z]+\n(.*?)```", re.S)

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


def _whistled(copy: Path) -> dict[str, Any]:
    """What a copy of the package that has followed the guide makes of its example."""
    for folder in ("nccodsl", "grammar"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    _follow_the_guide(copy)
    environment = {**os.environ, "PYTHONPATH": str(copy), "XDG_CACHE_HOME": str(copy / "cache")}
    found = ""
    for command in (["-m", "nccodsl.models.derive"], ["-c", PROGRAM]):
        done = subprocess.run(
            [sys.executable, *command], cwd=copy, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        found = done.stdout
    result: dict[str, Any] = json.loads(found)
    return result


def _follow_the_guide(copy: Path) -> None:
    for what, name, text in BLOCK.findall((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")):
        path = copy / name
        if what == "file":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        else:
            _put(path, "SENTENCES: ", f"{text}\n\nSENTENCES: ")
    union, table = copy / "nccodsl/models/actions.py", copy / "nccodsl/emulator/actions/__init__.py"
    _put(
        union,
        "from nccodsl.voice import cross\n",
        "from nccodsl.models.whistle import Whistle\nfrom nccodsl.voice import cross\n",
    )
    _put(union, " | Transfer,", " | Transfer | Whistle,")
    _put(table, "\nACTIONS:", "\nfrom nccodsl.emulator.actions.whistle import whistle\n\nACTIONS:")
    _put(table, '    "transfer": transfer,\n', '    "transfer": transfer,\n    "whistle": whistle,\n')
    row = '    "whistle": Sentences(_whistle, _whistle_short, ("tune", "seconds")),\n'
    _put(copy / "nccodsl/describe/sentences.py", '    "transfer": Sentences', f'{row}    "transfer": Sentences')


def _put(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name}: {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_following_the_guide_is_enough(tmp_path: Path) -> None:
    """A made-up action is compiled, described, drawn, emulated, run, formatted, decompiled, judged, suggested."""
    whistled = _whistled(tmp_path)
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

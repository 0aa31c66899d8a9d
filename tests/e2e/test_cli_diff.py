"""`nccodsl diff`: the versions it takes, its exit codes and its forms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nccodsl.cli.main import cli
from tests.repository import Repository

OLD = 'include "shared.call"\nstep main { talk "Hello." -> bye }\n'
SHARED = 'step bye { talk "Goodbye." }\n'


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Two commits of a script with an include, which differ in the include; the script as it is differs too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    Path("menu.call").write_text(OLD)
    Path("shared.call").write_text(SHARED)
    found = Repository(tmp_path)
    found.commit()
    found.git("tag", "v1")
    Path("shared.call").write_text(SHARED.replace("Goodbye", "Bye"))
    found.commit()
    Path("menu.call").write_text(OLD.replace("Hello", "Welcome"))
    return found


def diff(*arguments: str, code: int = 0, text: str | None = None) -> Result:
    result = CliRunner().invoke(cli, ["diff", *arguments], input=text)
    assert result.exit_code == code, result.output
    return result


WELCOME = "callers now hear “Welcome.” instead of “Hello.”"
BYE = "callers now hear “Bye.” instead of “Goodbye.”"


@pytest.mark.parametrize(
    ("arguments", "names", "said"),
    [
        (("menu.call",), "HEAD:menu.call → menu.call", (WELCOME,)),
        (("v1", "menu.call"), "v1:menu.call → menu.call", (WELCOME, BYE)),
        (("v1:menu.call",), "v1:menu.call → menu.call", (WELCOME, BYE)),
        (("v1:menu.call", "HEAD:menu.call"), "v1:menu.call → HEAD:menu.call", (BYE,)),
        (("HEAD:menu.call", "-"), "HEAD:menu.call → <stdin>", (WELCOME,)),
        (("menu.call", "menu.call"), "menu.call → menu.call", ()),
    ],
)
def test_versions(repository: Repository, arguments: tuple[str, ...], names: str, said: tuple[str, ...]) -> None:
    text = 'step main { talk "Welcome." talk "Bye." }'
    lines = diff(*arguments, text=text).stdout.splitlines()
    assert lines[0] == names
    assert tuple(one for one in (WELCOME, BYE) if one in "\n".join(lines)) == said
    assert said or lines[-1] == "no change: both versions do the same, whatever callers answer"


@pytest.mark.parametrize(
    ("fail_on", "code"),
    [
        (("removed",), 0),
        (("changed",), 1),
        (("removed", "changed"), 1),
        (("removed,changed",), 1),
        (("added",), 0),
        (("any",), 1),
        (("incomplete",), 0),
    ],
)
def test_exit_codes(repository: Repository, fail_on: tuple[str, ...], code: int) -> None:
    options = [word for one in fail_on for word in ("--fail-on", one)]
    assert WELCOME in diff("menu.call", *options, code=code).stdout


def test_what_was_not_compared_can_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.call").write_text('fetch "https://a.example.com/" as found { on error { hangup } } talk "A."')
    Path("b.call").write_text('fetch "https://a.example.com/" as found { on error { hangup } } talk "B."')
    for kind in ("incomplete", "any"):
        result = diff("a.call", "b.call", "--fail-on", kind, code=1)
        assert "no change found, but not everything was compared" in result.stdout
        assert "not compared: no test has a reply for the `fetch` of https://a.example.com/" in result.stdout
    assert diff("a.call", "b.call", "--fail-on", "removed,changed,added")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("none.call",), 2, "there is no file none.call"),
        (("none.call", "menu.call"), 2, "there is no file none.call"),
        (("menu.call", "none.call"), 2, "there is no file none.call"),
        (("a", "b", "c"), 2, "name two versions"),
        (("-", "-"), 2, "standard input"),
        (("menu.call", "--fail-on", "removd"), 2, "'removd' is not one of removed, changed, added, incomplete, any"),
        (("menu.call", "-o", "menu.call"), 2, "it cannot be the output file as well"),
        (("mian", "menu.call"), 1, "error[E119]: git has no revision `mian`"),
        (("main:none.call", "menu.call"), 1, "error[E119]: there is no none.call in `main`"),
        (("broken:menu.call", "menu.call"), 1, "broken:menu.call:1"),
        (("broken:lost.call", "menu.call"), 1, "error[E208]"),
    ],
)
def test_what_is_wrong(repository: Repository, arguments: tuple[str, ...], code: int, said: str) -> None:
    if arguments[0].startswith("broken:"):
        repository.git("stash", "-q")
        repository.git("checkout", "-q", "-b", "broken")
        Path("menu.call").write_text('talk "Hello')
        Path("lost.call").write_text('include "gone.call"\nstep main { talk "Hello." }')
        repository.commit()
        repository.git("checkout", "-q", "main")
    assert said in " ".join(diff(*arguments, code=code).output.split())


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    Path("menu.call").write_text('talk "Hello."')
    assert "is not in a git repository" in diff("menu.call", code=1).output


def test_nothing_is_checked_out(repository: Repository) -> None:
    before = repository.git("status", "--porcelain")
    diff("v1", "menu.call")
    assert repository.git("status", "--porcelain") == before
    assert "Welcome" in Path("menu.call").read_text()


def test_values_and_an_output_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, word in (("a.call", "Hello"), ("b.call", "Hi")):
        Path(name).write_text(f'param name: text\ntalk "{word} {{{{ name }}}}."')
    assert diff("a.call", "b.call", "--var", "name=Zoe", "--format", "json", "-o", "out.json").stdout == ""
    found = json.loads(Path("out.json").read_text())
    assert [one["text"] for one in found["changes"]] == [
        "at the beginning, callers now hear “Hi Zoe.” instead of “Hello Zoe.”"
    ]
    assert (found["format"], found["same"], found["complete"]) == (1, False, True)


def test_markdown_of_what_scripts_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.call").write_text('talk "Hello."')
    Path("b.call").write_text('talk "Ask @ann about *#12* <b>`now`</b>."')
    text = diff("a.call", "b.call", "--format", "markdown").stdout
    assert "@ann" not in text
    assert "#12" not in text
    assert "<b>" not in text.replace("\\<b\\>", "")

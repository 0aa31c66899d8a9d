"""`nccodsl compile` prints the same without compiling where nothing has changed, and only then."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from nccodsl.io import output_cache

ROOT = Path(__file__).parents[2]
SCRIPT = 'param name: text = "Ann"\ntalk "Hello {{ name }}"\n'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "nccodsl.toml").touch()
    (folder / "hello.call").write_text(SCRIPT)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def compile_here(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command, and say on standard error whether it compiled."""
    code = "import sys, atexit; atexit.register(lambda: print('nccodsl.api' in sys.modules, file=sys.stderr))"
    code += "; from nccodsl.__main__ import main; main()"
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)


def asked(*arguments: str) -> output_cache.Asked:
    """The command, whose output may be kept, whatever other tests do to the folders that modules come from."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "path", [])
        found = output_cache.asked(list(arguments))
    assert found is not None
    return found


def printed(*arguments: str, again: bool) -> str:
    """What `compile` prints; `again`: it must come from the cache, or must not."""
    done = compile_here("compile", *arguments)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == str(not again)
    return done.stdout


def test_the_same_is_not_compiled_again(here: Path) -> None:
    first = printed("hello.call", "--compact", again=False)
    assert first == '[{"action":"talk","text":"Hello Ann"}]\n'
    assert printed("hello.call", "--compact", again=True) == first
    assert "Bob" in printed("hello.call", "--var", "name=Bob", again=False)
    assert "Bob" in printed("hello.call", "--var", "name=Bob", again=True)
    assert printed("hello.call", "--compact", "--no-cache", again=False) == first
    (here / "hello.call").write_text(SCRIPT.replace("Hello", "Hallo"))
    assert "Hallo Ann" in printed("hello.call", "--compact", again=False)


def test_what_is_included_counts(here: Path) -> None:
    (here / "hello.call").write_text('include "parts/a.call"\nstep main { -> a }\n')
    (here / "parts").mkdir()
    part = here / "parts" / "a.call"
    part.write_text('step a { talk "One" }\n')
    assert "One" in printed("hello.call", again=False)
    assert "One" in printed("hello.call", again=True)
    part.write_text('step a { talk "Two" }\n')
    assert "Two" in printed("hello.call", again=False)
    part.unlink()
    assert compile_here("compile", "hello.call").returncode == 1


def test_a_link_that_leads_elsewhere_counts(here: Path) -> None:
    (here / "hello.call").write_text('include "part.call"\nstep main { -> a }\n')
    for name in ("one", "two"):
        (here / f"{name}.call").write_text(f'step a {{ talk "{name}" }}\n')
    link = here / "part.call"
    link.symlink_to("one.call")
    assert "one" in printed("hello.call", again=False)
    assert "one" in printed("hello.call", again=True)
    link.unlink()
    link.symlink_to("two.call")
    assert "two" in printed("hello.call", again=False)
    outside = here.parent / "outside.call"
    outside.write_text((here / "two.call").read_text())
    link.unlink()
    link.symlink_to(outside)
    assert compile_here("compile", "hello.call").returncode == 1


def test_another_root_of_the_project_counts(here: Path) -> None:
    inner = here / "inner"
    inner.mkdir()
    (inner / "hello.call").write_text('include "../part.call"\nstep main { -> a }\n')
    (here / "part.call").write_text('step a { talk "x" }\n')
    printed("inner/hello.call", again=False)
    printed("inner/hello.call", again=True)
    (inner / "nccodsl.toml").touch()
    assert compile_here("compile", "inner/hello.call").returncode == 1


def test_translations_that_come_later_count(here: Path) -> None:
    (here / "hello.call").write_text('languages en-GB, es-ES\ntalk "Hello"\n')
    first = (
        printed("hello.call", again=False) if not compile_here("compile", "hello.call").stderr.count("\n") > 1 else ""
    )
    catalog = here / "locale" / "es-ES.po"
    catalog.parent.mkdir(exist_ok=True)
    catalog.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Hello"\nmsgstr "Hola"\n'
    )
    done = compile_here("compile", "hello.call", "--var", "language=es-ES", "--no-cache")
    assert compile_here("compile", "hello.call", "--var", "language=es-ES").stdout == done.stdout
    assert compile_here("compile", "hello.call").stdout == (
        first or compile_here("compile", "hello.call", "--no-cache").stdout
    )


@pytest.mark.parametrize(
    ("script", "arguments"),
    [
        ('param pin: text private\ntalk "{{ pin }}"\n', ("--var", "pin=1234")),
        ('zone "Europe/London"\ntalk "It is {{ now.hour }}" # nccodsl: ignore W043\n', ()),
        ('talk "Hello"\ntalk "{{ a }}" \n', ("--var", "a=1", "-o", "out.json")),
    ],
)
def test_what_is_not_kept(here: Path, script: str, arguments: tuple[str, ...]) -> None:
    (here / "hello.call").write_text(script)
    printed("hello.call", *arguments, again=False)
    printed("hello.call", *arguments, again=False)
    assert not list((here.parent / "cache").rglob("compiled/*"))


def test_warnings_are_shown_each_time(here: Path) -> None:
    (here / "hello.call").write_text('param a: text\ntalk "Hello"\n')
    shown = [compile_here("compile", "hello.call", "--var", "a=1").stderr for _ in range(2)]
    assert shown[0] == shown[1]
    assert "W" in shown[0]


def test_nobody_else_reads_or_writes_it(here: Path) -> None:
    printed("hello.call", again=False)
    (entry,) = (here.parent / "cache" / "nccodsl" / "compiled").iterdir()
    assert stat.S_IMODE(entry.stat().st_mode) == 0o600
    assert stat.S_IMODE(entry.parent.stat().st_mode) == 0o700
    entry.chmod(0o644)
    printed("hello.call", again=False)


@pytest.mark.parametrize("damage", [b"", b"5:abc", b"x", b"-3:", b"99999999999:a", b"3:abc3:abc3:abc"])
def test_a_damaged_entry_is_compiled_again(here: Path, damage: bytes) -> None:
    first = printed("hello.call", again=False)
    (entry,) = (here.parent / "cache" / "nccodsl" / "compiled").iterdir()
    entry.write_bytes(damage)
    assert printed("hello.call", again=False) == first


def test_a_truncated_entry_is_compiled_again(here: Path) -> None:
    asked("compile", "hello.call").keep([("a", str(here / "a"), None)], b"[]")
    (entry,) = (here.parent / "cache" / "nccodsl" / "compiled").iterdir()
    whole = entry.read_bytes()
    for size in range(0, len(whole), 7):
        entry.write_bytes(whole[:size])
        assert asked("compile", "hello.call").found() is None
    entry.write_bytes(whole)
    assert asked("compile", "hello.call").found() == b"[]"


@pytest.mark.slow
def test_it_does_not_grow_for_ever(here: Path) -> None:
    for number in range(output_cache.MOST + 5):
        asked("compile", "hello.call", "--var", f"name={number}").keep([], b"[]\n")
    kept = len(os.listdir(here.parent / "cache" / "nccodsl" / "compiled"))  # noqa: PTH208
    assert output_cache.MOST / 2 <= kept <= output_cache.MOST
    assert asked("compile", "hello.call", "--var", f"name={output_cache.MOST + 4}").found() == b"[]\n"


def test_a_folder_that_cannot_be_written_is_no_failure(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = here.parent / "blocked"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    printed("hello.call", again=False)
    printed("hello.call", again=False)


def test_a_pipe_is_read_once(here: Path) -> None:
    line = f"{sys.executable} -m nccodsl compile --compact <(printf 'talk \"x\"')"
    for _ in range(2):
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
        assert done.stdout == '[{"action":"talk","text":"x"}]\n', done.stderr


def test_a_script_that_changes_meanwhile(here: Path) -> None:
    line = "import sys; from nccodsl.__main__ import main; main()"
    with (here / "hello.call").open("a") as script:
        code = [sys.executable, "-c", line, "compile", "hello.call", "--compact"]
        assert subprocess.run(code, stdout=script, check=False).returncode == 0
    assert compile_here("compile", "hello.call", "--compact").returncode == 1


def test_a_folder_of_links_that_leads_elsewhere(here: Path) -> None:
    (here / "hello.call").write_text('include "now/part.call"\nstep main { -> a }\n')
    for version in ("one", "two"):
        (here / version).mkdir()
        (here / version / "part.call").write_text('include "inner.call"\nstep a { -> b }\n')
        (here / version / "inner.call").write_text(f'step b {{ talk "{version}" }}\n')
    for version in ("one", "two"):
        (here / "now").unlink(missing_ok=True)
        (here / "now").symlink_to(version)
        assert version in printed("hello.call", again=False)
        assert version in printed("hello.call", again=True)


def test_two_names_of_one_file_become_two_files(here: Path) -> None:
    (here / "hello.call").write_text('include "a.call"\ninclude "b.call"\nstep main { -> a }\n')
    (here / "a.call").write_text('step a { talk "x" }\n')
    (here / "b.call").symlink_to("a.call")
    printed("hello.call", again=False)
    printed("hello.call", again=True)
    (here / "b.call").unlink()
    (here / "b.call").write_text((here / "a.call").read_text())
    assert compile_here("compile", "hello.call").returncode == 1


def test_nothing_is_waited_for(here: Path) -> None:
    (here / "hello.call").write_text('include "part.call"\nstep main { -> a }\n')
    part = here / "part.call"
    part.write_text('step a { talk "x" }\n')
    printed("hello.call", again=False)
    part.unlink()
    os.mkfifo(part)
    assert compile_here("compile", "hello.call").returncode == 1
    (entry,) = (here.parent / "cache" / "nccodsl" / "compiled").iterdir()
    part.unlink()
    part.write_text('step a { talk "x" }\n')
    entry.unlink()
    os.mkfifo(entry, 0o600)
    printed("hello.call", again=False)


def test_another_library_counts(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    libraries = here.parent / "libraries"
    libraries.mkdir()
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(libraries), str(ROOT))))
    printed("hello.call", again=False)
    printed("hello.call", again=True)
    (libraries / "phonenumbers-9.9.9.dist-info").mkdir()
    printed("hello.call", again=False)


def test_a_file_of_the_checkout_with_an_older_time_counts(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (tmp_path / "grammar").mkdir()
    for name in ("__init__.py", "a.py"):
        (package / name).write_text("")
    monkeypatch.setattr(output_cache, "_PACKAGE", str(package))
    asked("compile", "hello.call").keep([], b"[]")
    assert asked("compile", "hello.call").found() == b"[]"
    (tmp_path / "new.py").write_text("")
    os.utime(tmp_path / "new.py", (0, 0))
    (tmp_path / "new.py").replace(package / "a.py")
    assert asked("compile", "hello.call").found() is None

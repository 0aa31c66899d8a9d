"""What `check --fix` says of its work, and where it names itself."""

from __future__ import annotations

from pathlib import Path

from nccodsl.cli.check import fix_file
from nccodsl.diagnostics.printers.terminal import render
from nccodsl.documents.validate import validate_text


def test_one_fix_for_one_condition(tmp_path: Path) -> None:
    script = tmp_path / "a.call"
    script.write_text('param vip: boolean\nif (!vip) {\n  talk "Hello"\n}\n', encoding="utf-8")
    assert fix_file(str(script), "v2", unsafe=True) == (1, [])
    assert "if {{ not vip }} {" in script.read_text(encoding="utf-8")


def test_a_document_is_not_fixed_by_check() -> None:
    shown = render(validate_text("d.json", '[{"action": "talk", "text": "x",}]'), color=False)
    assert "= fix: remove the comma\n" in shown

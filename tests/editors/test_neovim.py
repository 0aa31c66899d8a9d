"""Neovim as docs/editors.md configures it: the language server, and the tree-sitter grammar."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editors.neovim_client import Neovim, blocks

MAIN = """\
include "rest.call"

step main {
  talk "Hello {{ shop }}" levl=1
  -> goodbye
}
"""
REST = 'param shop: text\n\nstep goodbye { talk "Goodbye." }\n'


@pytest.fixture
def neovim(tmp_path: Path) -> Iterator[Neovim]:
    program = shutil.which("nvim")
    if program is None:
        pytest.skip("Neovim is not on this machine: install Debian's package `neovim`")
    if shutil.which("cc") is None:
        pytest.skip("there is no C compiler on this machine")
    (tmp_path / "main.call").write_text(MAIN, encoding="utf-8")
    (tmp_path / "rest.call").write_text(REST, encoding="utf-8")
    (tmp_path / "pyproject.toml").touch()
    with Neovim(program, tmp_path) as editor:
        yield editor


def test_the_page_has_a_configuration_for_every_version() -> None:
    ranges = [(first, last) for first, last, text in blocks() if "nccodsl" in text]
    assert sorted(ranges) == [((0, 7), (0, 7)), ((0, 8), (0, 10)), ((0, 11), (99, 0))]


@pytest.mark.slow
def test_the_language_server(neovim: Neovim, tmp_path: Path) -> None:
    neovim.open(tmp_path / "main.call")
    (found,) = neovim.until("diagnostics", neovim.diagnostics)
    assert (found["lnum"], found["col"], found["code"], found["source"]) == (3, 26, "E202", "nccodsl")

    # Complete what is mistyped.
    neovim.go("levl", 3)
    neovim.keys("a<BS><BS><C-x><C-o>")
    words = "map(complete_info(['items']).items, 'v:val.word')"
    neovim.until("completion", lambda: neovim.lua(f"vim.fn.eval([[{words}]])"))
    assert "level" in " ".join(neovim.lua(f"vim.fn.eval([[{words}]])"))
    neovim.keys("<C-e>vel<Esc>")
    neovim.until("no diagnostics", lambda: not neovim.diagnostics())
    assert "level=1" in neovim.text()

    neovim.go("level")
    neovim.lua("vim.lsp.buf.hover()")
    floats = (
        "vim.tbl_filter(function(w) return vim.api.nvim_win_get_config(w).relative ~= '' end, vim.api.nvim_list_wins())"
    )
    window = neovim.until("hover", lambda: neovim.lua(floats))[0]
    assert "Volume" in " ".join(
        neovim.lua(f"vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf({window}), 0, -1, true)")
    )
    neovim.lua(f"vim.api.nvim_win_close({window}, true)")

    # A step of another file, at its jump.
    neovim.go("goodbye")
    neovim.lua("vim.lsp.buf.rename('farewell')")
    neovim.until("the new name", lambda: "-> farewell" in neovim.text())
    neovim.command("silent wall")
    assert "step farewell {" in (tmp_path / "rest.call").read_text(encoding="utf-8")

    neovim.go('talk "Hello')
    neovim.keys("i     <Esc>")
    neovim.until("spaces", lambda: "       talk" in neovim.text())
    neovim.lua("vim.lsp.buf.format({ async = false })" if neovim.version >= (0, 8) else "vim.lsp.buf.formatting_sync()")
    assert neovim.text() == MAIN.replace("levl", "level").replace("goodbye", "farewell")

    neovim.go("farewell")

    def arrives() -> bool:
        # Neovim tells the server a moment later that the other file has changed.
        if neovim.lua("vim.api.nvim_buf_get_name(0)").endswith("rest.call"):
            return True
        neovim.lua("vim.lsp.buf.definition()")
        return False

    neovim.until("the definition", arrives)
    assert neovim.lua("vim.fn.expand('<cword>')") == "farewell"
    assert neovim.lua("#vim.lsp.get_active_clients()" if neovim.version < (0, 10) else "#vim.lsp.get_clients()") == 1


@pytest.mark.slow
def test_the_tree_sitter_grammar(neovim: Neovim, tmp_path: Path) -> None:
    neovim.open(tmp_path / "main.call")
    parsed = "vim.treesitter.get_parser(0, 'call'):parse()[1]:root()"
    assert not neovim.lua(f"{parsed}:has_error()")
    if neovim.version < (0, 9):  # which the page does not configure
        neovim.lua("type(vim.treesitter.highlighter.new(vim.treesitter.get_parser(0, 'call')))")
    query = "vim.treesitter.query.get" if neovim.version >= (0, 9) else "vim.treesitter.get_query"
    for kind in ("highlights", "folds", "injections"):
        captures = f"#{query}('call', '{kind}').captures"
        assert neovim.lua(captures) > 0
    neovim.command("redraw")
    assert neovim.lua("vim.treesitter.highlighter.active[1] ~= nil")
    assert "Error" not in neovim.messages()
    if neovim.version >= (0, 9):
        assert neovim.lua("vim.treesitter.get_captures_at_pos(0, 2, 0)[1].capture").startswith("keyword")
        neovim.command("normal! zM")
        assert neovim.lua("vim.fn.foldclosed(4)") == 3

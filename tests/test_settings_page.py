"""docs/settings.md has every setting and every environment variable that the code reads."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from nccodsl.client.hosts import REGIONS
from nccodsl.client.profiles import find_profile
from nccodsl.client.settings_schema import SETTINGS, settings_schema
from tests.e2e.in_process import run_here
from tests.package_trees import MODULES, nodes_of, tree_of

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
NAMES = [
    name
    for row in re.findall(r"^\| ((?:`[A-Z_]+`(?:, )?)+) \|", PAGE, re.M)
    for name in re.findall(r"`([A-Z_]+)`", row)
]
LIBRARIES = {
    "HTTPS_PROXY": "httpx",
    "HTTP_PROXY": "httpx",
    "ALL_PROXY": "httpx",
    "NO_PROXY": "httpx",
    "SSL_CERT_FILE": "httpx",
    "SSL_CERT_DIR": "httpx",
    "XDG_STATE_HOME": "platformdirs",
}
"""Variables that the libraries read which nccodsl uses."""
OWN = re.compile(r"(?:NCCODSL|VONAGE)_[A-Z_]+")


def _variables(path: Path) -> Iterator[str]:
    """What a module reads of the environment: `environ.get(…)`, `environ[…]`, `envvar=…`, and all names of our own."""
    texts = {
        name: value for node in tree_of(path).body if isinstance(node, ast.Assign) for name, value in _assigned(node)
    }
    for node in nodes_of(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and OWN.fullmatch(node.value):
            yield node.value
        elif isinstance(node, ast.Call):
            if re.search(r"environ\)?\.get$|getenv$", ast.unparse(node.func)):
                yield _text(node.args[0], texts)
            yield from (_text(given.value, texts) for given in node.keywords if given.arg == "envvar")
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("environ"):
            yield _text(node.slice, texts)


def _assigned(node: ast.Assign) -> Iterator[tuple[str, str]]:
    for target in node.targets:
        pairs = zip(target.elts, node.value.elts, strict=True) if (
            isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
        ) else [(target, node.value)]  # fmt: skip
        for name, value in pairs:
            if isinstance(name, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield name.id, value.value


def _text(node: ast.expr, texts: dict[str, str]) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else texts[ast.unparse(node)]


@cache
def read() -> set[str]:
    """The environment variables that the package reads."""
    return {name for path in MODULES for name in _variables(path)}


def test_every_variable_is_on_the_page() -> None:
    assert {"NCCODSL_STATE", "VONAGE_PRIVATE_KEY", "NO_COLOR", "NCCODSL_SIGNATURE_SECRET"} <= read()
    assert read() - set(NAMES) == set()


def test_the_page_has_no_others() -> None:
    assert set(NAMES) - read() - set(LIBRARIES) == set()
    assert len(NAMES) == len(set(NAMES))


def test_every_setting_is_on_the_page() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \|", PAGE, re.M)
    assert rows == list(SETTINGS)
    assert [region for region in REGIONS if f"`{region}`" not in PAGE] == []


def test_the_files_on_the_page_are_settings(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", PAGE, re.S)
    assert len(blocks) >= 2
    for block in blocks:
        document = tomllib.loads(block)
        if "tool" in document:
            document = document["tool"]["nccodsl"]
            (tmp_path / "nccodsl.toml").unlink()
            (tmp_path / "pyproject.toml").write_text(block, encoding="utf-8")
        else:
            (tmp_path / "nccodsl.toml").write_text(block, encoding="utf-8")
        jsonschema.validate(document, settings_schema())
        assert find_profile(None, tmp_path) is not None
        for name in document.get("profile", {}):
            assert find_profile(name, tmp_path) is not None


def test_the_command_prints_the_schema(tmp_path: Path) -> None:
    done = run_here(tmp_path, {}, "schema", "settings")
    assert done.returncode == 0
    assert json.loads(done.stdout) == settings_schema()


@pytest.mark.parametrize("arguments", [["settings", "a.call"]])
def test_the_schema_of_settings_takes_no_file(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "a.call").write_text('talk "a"\n')
    assert run_here(tmp_path, {}, "schema", *arguments).returncode == 2

"""The documentation site: pages that are not in docs/, and links that work on the site and in the repository alike.

README.md, CHANGELOG.md and the page of each code become pages of the site; so does each file and folder of the
repository that a page links to. Links are written for the repository, and rewritten here. Each script has a link that
opens it in the playground, which is built beside the pages.

`python docs/build_site.py [PYODIDE]` builds it all in build/site; docs/contributing.md says more.
"""

from __future__ import annotations

import ast
import base64
import json
import posixpath
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

from nccodsl.cli.playground import examples_offered
from nccodsl.errors import CodedError, UsageError
from nccodsl.playground.pyodide_files import pyodide_files
from nccodsl.playground.static_site import build_site

ROOT = Path(__file__).parents[1]
OTHERS = {"README.md": "index.md", "CHANGELOG.md": "changelog.md"}
"""Pages outside of docs/, and what they are on the site."""
CODES = "nccodsl/diagnostics/pages"

FENCE = re.compile(r"^(`{3,}).*?^\1$", re.S | re.M)
LINK = re.compile(r"(?<!!)(\[[^\]\n]*\]\()([^)\s#:]+)((?:#[^)\s]*)?\))")
TITLE = re.compile(r"<!-- (?:file|shows): (\S+) -->\n```([a-z]+)[^\n]*$", re.M)
COMMENT = re.compile(r"<!--.*?-->\n?", re.S)
WORDS_BEHIND = re.compile(r"^(```[a-z]+) (?!title=).*$", re.M)
ROW = re.compile(r"^\|.*\|$", re.M)
SCRIPT = re.compile(r"^```call(?! part)(?: title=\"(?P<title>[^\"]*)\")?[^\n]*\n(?P<text>.*)^```$", re.S | re.M)
PLAYGROUND = "playground/index.html"
LANGUAGES = {".py": "python", ".lark": "text", ".call": "call", ".toml": "toml", ".json": "json"}


def pages() -> dict[str, str]:
    """All pages of the site by address."""
    homes = {f"docs/{page.name}": page.name for page in sorted((ROOT / "docs").glob("*.md"))} | OTHERS
    homes |= {f"{CODES}/{page.name}": f"codes/{page.name}" for page in sorted((ROOT / CODES).glob("*.md"))}
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in homes}
    linked = {_target(path, link) for path, text in texts.items() for link in _links(text)}
    sources = {_on_site(path): _source(path) for path in linked if path is not None and path not in homes}
    return {uri: rewritten(texts[path], path, uri) for path, uri in homes.items()} | sources


def rewritten(text: str, path: str, uri: str) -> str:
    """Lead links to the pages of the site, and write what Python-Markdown reads otherwise than GitHub does."""

    def link(found: re.Match[str]) -> str:
        target = _target(path, found[2])
        if target is None:
            return found[0]
        return found[1] + posixpath.relpath(_on_site(target), posixpath.dirname(uri) or ".") + found[3]

    def prose(part: str) -> str:
        part = ROW.sub(lambda row: re.sub(r"`[^`]*`", lambda code: code[0].replace(r"\|", "|"), row[0]), part)
        return COMMENT.sub("\n", LINK.sub(link, part.replace(r"\<", "&lt;")))

    def block(part: str) -> str:
        script = SCRIPT.fullmatch(part)
        return WORDS_BEHIND.sub(r"\1", part) + (_try_it(script["title"], script["text"], uri) if script else "")

    titled = TITLE.sub(r'```\2 title="\1"', text)
    return "".join(block(part) if part.startswith("```") else prose(part) for part in _parts(titled))


def _try_it(title: str | None, text: str, uri: str) -> str:
    """A link that opens a script in the playground, which `share.ts` unpacks."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    shared = json.dumps({"path": title or "example.call", "text": text}).encode()
    packed = base64.urlsafe_b64encode(packer.compress(shared) + packer.flush()).decode().rstrip("=")
    place = posixpath.relpath(PLAYGROUND, posixpath.dirname(uri) or ".")
    return f'\n\n<p><a href="{place}#share={packed}">▶ Try it</a></p>'


def _parts(text: str) -> Iterator[str]:
    """Code blocks, and what stands between them."""
    at = 0
    for fence in FENCE.finditer(text):
        yield text[at : fence.start()]
        yield fence[0]
        at = fence.end()
    yield text[at:]


def _links(text: str) -> list[str]:
    return [found[2] for part in _parts(text) if not part.startswith("```") for found in LINK.finditer(part)]


def _target(page: str, link: str) -> str | None:
    """The path in the repository that a link of a page leads to; None where nothing is there."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), link))
    return path if not path.startswith("..") and (ROOT / path).exists() else None


def _on_site(path: str) -> str:
    """The page of the site that shows a path of the repository."""
    if path in OTHERS:
        return OTHERS[path]
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    if path.startswith(f"{CODES}/"):
        return f"codes/{path.removeprefix(f'{CODES}/')}"
    return f"source/{path}/index.md" if (ROOT / path).is_dir() else f"source/{path}.md"


def _source(path: str) -> str:
    """A page with the text of a file, or with what is in a folder."""
    head = f"---\nsearch:\n  exclude: true\n---\n\n# {path}\n\n"
    place = ROOT / path
    if place.is_dir():
        inside = sorted(one for one in place.iterdir() if not one.name.startswith((".", "__pycache__")))
        return head + "\n".join(f"- `{one.name}` {_first_line(one)}".rstrip() for one in inside) + "\n"
    return f"{head}````{LANGUAGES.get(place.suffix, 'text')}\n{place.read_text(encoding='utf-8')}````\n"


def _first_line(place: Path) -> str:
    """What a module or a package says of itself."""
    module = place / "__init__.py" if place.is_dir() else place
    if module.suffix != ".py" or not module.exists():
        return ""
    return (ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def build(folder: Path = ROOT, pyodide: str | None = None) -> int:
    """Write the pages and the site below `build` of a folder; the exit code of the builder.

    `pyodide` has the files that the playground needs; without it, they are downloaded. Raises NoPyodide.
    """
    files = pyodide_files(pyodide)
    gathered, site = folder / "build" / "pages", folder / "build" / "site"
    shutil.rmtree(gathered, ignore_errors=True)
    for uri, text in pages().items():
        (gathered / uri).parent.mkdir(parents=True, exist_ok=True)
        (gathered / uri).write_text(text, encoding="utf-8")
    if folder != ROOT:
        shutil.copy(ROOT / "mkdocs.yml", folder)
    command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
    code = subprocess.run(command, cwd=folder, check=False).returncode
    if code == 0:
        build_site(str(site / "playground"), examples_offered(), files)
    return code


if __name__ == "__main__":
    try:
        raise SystemExit(build(ROOT, *sys.argv[1:2]))
    except CodedError as error:
        raise SystemExit(f"{error.code}: {error}; {error.help}") from None
    except (UsageError, OSError) as error:
        raise SystemExit(str(error)) from None

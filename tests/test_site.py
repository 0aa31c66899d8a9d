"""The documentation site: every page is in its navigation, links lead somewhere, scripts are highlighted."""

from __future__ import annotations

import base64
import json
import re
import zlib
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from docs import build_site
from tests.pyodide import pyodide, quick_builds

ROOT = Path(__file__).parents[1]
TRY = re.compile(r'\n\n<p><a href="([^"]*)">▶ Try it</a></p>')
BLOCK = re.compile(r"<pre\b.*?</pre>", re.S)
OTHER_SERVER = re.compile(r"(?:url\(\s*[\"']?|@import\s+[\"']?)(?:https?:)?//")


class Config(yaml.SafeLoader):
    """Reads mkdocs.yml, which names functions of Python."""


Config.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: suffix)


def _navigation() -> dict[str, list[str]]:
    nav = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Config)["nav"]
    parts = {title: entries for part in nav for title, entries in part.items()}
    return {
        title: [page for entry in entries for page in (entry.values() if isinstance(entry, dict) else [entry])]
        for title, entries in parts.items()
    }


def test_every_page_is_in_the_navigation_once() -> None:
    navigation = _navigation()
    assert list(navigation) == ["Start", "Guides", "Reference", "Inside"]
    listed = [page for pages in navigation.values() for page in pages]
    pages = [page for page in build_site.pages() if not page.startswith(("codes/", "source/"))]
    assert sorted(listed) == sorted(pages)


def test_the_readme_lists_the_pages_in_the_same_order() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    part = text[text.index("## Documentation") :]
    groups = re.findall(r"^- \*\*(\w+)\*\*:(.*?)(?=^- |\Z)", part, re.S | re.M)
    listed = {title: re.findall(r"\]\((?:docs/)?([\w-]+\.md)\)", links.lower()) for title, links in groups}
    assert listed == {title: [page for page in pages if page != "index.md"] for title, pages in _navigation().items()}


def test_links_are_those_of_the_site() -> None:
    text = (
        "[a](language.md#types) [b](../README.md) [c](../nccodsl/io) [d](https://a.example) [e](#x) ![f](../README.md)"
    )
    assert build_site.rewritten(text, "docs/errors.md", "errors.md") == (
        "[a](language.md#types) [b](index.md) [c](source/nccodsl/io/index.md) [d](https://a.example) [e](#x)"
        " ![f](../README.md)"
    )
    code = "[a](../../../docs/errors.md)"
    assert build_site.rewritten(code, "nccodsl/diagnostics/pages/E101.md", "codes/E101.md") == "[a](../errors.md)"
    assert build_site.rewritten("[a](docs/errors.md)", "README.md", "index.md") == "[a](errors.md)"


def test_markdown_is_that_of_the_builder() -> None:
    page = '<!-- file: a.call -->\n```call\ntalk "`a \\| b`"\n```\n\n```call wrong\ntalk\n```\n\n| `a \\| b` |\n\\<b>\n<!-- x -->'
    assert TRY.sub("", build_site.rewritten(page, "docs/a.md", "a.md")) == (
        '```call title="a.call"\ntalk "`a \\| b`"\n```\n\n```call\ntalk\n```\n\n| `a | b` |\n&lt;b>\n\n'
    )


def test_each_script_can_be_tried_and_parts_cannot() -> None:
    page = '<!-- file: a.call -->\n```call\ntalk "Hi. é"\n```\n\n```call part\ntalk "Hi."\n```\n\n```json\n{}\n```\n'
    (link,) = TRY.findall(build_site.rewritten(page, f"{build_site.CODES}/E101.md", "codes/E101.md"))
    assert link.startswith("../playground/index.html#share=")
    packed = link.partition("=")[2]
    shared = zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), -zlib.MAX_WBITS)
    assert json.loads(shared) == {"path": "a.call", "text": 'talk "Hi. é"\n'}


class Page(HTMLParser):
    """What a page links to and loads, and which anchors it has."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.text = path.read_text(encoding="utf-8")
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link":
            self.loads.append(given.get("href", ""))
        elif "src" in given:
            self.loads.append(given["src"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Page]:
    pytest.importorskip("zensical", reason="the site is built with what the `docs` extra installs")
    pyodide()
    folder = tmp_path_factory.mktemp("site")
    with quick_builds():
        assert build_site.build(folder) == 0
    return {path: Page(path) for path in (folder / "build" / "site").resolve().rglob("*.html")}


def _top(site: dict[Path, Page]) -> Path:
    return min((path.parent for path in site), key=lambda folder: len(folder.parts))


@pytest.mark.slow
def test_the_site_has_every_page(site: dict[Path, Page]) -> None:
    top = _top(site)
    built = {path.relative_to(top).as_posix() for path in site}
    own = {name for name in built if not name.startswith("playground/")}
    assert built - own == {"playground/index.html", "playground/phone.html", "playground/graph.html"}
    assert own - {"404.html"} == {page.removesuffix(".md") + ".html" for page in build_site.pages()}


@pytest.mark.slow
def test_links_lead_somewhere(site: dict[Path, Page]) -> None:
    broken = []
    for path, page in site.items():
        if path.name == "404.html":
            continue
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            anchors = site[target].anchors if target in site else set()
            shared = parts.fragment.startswith("share=")
            if not target.exists() or (parts.fragment and not shared and unquote(parts.fragment) not in anchors):
                broken.append(f"{path.name}: {link}")
    assert broken == []


@pytest.mark.slow
def test_nothing_is_loaded_from_other_servers(site: dict[Path, Page]) -> None:
    assert {load for page in site.values() for load in page.loads if urlsplit(load).netloc} == set()
    assert [
        path for path, page in site.items() if OTHER_SERVER.search(page.text) or 'class="mermaid' in page.text
    ] == []
    styles = list(_top(site).rglob("*.css"))
    assert styles
    assert [style for style in styles if OTHER_SERVER.search(style.read_text(encoding="utf-8"))] == []


@pytest.mark.slow
def test_scripts_are_highlighted(site: dict[Path, Page]) -> None:
    text = site[_top(site) / "language.html"].text
    assert '<span class="k">talk</span>' in text
    assert '<span class="na">max_digits</span><span class="o">=</span>' in text
    prose = {path: BLOCK.sub("", page.text) for path, page in site.items() if "source" not in path.parts}
    assert [path.name for path, text in prose.items() if "```" in text] == []


@pytest.mark.slow
def test_the_builder_reads_the_markdown_as_it_is_meant(site: dict[Path, Page]) -> None:
    """Python-Markdown wants a blank line before a list, and shows the backslash of `a \\| b`."""
    pages = {path: page.text for path, page in site.items() if "source" not in path.parts}
    assert [path.name for path, text in pages.items() if re.search(r"<p>(?:(?!</p>).)*\n[-*|] ", text, re.S)] == []
    assert [path.name for path, text in pages.items() if re.search(r"<td>(?:(?!</td>).)*\\\|", text)] == []


@pytest.mark.slow
def test_the_site_can_be_searched(site: dict[Path, Page]) -> None:
    index = (_top(site) / "search.json").read_text(encoding="utf-8")
    assert "first-call.html" in index
    assert "codes/E304.html" in index
    assert "source/" not in index

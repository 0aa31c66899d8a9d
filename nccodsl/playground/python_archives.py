"""What Python imports in the browser, in ZIP archives: the language services, and the libraries that they need.

`core.zip` is what every page needs; each other archive holds libraries that few scripts need, and is fetched when one
of them is first imported (archive_finder.py). No library is taken that needs a compiled module.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path, PurePath

from nccodsl.errors import UsageError
from nccodsl.playground.packed_files import packed
from nccodsl.syntax.tables import grammar_text, saved_tables, tables_name
from nccodsl.voice.languages import languages
from nccodsl.voice.locales import babel_language

CORE = "core.zip"
_OF_CORE = ("attrs", "cattrs", "jinja2", "lark", "lsprotocol", "markupsafe", "pygls", "typing-extensions")
LATER = {
    "babel.zip": ("babel",),
    "holidays.zip": ("holidays", "python-dateutil", "six"),
    "phonenumbers.zip": ("phonenumbers",),
    "tzdata.zip": ("tzdata",),
}
"""The archives that are fetched when they are needed, and the distributions in them."""
TOP_LEVEL = {
    "babel": "babel.zip",
    "dateutil": "holidays.zip",
    "holidays": "holidays.zip",
    "phonenumbers": "phonenumbers.zip",
    "tzdata": "tzdata.zip",
}
"""The archive of each library that is imported."""
_PACKAGE = Path(__file__).parents[1]
_ROOMS_LEFT_OUT = ("api.py", "campaign", "cli", "client", "dap", "flow.py", "server", "_examples", "_grammar")
_LEFT_OUT = (
    *("lark/__pyinstaller/", "phonenumbers/carrierdata/", "phonenumbers/geodata/"),
    *("phonenumbers/tzdata/",),
)
_LOCALES = "babel/locale-data"
_ENDINGS = (".py", ".dat", ".json", ".lark", ".md", ".mo", ".pot", ".txt", "")


def archives(python: tuple[int, int]) -> dict[str, bytes]:
    """All archives by name, for a version of Python such as (3, 14). Raises UsageError where a library has no files."""
    later = {name: packed(_libraries(inside)) for name, inside in LATER.items()}
    return {CORE: packed([*_libraries(_OF_CORE), *_own(python)]), **later}


def distributions() -> list[Distribution]:
    """All that is in the archives besides nccodsl, by name."""
    return [distribution(name) for name in sorted((*_OF_CORE, *(one for some in LATER.values() for one in some)))]


def _libraries(names: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    for name in names:
        files = distribution(name).files
        if not files:
            raise UsageError(f"the library {name} was installed without a list of its files: install it with pip")
        for file in files:
            if _is_wanted(file):
                yield file.as_posix(), Path(str(file.locate())).read_bytes()


def _is_wanted(file: PurePath) -> bool:
    path = file.as_posix()
    if path.startswith(("..", *_LEFT_OUT)) or "__pycache__" in path:
        return False
    if ".dist-info/" in path:
        return file.name == "METADATA"  # some ask for their own version
    if path.startswith(_LOCALES):
        return file.stem.partition("_")[0] in _spoken()
    return path.startswith("tzdata/") or file.suffix in _ENDINGS


def _spoken() -> frozenset[str]:
    """The languages of the platform as Babel names them, with what all locales begin from."""
    codes = (*languages().tts, *languages().asr)
    return frozenset({"root", "en", *(babel_language(code.partition("-")[0]) for code in codes)})


def _is_left_out(inside: Path) -> bool:
    room = inside.parts[0]
    if room in _ROOMS_LEFT_OUT or "__pycache__" in inside.parts or inside.is_relative_to("emulator/http"):
        return True
    return room in ("playground", "studio") and inside.suffix != ".py"


def _own(python: tuple[int, int]) -> Iterator[tuple[str, bytes]]:
    """This package without the rooms that need a server or a command line, and the grammar with its tables."""
    for path in _PACKAGE.rglob("*"):
        inside = path.relative_to(_PACKAGE)
        if path.is_file() and not _is_left_out(inside):
            yield f"nccodsl/{inside.as_posix()}", path.read_bytes()
    grammar = grammar_text()
    yield "nccodsl/_grammar/call.lark", grammar.encode()
    # They fit every version of Python, but are looked for by the name of one.
    yield f"nccodsl/_grammar/{tables_name(grammar, python)}", saved_tables()

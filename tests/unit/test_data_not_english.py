"""Code reads data: nothing takes apart a text that was written for people."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import pytest

from tests.package_trees import MODULES, nodes_of, shown

READS = {
    *("startswith", "endswith", "partition", "rpartition", "removeprefix", "removesuffix", "split", "rsplit"),
    *("find", "rfind", "index", "rindex", "count", "replace", "splitlines", "translate"),
}
"""What looks into a text."""
KEEPS = {"lower", "upper", "casefold", "strip", "lstrip", "rstrip"}
"""What gives a text that reads as the one before."""
SEARCHES = {"match", "fullmatch", "search", "findall", "finditer", "split", "sub", "subn"}
FOR_PEOPLE = {
    "message",
    "help",
    "found",
    "failure",
    "problem",
    "reason",
    "told",
    "expected",
    "instead",
    "text",
    "title",
}
"""Members that hold words for people."""
LOCAL = {"message", "help", "failure", "problem", "reason", "instead"}
"""Names of variables that hold them; a `text` may be anything."""
ENTRIES = {"entry", "line", "note", "outcome", "reply"}
"""Whose `text`, `title` and the like are for people; those of a token, an edit or a file are data."""
DATA = {"text", "title", "expected", "told", "found"}
ERRORS = {"error", "failure", "problem", "reason"}
"""Variables whose `str()` is for people."""
EXCEPTIONS = {
    ("__main__.py", "str(error)"): "it is put on one line",
    ("base/phone.py", "reason"): "a member of an enumeration",
    ("base/source.py", "message"): "secrets are taken out of it, wherever they stand",
    ("campaign/replay.py", "entry.reason"): "a name of the policy",
    ("campaign/start_campaign.py", "found.reason"): "a name of the policy",
    ("campaign/story_words.py", "entry.reason"): "a name of the policy",
    ("campaign/recipient_rows.py", "str(reason)"): "the name of the file is said already",
    ("campaign/plan_reader.py", "str(error)"): "Python says where TOML is wrong in words alone",
    ("cli/served_scripts.py", "str(error)"): "the same is not reported twice",
    ("cli/variables.py", "str(error)"): "it is put on one line",
    ("client/profiles.py", "str(error)"): "Python says where TOML is wrong in words alone",
    ("client/retry.py", "failure"): "a member of an enumeration",
    ("client/send.py", "failure"): "a member of an enumeration",
    ("diagnostics/messages/campaigns.py", "reason"): "Python says where TOML is wrong in words alone",
    ("documents/rows.py", "reason"): "Python says what is wrong with CSV in words alone",
    ("io/watched_server.py", "str(error)"): "it is cut to the length of a line",
    ("io/git_files.py", "str(error)"): "git says what is wrong in words alone",
    ("io/postgres.py", "reason"): "libpq says in words alone what is wrong",
    ("lsp/message_loop.py", "message"): "a message of the protocol",
    ("runtime/origin.py", "reason"): "the platform names an action in words alone, and quotes values of the call",
    ("server/log.py", "problem"): "the platform quotes values of the call in it",
    ("templates/jinja_parse.py", "message"): "Jinja says what is wrong in words alone",
    ("translation/po_file.py", "str(error)"): "Babel says what is wrong with a file in words alone",
    ("voice/ssml.py", "reason"): "a constant of Expat",
}


def readings(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """What is taken apart or compared: `entry.text`, `reply.failure`."""
    for node in nodes:
        yield from map(ast.unparse, filter(_is_for_people, _read_by(node)))


def _read_by(node: ast.AST) -> list[ast.expr]:
    """The texts that an expression looks into."""
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr=name), args=args):
            by_regex = [_plain(one) for one in args] if name in SEARCHES else []
            return [*([_plain(value)] if name in READS else []), *by_regex]
        case ast.Compare(left=left, comparators=others):
            sides = [left, *others]
            absent = any(isinstance(one, ast.Constant) and one.value is None for one in sides)
            return [] if absent else [_plain(one) for one in sides]
        case ast.Subscript(value=value, slice=ast.Slice() | ast.Constant(value=int()) | ast.UnaryOp()):
            return [_plain(value)]
    return []


def _plain(node: ast.expr) -> ast.expr:
    """The text itself, of `entry.text.strip().lower()`."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in KEEPS:
        node = node.func.value
    return node


def _is_for_people(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(value=owner, attr=name) if name in FOR_PEOPLE:
            return name not in DATA or getattr(owner, "id", getattr(owner, "attr", "")) in ENTRIES
        case ast.Name(id=name):
            return name in LOCAL
        case ast.Call(func=ast.Name(id="str"), args=[ast.Name(id=name)]):
            return name in ERRORS
    return False


def test_nothing_reads_words_for_people() -> None:
    found = {(shown(path), what) for path in MODULES for what in readings(nodes_of(path))}
    assert found == set(EXCEPTIONS)


@pytest.mark.parametrize(
    "code",
    [
        'entry.text.startswith("an NCCO ")',
        '"took" in entry.text',
        'entry.text == "it is muted"',
        're.match("an NCCO", entry.text)',
        "_PATTERN.search(reply.problem)",
        'x.message.lower().startswith("no")',
        'x.message.find("no")',
        "x.message[:3]",
        "x.message[0]",
        'failure.split(": ")',
        'str(error).partition(" at ")',
        '"TLS" in str(error)',
    ],
)
def test_what_reads_words(code: str) -> None:
    assert list(readings(ast.walk(ast.parse(code))))


@pytest.mark.parametrize(
    "code",
    ['reply.place.split(":")', "found.message is None", 'message["type"]', "print(entry.text)", "kind.text == 'raw'"],
)
def test_what_reads_data(code: str) -> None:
    assert not list(readings(ast.walk(ast.parse(code))))

"""The formats for programs: JSON, SARIF and GitHub's workflow commands."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from nccodsl.base.source import SourceFile, Sources, Span
from nccodsl.diagnostics import REGISTER, Diagnostic, Edit, Fix, Label, Severity
from nccodsl.diagnostics.printers import PRINTERS, printer
from nccodsl.diagnostics.printers.github import as_github
from nccodsl.diagnostics.printers.json import as_json
from nccodsl.diagnostics.printers.sarif import as_sarif

SOURCES = Sources()
OTHER = SOURCES.add("my dir/other.call", "step one\n")
FILE = SOURCES.add("a.call", 'talk "😀" lang=en\nx\n')
BASE = FILE.base

ERROR = Diagnostic(
    code="E202",
    severity=Severity.ERROR,
    message="no option `lang`",
    file=FILE,
    span=Span(BASE + 9, BASE + 13),
    labels=(Label(OTHER, Span(5, 8), "declared here"),),
    help="did you mean `language`?",
    fix=Fix("replace it", (Edit(Span(BASE + 9, BASE + 13), "language"),), safe=True),
)
WARNING = Diagnostic(
    code="W021", severity=Severity.WARNING, message="odd", file=FILE, span=Span(BASE, BASE + 18), path="/0/a~1b"
)
HOMELESS = Diagnostic(code="E211", severity=Severity.ERROR, message="no value\ud800")
ALL = [ERROR, WARNING, HOMELESS]


def test_json_contract() -> None:
    assert json.loads(as_json(ALL)) == {
        "diagnostics": [
            {
                "code": "E202",
                "severity": "error",
                "file": "a.call",
                "line": 1,
                "column": 10,
                "end_line": 1,
                "end_column": 14,
                "message": "no option `lang`",
                "help": "did you mean `language`?",
                "fix": {
                    "title": "replace it",
                    "safe": True,
                    "edits": [{"line": 1, "column": 10, "end_line": 1, "end_column": 14, "text": "language"}],
                },
            },
            {
                "code": "W021",
                "severity": "warning",
                "file": "a.call",
                "line": 1,
                "column": 1,
                "end_line": 2,
                "end_column": 2,
                "message": "odd",
                "help": None,
                "fix": None,
                "path": "/0/a~1b",
            },
            {
                "code": "E211",
                "severity": "error",
                "file": None,
                "line": 1,
                "column": 1,
                "end_line": 1,
                "end_column": 1,
                "message": "no value\ufffd",
                "help": None,
                "fix": None,
            },
        ],
        "errors": 2,
        "warnings": 1,
    }


def test_json_of_nothing() -> None:
    assert json.loads(as_json([])) == {"diagnostics": [], "errors": 0, "warnings": 0}
    assert as_json([]).endswith("}\n")


def sarif(*found: Diagnostic) -> Any:
    return json.loads(as_sarif(found))


def test_sarif_run() -> None:
    log = sarif(*ALL)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert driver["name"] == "nccodsl"
    assert [rule["id"] for rule in driver["rules"]] == ["E202", "E211", "W021"]
    assert driver["rules"][2] == {
        "id": "W021",
        "name": "no-effect",
        "shortDescription": {"text": REGISTER["W021"].title},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"status": "stable", "since": "0.1"},
    }
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_sarif_results() -> None:
    error, warning, homeless = sarif(*ALL)["runs"][0]["results"]
    region = {"startLine": 1, "startColumn": 10, "endLine": 1, "endColumn": 14}
    assert error == {
        "ruleId": "E202",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "no option `lang`\ndid you mean `language`?"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a.call"}, "region": region}}],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": {"uri": "my%20dir/other.call"},
                    "region": {"startLine": 1, "startColumn": 6, "endLine": 1, "endColumn": 9},
                },
                "message": {"text": "declared here"},
            }
        ],
        "fixes": [
            {
                "description": {"text": "replace it"},
                "artifactChanges": [
                    {
                        "artifactLocation": {"uri": "a.call"},
                        "replacements": [{"deletedRegion": region, "insertedContent": {"text": "language"}}],
                    }
                ],
            }
        ],
    }
    assert warning["level"] == "warning"
    assert warning["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "/0/a~1b"}]
    assert homeless["locations"] == []
    assert not {"fixes", "relatedLocations"} & homeless.keys()


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("a/b c.call", "a/b%20c.call"),
        ("a\\b.call", "a/b.call"),
        ("./a.call", "a.call"),
        ("/home/ü.call", "file:///home/%C3%BC.call"),
        ("C:\\x\\a.call", "file:///C:/x/a.call"),
        ("<stdin>", "%3Cstdin%3E"),
    ],
)
def test_sarif_uris(name: str, uri: str) -> None:
    found = Diagnostic(code="E110", severity=Severity.ERROR, message="m", file=SourceFile(name, ""))
    (location,) = sarif(found)["runs"][0]["results"][0]["locations"]
    assert location == {"physicalLocation": {"artifactLocation": {"uri": uri}}}


def test_github() -> None:
    assert as_github(ALL[:2]) == (
        "::error file=a.call,line=1,col=10,endLine=1,endColumn=14,title=E202::"
        "no option `lang`%0Adid you mean `language`?\n"
        # GitHub does not take columns of a place that spans lines.
        "::warning file=a.call,line=1,endLine=2,title=W021::odd\n"
    )


def test_github_names_files_as_the_repository_does() -> None:
    found = Diagnostic(code="E110", severity=Severity.ERROR, message="m", file=SourceFile("./a/b.call", ""))
    assert as_github([found]) == "::error file=a/b.call,title=E110::m\n"


def test_github_escapes() -> None:
    file = SourceFile("a:b,c%\n.call", "x")
    found = Diagnostic(
        code="E101", severity=Severity.ERROR, message="100% a:b,c\r\n::error::\x1b", file=file, span=Span(0, 1)
    )
    assert as_github([found]) == (
        "::error file=a%3Ab%2Cc%25%0A.call,line=1,col=1,endLine=1,endColumn=2,title=E101::"
        "100%25 a:b,c%0D%0A::error::\\x1b\n"
    )
    assert as_github([HOMELESS]) == "::error title=E211::no value\\ud800\n"


def test_a_fix_outside_the_file_is_not_shown() -> None:
    fix = Fix("elsewhere", (Edit(Span(0, 4), "x"),))
    found = Diagnostic(code="E101", severity=Severity.ERROR, message="m", file=FILE, span=Span(BASE, BASE), fix=fix)
    assert json.loads(as_json([found]))["diagnostics"][0]["fix"] is None
    assert "fixes" not in sarif(found)["runs"][0]["results"][0]


@pytest.mark.parametrize("name", PRINTERS)
def test_every_printer_of_the_table(name: str) -> None:
    for found in ([], ALL):
        text = printer(name)(found)
        text.encode()
        assert not text or text.endswith("\n")
    assert ("\x1b" in printer(name, color=True)(ALL)) == (name == "text")


def test_an_unknown_printer() -> None:
    with pytest.raises(KeyError):
        printer("xml")


def test_printers_are_imported_when_asked_for() -> None:
    code = "import sys, nccodsl.diagnostics.printers as p; print([m for m in sys.modules if p.__name__ + '.' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

"""What a person sees: expected outputs stand here as they appear."""

from __future__ import annotations

from textwrap import dedent

import pytest

from nccodsl.base.source import SourceFile, Sources, Span
from nccodsl.diagnostics import Diagnostic, Edit, Fix, Label, Severity
from nccodsl.diagnostics.printers.terminal import render, summary

SCRIPT = """\
# reminder.call
call {
  to   phone 14155550101
  from phone 14155550100
}

  talk "Hello" lang=en-GB
"""


def place(file: SourceFile, text: str, after: int = 0) -> Span:
    at = file.base + file.text.index(text, after)
    return Span(at, at + len(text))


def error(file: SourceFile | None, span: Span | None, message: str = "wrong", **more: object) -> Diagnostic:
    return Diagnostic(code="E202", severity=Severity.ERROR, message=message, file=file, span=span, **more)  # type: ignore[arg-type]


def shown(*diagnostics: Diagnostic, width: int = 100) -> str:
    return render(diagnostics, color=False, width=width)


def expected(text: str) -> str:
    return dedent(text).lstrip("\n")


def test_a_finding_with_help_and_fix() -> None:
    file = SourceFile("reminder.call", SCRIPT)
    span = place(file, "lang")
    fix = Fix("replace `lang` by `language`", (Edit(span, "language"),), safe=True)
    found = error(file, span, "`talk` has no option `lang`", help="did you mean `language`?", fix=fix)
    assert shown(found) == expected("""
        error[E202]: `talk` has no option `lang`
          --> reminder.call:7:16
           |
         7 |   talk "Hello" lang=en-GB
           |                ^^^^
           = help: did you mean `language`?
           = fix: replace `lang` by `language` (nccodsl check --fix)
        """)


def test_a_fix_that_is_not_safe_is_only_told() -> None:
    file = SourceFile("a.call", "talk")
    found = error(file, Span(0, 4), fix=Fix("write another word", (Edit(Span(0, 4), "say"),)))
    assert shown(found).endswith("   = help: write another word\n")


def test_several_findings_have_an_empty_line_between_them() -> None:
    file = SourceFile("a.call", "talk x\n")
    warning = Diagnostic(code="W021", severity=Severity.WARNING, message="unused", file=file, span=place(file, "x"))
    assert shown(error(None, None, "`name` has no value"), warning) == expected("""
        error[E202]: `name` has no value

        warning[W021]: unused
          --> a.call:1:6
           |
         1 | talk x
           |      ^
        """)


def test_nothing_is_nothing() -> None:
    assert shown() == ""


def test_a_finding_about_a_whole_file() -> None:
    assert shown(error(SourceFile("a.call", "x"), None, "cannot be read")) == expected("""
        error[E202]: cannot be read
          --> a.call
        """)


def test_a_finding_in_json_shows_its_pointer() -> None:
    file = SourceFile("file.json", '[\n  {\n    "eventUrl": 1}]')
    assert shown(error(file, place(file, "1"), path="/0/eventUrl")) == expected("""
        error[E202]: wrong
          --> file.json:3:17 (/0/eventUrl)
           |
         3 |     "eventUrl": 1}]
           |                 ^
        """)


def test_color() -> None:
    file = SourceFile("a.call", "talk x y\n")
    found = error(file, place(file, "y"), "no", help="h", labels=(Label(file, place(file, "x"), "here"),))
    assert render([found], color=True).replace("\x1b", "~") == expected("""
        ~[1;31merror[E202]~[0m~[1m: no~[0m
          ~[1;34m--> ~[0ma.call:1:8
           ~[1;34m|~[0m
         ~[1;34m1~[0m ~[1;34m|~[0m talk x y
           ~[1;34m|~[0m      ~[1;34m-~[0m ~[1;31m^~[0m
           ~[1;34m|~[0m      ~[1;34mhere~[0m
           ~[1;34m=~[0m ~[1;36mhelp~[0m: h
        """)


def test_labels_on_the_same_line() -> None:
    file = SourceFile("a.call", "talk a=1 b=2 a=3 c=4\n")
    labels = (
        Label(file, place(file, "a=1"), "first given here"),
        Label(file, place(file, "b=2"), "between"),
        Label(file, place(file, "c=4"), "behind"),
    )
    assert shown(error(file, place(file, "a=3"), labels=labels)) == expected("""
        error[E202]: wrong
          --> a.call:1:14
           |
         1 | talk a=1 b=2 a=3 c=4
           |      --- --- ^^^ --- behind
           |      |   between
           |      first given here
        """)


def test_labels_on_lines_nearby() -> None:
    file = SourceFile("a.call", "step one\ntalk\nstep two\n\n\nstep one\n")
    labels = (Label(file, place(file, "one"), "first declared here"), Label(file, place(file, "two"), "not this"))
    assert shown(error(file, place(file, "one", 9), labels=labels)) == expected("""
        error[E202]: wrong
          --> a.call:6:6
           |
         1 | step one
           |      --- first declared here
         2 | talk
         3 | step two
           |      --- not this
        ...
         6 | step one
           |      ^^^
        """)


def test_labels_far_away_and_in_another_file() -> None:
    sources = Sources()
    other = sources.add("other.call", "step one\n")
    file = sources.add("a.call", "step one\n" + "\n" * 10 + "step one\n")
    labels = (Label(file, place(file, "one"), "also here"), Label(other, place(other, "one"), "first here"))
    assert shown(error(file, place(file, "one", 9), labels=labels)) == expected("""
        error[E202]: wrong
          --> a.call:12:6
            |
         12 | step one
            |      ^^^
           --> a.call:1:6
            |
          1 | step one
            |      --- also here
           --> other.call:1:6
            |
          1 | step one
            |      --- first here
        """).replace("  --> a.call:12", "   --> a.call:12")


def test_a_span_over_several_lines() -> None:
    file = SourceFile("a.call", "menu {\n  on 1\n}\n")
    assert shown(error(file, Span(5, 15))) == expected("""
        error[E202]: wrong
          --> a.call:1:6
           |
         1 | menu {
           |      ^...
        """)


@pytest.mark.parametrize(("start", "end", "column"), [(4, 4, 5), (4, 5, 5), (9, 9, 5), (2, 2, 3)])
def test_an_empty_span_and_one_at_a_line_end(start: int, end: int, column: int) -> None:
    lines = shown(error(SourceFile("a.call", "talk\ntalk"), Span(start, end))).splitlines()
    assert lines[-2].endswith("| talk")
    assert lines[-1] == "   | " + " " * (column - 1) + "^"


def test_windows_line_ends_are_not_shown() -> None:
    file = SourceFile("a.call", "talk x\r\ntalk y\r\n")
    for span in (Span(5, 6), Span(6, 7), Span(7, 8)):
        assert "\n 1 | talk x\n" in shown(error(file, span))


def test_tabs_and_wide_and_combining_characters() -> None:
    file = SourceFile("a.call", '\ttalk "日本語" "e\u0301té" \t"한국" x\n')
    assert shown(error(file, place(file, "x"), labels=(Label(file, place(file, "té"), "two"),))) == expected("""
        error[E202]: wrong
          --> a.call:1:26
           |
         1 |     talk "日本語" "e\u0301té"     "한국" x
           |                     --             ^
           |                     two
        """)
    wide = place(file, "日本")
    assert shown(error(file, wide)).splitlines()[-1] == "   |           ^^^^"


def test_terminal_escapes_do_not_get_through() -> None:
    file = SourceFile("\x1b]0;title\x07.call", 'talk "\x1b[2J\x9b\u202e\ud800" x\n')
    label = Label(file, place(file, "talk"), "see\x1b[1m\nhere")
    found = error(file, place(file, "x"), "bad `\x1b[31m`\r\nnext", help="\x07", labels=(label,), path="/\x1b")
    assert shown(found) == expected(r"""
        error[E202]: bad `\x1b[31m`\r\nnext
          --> \x1b]0;title\x07.call:1:16 (/\x1b)
           |
         1 | talk "\x1b[2J\x9b\u202e\ud800" x
           | ----                           ^
           | see\x1b[1m\nhere
           = help: \x07
        """)


def test_a_long_line_is_cut_around_the_place() -> None:
    file = SourceFile("a.call", "a" * 100 + " here " + "b" * 100)
    assert shown(error(file, place(file, "here")), width=50) == expected("""
        error[E202]: wrong
          --> a.call:1:102
           |
         1 | …aaaaaaaaaaaaaa here bbbbbbbbbbbbbbbbbbbbbbb…
           |                 ^^^^
        """)


def test_a_long_line_keeps_its_beginning_or_its_end_where_that_is_near() -> None:
    file = SourceFile("a.call", "start " + "b" * 100 + " end")
    assert shown(error(file, place(file, "start")), width=50).splitlines()[-2:] == [
        " 1 | start bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…",
        "   | ^^^^^",
    ]
    assert shown(error(file, place(file, "end")), width=50).splitlines()[-2:] == [
        " 1 | …bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb end",
        "   |                                           ^^^",
    ]


def test_a_label_out_of_sight_on_the_same_line_has_its_own_excerpt() -> None:
    file = SourceFile("a.json", '{"a":1,' + " " * 200 + '"a":2}')
    label = Label(file, Span(1, 4), "first given here")
    lines = shown(error(file, place(file, '"a"', 9), labels=(label,)), width=40).splitlines()
    assert lines[3].endswith('"a":2}')
    assert lines[5:] == [
        "  --> a.json:1:2",
        "   |",
        ' 1 | {"a":1,                           …',
        "   |  --- first given here",
    ]


@pytest.mark.parametrize(
    ("errors", "warnings", "text"),
    [
        (2, 1, "2 errors, 1 warning"),
        (1, 0, "1 error"),
        (0, 3, "3 warnings"),
        (0, 0, "no problems"),
    ],
)
def test_summary(errors: int, warnings: int, text: str) -> None:
    assert summary(errors, warnings) == text

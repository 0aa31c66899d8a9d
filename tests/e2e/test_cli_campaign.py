"""`nccodsl campaign`: from a script to a campaign file, and from there to who would be called."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest

from nccodsl.campaign.plan_schema import campaign_schema
from tests.e2e.in_process import run_here

MARKETING = """\
param name:   text
param number: phone
param extra:  text = ""

call {
  to   phone {{ number }}
  from phone 14155550100
}

step main {
  talk "Hello {{ name }}{{ extra }}. To opt out, press 9."
  input dtmf max_digits=1 {
    on "9" { opt_out reason="pressed 9" talk "We will not call you again." }
    otherwise { talk "Goodbye." }
  }
}
"""
PLAIN = """\
param number: phone
call { to phone {{ number }} from phone 14155550100 }
talk "Our sale begins on Monday."
"""


def run(folder: Path, *words: str, code: int = 0, stdin: bytes = b"") -> tuple[str, str]:
    done = run_here(folder, {"HOME": str(folder)}, "campaign", *words, stdin=stdin)
    assert done.returncode == code, done.stderr
    return done.stdout, done.stderr


def campaign(folder: Path, script: str, purpose: str, rows: str, more: str = "") -> None:
    (folder / "a.call").write_text(script, encoding="utf-8")
    (folder / "rows.csv").write_text(rows, encoding="utf-8")
    (folder / "campaign.toml").write_text(
        f'name = "a"\nscript = "a.call"\npurpose = "{purpose}"\nrecipients.file = "rows.csv"\n{more}', encoding="utf-8"
    )


def test_from_nothing_to_a_checked_campaign(tmp_path: Path) -> None:
    run_here(tmp_path, {}, "init", ".")
    _, said = run(tmp_path, "init", "reminder.call", "--purpose", "informational")
    assert "number, name, day, at" in said
    text = (tmp_path / "campaign.toml").read_text(encoding="utf-8")
    jsonschema.validate(tomllib.loads(text), campaign_schema())
    assert "How the person is addressed (text)" in text
    out, said = run(tmp_path, "check", code=1)
    assert out.splitlines() == [
        "reminder (informational): 0 of 3 recipients would be called.",
        "  skipped, no_consent: 3",
    ]
    assert "recipients.csv:2: no_consent: E735 the rules need consent" in said
    (tmp_path / "campaign.toml").write_text(text.replace("# consent =", "consent ="))
    rows = (tmp_path / "recipients.csv").read_text().splitlines()
    agreed = [rows[0] + ",consent", rows[1] + ",yes", rows[2] + ",Yes", rows[3] + ",no"]
    (tmp_path / "recipients.csv").write_text("\n".join(agreed))
    out, said = run(tmp_path, "check")
    assert out.startswith("reminder (informational): 2 of 3 recipients would be called.\n  now: ")
    assert "\n  skipped, no_consent: 1\n" in out


def test_what_init_writes_can_be_switched_on(tmp_path: Path) -> None:
    """Each setting that is off is right when its `#` is taken away."""
    (tmp_path / "a.call").write_text(MARKETING)
    out, _ = run(tmp_path, "init", "a.call", "--purpose", "marketing", "-o", "-")
    off = [line for line in out.splitlines() if line.startswith("# ") and " = " in line]
    assert len(off) >= 15
    for line in off:
        table = out[: out.index(line)].rpartition("\n[")[2].partition("]")[0]
        document = tomllib.loads(f"[{table}]\n{line[2:]}" if "[" in out[: out.index(line)] else line[2:])
        assert document


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.call").write_text(MARKETING)
    (tmp_path / "campaign.toml").write_text("mine")
    assert "already exists" in run(tmp_path, "init", "a.call", "--purpose", "marketing", code=2)[1]
    assert (tmp_path / "campaign.toml").read_text() == "mine"
    said = run(tmp_path, "init", "a.call", code=2)[1]
    assert "Missing option '--purpose'. Choose from marketing, informational, emergency" in said
    (tmp_path / "b.call").write_text('talk "a"\n')
    assert "E408" in run(tmp_path, "init", "b.call", "--purpose", "marketing", "-o", "b.toml", code=1)[1]
    assert not (tmp_path / "b.toml").exists()


def test_init_in_another_folder(tmp_path: Path) -> None:
    (tmp_path / "calls").mkdir()
    (tmp_path / "calls" / "a b.call").write_text(MARKETING)
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "recipients.csv").write_text("name,number\nAnn,14155550101\n")
    run(tmp_path, "init", "calls/a b.call", "--purpose", "emergency", "-o", "plans/a.toml")
    document = tomllib.loads((tmp_path / "plans" / "a.toml").read_text())
    assert (document["script"], document["name"]) == ("../calls/a b.call", "a-b")
    assert "1 of 1 recipient would" in run(tmp_path, "check", "plans/a.toml")[0]


ROWS = (
    "name,number,vip\nAnn,+1 415 555 0101,\nBob,0170 1234567,\n,+1 415 555 0102,\nCy,14155550101,\nDi,+1 415 555 0103\n"
)


def test_who_is_called_and_who_is_skipped(tmp_path: Path) -> None:
    campaign(tmp_path, MARKETING, "emergency", ROWS)
    out, said = run(tmp_path, "check", "--skipped", "skipped.jsonl")
    assert out.splitlines() == [
        "a (emergency): 2 of 5 recipients would be called.",
        "  now: 2, later: 0",
        "  skipped, invalid: 1",
        "  skipped, bad_row: 1",
        "  skipped, duplicate: 1",
        "  `[retries]` is empty: a recipient who does not answer is not called again",
        "  columns that match no param: vip",
    ]
    assert said.splitlines() == [
        "rows.csv:3: invalid: column number: E732 `0170 1234567` is not a valid phone number: it begins with 0, so its "
        "country code is missing (write it as `+14155550123`)",
        "rows.csv:5: duplicate: E733 `14155550101` stands in line 2 already (remove one of the two rows)",
        "rows.csv:6: bad_row: E310 the row has 2 cells, but the header has 3 columns (add `,` for each empty cell)",
        "warning[W057]: 1 row has an empty `name`",
        "   = help: fill it in, or give the param a default value in the script",
    ]
    skipped = [json.loads(line) for line in (tmp_path / "skipped.jsonl").read_text().splitlines()]
    assert [(one["line"], one["reason"], one["code"], one["number"]) for one in skipped] == [
        (3, "invalid", "E732", None),
        (5, "duplicate", "E733", "14155550101"),
        (6, "bad_row", "E310", None),
    ]
    found = json.loads(run(tmp_path, "check", "--format", "json")[0])
    assert (found["rows"], found["called"], found["ignored_columns"]) == (5, 2, ["vip"])
    assert [one["code"] for one in found["problems"]] == ["W057"]
    run(tmp_path, "check", "--strict", code=1)
    assert found["skipped"] == {"bad_row": 1, "invalid": 1, "duplicate": 1}
    assert found["first_skipped"] == skipped


def test_values_that_the_script_refuses(tmp_path: Path) -> None:
    script = "param day: date\n" + MARKETING.replace("Hello", "Hello on {{ day | spoken_date }}")
    campaign(tmp_path, script, "emergency", "name,number,day\nA,14155550101,tomorrow\nB,14155550102,2026-12-01\n")
    out, said = run(tmp_path, "check")
    assert "1 of 2 recipients" in out
    assert "rows.csv:2: invalid: column day: E315" in said


def test_a_script_that_calls_somebody_else(tmp_path: Path) -> None:
    script = "param boss: phone\n" + PLAIN.replace("to phone {{ number }}", "to phone {{ boss }}")
    rows = "number,boss\n14155550101,14155550102\n14155550103,14155550103\n"
    campaign(tmp_path, script, "emergency", rows)
    out, said = run(tmp_path, "check")
    assert "1 of 2 recipients" in out
    assert "the script calls 14155550102, not `14155550101`" in said
    campaign(tmp_path, PLAIN.replace("phone {{ number }}", 'app "ann"'), "informational", rows)
    assert "the script calls no phone" in run(tmp_path, "check", code=1)[1]


@pytest.mark.parametrize(
    ("script", "purpose", "rows", "more", "told"),
    [
        (PLAIN, "marketing", "number\n14155550101\n", "", "E734"),
        ('talk "a"\n', "informational", "number\n14155550101\n", "", "E408"),
        ("talk\n", "informational", "number\n14155550101\n", "", "E401"),
        (PLAIN, "informational", "phone\n14155550101\n", "", "the columns are `phone`"),
        (PLAIN, "informational", "numbr\n14155550101\n", "", "did you mean `numbr`?"),
        (PLAIN, "informational", "number\n1\n", "", "E731"),
        (PLAIN, "informational", "", "", "E314"),
        (PLAIN, "informational", "number\n", "", "there are no recipients"),
        (PLAIN, "informational", "number;name\n14155550101;a\n", "", "rows.csv:1: the header has only one column"),
        (PLAIN, "informational", "number\n14155550101\n", 'name = "b"\n', "`name` stands twice"),
        (
            PLAIN,
            "informational",
            "number\n14155550101\n",
            '[columns.params]\nnumbr = "number"\n',
            "has no param `numbr`",
        ),
        (
            PLAIN,
            "informational",
            "number\n14155550101\n",
            '[columns]\nzone = "tz"\n',
            "which `zone` in `[columns]` names",
        ),
        (MARKETING, "marketing", "number\n14155550101\n", "", "which the param `name` needs"),
        (PLAIN, "informational", "number\n14155550101\n", "deadline = 2020-01-01T00:00:00Z\n", "in the past"),
    ],
)
def test_what_is_wrong(tmp_path: Path, script: str, purpose: str, rows: str, more: str, told: str) -> None:
    campaign(tmp_path, script, purpose, rows, more)
    said = run(tmp_path, "check", code=1)[1]
    assert told in said
    problems = json.loads(run(tmp_path, "check", "--format", "json", code=1)[0])["problems"]
    assert any(one["severity"] == "error" and one["code"] in said for one in problems)


def test_random_numbers_are_warned_of(tmp_path: Path) -> None:
    script = PLAIN.replace("from phone 14155550100", "from random")
    campaign(tmp_path, script, "emergency", "number\n14155550101\n")
    assert "W056" in run(tmp_path, "check")[1]
    run(tmp_path, "check", "--strict", code=1)
    campaign(tmp_path, script, "emergency", "number\n14155550101\n", 'from = "14155550100"\n')
    assert "W056" not in run(tmp_path, "check")[1]


def test_standard_input_is_read_once(tmp_path: Path) -> None:
    campaign(tmp_path, PLAIN, "emergency", "")
    text = (tmp_path / "campaign.toml").read_text().replace('"rows.csv"', '"-"')
    (tmp_path / "campaign.toml").write_text(text)
    assert "1 of 1 recipient" in run(tmp_path, "check", stdin=b'{"number": "14155550101"}\n')[0]
    run(tmp_path, "check", "-", code=2, stdin=text.encode())
    assert "a.call is an input file" in run(tmp_path, "check", "--skipped", "a.call", code=2)[1]
    assert "--skipped needs a file" in run(tmp_path, "check", "--skipped", "-", code=2)[1]


@pytest.mark.parametrize("text", ["name = ", "\xff", ""])
def test_a_campaign_file_that_cannot_be_used(tmp_path: Path, text: str) -> None:
    (tmp_path / "campaign.toml").write_bytes(text.encode("latin-1"))
    said = run(tmp_path, "check", code=1)[1]
    assert "E730" in said or "E110" in said
    assert json.loads(run(tmp_path, "check", "--format", "json", code=1)[0])["problems"]


def test_the_schema_is_printed(tmp_path: Path) -> None:
    done = run_here(tmp_path, {}, "schema", "campaign")
    assert json.loads(done.stdout) == campaign_schema()


def test_rules_and_suppression(tmp_path: Path) -> None:
    rows = (
        "number,zone,agreed\n14155550101,,yes\n14155550102,,\n14155550103,Europe/Nowhere,yes\n"
        "18005550104,,yes\n14155550105,,yes\n"
    )
    columns = '[columns]\nzone = "zone"\nconsent = "agreed"\n'
    campaign(tmp_path, MARKETING.replace("param name:   text", 'param name: text = ""'), "marketing", rows, columns)
    run_here(tmp_path, {"HOME": str(tmp_path)}, "suppress", "add", "14155550105", "--store", "sqlite:calls.db")
    done = run_here(tmp_path, {"HOME": str(tmp_path)}, "suppress", "add", "14155550105")
    assert done.returncode == 0, done.stderr
    found = json.loads(run(tmp_path, "check", "--format", "json")[0])
    assert found["called"] == 1
    assert found["skipped"] == {"suppressed": 1, "unknown_zone": 2, "no_consent": 1}
    assert {one["code"] for one in found["first_skipped"]} == {"E735"}
    assert "E803" in run(tmp_path, "check", "--store", "sqlite:none.db", code=2)[1]


def test_why_the_rules_bar_a_row(tmp_path: Path) -> None:
    """The message says what of the row decides, and helps only where that helps."""
    rows = "number,zip,agreed\n14155550101,94110,no\n14155550102,94110,\n31201234567,,yes\n14155550103,2108,yes\n"
    columns = '[columns]\npostal_code = "zip"\nconsent = "agreed"\n'
    campaign(tmp_path, PLAIN, "informational", rows, columns)
    found = json.loads(run(tmp_path, "check", "--format", "json", code=1)[0])["first_skipped"]
    assert [(one["reason"], one["message"].rpartition(" (")[0], one["help"]) for one in found] == [
        ("no_consent", "the rules need consent, and the column `agreed` says `no`", None),
        ("no_consent", "the rules need consent, and the column `agreed` is empty", None),
        (
            "unknown_country",
            "the number begins with `+31` (NL), and there is no rule set for that country",
            "write numbers with `+` and the country code",
        ),
        ("unknown_zone", "the time zone is unknown: `2108` is no postal code", "add the leading 0"),
    ]


def test_a_moment_after_the_deadline(tmp_path: Path) -> None:
    campaign(tmp_path, PLAIN, "emergency", "number\n14155550101\n", "deadline = 2020-01-01T00:00:00Z\n")
    for command in ("forecast", "emulate"):
        said = run(tmp_path, command, "--at", "2020-01-02T00:00:00Z", code=1)[1]
        assert "error[E730]: the deadline is before --at" in said


def test_a_window_that_never_opens(tmp_path: Path) -> None:
    campaign(tmp_path, PLAIN, "emergency", "number\n14155550101\n", "[windows]\nhours = 'open 2020-01-01 9:00-10:00'\n")
    out, said = run(tmp_path, "check", code=1)
    assert "skipped, no_window: 1" in out
    assert "rows.csv:2: no_window: E735" in said
    assert "no recipient can be called: the `hours` in `[windows]` do not come any more" in said


PEAK = """
import resource, sys
from nccodsl.__main__ import main
sys.argv = ["nccodsl", "campaign", "check"]
try:
    main()
except SystemExit as left:
    print(left.code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
def test_a_hundred_thousand_rows_stream(tmp_path: Path) -> None:
    """The memory of the process is that of a thousand rows, and the numbers that were seen are on disk."""

    def peak(rows: int) -> int:
        campaign(tmp_path, MARKETING, "emergency", "")
        with (tmp_path / "rows.csv").open("w") as table:
            table.write("name,number\n")
            table.writelines(f"N{number},+{14152000000 + number}\n" for number in range(rows))
            table.write("Ann,14152000000\n")
        done = subprocess.run(
            [sys.executable, "-c", PEAK], cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True, check=True
        )
        summary, *_, last = done.stdout.splitlines()
        assert summary == f"a (emergency): {rows:,} of {rows + 1} recipients would be called."
        code, kibibytes = last.split()
        assert code == "0"
        return int(kibibytes)

    few, many = peak(1000), peak(100_000)
    assert many < few + 12 * 1024, "the texts of the rows alone are more"

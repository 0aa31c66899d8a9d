"""Each action of a rendered NCCO leads back to the statement that wrote it."""

from __future__ import annotations

import pytest

import nccodsl

SCRIPT = """\
param names: list
param late: boolean

call {
  to phone 14155550101
  from phone 14155550100
  length_timer=1h
}

step main {
  talk "first"
  for name in {{ names }} { talk "for {{ name }}" }
  if {{ late }} { talk "late" -> other }
  else { talk "early" }
  talk "last" style=2
}

step other { talk "other" }
"""


@pytest.mark.parametrize("values", [{"names": [], "late": False}, {"names": ["a", "b"], "late": True}])
def test_every_action(values: dict[str, object]) -> None:
    flow = nccodsl.load(SCRIPT)
    ncco = flow.ncco(values)
    lines = []
    for index, action in enumerate(ncco):
        found = flow.origin(values, ("ncco", index, "text"))
        assert found is not None
        file, span = found
        lines.append(file.line_column(span.start)[0])
        assert action["text"].split()[0] in file.text.splitlines()[lines[-1] - 1]
    assert lines == sorted(lines)
    assert len(lines) == len(ncco) == (5 if values["late"] else 3)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("length_timer",), "1h"),
        (("to", 0, "number"), "14155550101"),
        (("from", "number"), "14155550100"),
        (("ncco", 2, "style"), "2"),
    ],
)
def test_values(path: tuple[str | int, ...], text: str) -> None:
    found = nccodsl.load(SCRIPT).origin({"names": [], "late": False}, path)
    assert found is not None
    file, span = found
    assert file.text[span.start - file.base : span.end - file.base] == text


def test_what_the_script_does_not_say() -> None:
    flow = nccodsl.load(SCRIPT)
    assert flow.origin({"names": [], "late": False}, ("ncco", 99)) is None
    assert nccodsl.load('talk "x"').origin({}, ("to",)) is None

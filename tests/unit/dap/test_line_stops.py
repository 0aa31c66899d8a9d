"""At which lines a breakpoint stops."""

from __future__ import annotations

import pytest

import nccodsl
from nccodsl.dap.line_stops import LineStops

SCRIPT = """\
# A menu.
step main {
  set tries = 1

  talk "Press 1."
    barge_in=true
  input dtmf max_digits=1 {
    on "1" -> sales
    on "2" {
      # Two.
      talk "Two."
    }
    retry 1 "Sorry."
    otherwise { talk "Bye." }
  }
}
step sales {
  if {{ visits > 1 }} { talk "Again." } else { set tries = 2 }
  connect phone 14155550123 from=14155550100
}
"""


@pytest.mark.parametrize(
    ("line", "stops"),
    [
        *((1, None), (2, 5), (3, 5), (4, 5), (5, 5), (6, 5), (7, 7), (8, None), (9, 11), (10, 11), (11, 11)),
        *((12, 13), (13, 13), (14, 14), (16, None), (17, 18), (18, 18), (19, 19), (20, None), (0, None), (99, None)),
    ],
)
def test_a_breakpoint_stops_where_something_happens(line: int, stops: int | None) -> None:
    flow = nccodsl.load(SCRIPT, name="menu.call")
    assert LineStops(flow, flow.program.sources.files[0]).at_or_after(line) == stops

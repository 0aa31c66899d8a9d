"""Scripts for the tests of names: one with a name of each kind, and ways to point into it."""

from __future__ import annotations

from typing import TypeVar

from nccodsl.editor.document import Document, FilePlace
from nccodsl.errors import CannotRead
from nccodsl.std import read_library

T = TypeVar("T")

SCRIPT = """\
include <std/confirm.call>
zone "Europe/London"
param guest: text = "friend"
let greeting = "Hello {{ guest }}"
secret token
hours office { mon-fri 09:00-17:00 }

dialog account(prompt: text, tries: integer = 2) -> done(number: text), lost {
  talk "{{ prompt }}, {{ guest }}"
  input dtmf as typed { on "9" -> lost  otherwise -> read_back }
  step read_back {
    if {{ visits > tries }} { -> lost }
    -> done(number={{ typed.digits }})
  }
}

step main {
  talk "{{ greeting }} {% set n = 1 %}{{ n }} {{ office.open }} {{ caller | spell }}"
  for agent in [14155550101, 14155550102] { talk "{{ agent }}" }
  -> menu
}
step menu {
  input dtmf as choice {
    on "1" { ask account(prompt="{{ guest }}?") as found {
      on done { talk "\\u0041 {{ found.number }}" -> closing }
      on lost -> menu
    } }
    on "2" { ask confirm(question="Really?") { otherwise -> closing } }
    otherwise -> closing
  }
}
step closing {
  set typed = "x"
  fetch "https://example.com/{{ choice.digits }}" headers={A: "{{ token }}"} as customer: {name: text} {
    on error { hangup }
  }
  talk "Bye {{ customer.name }} {{ typed }}"
}
on ended { send POST "https://example.com/" body={was: {{ step }}} }
test "it says hello" { at "2026-01-05 10:00" with guest="Ann" hear "Hello" press "3" }
test "an account" of account(prompt="Which?") { at "2026-01-05 10:00" press "9" ends lost }
"""


def document(text: str = SCRIPT, **files: str) -> Document:
    """A document `main.call` that can include the library and `files`, by their names without `.call`."""

    def read(path: str, including: str) -> tuple[str, str]:
        if path.startswith("<"):
            return read_library(path, including)
        name = path.removesuffix(".call")
        if name not in files:
            raise CannotRead(f"no {path}")
        return path, files[name]

    return Document("main.call", text, read)


def place(text: str, wanted: str) -> int:
    """The offset of what stands behind `|` in `wanted`, which the text has once without that sign."""
    before, _, after = wanted.partition("|")
    assert text.count(before + after) == 1, wanted
    return text.index(before + after) + len(before)


def words(text: str, places: tuple[FilePlace, ...] | list[FilePlace]) -> list[str]:
    """The lines and words of places: `3:guest`."""
    return [f"{text.count(chr(10), 0, one.start) + 1}:{text[one.start : one.end]}" for one in places]

"""Versions that are found to be the same without playing anything, and those that must not be."""

from __future__ import annotations

import pytest

import nccodsl
from nccodsl.diff.compare_versions import VersionComparison, compare_versions
from tests.catalogs import translated

RING = """\
step main {
  talk "Visit {{ visits }}. Press 1."
  input dtmf max_digits=1 { on "1" -> next  on "2" -> main  retry 2 "Sorry?"  otherwise { hangup } }
}
step next { talk "Next." -> main }
"""


def compared(old: str, new: str, depth: int = 3) -> VersionComparison:
    return compare_versions(nccodsl.load(old, name="old.call"), nccodsl.load(new, name="new.call"), depth)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("-> next", "-> next"),
        ("next", "other"),
        ('on "1" -> next  on "2" -> main', 'on "2" -> main  on "1" -> next'),
        ('talk "Next."', "# Said next.\n  talk   \"Next.\""),
        (RING, f'let words = "Next."\n{RING}'.replace('talk "Next."', 'talk "{{ words }}"')),
        (RING, f'let words = "Visit {{{{ visits }}}}"\n{RING}'.replace('"Visit {{ visits }}. ', '"{{ words }}. ')),
    ],
)  # fmt: skip
def test_the_same_for_all_values_and_answers(old: str, new: str) -> None:
    if nccodsl.check(changed := RING.replace(old, new)) and any(one.is_error for one in nccodsl.check(changed)):
        pytest.skip("a let cannot read what only the running call knows")
    assert compared(RING, changed).proven


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"Next."', '"Next!"'),
        ("retry 2", "retry 1"),
        ('on "2" -> main', 'on "2" -> next'),
        ("Visit {{ visits }}", "Visit {{ visits + 1 }}"),
        ('talk "Next." -> main', 'talk "Next."'),
    ],
)
def test_another_version(old: str, new: str) -> None:
    found = compared(RING, RING.replace(old, new))
    assert not found.proven
    assert found.changes


def test_a_name_that_another_system_is_sent() -> None:
    text = f'on ended {{ send POST "https://crm.example.com/" body={{in: {{{{ step }}}}}} }}\n{RING}'
    text = text.replace('"Next." -> main', '"Next."')
    renamed = text.replace("-> next", "-> other").replace("step next", "step other")
    assert "`body.in` other (before: next)" in " ".join(one.text for one in compared(text, renamed).changes)


def test_a_name_that_another_system_is_sent_something_by() -> None:
    """The end of the call asks for the step in an `if` that waits."""
    sends = 'send POST "https://crm.example.com/" body={came: true}'
    text = f'on ended {{ if {{{{ step == "next" }}}} {{ {sends} }} }}\n{RING}'.replace('"Next." -> main', '"Next."')
    renamed = text.replace("-> next", "-> other").replace("step next", "step other")
    found = compared(text, renamed)
    assert not found.proven
    assert found.changes


def test_another_list_of_a_loop_that_waits() -> None:
    text = 'for name in ["a", "b"] { talk "{{ name }}" input dtmf { on "1" -> next otherwise { } } }\ntalk "Bye."'
    text = f'step main {{ {text} }}\nstep next {{ talk "Next." }}'
    found = compared(text, text.replace('"b"', '"c"'))
    assert any("“c”" in one.text for one in found.changes)


def test_visits_that_are_kept() -> None:
    """No number of visits is like another where the number itself is said, through whatever name."""
    text = RING.replace('talk "Visit {{ visits }}. Press 1."', 'set count = {{ visits }} talk "Press 1."')
    old, new = (text.replace('"Next."', f'"Next {{{{ {said} }}}}."') for said in ("count", "count if count < 3 else 9"))
    assert compared(old, new, 8).changes


def test_a_let_with_markup_is_not_the_same_as_its_text() -> None:
    old = "talk \"<speak>Tom &amp; <break time='1s'/></speak>\""
    new = 'let pause = "<break time=\'1s\'/>"\ntalk "<speak>Tom &amp; {{ pause }}</speak>"'
    assert compared(old, new).changes


def menus(count: int, last: str) -> str:
    """A chain of menus, of which only the last one differs."""
    steps = []
    for number in range(count):
        leads = f'on "1" -> menu{number + 1}' if number + 1 < count else f'on "1" {{ talk "{last}" }}'
        name = f"menu{number}" if number else "main"
        steps.append(
            f'step {name} {{ talk "Menu {number}." input dtmf max_digits=1 {{ {leads} otherwise {{ hangup }} }} }}'
        )
    return "\n".join(steps)


def test_work_grows_with_the_script() -> None:
    few, many = (compared(menus(count, "Hello."), menus(count, "Bye."), 40) for count in (8, 32))
    assert few.changes
    assert many.changes
    assert many.pairs <= 4.2 * few.pairs
    assert many.paths <= 4.2 * few.paths


CLINIC = """\
languages en-GB, es-ES
step main {
  talk "Welcome."
  input dtmf speech max_digits=1 { on "1", "yes" { talk "Thank you." }  otherwise { set language = "es-ES" -> last } }
}
step last { talk "Goodbye." }
"""


@pytest.mark.parametrize(
    ("text", "other", "noticed"),
    [
        ("Goodbye.", "Adiós.", "Adiós."),
        ("Welcome.", "Bienvenido.", "Bienvenido."),
        ("yes", "claro", "claro"),
        ("Welcome.", "Welcome. (es)", ""),
    ],
)
def test_another_translation(text: str, other: str, noticed: str) -> None:
    old = translated(CLINIC, translate=lambda one: f"{one} (es)")
    new = translated(CLINIC, translate=lambda one: other if one == text else f"{one} (es)")
    found = compare_versions(old, new, 3)
    assert any(noticed in change.text for change in found.changes) if noticed else not found.changes

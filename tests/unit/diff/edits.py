"""Small edits of scripts: those that nobody outside can notice, and those that somebody may."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import nccodsl

Edit = tuple[str, str]
"""What was done, and the new text."""
_TALK = re.compile(r'talk "([^"{}\n]+)"')
_ANY_TALK = re.compile(r'talk "([^"\n]+)"')
_BRANCH = re.compile(r"^ +on [^{}\n]*(?:->[^{}\n]*|\{[^{}]*\})$", re.MULTILINE)
_JUMP = re.compile(r"-> (\w+)")
_STEP = re.compile(r"^step (\w+) \{", re.MULTILINE)


def parts(text: str) -> tuple[str, str]:
    """A script without its tests, and its tests."""
    at = text.find('\ntest "')
    return (text, "") if at < 0 else (text[:at], text[at:])


def _accepted(edits: Callable[[str], Iterator[Edit]]) -> Callable[[str], list[Edit]]:
    """Only edits that make another script without errors."""

    def accepted(text: str) -> list[Edit]:
        body, tests = parts(text)
        made = ((name, edited + tests) for name, edited in edits(body) if edited != body)
        return [(name, one) for name, one in made if not any(found.is_error for found in nccodsl.check(one + "\n"))]

    return accepted


@_accepted
def unnoticeable(body: str) -> Iterator[Edit]:
    """Renamed steps, other white space, comments, texts in a `let`, other orders."""
    says_step = "{{ step }}" in body
    for name in _STEP.findall(body):
        if name != "main" and not says_step:
            renamed = re.sub(rf"(step |-> ){name}\b", rf"\g<1>{name}_again", body)
            yield f"rename {name}", renamed
    yield "format", nccodsl.format(body, width=60)
    yield "blank lines", re.sub(r"^(step|param|defaults|test) ", r"\n\n\1 ", body, flags=re.MULTILINE)
    yield "comments", re.sub(r"^step ", "# What comes now.\nstep ", body, flags=re.MULTILINE)
    yield "a comment at the end", f"{body}\n# That was it.\n"
    for number, found in enumerate(_TALK.finditer(body)):
        moved = f'{body[: found.start()]}talk "{{{{ moved }}}}"{body[found.end() :]}'
        yield f"let {number}", f'let moved = "{found[1]}"\n{moved}'
    branches = list(_BRANCH.finditer(body))
    for one, other in pairwise(branches):
        between = body[one.end() : other.start()]
        if not between.strip():
            yield f"reorder {one[0].strip()}", body[: one.start()] + other[0] + between + one[0] + body[other.end() :]
    steps = list(_STEP.finditer(body))
    if len(steps) > 2:
        last, middle = steps[-1].start(), steps[1].start()
        yield "steps in another order", body[:middle] + body[last:].rstrip() + "\n\n" + body[middle:last]


@_accepted
def noticeable(body: str) -> Iterator[Edit]:
    """Other texts, options and targets; branches, statements and requests that come or go."""
    names = _STEP.findall(body)
    if not names:
        yield "one more talk", f'{body.rstrip()}\ntalk "One more thing."\n'
    for number, found in enumerate(_ANY_TALK.finditer(body)):
        yield f"text {number}", f'{body[: found.start()]}talk "{found[1]} Indeed."{body[found.end() :]}'
        yield f"option {number}", f"{body[: found.end()]} level=0.5{body[found.end() :]}"
        yield f"new talk {number}", f'{body[: found.start()]}talk "Listen."\n{body[found.start() :]}'
        send = 'send "https://new.example.com/told" body={that: "it came here"}\n'
        yield f"send {number}", f"{body[: found.start()]}{send}{body[found.start() :]}"
        rest = body[found.end() :].partition("\n")[2]
        yield f"no talk {number}", f"{body[: found.start()]}{rest}"
    for found in _BRANCH.finditer(body):
        yield f"remove {found[0].strip()}", body[: found.start()].rstrip() + body[found.end() :]
        target = names[0] if names else ""
        added = f'{found[0]}\n    on "6" -> {target}' if names else f'{found[0]}\n    on "6" {{ talk "Six." }}'
        yield f"branch after {found[0].strip()}", body[: found.start()] + added + body[found.end() :]
    for number, found in enumerate(_JUMP.finditer(body)):
        for name in names:
            if name != found[1]:
                yield f"jump {number} to {name}", f"{body[: found.start(1)]}{name}{body[found.end(1) :]}"
                break
    for old, new in (("timeout=20s", "timeout=35s"), ("timeout=25s", "timeout=35s"), ("style=2", "style=1")):
        yield f"{old} to {new}", body.replace(old, new)
    for number, found in enumerate(re.finditer(r"max_digits=\d", body)):
        yield f"keys {number}", f"{body[: found.start()]}max_digits=9{body[found.end() :]}"

"""Fixes of E5: jumps that are added, statements that move or go."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence, Set

from nccodsl.analysis.item_walks import walk
from nccodsl.analysis.program import BreakItem, HangupItem, Item, JumpItem, NextItem, StepBody
from nccodsl.base import lazy_re
from nccodsl.base.source import SourceFile, Sources, Span, line_start
from nccodsl.diagnostics import Edit, Fix
from nccodsl.diagnostics.edits import into_block, without
from nccodsl.syntax import ast

_FOLLOWING = lazy_re.compile(r"(?:[\s}]|#[^\n]*\n)*(->|[a-z]+)")
"""The word behind a statement, or behind the blocks in which it is the last one."""


def reach(
    step: StepBody, open_steps: Sequence[tuple[StepBody, Span]], targets: Mapping[str, Set[str]], sources: Sources
) -> Fix | None:
    """Goes to a step from the end of one that is reached and only ends.

    `open_steps`: such steps of the file, and their spans; `targets`: where the jumps of each step lead.
    """
    behind = _behind(step.name, targets)
    here = [(one, whole) for one, whole in open_steps if one.name not in behind]
    before = [(one, whole) for one, whole in here if one.span < step.span]
    for origin, whole in before[-1:] or here[:1]:
        edit = into_block(sources.file_of(whole), whole.end - 1, f"-> {step.name}")
        return Fix.as_help(f"add `-> {step.name}` to the step `{origin.name}`", edit)
    return None


def _behind(name: str, targets: Mapping[str, Set[str]]) -> Set[str]:
    """The steps that a step leads to."""
    found: set[str] = set()
    todo = [name]
    while todo:
        for step in targets[todo.pop()] - found:
            found.add(step)
            todo.append(step)
    return found


def drop(dead: Sequence[Item], sources: Sources) -> Fix | None:
    """Takes jumps and hangups away that stand behind one another. What else is lost there, its author wants."""
    if not all(isinstance(item, JumpItem | HangupItem | NextItem | BreakItem) for item in dead):
        return None
    span = Span(_start(dead[0], sources), dead[-1].span.end)
    title = "remove this statement" if len(dead) == 1 else f"remove these {len(dead)} statements"
    return Fix.as_help(title, without(sources.file_of(span), span))


def leave_ring(ring: Sequence[str], steps: dict[str, StepBody], sources: Sources) -> Fix | None:
    """Hangs up where the ring closes."""
    closing = [item for item in walk(steps[ring[-1]].body) if isinstance(item, JumpItem) and item.step == ring[0]]
    if not closing:
        return None
    edits = (Edit(Span(_start(item, sources), item.span.end), "hangup") for item in closing)
    target = sources.file_of(closing[0].span).slice(closing[0].span)
    return Fix.as_help(f"write `hangup` instead of `-> {target}`, or ask with `input`", *edits)


def _start(item: Item, sources: Sources) -> int:
    """Where a statement begins; of a jump only the step has a place."""
    if not isinstance(item, JumpItem):
        return item.span.start
    file = sources.file_of(item.span)
    return file.base + file.text.rindex("->", 0, item.span.start - file.base)


def before_otherwise(item: Span, otherwise: Span, file: SourceFile) -> Fix:
    """Moves a branch before `otherwise`."""
    at = otherwise.start - file.base
    indent = file.text[line_start(file.text, at) : at]
    between = " " if indent.strip() else f"\n{indent}"
    insert = Edit(Span(otherwise.start, otherwise.start), f"{file.slice(item)}{between}")
    return Fix.as_help("move this branch before `otherwise`", insert, without(file, item))


def drop_branch(node: ast.On | ast.When, match: Span, file: SourceFile) -> Fix | None:
    """Takes one match of a branch away, or the whole branch where it is the only one and holds no statements."""
    written = file.slice(match)
    if len(node.matches) > 1:
        return Fix.as_help(f"remove `{written}`", without(file, match))
    if isinstance(node.target, ast.Block):
        return None
    word = "when" if isinstance(node, ast.When) else "on"
    return Fix.as_help(f"remove the branch `{word} {written}`", without(file, node.span))


def answer_all(branches: Span, file: SourceFile, *, leaves: bool) -> Fix:
    """Hangs up on every other answer; or goes on with what follows, unless it `leaves`."""
    from nccodsl.syntax.keywords import STATEMENTS  # a script without mistakes does without them

    following = _FOLLOWING.match(file.text, branches.end - file.base)
    goes_on = not leaves and following is not None and (following[1] == "->" or following[1] in STATEMENTS)
    right = "otherwise { }" if goes_on else "otherwise hangup"
    return Fix.as_help(f"add `{right}`", into_block(file, branches.end - 1, right))


def move_into(step: ast.Step, loose: Sequence[ast.Statement], sources: Sources) -> Fix | None:
    """Moves loose statements to the beginning of a step of the same file."""
    file = sources.file_of(step.span)
    files = [sources.file_of(one.span) for one in loose]
    if any(one.name != file.name for one in files):
        return None
    at = step.body.span.start + 1
    own_line = file.text[at - file.base : at - file.base + 1] == "\n"
    texts = [here.slice(one.span) for here, one in zip(files, loose, strict=True)]
    inserted = "".join(f"\n  {text}" for text in texts) if own_line else " " + " ".join(texts)
    edits = (Edit(Span(at, at), inserted), *(without(here, one.span) for here, one in zip(files, loose, strict=True)))
    return Fix.as_help(f"move it into the step `{step.name.text}`", *edits)


def wrap(items: Sequence[ast.Node], loose: Sequence[ast.Node], file: SourceFile) -> Fix | None:
    """Puts the loose statements of a file into a step with its name."""
    from nccodsl.syntax.keywords import KEYWORDS  # a script without mistakes does without them

    stem, _ = posixpath.splitext(posixpath.basename(file.name.replace("\\", "/")))
    name = "".join(char if char.isalnum() else "_" for char in stem)
    first, last = items.index(loose[0]), items.index(loose[-1])
    if not name.isidentifier() or name in KEYWORDS or last - first + 1 != len(loose):
        return None
    start, end = loose[0].span.start, loose[-1].span.end
    opening, closing = Edit(Span(start, start), f"step {name} {{ "), Edit(Span(end, end), " }")
    return Fix.as_help(f"write `step {name} {{ … }}` around it", opening, closing)

"""Advice that carries its replacement: the right form, or the candidate nearest to a misspelled word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_NEAR = 0.6


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `word`, or None where none is near. Case does not count."""
    from difflib import SequenceMatcher

    folded: dict[str, str] = {}
    for candidate in candidates:
        folded.setdefault(candidate.casefold(), candidate)
    matcher = SequenceMatcher()
    matcher.set_seq2(word.casefold()[:80])
    best: tuple[float, str] | None = None
    # As `difflib.get_close_matches` finds it; but a candidate is measured only while it can still be the nearest.
    for candidate in folded:
        matcher.set_seq1(candidate)
        least = best[0] if best else _NEAR
        if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least:
            found = (matcher.ratio(), candidate)
            if found[0] >= _NEAR and (best is None or found > best):
                best = found
    return folded[best[1]] if best else None


class Instead(str):
    """A help line that says what to write. Where the finding has a place, that is also its fix.

    `right` replaces `written`, which the marked text has once, or the whole marked text if `written` is None. `behind`:
    it stands behind the marked text instead.
    """

    written: str | None
    right: str
    safe: bool
    behind: bool

    def __new__(
        cls, text: str, right: str, written: str | None = None, *, safe: bool = False, behind: bool = False
    ) -> Instead:
        advice = super().__new__(cls, text)
        advice.written, advice.right, advice.safe, advice.behind = written, right, safe, behind
        return advice

    def place(self, marked: str) -> tuple[int, int] | None:
        """Where in the marked text the replacement goes; None where that is not certain."""
        if self.behind:
            return len(marked), len(marked)
        if self.written is None:
            return 0, len(marked)
        at = marked.find(self.written) if self.written else -1
        end = at + len(self.written)
        if at < 0 or marked.find(self.written, at + 1) >= 0:
            return None
        beside = marked[at - 1 : at] + marked[end : end + 1] if at else marked[end : end + 1]
        return None if any(char.isalnum() or char == "_" for char in beside) else (at, end)


def write(right: str, instead_of: str | None = None, *, safe: bool = False) -> Instead:
    """ "write `right`": it replaces `instead_of`, or all that is marked."""
    return Instead(f"write `{right}`", right, instead_of, safe=safe)


def add_behind(text: str) -> Instead:
    """ "add `text`": it goes behind what is marked."""
    return Instead(f"add `{text}`", f" {text}", behind=True)


def such_as(example: str, what: str = "a value") -> str:
    """ "write a value such as `example`": no fix, for only the author knows the value."""
    return f"write {what} such as `{example}`"


class Atop(str):
    """A help line that says to add a line, which goes to the top of the file."""

    right: str

    def __new__(cls, text: str, right: str) -> Atop:
        advice = super().__new__(cls, text)
        advice.right = right
        return advice


class Removal(str):
    """A help line that says to remove an option, or its member `inner`. Those who know its place make the fix."""

    safe: bool
    inner: tuple[str, ...]

    def __new__(cls, text: str, *inner: str, safe: bool = False) -> Removal:
        advice = super().__new__(cls, text)
        advice.safe, advice.inner = safe, inner
        return advice


def remove(option: str, *, safe: bool = False) -> Removal:
    """ "remove `option`": with its value."""
    return Removal(f"remove `{option}`", safe=safe)


class Addition(str):
    """A help line that says to add an option. Those who know where its owner is written make the fix.

    The text is in the notation of scripts, `json` the member as JSON has it. `first`: before all other options.
    `sample`: its value is only an example, so it is no fix.
    """

    right: str
    json: str
    first: bool
    sample: bool

    def __new__(cls, text: str, right: str, json: str, *, first: bool = False, sample: bool = False) -> Addition:
        advice = super().__new__(cls, text)
        advice.right, advice.json, advice.first, advice.sample = right, json, first, sample
        return advice

    @property
    def in_json(self) -> Addition:
        """The same in the notation of JSON."""
        text = self.replace(f"`{self.right}`", f"`{self.json}`")
        return Addition(text, self.json, self.json, sample=self.sample)


def either(choices: Sequence[str]) -> str:
    """ "a, b or c"."""
    return " or ".join(filter(None, (", ".join(choices[:-1]), choices[-1])))


def one_of(choices: Iterable[str]) -> str:
    """ "write `a`, `b` or `c`"."""
    return f"write {either([f'`{choice}`' for choice in choices])}"


def did_you_mean(word: str, candidates: Iterable[str]) -> Instead | None:
    """The question that names the nearest candidate; None where none is near."""
    hit = nearest(word, candidates)
    return Instead(f"did you mean `{hit}`?", hit, word) if hit else None

"""The inputs of a run: each follows from the seed and its number."""

from __future__ import annotations

from random import Random

from nccodsl.base.record import Record
from tests.fuzz.mutations import mutated
from tests.fuzz.originals import originals


class Input(Record):
    """A damaged text. `choices` seeds what is left to chance while it is tried, such as options of a command."""

    text: str
    is_json: bool
    choices: str

    @property
    def data(self) -> bytes:
        """The text as bytes; what was no UTF-8 is as it was, and half a surrogate pair has bytes of its own."""
        return b"".join(
            character.encode("utf-8", "surrogateescape" if "\udc80" <= character <= "\udcff" else "surrogatepass")
            if "\ud800" <= character <= "\udfff"
            else character.encode()
            for character in self.text
        )


def input_of(seed: int, number: int, *, corpus: bool) -> Input:
    """One input of a run."""
    random = Random(f"{seed}/{number}")
    is_json = random.random() < 0.5
    alike = [one for one in originals(corpus=corpus) if one.is_json is is_json]
    valid = [one for one in alike if one.valid]
    original = random.choice(valid if random.random() < 0.8 else alike)
    text = mutated(random, original.text, random.choice(alike).text, is_json=is_json)
    return Input(text, is_json, f"{seed}/{number}/choices")

"""`python -m tests.proofs descent`: the quick parser against the grammar, as tests/property/test_descent.py tries some."""

from __future__ import annotations

from tests.every_script import EVERY
from tests.proofs.read_both_ways import run
from tests.property.grammar_scripts import damaged_script, script_of
from tests.property.same_trees import reads_quickly


def main(arguments: list[str]) -> int:
    """Run what the arguments say. Returns 1 where something does not hold."""
    texts = sorted(EVERY.values())
    kinds = {"from the grammar": script_of, "damaged": lambda seed: damaged_script(texts[seed % len(texts)], seed)}
    return run(kinds, reads_quickly, "descent", __doc__, arguments)

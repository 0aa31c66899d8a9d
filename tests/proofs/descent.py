"""`python -m tests.proofs descent`: the quick parser against the grammar, as tests/property/test_descent.py tries some.

1,100,000 examples meet each token at each place of the grammar, 4,400,000 with each kind of space around it.
"""

from __future__ import annotations

from tests.every_script import EVERY
from tests.proofs.read_both_ways import run
from tests.property.grammar_places import place_script
from tests.property.grammar_scripts import damaged_script, script_of
from tests.property.same_trees import reads_quickly


def main(arguments: list[str]) -> int:
    """Run what the arguments say. Returns 1 where something does not hold."""
    texts = sorted(EVERY.values())
    kinds = {
        "from the grammar": script_of,
        "damaged": lambda seed: damaged_script(texts[seed % len(texts)], seed),
        "every place": place_script,
    }
    return run(kinds, reads_quickly, "descent", __doc__, arguments)

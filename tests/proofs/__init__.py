"""Proofs: runs that take long and can be repeated by their seed. `python -m tests.proofs NAME --help` says what one takes.

A proof is a module with `main(arguments)`, which returns an exit code: 0 where it holds, 1 where it does not.
"""

PROOFS: dict[str, str] = {
    "campaigns": "tests.proofs.campaigns",
    "comparisons": "tests.proofs.comparisons",
    "coverage": "tests.proofs.coverage",
    "descent": "tests.proofs.descent",
    "edits": "tests.proofs.edits",
    "fuzz": "tests.fuzz.command",
    "memory": "tests.proofs.memory",
    "simulation": "tests.proofs.simulation",
    "studio": "tests.proofs.studio",
    "templates": "tests.proofs.templates",
    "workbench": "tests.proofs.workbench",
}
"""Name of a proof: its module."""

"""`python -m tests.proofs templates`: the quick way to a template's tree against Jinja's parser, as tests try some."""

from __future__ import annotations

from tests.proofs.read_both_ways import run
from tests.unit.templates.random_templates import reads_quickly, template_of


def main(arguments: list[str]) -> int:
    """Run what the arguments say. Returns 1 where something does not hold."""
    return run({"templates": template_of}, reads_quickly, "templates", __doc__, arguments)

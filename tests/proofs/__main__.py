"""`python -m tests.proofs NAME …`: run one proof."""

from __future__ import annotations

import sys
from importlib import import_module

from tests.proofs import PROOFS


def main(arguments: list[str]) -> int:
    """Run the proof that is named first with the arguments behind it."""
    if not arguments or arguments[0] not in PROOFS:
        print(f"usage: python -m tests.proofs {{{','.join(PROOFS)}}} …", file=sys.stderr)
        return 2
    code: int = import_module(PROOFS[arguments[0]]).main(arguments[1:])
    return code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""What `check` says besides what a script needs to be compiled."""

from __future__ import annotations

from nccodsl.analysis.analyse import Checked
from nccodsl.analysis.lint.registry import run_lints
from nccodsl.analysis.translations import report_translations
from nccodsl.analysis.unneeded import report_unneeded


def report_advice(checked: Checked) -> None:
    """Report what slow lints find, what is wrong with translations, and comments that ignore warnings in vain."""
    run_lints(checked.program, checked.collector, slow=True)
    report_translations(checked.program, checked.collector)
    report_unneeded(checked.collector)

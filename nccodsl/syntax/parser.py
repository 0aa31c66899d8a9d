"""Text to syntax tree. Nothing here raises for a user's mistake.

The grammar is `grammar/call.lark`. A text without syntax errors is read in a quicker way that gives the same tree.
"""

from __future__ import annotations

from nccodsl.base.source import SourceFile
from nccodsl.diagnostics import Collector
from nccodsl.syntax import ast
from nccodsl.syntax.descent.script_reader import read_script
from nccodsl.syntax.scan import hide_defaults, is_text


def parse(file: SourceFile, collector: Collector) -> ast.Script:
    """The tree of a file. What cannot be understood is reported and left out; `Script.complete` says whether."""
    script = read_script(file) if is_text(file) else None
    if script is not None:
        hide_defaults(file)
        return script
    # Most scripts are right: Lark is imported for those that are not.
    from nccodsl.syntax.grammar_parser import parse_by_grammar

    return parse_by_grammar(file, collector)

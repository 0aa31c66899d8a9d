"""The one layout that every script has: comments, blank lines between groups and the spelling of strings survive."""

from nccodsl.syntax.formatter.format_and_prove import WIDTH, Formatted, format_script, format_text

__all__ = ["WIDTH", "Formatted", "format_script", "format_text"]

"""How `check` and `validate` tell what they found, and their exit code."""

from __future__ import annotations

from collections.abc import Iterable

from nccodsl.base.plural import counted
from nccodsl.cli.output import say, show, write_whole
from nccodsl.diagnostics import Diagnostic


def report(
    found: Iterable[Diagnostic],
    form: str,
    *,
    strict: bool,
    files: int,
    fixed: int = 0,
    fixable: bool = False,
    head: str = "",
) -> int:
    """Print the findings in one of the formats; the exit code: 1 with errors (or, if strict, warnings), else 0.

    `fixed`: how many problems are gone; `fixable`: whether the command has `--fix`; `head` begins the last line.
    """
    findings = once(found)
    errors = sum(finding.is_error for finding in findings)
    warnings = len(findings) - errors
    if form == "text":
        show(findings)
        say(head + _summary(errors, warnings, files, fixed) + (_ways_to_fix(findings) if fixable else ""))
    else:
        from nccodsl.diagnostics.printers import printer

        write_whole(None, printer(form)(findings).encode())
    return 1 if errors or (strict and warnings) else 0


def once(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Each finding once: several scripts may include the same file."""
    unique: dict[tuple[object, ...], Diagnostic] = {}
    for finding in found:
        name = finding.file.name if finding.file else None
        unique.setdefault((name, finding.start, finding.end, finding.code, finding.message, finding.path), finding)
    return list(unique.values())


def _summary(errors: int, warnings: int, files: int, fixed: int) -> str:
    from nccodsl.diagnostics.printers.terminal import summary

    mended = f"{counted(fixed, 'problem')} fixed, " if fixed else ""
    if errors or warnings:
        return mended + summary(errors, warnings)
    return mended + f"{counted(files, 'file')} checked, no problems"


def _ways_to_fix(findings: Iterable[Diagnostic]) -> str:
    fixes = [finding.fix.safe for finding in findings if finding.fix]
    counts = ((sum(fixes), "--fix"), (len(fixes) - sum(fixes), "--unsafe-fixes"))
    ways = [f"{count} fixable with {option}" for count, option in counts if count]
    return f" ({', '.join(ways)})" if ways else ""

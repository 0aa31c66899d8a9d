"""What was given on the command line, as records. Imports no click: a plain command line does without."""

from __future__ import annotations

from nccodsl.base.record import Record
from nccodsl.cli.output import STDIN, same_file


class GivenValues(Record):
    """Values for a script: those of `--var`, and the file of `--vars`."""

    pairs: dict[str, object]
    vars_file: str | None


class AccountOptions(Record):
    """Whose calls they are, and where the API is, as far as the options say."""

    app: str | None
    key: str | None
    profile: str | None
    region: str | None
    host: str | None


def pair_of(text: str) -> tuple[str, str] | None:
    """The name and the value of a `--var`; None where it has no name, or no value."""
    name, equals, value = text.partition("=")
    return (name.strip(), value) if equals and name.strip() else None


def values_from(given: GivenValues) -> dict[str, object]:
    """The values of `--vars`, overridden by those of `--var`. Raises ScriptError where the file is wrong."""
    if given.vars_file is None:
        return given.pairs
    from nccodsl.cli.variables import read_variables

    return {**read_variables(given.vars_file), **given.pairs}


def one_standard_input(*files: str | None) -> None:
    """Standard input can be read once. Raises UsageError."""
    if sum(file == STDIN for file in files) > 1:
        from click import UsageError

        raise UsageError("standard input (`-`) can be used for only one file.")


def not_overwritten(output: str | None, *read: str | None) -> None:
    """What is read cannot be written at the same time. Raises UsageError."""
    for file in read:
        if same_file(output, file):
            from click import UsageError

            raise UsageError(f"{file} is an input file; it cannot be the output file as well.")

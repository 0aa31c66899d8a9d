"""Which files are meant by what stands on the command line."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from nccodsl.cli.output import STDIN

_SKIPPED = frozenset(("node_modules", "__pycache__"))


def scripts_in(paths: Iterable[str]) -> list[str]:
    """Files as they are named, folders as the scripts in them; each file once."""
    files: dict[str, str] = {}
    for path in paths:
        for file in _below(path) if path != STDIN and os.path.isdir(path) else (path,):  # noqa: PTH112
            files.setdefault(file if file == STDIN else os.path.realpath(file), file)
    return list(files.values())


def named_scripts(paths: Iterable[str]) -> list[str]:
    """As `scripts_in`, for commands that are about scripts. Raises UsageError if it finds no script."""
    files = scripts_in(paths)
    if not files:
        from click import UsageError

        raise UsageError(f"no *.call files in {', '.join(paths)}")
    return files


def _below(folder: str) -> Iterator[str]:
    """The scripts of a folder in the order of their names; hidden folders and those of other tools are left out."""
    for here, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        for name in sorted(names):
            path = os.path.join(here, name)  # noqa: PTH118
            # A pipe of such a name would be waited for.
            if name.endswith(".call") and not name.startswith(".") and os.path.isfile(path):  # noqa: PTH113
                yield path


def _refuse(error: OSError) -> None:
    """A folder that cannot be read is an error: a check that skips it would mean nothing. One that is gone is empty."""
    if isinstance(error, FileNotFoundError):
        return
    from click import UsageError

    raise UsageError(f"cannot read {error.filename}: {error.strerror}")

"""Data files of the package. `pkgutil` would do, but it takes as long to import as a fifth of the compiler."""

from __future__ import annotations

import os


def package_data(module: str, name: str) -> bytes:
    """The file that lies beside a module; `module` is its `__file__`."""
    with open(os.path.join(os.path.dirname(module), name), "rb") as stream:
        return stream.read()


def modules_beside(module: str) -> list[str]:
    """The names of the modules in the folder of a module, in order."""
    return sorted(name.removesuffix(".py") for name in os.listdir(os.path.dirname(module)) if name.endswith(".py"))

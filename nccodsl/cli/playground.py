"""`nccodsl studio --build DIR`: the studio as static files."""

from __future__ import annotations

import shlex

from nccodsl.base.plural import counted
from nccodsl.cli.init import examples, files_of
from nccodsl.cli.output import CannotWrite, print_out, show
from nccodsl.cli.show_error import coded
from nccodsl.errors import UsageError
from nccodsl.playground.pyodide_files import NoPyodide, pyodide_files
from nccodsl.playground.static_site import OfferedScripts, build_site, free_place
from nccodsl.studio.project_files import ENDINGS, MOST_FILES, ProjectFiles

_FIRST = "ivr-with-voicemail"


def build_playground(place: str | None, folder: str, pyodide: str | None) -> int:
    """Build a site from the scripts at `place`, or from the examples; the exit code.

    Raises CannotRead, UsageError, CannotWrite.
    """
    scripts = examples_offered() if place is None else _scripts(ProjectFiles(place))
    try:
        free_place(folder)  # before anything is downloaded
        size = build_site(folder, scripts, pyodide_files(pyodide))
    except NoPyodide as error:
        show([coded(error)])
        return 2
    except OSError as error:
        raise CannotWrite(folder, error) from None
    count = counted(len(scripts.texts), "file")
    print_out(
        f"Built {folder}: {size / 1e6:.1f} MB, with {count} of scripts. Any web server serves it.\n"
        f"To look at it: python -m http.server -d {shlex.quote(folder)} --bind 127.0.0.1"
    )
    return 0


def examples_offered() -> OfferedScripts:
    """The examples of the package."""
    texts = {
        f"{name}/{path}": data.decode()
        for name, folder in sorted(examples().items(), key=lambda one: (one[0] != _FIRST, one[0]))
        for path, data in files_of(folder)
        if path.endswith(ENDINGS)
    }
    return OfferedScripts("playground", texts)


def _scripts(project: ProjectFiles) -> OfferedScripts:
    """The scripts of a folder, with their translations. Raises CannotRead, UsageError."""
    paths = [*project.paths(), *project.translations()]
    if len(paths) >= MOST_FILES:
        raise UsageError(f"{project.root} has more files than a site can offer: {MOST_FILES} at most")
    return OfferedScripts(project.root.name, {path: project.read(path).text for path in paths})

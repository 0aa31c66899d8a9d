"""Scripts as they were when a call began: a call goes on by the text that it began with. Pure."""

from __future__ import annotations

import posixpath

from nccodsl.analysis.analyse import analyse
from nccodsl.base.garbage import collector_paused
from nccodsl.base.source import Sources
from nccodsl.errors import CannotRead
from nccodsl.lowering.compiled import Compiled
from nccodsl.runtime.runnable import Runnable
from nccodsl.std import is_library


def texts_of(flow: Compiled) -> tuple[tuple[str, str], ...]:
    """Name and text of a script and of each file that it includes."""
    return tuple((file.name, file.text) for file in flow.program.sources.files)


def compiled_from(texts: tuple[tuple[str, str], ...], version: str) -> Compiled | None:
    """The version of a script that these are the texts of.

    None where they do not make that version any more, since nccodsl itself has changed.
    """
    if not texts:
        return None
    sources = Sources()
    name, text = texts[0]
    with collector_paused():
        checked = analyse(sources, sources.add(name, text), _Kept(texts).read)
        if checked.collector.has_errors:
            return None
        flow = Compiled(checked, name)
    return flow if flow.version == version else None


def rebuilt(texts: tuple[tuple[str, str], ...], like: Runnable, version: str) -> Runnable | None:
    """The version of a script that these are the texts of, at the address of another version; None as above."""
    flow = compiled_from(texts, version)
    if flow is None:
        return None
    script = Runnable(flow, like.url, like.values)
    script.secrets = like.secrets
    script.gated = like.gated
    return script


_TRANSLATIONS = ".po"
"""How the names of files of translations end, which may be missing."""


class _Kept:
    """Gives the files that were included then, not those that are there now."""

    def __init__(self, texts: tuple[tuple[str, str], ...]) -> None:
        self._texts = dict(texts)
        self._names = [name for name, _ in texts[1:] if not (is_library(name) or name.endswith(_TRANSLATIONS))]
        """What the script itself includes, in the order in which it was read."""
        self._given: dict[tuple[str, str], str] = {}

    def read(self, wanted: str, including: str) -> tuple[str, str]:
        """Raises CannotRead."""
        if is_library(wanted):
            if wanted not in self._texts:
                raise CannotRead(f"{wanted} was not there", missing=True)
            return wanted, self._texts[wanted]
        folder = posixpath.dirname(including.replace("\\", "/"))
        name = self._given.get((folder, wanted)) or posixpath.normpath(posixpath.join(folder, wanted))
        if name not in self._texts:
            if name.endswith(_TRANSLATIONS):
                raise CannotRead(f"{wanted} was not there", missing=True)
            # Another way to write the path, such as through a link: files were read in this order.
            left = [name for name in self._names if name not in self._given.values()]
            if not left:
                raise CannotRead(f"{wanted} was not saved")
            name = left[0]
        self._given[folder, wanted] = name
        return name, self._texts[name]

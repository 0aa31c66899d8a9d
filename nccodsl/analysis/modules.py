"""A script and what it includes, parsed and put together.

Reading files is the caller's: a `Reader` is handed in, so that this room does no input or output.
"""

from __future__ import annotations

from collections.abc import Callable

from nccodsl.analysis.flow_fixes import wrap
from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Collector, Message, messages
from nccodsl.diagnostics.edits import without
from nccodsl.errors import CannotRead
from nccodsl.std import in_brackets, is_library, library_names, read_library
from nccodsl.syntax import ast
from nccodsl.syntax.parser import parse
from nccodsl.syntax.scan import names_given

Reader = Callable[[str, str], tuple[str, str]]
"""(path as written, name of the including file) -> (name of the file, its text). Raises CannotRead.

A path in angle brackets is that of a file of the library (`std`), which has it as its name too.
"""

MOST_FILES = 200


class Modules:
    """The declarations of all files, the included ones before those of the file that includes them."""

    def __init__(self) -> None:
        self.declarations: list[ast.Declaration] = []
        self.loose: list[ast.Statement] = []
        self.trees: dict[str, ast.Script] = {}
        """Each file's own, by its name."""
        self.complete = True
        self.perhaps: frozenset[str] = frozenset()
        """Names of files that could not be read whole: what was dropped may declare them."""


def load_modules(main: SourceFile, reader: Reader | None, collector: Collector) -> Modules:
    """Parse a file and, in the order of their `include` lines, the files it includes. Each file counts once."""
    loader = Loader(reader, collector)
    loader.add(main, ())
    return loader.modules


class _Refused(Exception):
    """An include that no file can stand for."""

    def __init__(self, said: Message) -> None:
        super().__init__(said.text)
        self.said = said


class Loader:
    """Puts a script together. Who reads files again and again may do otherwise what `parsed` does."""

    def __init__(self, reader: Reader | None, collector: Collector) -> None:
        self._reader = reader
        self._collector = collector
        self._done: set[str] = set()
        self.modules = Modules()

    def add(self, file: SourceFile, ring: tuple[str, ...]) -> None:
        self.take(file, self.parsed(file), ring)

    def parsed(self, file: SourceFile) -> ast.Script:
        """The tree of a file; what is wrong with it is reported."""
        return parse(file, self._collector)

    def take(self, file: SourceFile, script: ast.Script, ring: tuple[str, ...]) -> None:
        """Sort what a file holds, and take what it includes. `ring`: the files that it is included from."""
        self._done.add(file.name)
        self.modules.trees[file.name] = script
        if not script.complete:
            self.modules.complete = False
            self.modules.perhaps |= names_given(file.text)
        loose = [item for item in script.items if not isinstance(item, ast.Include | ast.Declaration)]
        for item in script.items:
            match item:
                case ast.Zone() | ast.Hours() | ast.Test() if is_library(file.name):
                    pass  # its tests run where it is checked itself
                case ast.Include():
                    self._include(item, file, (*ring, file.name))
                case (
                    ast.Param()
                    | ast.Secret()
                    | ast.Let()
                    | ast.Zone()
                    | ast.Hours()
                    | ast.Languages()
                    | ast.Defaults()
                    | ast.Call()
                    | ast.On()
                    | ast.Dialog()
                    | ast.Step()
                    | ast.Test()
                ):
                    self.modules.declarations.append(item)
                case _:
                    if ring:
                        self._collector.report(
                            messages.flow.loose_in_included(wrap(script.items, loose, file)), item.span
                        )
                    self.modules.loose.append(item)

    def _include(self, node: ast.Include, file: SourceFile, ring: tuple[str, ...]) -> None:
        span = node.path.span
        try:
            name, text = self._read(node.path, file)
        except CannotRead as error:
            self._refuse(messages.names.cannot_include(str(error)), span)
            return
        except _Refused as refused:
            self._refuse(refused.said, span)
            return
        if name in ring:
            closed = (*ring[ring.index(name) :], name)
            self._collector.report(messages.names.include_cycle(closed, without(file, node.span)), span)
        elif len(self._done) >= MOST_FILES:
            self._refuse(messages.names.too_many_includes(MOST_FILES), span)
        elif name not in self._done:
            self.add(self._collector.sources.add(name, text), ring)

    def _read(self, path: ast.Text | ast.Library, file: SourceFile) -> tuple[str, str]:
        """Raises CannotRead, _Refused."""
        if "{{" in path.text:
            raise _Refused(messages.names.include_of_template())
        if isinstance(path, ast.Library):
            known = [f"{name}.call" for name in library_names()]
            if path.text not in known:
                raise _Refused(messages.names.no_library_file(path.text, known))
            return (self._reader or read_library)(in_brackets(path.text), file.name)
        if self._reader is None:
            raise _Refused(messages.names.include_without_file_name())
        return self._reader(path.text, file.name)

    def _refuse(self, message: Message, span: Span) -> None:
        self.modules.complete = False
        self._collector.report(message, span)

"""The requests and commands that only nccodsl has, a row each. Their params are JSON as it comes; docs/editors.md."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from nccodsl.editor.document import FilePlace
from nccodsl.editor.services.lenses import REFERENCES, RUN_TEST, shown_seconds
from nccodsl.editor.services.navigation import references
from nccodsl.editor.services.symbols import listed_tests
from nccodsl.editor.services.test_runs import no_tests_because
from nccodsl.graph.build import build
from nccodsl.graph.mermaid import to_mermaid
from nccodsl.lsp import run_shapes
from nccodsl.lsp.last_tests import TimedTest
from nccodsl.lsp.own_request import CommandRow, OwnRequest, OwnRow, at_once
from nccodsl.lsp.page_requests import PAGE_ROWS
from nccodsl.lsp.plain_params import PlainParams
from nccodsl.lsp.shape import ClientView, Json
from nccodsl.lsp.sliced import Slices

EXECUTE = types.WORKSPACE_EXECUTE_COMMAND
RUN_TESTS = "nccodsl.runTests"
GRAPH = "nccodsl.graph"
_SHOW = types.WINDOW_SHOW_MESSAGE


def _run_tests(asked: OwnRequest) -> Slices[Json]:
    run = yield from asked.tester.run(asked.opened, asked.params.texts("titles"), covers=True)
    return run_shapes.ran(run, listed_tests(asked.script), asked.view)


OWN_ROWS: tuple[OwnRow, ...] = (
    OwnRow("nccodsl/tests", at_once(lambda asked: run_shapes.listed_tests(listed_tests(asked.script), asked.view))),
    OwnRow("nccodsl/runTests", _run_tests),
    *PAGE_ROWS,
)


# ---- commands


def _told_of_test(asked: OwnRequest) -> Slices[str]:
    title = asked.params.text("title")
    run = yield from asked.tester.run(asked.opened, [title], covers=False)
    return "\n".join(_told(one, asked.view) for one in run.ran) or run.problem or ""


def _told_of_tests(asked: OwnRequest) -> Slices[str]:
    run = yield from asked.tester.run(asked.opened, covers=False)
    failed = [one for one in run.ran if not one.finished.passed]
    summary = f"{len(run.ran) - len(failed)} passed" + (f", {len(failed)} failed" if failed else "")
    return "\n".join([run.problem or summary, *(_told(one, asked.view) for one in failed)])


def _told(one: TimedTest, view: ClientView) -> str:
    """How a test went, as `nccodsl test` words it."""
    failure = one.finished.failure
    if failure is None:
        return f"passed: {one.title} ({shown_seconds(one.seconds)})"
    return f"failed: {one.title}\n{_at(failure.place, view)}: {failure.code} {failure.text}"


def _at(place: FilePlace, view: ClientView) -> str:
    """`main.call:12`."""
    return f"{Path(place.name).name}:{view.location(place)['range']['start']['line'] + 1}"


def _references(asked: OwnRequest) -> str:
    script, documents = asked.script, asked.documents
    offset = script.lines.offset(*asked.params.position("position"), documents.unit)
    found = references(script, offset, documents.scripts_beside(asked.opened), definitions=False)
    return "\n".join(_line(place, asked) for place in found) or "nothing refers to it"


def _line(place: FilePlace, asked: OwnRequest) -> str:
    lines = asked.documents.lines_of(place.name)
    return f"{_at(place, asked.view)}: {lines.line(lines.position(place.start).line).strip()}"


def _graph(asked: OwnRequest) -> str:
    flow = asked.script.flow
    return to_mermaid(build(flow)) if flow is not None else no_tests_because(asked.script) or ""


COMMAND_ROWS: tuple[CommandRow, ...] = (
    CommandRow(RUN_TEST, ("title",), _told_of_test),
    CommandRow(RUN_TESTS, (), _told_of_tests),
    CommandRow(REFERENCES, ("position",), at_once(_references)),
    CommandRow(GRAPH, (), at_once(_graph)),
)


# ---- what answers


class OwnRequests:
    """The rows at work. `about` makes a request about the document with an address; `notify` sends a notification."""

    def __init__(self, about: Callable[[str, PlainParams], OwnRequest], notify: Callable[[str, Json], object]) -> None:
        self._about, self._notify = about, notify
        self._rows = {row.method: row.answer for row in OWN_ROWS}
        self._commands = {row.command: row for row in COMMAND_ROWS}

    def has(self, method: object) -> bool:
        """Whether a method is one of these."""
        return method == EXECUTE or method in self._rows

    def begin(self, method: str, params: object) -> Slices[object]:
        """Begin to answer a request."""
        if method == EXECUTE:
            return self._execute(params if isinstance(params, dict) else {})
        return self._own(method, PlainParams(params))

    def _own(self, method: str, plain: PlainParams) -> Slices[object]:
        """A row, about the document as it is when its turn comes. Raises JsonRpcInvalidParams."""
        return (yield from self._rows[method](self._about(plain.uri, plain)))

    def _execute(self, params: Json) -> Slices[str]:
        """A command, whose answer is shown too: most clients drop it."""
        row = self._commands.get(str(params.get("command")))
        if row is None:
            raise JsonRpcInvalidParams(f"there is no command {params.get('command')!r}")
        arguments = params.get("arguments")
        uri, *others = arguments if isinstance(arguments, list) and arguments else [None]
        plain = PlainParams({"textDocument": {"uri": uri}, **dict(zip(row.names, others, strict=False))})
        asked = self._about(plain.uri, plain)
        text: str = yield from row.answer(asked)
        self._notify(_SHOW, {"type": types.MessageType.Info.value, "message": text})
        return text

"""Comments that ignore warnings: which code they name, and which line they mean."""

from __future__ import annotations

import pytest

from nccodsl.base.source import SourceFile
from nccodsl.syntax.ignores import read_ignores
from tests.growth import grows_by


def read(text: str) -> list[tuple[str, int]]:
    return [(found.code, found.line) for found in read_ignores(SourceFile("a.call", text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('talk "a" # nccodsl: ignore W024', [("W024", 1)]),
        ('# nccodsl: ignore W024\ntalk "a"', [("W024", 2)]),
        (
            '# nccodsl: ignore W024, W004 w010: until the text is final\n\n# so far\ntalk "a"',
            [("W024", 4), ("W004", 4), ("W010", 4)],
        ),
        ('# nccodsl: ignore W001\n# nccodsl: ignore W002\ntalk "a"', [("W001", 3), ("W002", 3)]),
        ('#nccodsl:ignore W024\r\ntalk "a"\r\n', [("W024", 2)]),
        ('talk "a"\n# nccodsl: ignore', [("", 3)]),
        ('talk "# nccodsl: ignore W024"', []),
        ("# nccodsl: ignored W024", []),
        ("# write nccodsl: ignore W024", []),
        ("# nccodsl: ignore W0244", [("", 2)]),
    ],
)
def test_comments(text: str, found: list[tuple[str, int]]) -> None:
    assert read(text) == found


def test_where_they_are() -> None:
    file = SourceFile("b.call", 'talk "a" # nccodsl: ignore W024 later\n', base=1000)
    (found,) = read_ignores(file)
    assert file.slice(found.span) == "W024"
    assert file.slice(found.comment) == "# nccodsl: ignore W024 later"


def test_rows_of_comments_take_linear_work() -> None:
    def work(size: int) -> object:
        text = "# nccodsl: ignore W024, W004\n\n" * size
        return lambda: read_ignores(SourceFile("a.call", text))

    assert grows_by(work, 100) < 11

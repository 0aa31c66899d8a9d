"""What is taken for an id."""

from __future__ import annotations

import uuid

import pytest

from nccodsl.base.ids import id_in, is_id, is_uuid


@pytest.mark.parametrize("text", ["a", "CON-63f61863-4a51", "63f61863.1_:-", "x" * 128])
def test_an_id(text: str) -> None:
    assert is_id(text)
    assert id_in(text) == text


@pytest.mark.parametrize("value", ["", "a b", "a/b", "ä", "a\n", "x" * 129, None, 1, ["a"], b"a"])
def test_no_id(value: object) -> None:
    assert id_in(value) == ""


def test_a_uuid() -> None:
    text = str(uuid.uuid4())
    assert is_uuid(text)
    assert is_uuid(text.upper())
    wrong = (text[:-1], text + "0", text.replace("-", ""), f"{{{text}}}", text.replace("-", "_"), text[:-1] + "g")
    assert not any(map(is_uuid, wrong))

from __future__ import annotations

from typing import Any, cast

import pytest

from nccodsl.lsp import sound_request


def test_without_the_extra_there_is_no_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_request, "has_audio", lambda: False)
    asked = cast(Any, None)  # it is not looked at
    with pytest.raises(StopIteration) as answered:
        next(sound_request.call_sound(asked))
    refused = answered.value.value
    assert (refused["mp3"], refused["times"]) == (None, [])
    assert refused["problem"].startswith("sound needs the extra `audio`")

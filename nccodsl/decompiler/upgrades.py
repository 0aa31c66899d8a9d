"""Inputs from the time before they had a `type`, as today's.

Such an input took keys, and had its settings at the top. What is upgraded is kept apart from the document: the proof
of a script is about the upgraded one.
"""

from __future__ import annotations

from typing import Any

from nccodsl.base.record import Record
from nccodsl.voice.catalogue import catalogue
from nccodsl.voice.problems import Path


class Upgrade(Record):
    """An input at `path` that was given `kinds` as its type; the members `moved` stand in its `dtmf` now."""

    path: Path
    kinds: tuple[str, ...]
    moved: tuple[str, ...]

    def place(self, path: Path) -> Path:
        """Where that which stood at a path stands now."""
        size = len(self.path)
        if path[:size] == self.path and len(path) > size and path[size] in self.moved:
            return (*self.path, "dtmf", *path[size:])
        return path


def upgraded(document: Any) -> tuple[Any, tuple[Upgrade, ...]]:
    """The document with its old inputs as today's, and what was done. The argument stays as it is."""
    if isinstance(document, list):
        return _actions(document, ())
    if isinstance(document, dict) and isinstance(document.get("ncco"), list):
        actions, done = _actions(document["ncco"], ("ncco",))
        return ({**document, "ncco": actions} if done else document), done
    return document, ()


def _actions(actions: list[Any], path: Path) -> tuple[list[Any], tuple[Upgrade, ...]]:
    found = list(actions)
    done: list[Upgrade] = []
    for index, action in enumerate(actions):
        if isinstance(action, dict) and action.get("action") == "input" and "type" not in action:
            found[index], upgrade = _input(action, (*path, index))
            done.append(upgrade)
    return (found if done else actions), tuple(done)


def _input(action: dict[str, Any], path: Path) -> tuple[dict[str, Any], Upgrade]:
    old = [option.json_name for option in catalogue().actions["input"].shape.options if option.deprecated]
    settings = action.get("dtmf", {})
    movable = isinstance(settings, dict) and action.get("mode") != "asynchronous"
    moved = tuple(key for key in action if key in old and key not in settings) if movable else ()
    takes_keys = "dtmf" in action or "speech" not in action or any(key in old for key in action)
    kinds = (*(("dtmf",) if takes_keys else ()), *(("speech",) if "speech" in action else ()))
    rest = {key: value for key, value in action.items() if key not in moved and key != "action"}
    if moved:
        rest["dtmf"] = {**settings, **{key: action[key] for key in moved}}
    return {"action": "input", "type": list(kinds), **rest}, Upgrade(path, kinds, moved)

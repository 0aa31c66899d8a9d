"""What all actions have in common.

Owns: the base class. Does not own: the actions.
"""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import model_validator

from nccodsl.models.marks import (
    About,
    Vocabulary,
)
from nccodsl.voice import cross


class Action(Vocabulary):
    """Base of the actions. Its validator applies the rules between options that the judge applies."""

    about: ClassVar[About]

    @model_validator(mode="after")
    def _options_agree(self) -> Self:
        self.model_fields_set.add("action")
        cross.insist(cross.action_rules(self.model_dump()))
        return self

"""Templates as scripts have them: with the filters of speech, and SSML as their markup."""

from __future__ import annotations

from functools import partial

from nccodsl import templates
from nccodsl.voice.speech_filters import SPEECH

compile_text = partial(templates.compile_text, dialect=SPEECH)
compile_expression = partial(templates.compile_expression, dialect=SPEECH)

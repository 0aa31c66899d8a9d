"""From JSON back to a script: what an NCCO or a call body says, as a person would have written it.

Owns: the choice of words (units, flat options, defaults, params). Does not own: reading JSON, judging it (voice),
layout (syntax).
"""

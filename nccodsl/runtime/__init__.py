"""Interactive scripts: the running of a script across webhooks.

`advance` is the only place where a flow moves. Around it: what a webhook says (webhook), how one is handled (handle).
All of it is pure: states are kept, and webhooks received, by `nccodsl.server`.
"""

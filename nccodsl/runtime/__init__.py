"""Flows that talk back: the running of a script across webhooks.

`advancing` is the only place where a flow moves, and pure. Around it: what a webhook says (webhooks), how one is
handled (handling), where states are kept (stores) and the web application (asgi).
"""

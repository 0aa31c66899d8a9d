"""The wording of everything that is reported, one module for each family of codes.

A constructor takes what a message is about and returns the `Message`; the caller knows the place. So each wording
stands once, however many places raise its code. A family is imported when its first message is made, so a script
without findings pays for none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = [
    "accounts",
    "answers",
    "calls",
    "campaigns",
    "clock",
    "dialogs",
    "documents",
    "explored",
    "flow",
    "forms",
    "habits",
    "http_requests",
    "names",
    "options",
    "passports",
    "playground",
    "settings",
    "syntax",
    "tables",
    "template_limits",
    "template_values",
    "templates",
    "tests",
    "tolerated",
    "translations",
    "values",
    "warnings",
    "webhooks",
]

if TYPE_CHECKING:
    from nccodsl.diagnostics.messages import (
        accounts,
        answers,
        calls,
        campaigns,
        clock,
        dialogs,
        documents,
        explored,
        flow,
        forms,
        habits,
        http_requests,
        names,
        options,
        passports,
        playground,
        settings,
        syntax,
        tables,
        template_limits,
        template_values,
        templates,
        tests,
        tolerated,
        translations,
        values,
        warnings,
        webhooks,
    )
else:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"there is no family of messages {name!r}")
        return import_module(f"{__name__}.{name}")

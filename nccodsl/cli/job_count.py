"""How many processes work, as the command line takes it."""

from __future__ import annotations

import os

import click


class JobCount(click.ParamType[int]):
    """How many processes: a number, or `auto` for one for each core that this process may use."""

    name = "processes"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        if value == "auto":
            cores = getattr(os, "sched_getaffinity", None)
            return len(cores(0)) if cores is not None else os.cpu_count() or 1
        text = str(value)
        if not (text.isascii() and text.isdecimal() and 0 < len(text) < 5 and int(text)):
            self.fail(f"{text[:40]!r} is not a number of processes (1 or more), or `auto`.", param, ctx)
        return int(text)

"""`nccodsl campaign init`: a campaign file for a script, with comments."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator

import click

from nccodsl.analysis.program import Hole, Parameter
from nccodsl.base.plural import counted
from nccodsl.campaign.called_script import API
from nccodsl.campaign.plan_fields import FIELDS, NAME, RETRY_FIELDS
from nccodsl.cli.inputs import load_flow
from nccodsl.cli.output import STDIN, say, script_errors, write_whole
from nccodsl.lowering.compiled import Compiled

_WIDTH = 44
"""The column at which the comments of settings begin."""
_TABLES = {
    "limits": "Limits besides those of the account.",
    "windows": "When calls may begin, besides the rules of each recipient's country.",
    "forecast": "What `nccodsl campaign forecast` assumes. The calls that are left reach a person.",
    "caps": "How often a number may be called, over all campaigns.",
}


def write_campaign_file(script: str, purpose: str, output: str) -> int:
    """Write the file; the exit code. Raises UsageError where it is there already."""
    if script == STDIN:
        raise click.UsageError("the script must be a file, which the campaign file names.")
    if output != STDIN and os.path.lexists(output):
        raise click.UsageError(f"{output} already exists; nothing was written.")
    with script_errors():
        flow = load_flow(script)
        flow.judged_call(API)
    folder = os.path.dirname(output) if output != STDIN else ""  # noqa: PTH120
    named = os.path.relpath(script, folder or os.curdir).replace(os.sep, "/")
    text = "\n".join(_lines(flow, named, purpose)) + "\n"
    write_whole(output, text.encode())
    if output != STDIN:
        columns = _columns(flow)
        say(f"Wrote {output}. Next: write recipients.csv with {counted(len(columns), 'column')}")
        say(f"({', '.join(columns)}), then run:\n")
        say(f"  nccodsl campaign check {output}")
    return 0


def _lines(flow: Compiled, script: str, purpose: str) -> Iterator[str]:
    yield "# A campaign: one script, many recipients."
    yield "# Check it with `nccodsl campaign check`. Lines that begin with `#` are off, and show what can be set."
    yield ""
    yield from _settings("", {"name": _quoted(_name(script)), "script": _quoted(script), "purpose": _quoted(purpose)})
    yield from ("", "# Who is called.", "[recipients]")
    yield from _settings("recipients", {"file": _quoted("recipients.csv")})
    yield from ("", "# Which column holds what.", "[columns]")
    yield from _settings("columns", {"number": _quoted(_number_column(flow))}, but=("params",))
    yield from ("", "# The params of the script, and their columns.", "[columns.params]")
    for param in flow.params:
        sign = "" if param.required else "# "
        yield _setting(f"{sign}{param.name} = {_quoted(param.name)}", _about(param))
    for table in ("limits", "windows", "caps", "forecast"):
        yield from ("", f"# {_TABLES[table]}", f"[{table}]")
        yield from _settings(table, {})
    yield from ("", "# After which outcomes a recipient is called again.", "[retries]")
    sample = ", ".join(f"{name} = {field.sample}" for name, field in RETRY_FIELDS.items() if name != "other_daypart")
    yield _setting(f"# busy = {{ {sample} }}", "")
    yield _setting(
        f'# unanswered = {{ wait = "2h", most = 2, other_daypart = {RETRY_FIELDS["other_daypart"].sample} }}', ""
    )


def _settings(table: str, given: dict[str, str], but: tuple[str, ...] = ()) -> Iterator[str]:
    """The settings of a table: those that are given, and the others as comments."""
    for name, field in FIELDS[table].items():
        if name not in but:
            written = f"{name} = {given[name]}" if name in given else f"# {name} = {field.sample}"
            yield _setting(written, field.about)


def _setting(written: str, about: str) -> str:
    return f"{written:{_WIDTH}} # {about}" if about else written


def _about(param: Parameter) -> str:
    doc = " ".join((param.doc or "").split())
    kind = param.type if param.required else f"{param.type}, optional"
    return f"{doc} ({kind})" if doc else kind


def _columns(flow: Compiled) -> list[str]:
    """The columns that recipients need."""
    number = _number_column(flow)
    return list(dict.fromkeys([number, *(param.name for param in flow.params if param.required)]))


def _number_column(flow: Compiled) -> str:
    """The param that the script calls, where its `call` block names only one; else `number`."""
    call = flow.program.call
    to = call.draft.get("to") if call is not None else None
    first = to[0] if isinstance(to, list) and to else None
    number = first.get("number") if isinstance(first, dict) else None
    if isinstance(number, Hole):
        names = {use.name for use in number.code.names} & {param.name for param in flow.params}
        if len(names) == 1:
            return names.pop()
    return "number"


def _name(script: str) -> str:
    stem = os.path.splitext(os.path.basename(script))[0]  # noqa: PTH119, PTH122
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).lstrip("._-")[:60]
    return name if re.fullmatch(NAME, name) else "campaign"


def _quoted(text: str) -> str:
    """A text as TOML writes it, which is as JSON does."""
    return json.dumps(text, ensure_ascii=False)

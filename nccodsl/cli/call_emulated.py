"""`nccodsl call --emulate`: the call of a script, played through in virtual time on this machine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from nccodsl.base.record import Record
from nccodsl.cli.call_sockets import CallSockets
from nccodsl.cli.call_sound import CallSound
from nccodsl.cli.output import Style, colored, columns, hung, joined, lines_of, print_out, say, write_whole
from nccodsl.diagnostics.printers.text import Shown, hanging, one_line
from nccodsl.emulator.core.application import AfterConnect, Application
from nccodsl.emulator.emulate import emulate
from nccodsl.emulator.personas.persona import BUILT_IN, Cast, read_cast
from nccodsl.emulator.views.lines import listing, summary

if TYPE_CHECKING:
    import httpx

    from nccodsl.emulator.core.mail import OutgoingWebhook, WebhookReply
    from nccodsl.emulator.core.timeline import Emulated
    from nccodsl.lowering.compiled import Compiled

Edit = Callable[[dict[str, object]], dict[str, object]]
"""Changes the body of a create request."""
STYLES: dict[str, Style] = {
    "status": {"bold": True},
    "hears": {"fg": "cyan"},
    "says": {"fg": "green"},
    "presses": {"fg": "green"},
    "webhook": {"dim": True},
    "note": {"fg": "yellow"},
}
"""How the kinds of lines look."""


def cast_from(names: Iterable[str]) -> Cast:
    """The personas of `--persona`: built-in names, or files of one or more. Raises BadPersona, ScriptError."""
    from nccodsl.cli.variables import read_variables
    from nccodsl.diagnostics.suggest import did_you_mean
    from nccodsl.emulator.bad_input import BadPersona

    personas = []
    for name in names:
        if name in BUILT_IN:
            personas.append(BUILT_IN[name])
        elif set(name) & set("./\\"):
            if not Path(name).is_file():
                raise BadPersona(f"{name} does not exist", "write one of " + ", ".join(f"`{one}`" for one in BUILT_IN))
            try:
                personas.extend(read_cast(read_variables(name)).personas)
            except BadPersona as reason:
                raise BadPersona(f"{name}: {reason}", reason.help) from None
        else:
            known = ", ".join(f"`{one}`" for one in BUILT_IN)
            help = did_you_mean(name, BUILT_IN) or f"write one of {known}, or a file in YAML or JSON"
            raise BadPersona(f"`{name}` is not a persona", help)
    return Cast(tuple(personas))


class View(Record):
    """How a call is shown: as JSON, on a page as well, with every action and event, as sound; and its WebSockets."""

    as_json: bool
    page: str | None
    everything: bool
    sound: CallSound
    sockets: CallSockets


def play(
    body: dict[str, object], personas: Iterable[str], hosts: Iterable[str], view: View, *, after_connect: AfterConnect
) -> int:
    """Emulate the call of a body and show it; the exit code."""
    application = Application(after_connect=after_connect, seconds_to_say=view.sound.seconds_to_say)
    cast, answer = cast_from(personas), _answering(hosts)
    with view.sockets.live(view.sound.sounds) as live:
        call = emulate(body, cast, answer, application=application, live=live)
    return _show(call, view)


def play_flow(
    flow: Compiled,
    values: dict[str, object],
    personas: Iterable[str],
    view: View,
    *,
    edit: Edit,
    api: str,
    after_connect: AfterConnect,
) -> int:
    """Emulate the call of an interactive script, whose webhooks are answered here; the exit code.

    Raises RenderError, ScriptError, BadPersona.
    """
    from nccodsl.rehearsal.stage import Stage, as_heard

    cast = cast_from(personas)
    with view.sockets.live(view.sound.sounds) as live:
        stage = Stage(
            flow,
            values,
            cast=cast,
            api=api,
            after_connect=after_connect,
            seconds_to_say=view.sound.seconds_to_say,
            live=live,
        )
        stage.begin(edit)
        call = stage.finish()
    code = _show(call if view.everything else as_heard(call), view)
    for reply in stage.failures:
        where = f"{reply.place}: " if reply.place else ""
        say(joined(f"{where}{reply.code} {reply.problem}"))
    return 1 if stage.failures else code


def _show(call: Emulated, view: View) -> int:
    page = view.page
    if page is not None:
        from nccodsl.emulator.views.page import to_html

        write_whole(page, to_html(call.to_json(), sound=view.sound.for_page(call)).encode())
    if view.as_json:
        print_out(call.to_json())
    else:
        shown = lines(call, everything=view.everything, color=colored(sys.stdout), columns=columns(sys.stdout))
        print_out(lines_of(shown))
    if page is not None:
        say(f"wrote the timeline to {page}")
    view.sound.write(call)
    return 0


def lines(call: Emulated, *, everything: bool, color: bool, columns: int | None = None) -> Iterable[Shown]:
    """The timeline of a call for the terminal, wrapped at so many columns, if any are given."""
    width = max((len(leg.name) for leg in call.legs), default=0)
    for line in listing(call, everything=everything):
        leg = f"{line.leg:<{width}}  " if len(call.legs) > 1 else ""
        style: Style = STYLES.get(line.kind, {}) if color else {}
        yield from hung(f"{line.time:>8}  {leg}", line.text, columns, **style)
    yield from map(joined, hanging(one_line(summary(call)), columns, indent=2))


def _answering(hosts: Iterable[str]) -> Callable[[OutgoingWebhook], WebhookReply]:
    """Sends webhooks to this machine and to the allowed hosts."""
    from click import get_current_context

    from nccodsl.emulator.core.mail import WebhookReply

    wanted = tuple(hosts)
    client: httpx.Client | None = None
    context = get_current_context()

    def answer(hook: OutgoingWebhook) -> WebhookReply:
        nonlocal client
        from urllib.parse import urlsplit

        from nccodsl.base.loopback import is_loopback

        host = (urlsplit(hook.url).hostname or "").casefold()
        # Importing an HTTP client takes longer than emulating a hundred calls.
        if not (is_loopback(host) or host in wanted or "*" in wanted):
            return WebhookReply(failure=f"not sent: to allow it, add --webhooks {host}", sent=False)
        from httpx import Client

        from nccodsl.emulator.http.sender import WebhookSender

        if client is None:
            client = Client(trust_env=False)
            context.call_on_close(client.close)
        return WebhookSender(wanted).send(hook, client)

    return answer

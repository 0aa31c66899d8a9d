"""`nccodsl call`: place the call of a script, for real or emulated."""

from __future__ import annotations

import click

from nccodsl.cli.options import OUTPUT, SCRIPT, api_option, one_standard_input, var_options


@click.command("call")
@click.argument("file", type=SCRIPT)
@var_options
@click.option("--to", metavar="ENDPOINT", help="Call this instead: a number, sip:…, wss://… or an app user.")
@click.option("--from", "caller", metavar="NUMBER", help="Call from this number instead.")
@api_option("v2", "The version of the create request; v2 is the default.")
@click.option("--emulate", is_flag=True, help="Play the call through here: no account, no network, no waiting.")
@click.option("--persona", "personas", multiple=True, metavar="NAME|FILE", help="With --emulate: who is called.")
@click.option("--webhooks", "hosts", multiple=True, metavar="HOST", help="With --emulate: a host that may be told.")
@click.option("--html", "page", type=OUTPUT, metavar="FILE", help="With --emulate: write the call as a web page.")
@click.option("--all", "everything", is_flag=True, help="With --emulate: show every action and event.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    file: str,
    pairs: dict[str, object],
    vars_file: str | None,
    to: str | None,
    caller: str | None,
    api: str,
    emulate: bool,
    personas: tuple[str, ...],
    hosts: tuple[str, ...],
    page: str | None,
    everything: bool,
    as_json: bool,
) -> None:
    """Place the call that the script FILE describes."""
    from nccodsl.cli.bodies import create_body
    from nccodsl.cli.emulating import FROM, TO, play
    from nccodsl.cli.failing import coded
    from nccodsl.cli.options import load_flow, values_from
    from nccodsl.cli.output import show
    from nccodsl.emulator.errors import EmulatorError
    from nccodsl.errors import RenderError, ScriptError

    one_standard_input(file, vars_file)
    try:
        flow = load_flow(file)
        values = values_from(pairs, vars_file)
        if emulate and not flow.has_call:
            to, caller = to or TO, caller or FROM
        body = create_body(flow, values, to=to, caller=caller, api=api)
        code = play(body, personas=personas, hosts=hosts, as_json=as_json, page=page, everything=everything)
    except (ScriptError, RenderError) as error:
        show(error.diagnostics)
        raise SystemExit(1) from None
    except EmulatorError as error:
        show([coded(error)])
        raise SystemExit(2) from None
    show([*flow.warnings, *flow.call_warnings(api)])
    raise SystemExit(code)

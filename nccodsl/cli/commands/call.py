"""`nccodsl call`: place the call of a script, for real or emulated."""

from __future__ import annotations

from typing import Any

import click

from nccodsl.cli.account import account_options
from nccodsl.cli.click_options import OUTPUT, SCRIPT, api_option, one_standard_input, var_options

_REAL = {
    "base_url": "--base-url",
    "store": "--store",
    "dry_run": "--dry-run",
    "wait": "--wait",
    "reference": "--reference",
    "shaken_key": "--shaken-key",
}
_EMULATED = {"personas": "--persona", "hosts": "--webhooks", "page": "--html", "everything": "--all"}


@click.command("call")
@click.argument("file", type=SCRIPT)
@var_options
@click.option("--to", metavar="ENDPOINT", help="Call this instead: a number, sip:user@host or app:user.")
@click.option("--from", "caller", metavar="NUMBER", help="Call from this number instead.")
@api_option(None, "The version of the create request; v2 is the default.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--dry-run", is_flag=True, help="Print the request, and send nothing.")
@click.option("--wait", is_flag=True, help="Follow the call to its end.")
@click.option("--reference", metavar="TEXT", help="Names the call: repeated with it, the command dials once.")
@account_options
@click.option("--shaken-key", metavar="FILE", help="Sign a SHAKEN passport for each phone with this key (P-256).")
@click.option("--shaken-cert-url", metavar="URL", help="Where the certificate of that key can be had.")
@click.option("--attest", type=click.Choice(["A", "B", "C"]), default="A", help="How far the passport vouches.")
@click.option(
    "--base-url", metavar="URL", help="The address of the server of a script that talks back, as for `serve`."
)
@click.option("--store", metavar="URL", help="Keep the values in the store that the server has, not in addresses.")
@click.option("--emulate", is_flag=True, help="Play the call through here: no account, no network, no waiting.")
@click.option("--persona", "personas", multiple=True, metavar="NAME|FILE", help="With --emulate: who is called.")
@click.option("--webhooks", "hosts", multiple=True, metavar="HOST", help="With --emulate: a host that may be told.")
@click.option("--html", "page", type=OUTPUT, metavar="FILE", help="With --emulate: write the call as a web page.")
@click.option("--all", "everything", is_flag=True, help="With --emulate: show every action and event.")
def command(
    file: str,
    pairs: dict[str, object],
    vars_file: str | None,
    to: str | None,
    caller: str | None,
    api: str | None,
    as_json: bool,
    emulate: bool,
    app: str | None,
    key: str | None,
    profile: str | None,
    region: str | None,
    host: str | None,
    **more: Any,
) -> None:
    """Place the call that the script FILE describes.

    Exit codes: 0 placed, 1 refused or wrong, 2 wrong usage or credentials, 3 not known whether it was placed, 4 the
    API cannot be reached.
    """
    from nccodsl.cli.click_options import values_from
    from nccodsl.cli.inputs import load_flow
    from nccodsl.cli.output import show
    from nccodsl.errors import RenderError, ScriptError

    for name, option in (_REAL if emulate else _EMULATED).items():
        if more[name]:
            raise click.UsageError(f"{option} goes {'without' if emulate else 'with'} --emulate.")
    one_standard_input(file, vars_file)
    try:
        flow = load_flow(file)
        values = values_from(pairs, vars_file)
        if emulate:
            code = _emulated(flow, values, to, caller, api or "v2", as_json, more)
            raise SystemExit(code)
        from nccodsl.cli.account import Account

        if more["store"] is not None and more["base_url"] is None:
            raise click.UsageError("--store goes with --base-url.")
        account = Account(app, key, profile, region, host)
        _placed(flow, file, values, to, caller, api, as_json, account, more)
    except (ScriptError, RenderError) as error:
        show(error.diagnostics)
        raise SystemExit(1) from None


def _emulated(
    flow: Any,
    values: dict[str, object],
    to: str | None,
    caller: str | None,
    api: str,
    as_json: bool,
    more: dict[str, Any],
) -> int:
    from nccodsl.cli.call_emulated import FROM, TO, play, play_flow
    from nccodsl.cli.create_body import create_body, edited
    from nccodsl.cli.output import show
    from nccodsl.cli.show_error import coded
    from nccodsl.emulator.bad_input import EmulatorError

    talks_back = bool(flow.runtime_needs())
    if talks_back and not flow.has_call and (to or caller):
        raise click.UsageError("this script has no `call` block: somebody calls in, and is neither --to nor --from.")
    if not flow.has_call:
        to, caller = to or TO, caller or FROM
    shown = {name: more[name] for name in ("personas", "hosts", "page", "everything")}
    try:
        if talks_back:
            show([*flow.warnings, *(flow.call_warnings(api) if flow.has_call else ())])
            del shown["hosts"]

            def edit(body: dict[str, Any]) -> dict[str, Any]:
                return edited(body, to=to, caller=caller, api=api)

            return play_flow(flow, values, edit=edit, as_json=as_json, api=api, **shown)
        body = create_body(flow, values, to=to, caller=caller, api=api)
        show([*flow.warnings, *flow.call_warnings(api)])
        return play(body, as_json=as_json, **shown)
    except EmulatorError as error:
        show([coded(error)])
        return 2


def _placed(
    flow: Any,
    file: str,
    values: dict[str, object],
    to: str | None,
    caller: str | None,
    api: str | None,
    as_json: bool,
    account: Any,
    more: dict[str, Any],
) -> None:
    from nccodsl.cli.account import told
    from nccodsl.cli.call_real import dry_run, located, send, setting, stale_passports
    from nccodsl.cli.create_body import create_body
    from nccodsl.cli.output import show

    if bool(more["shaken_key"]) != bool(more["shaken_cert_url"]):
        raise click.UsageError("--shaken-key and --shaken-cert-url go together.")
    with told(lambda error: located(error, lambda path: flow.origin(values, path))):
        version = api or setting(account, "api", more["dry_run"]) or "v2"
        if caller is None and (not flow.has_call or to is not None):
            caller = setting(account, "caller", more["dry_run"])
        if more["base_url"] is not None:
            from nccodsl.cli.base_url import begun_body, runnable

            script = runnable(flow, file, more["base_url"])
            store = None if more["dry_run"] else more["store"]
            body = begun_body(
                script, values, to=to, caller=caller, api=version, store=store, reference=more["reference"]
            )
        else:
            body = create_body(flow, values, to=to, caller=caller, api=version)
        show([*flow.warnings, *(flow.call_warnings(version) if flow.has_call else ())])
        if more["shaken_key"]:
            from nccodsl.client.passports import load_signer, sign_body

            body = sign_body(body, load_signer(more["shaken_key"], more["shaken_cert_url"], more["attest"]))
        show(stale_passports(body))
        if more["dry_run"]:
            dry_run(account, body, api=version, as_json=as_json)
        else:
            send(account, body, api=version, reference=more["reference"], wait=more["wait"], as_json=as_json)

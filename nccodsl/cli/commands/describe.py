"""`nccodsl describe`: a script in plain words."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import SCRIPT, Command, parsed, var_options


@click.command("describe", cls=Command)
@click.argument("file", type=SCRIPT)
@var_options
def command() -> int:
    """Say what the call of the script FILE does, and which values it wants."""
    from nccodsl.cli.describe import DescribeOptions, describe_script

    return describe_script(parsed(DescribeOptions))

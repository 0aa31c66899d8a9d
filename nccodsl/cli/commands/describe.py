"""`nccodsl describe`: a script in plain words."""

from __future__ import annotations

import click

from nccodsl.cli.click_options import SCRIPT, Command, parsed, var_options


@click.command("describe", cls=Command)
@click.argument("file", type=SCRIPT)
@var_options
def command() -> int:
    """Describe a script's call in plain words.

    Lists the params too. With values, texts and numbers are filled in.
    """
    from nccodsl.cli.describe import DescribeOptions, describe_script

    return describe_script(parsed(DescribeOptions))

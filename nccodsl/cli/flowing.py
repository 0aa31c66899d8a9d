"""Scripts that talk back, for the commands that write their addresses: `compile` and `call`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from nccodsl.lowering.flow import Flow
    from nccodsl.runtime.runnable import Runnable


def runnable(flow: Flow, file: str, base_url: str) -> Runnable:
    """The flow at its address below `base_url`, where `nccodsl serve` has it. Raises BadParameter."""
    from nccodsl.runtime.naming import flow_name
    from nccodsl.runtime.runnable import Runnable
    from nccodsl.voice.forms import is_url

    if not is_url(base_url) or not base_url.lower().startswith(("http://", "https://")) or set(base_url) & set("?#"):
        raise click.BadParameter(
            f"{base_url!r} is no address such as https://calls.example.com", param_hint="'--base-url'"
        )
    where = str(Path(file).resolve()) if file != "-" else ""
    return Runnable(flow, f"{base_url.rstrip('/')}/{flow_name(where)}")


def write_all(script: Runnable, values: Mapping[str, object], folder: str) -> int:
    """Write the NCCOs that are known before the call runs, and the manifest. Raises RenderError, BadToken."""
    from nccodsl.cli.output import say, write_whole
    from nccodsl.runtime.manifest import FILE, files_of
    from nccodsl.runtime.placing import begun

    files = files_of(script, begun(script, values))
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"cannot make the folder {folder}: {error.strerror or error}") from None
    # The manifest last: where it stands, all that it names does.
    for name in sorted(files, key=lambda name: name == FILE):
        write_whole(str(target / name), files[name])
    say(f"{len(files) - 1} NCCOs and {FILE} in {folder}")
    return 0

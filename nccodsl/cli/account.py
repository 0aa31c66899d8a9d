"""What commands that talk to the API share: whose calls they are, where the API is, and how failures end.

Exit codes: see `CODES`, and docs/when-a-call-did-not-go-through.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from nccodsl.cli.output import show
from nccodsl.cli.show_error import coded

if TYPE_CHECKING:
    from nccodsl.client import VoiceClient
    from nccodsl.client.credentials import Found
    from nccodsl.diagnostics import Diagnostic

_F = TypeVar("_F", bound=Callable[..., Any])

REFUSED, USAGE, UNKNOWN, UNREACHABLE = 1, 2, 3, 4
CODES = {
    "E701": USAGE,
    "E702": USAGE,
    "E710": USAGE,
    "E714": USAGE,
    "E716": USAGE,
    "E717": USAGE,
    "E703": UNREACHABLE,
    "E707": UNKNOWN,
}
"""Exit codes by the code of the error. A value that is wrong (E3) is wrong usage; all others are 1: refused."""


def account_options(function: _F) -> _F:
    """`--app`, `--key`, `--profile`, `--region` and `--host`."""
    for option in reversed(
        (
            click.option("--app", metavar="ID", help="The id of the voice application."),
            click.option("--key", metavar="FILE", help="Its private key: a file, or the PEM itself."),
            click.option("--profile", metavar="NAME", help="A profile of nccodsl.toml or pyproject.toml."),
            click.option("--region", metavar="NAME", help="Where the API is asked, such as eu-west."),
            click.option("--host", metavar="HOST", help="Any other host, such as an emulator's."),
        )
    ):
        function = option(function)
    return function


class Account:
    """What the options, the environment and the settings say of who calls from where."""

    def __init__(
        self, app: str | None, key: str | None, profile: str | None, region: str | None, host: str | None
    ) -> None:
        self._app = app
        self._key = key
        self._profile = profile
        self._region = region
        self._host = host
        self._found: Found | None = None

    def found(self) -> Found:
        """The credentials; warns of what there is to warn of, once. Raises VoiceError."""
        from nccodsl.client.credentials import find_credentials
        from nccodsl.diagnostics import REGISTER, Diagnostic

        if self._found is None:
            self._found = find_credentials(self._app, self._key, self._profile)
            code = REGISTER["W028"]
            show([Diagnostic(code.id, code.severity, text) for text in self._found.warnings])
        return self._found

    def setting(self, name: str) -> str | None:
        """What the profile says of `api` or `from_`."""
        profile = self.found().profile
        value = getattr(profile, name, None)
        return str(value) if value is not None else None

    def where(self) -> dict[str, str | None]:
        """The host and region: those of the options, else those of the profile."""
        if self._region is not None or self._host is not None:
            return {"host": self._host, "region": self._region}
        return {"host": self.setting("host"), "region": self.setting("region")}

    def client(self) -> VoiceClient:
        """A client of the API. Raises VoiceError."""
        from nccodsl.client import VoiceClient

        where = self.where()
        client = VoiceClient(self.found().credentials, host=where["host"], region=where["region"])
        click.get_current_context().call_on_close(client.close)
        return client


@contextmanager
def told(locate: Callable[[Exception], list[Diagnostic]] | None = None) -> Iterator[None]:
    """Failures are told and end the command with their exit code. `locate` finds where in a script they come from."""
    from nccodsl.client.failures import ReferenceUnsettled, VoiceError

    try:
        yield
    except VoiceError as error:
        show((locate(error) if locate else []) or [coded(error)])
        if isinstance(error, ReferenceUnsettled):
            raise SystemExit(UNKNOWN) from None
        raise SystemExit(CODES.get(error.code, USAGE if error.code.startswith("E3") else REFUSED)) from None

"""What commands that talk to the API share: whose calls they are, where the API is, and how failures end.

Exit codes: see `CODES`, and docs/when-a-call-did-not-go-through.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from click import get_current_context

from nccodsl.base.plural import counted
from nccodsl.cli.output import say, show
from nccodsl.cli.show_error import coded

if TYPE_CHECKING:
    from nccodsl.cli.given import AccountOptions
    from nccodsl.client import VoiceClient
    from nccodsl.client.credentials import Found
    from nccodsl.diagnostics import Diagnostic

REFUSED, USAGE, UNKNOWN, UNREACHABLE, INTERRUPTED = 1, 2, 3, 4, 130
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


class Account:
    """What the options, the environment and the settings say of who calls from where."""

    def __init__(self, options: AccountOptions, limit: int | None = None) -> None:
        self._options = options
        self._limit = limit
        self._found: Found | None = None

    def found(self) -> Found:
        """The credentials; warns of what there is to warn of, once. Raises VoiceError."""
        from nccodsl.client.credentials import find_credentials

        options = self._options
        if self._found is None:
            self._found = find_credentials(options.app, options.key, options.profile)
            show([warning.about() for warning in self._found.warnings])
        return self._found

    def setting(self, name: str) -> str | None:
        """What the profile says of `api` or `from_`."""
        profile = self.found().profile
        value = getattr(profile, name, None)
        return str(value) if value is not None else None

    def where(self) -> dict[str, str | None]:
        """The host and region: those of the options, else those of the profile."""
        region, host = self._options.region, self._options.host
        if region is not None or host is not None:
            return {"host": host, "region": region}
        return {"host": self.setting("host"), "region": self.setting("region")}

    def client(self) -> VoiceClient:
        """A client of the API. Raises VoiceError."""
        from nccodsl.client import VoiceClient

        options = self._options
        client = VoiceClient(self.found(), host=options.host, region=options.region, limit=self._limit)
        get_current_context().call_on_close(client.close)
        return client


def waiting(limit: int, starts: int) -> None:
    """Say that a request waits for its turn."""
    connects = "" if starts == 1 else f", and this request counts as {starts}, because a connect is a start too"
    say(f"Waiting: this account may start {counted(limit, 'call')} per second{connects}. Press Ctrl-C to send nothing.")


@contextmanager
def told(locate: Callable[[Exception], list[Diagnostic]] | None = None) -> Iterator[None]:
    """Failures are shown and end the command with their exit code. `locate` finds where in a script they come from."""
    from nccodsl.client.failures import ReferenceUnsettled, VoiceError
    from nccodsl.client.start_turn import InterruptedWait

    try:
        yield
    except InterruptedWait:
        say("Stopped waiting: nothing was sent.")
        raise SystemExit(INTERRUPTED) from None
    except VoiceError as error:
        show((locate(error) if locate else []) or [coded(error)])
        if isinstance(error, ReferenceUnsettled):
            raise SystemExit(UNKNOWN) from None
        raise SystemExit(CODES.get(error.code, USAGE if error.code.startswith("E3") else REFUSED)) from None

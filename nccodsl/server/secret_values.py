"""Where the values of secrets come from: Python, a folder with a file for each, or the environment, in this order.

Scripts only name secrets. Their values are in no state, log, message or `repr`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path

from nccodsl.lowering.compiled import Compiled
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.web_requests import PLATFORM_TOKEN
from nccodsl.server.refusals import BadSecret

VARIABLE = "NCCODSL_SECRET_"
"""What variables with secrets begin with; the name of the secret follows in capitals."""
LARGEST_SECRET = 16 * 1024
"""Characters of a value."""
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]").search
_LINE_END = re.compile(r"\r?\n\Z")


class SecretValues(Mapping[str, str]):
    """The values of the secrets that scripts have declared. Empty values are missing.

    `given` are those of Python, `folder` that of `--secrets`; `environment` is that of the process by default.
    `platform` makes tokens of the application, for what the platform keeps of its calls.
    """

    def __init__(
        self,
        given: Mapping[str, str] | None = None,
        folder: str | os.PathLike[str] | None = None,
        environment: Mapping[str, str] | None = None,
        platform: Callable[[], str] | None = None,
    ) -> None:
        self._platform = platform
        self._given = dict(given or {})
        self._folder = Path(folder) if folder is not None else None
        self._environment = environment
        self._values: dict[str, str] = {}

    @classmethod
    def of(cls, given: Mapping[str, str] | None) -> SecretValues:
        """The values that are given in Python, or which already know where values come from."""
        return given if isinstance(given, SecretValues) else cls(given)

    def give_to(self, scripts: Collection[Runnable]) -> None:
        """Find the values of what the scripts declare, and let their NCCOs hold them. Raises BadSecret."""
        self.need(script.flow for script in scripts)
        for script in scripts:
            script.secrets = self

    def need(self, scripts: Iterable[Compiled]) -> None:
        """Find the values of what the scripts declare. Raises BadSecret, which names all that are missing."""
        values: dict[str, str] = {}
        missing: list[str] = []
        for name in dict.fromkeys(name for script in scripts for name in script.program.secrets):
            value = self._found(name)
            if value:
                values[name] = value
            else:
                missing.append(name)
        if missing:
            raise _missing(missing)
        self._values.update(values)

    def __getitem__(self, name: str) -> str:
        if name == PLATFORM_TOKEN:
            if self._platform is None:
                raise KeyError(name)
            return self._platform()
        if name not in self._values:
            # Of a script that was served before: what it has put into the outbox is still delivered.
            try:
                value = self._found(name)
            except BadSecret:
                value = ""
            if not value:
                raise KeyError(name)
            self._values[name] = value
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"SecretValues({', '.join(self._values)})"

    def _found(self, name: str) -> str:
        """The value of a secret; empty where it has none. Raises BadSecret."""
        environment = os.environ if self._environment is None else self._environment
        value = self._given.get(name) or self._in_folder(name) or environment.get(VARIABLE + name.upper(), "")
        if not isinstance(value, str):
            raise BadSecret(f"the secret `{name}` is not a text", "give a text")
        if _UNFIT(value):
            what = "contains a line end, a control character, or bytes that are not UTF-8"
            raise BadSecret(f"the secret `{name}` {what}", "give a value of one line of text")
        if len(value) > LARGEST_SECRET:
            raise BadSecret(f"the secret `{name}` is longer than {LARGEST_SECRET // 1024} KiB", "give a shorter value")
        return value

    def _in_folder(self, name: str) -> str:
        if self._folder is None:
            return ""
        try:
            with (self._folder / name).open("rb") as file:
                text = file.read(4 * LARGEST_SECRET + 2)
        except FileNotFoundError:
            return ""
        except OSError as error:
            reason = error.strerror or "it is not a file"
            raise BadSecret(
                f"the file of the secret `{name}` cannot be read: {reason}", "check `--secrets DIR`"
            ) from None
        return _LINE_END.sub("", text.decode("utf-8", "surrogateescape"))


def _missing(names: list[str]) -> BadSecret:
    shown = ", ".join(f"`{name}`" for name in names)
    variables = ", ".join(f"`{VARIABLE}{name.upper()}`" for name in names)
    text = f"the secret {shown} has no value" if len(names) == 1 else f"the secrets {shown} have no values"
    files = "a file of this name" if len(names) == 1 else "files of these names"
    return BadSecret(text, f"set {variables}, or put {files} into a folder and pass `--secrets DIR`")

"""The marks that the models' fields carry besides pydantic's own constraints, and the field types made of them.

Owns: what a mark means, and the annotated types (`Flag`, `Seconds`, `Webhook`, ...) that several models share.
Does not own: which field has which mark (the models), the catalogue made of them (derive), the forms of values (forms).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from annotated_types import Ge, Len
from pydantic import AfterValidator, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from nccodsl.models.wire import WireModel
from nccodsl.voice import forms
from nccodsl.voice.catalogue import When as When

NCCO = "NCCO reference"
OAS1 = "Voice API reference"
OAS2 = "Voice API reference, v2"
WEBHOOKS = "webhook reference"

ABSENT: Any = None
"""Default of a field that has none: the option is then left out, which is not the same as null."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is, where its Python type does not say: url, webhook, ws, sip, phone, dtmf, language, ..."""

    name: str


@dataclass(frozen=True, slots=True)
class Says:
    """What the field does, in words, and the source of its rules."""

    doc: str
    source: str = NCCO

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        found = handler(schema)
        unit = found.get("description")
        return {**found, "description": f"{self.doc}, {unit}" if unit else self.doc}


@dataclass(frozen=True, slots=True)
class Main:
    """The value that a statement of the language begins with."""


@dataclass(frozen=True, slots=True)
class Flat:
    """The members of this object are options of the action too, with this prefix before their names."""

    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts; stands before `Says`, whose words it ends."""

    name: str = "s"

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "description": f"in {_UNITS.get(self.name, self.name)}"}


_UNITS = {"s": "seconds"}


@dataclass(frozen=True, slots=True)
class Step:
    """The platform rounds to multiples of this; a finer number is only warned of."""

    size: float


@dataclass(frozen=True, slots=True)
class Soft:
    """The range that all sources agree on, or beyond which the platform clamps; outside it is only warned of."""

    min: float | None = None
    max: float | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """The published values of an open enumeration. Others are warned of with `code`."""

    values: tuple[str, ...]
    code: str = "W027"
    warn_always: bool = False


@dataclass(frozen=True, slots=True)
class OneAdvised:
    """One item is documented; more are warned of. `bare`, `empty`: so is a value without its array, or an empty one."""

    bare: bool = False
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Tolerated:
    """Values that official code writes although no page documents them, and what they mean; they are warned of."""

    values: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class Deprecated:
    replaced_by: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    replaced_by: str


@dataclass(frozen=True, slots=True)
class Aliases:
    """Spellings on the wire that some sources use; accepted with a warning."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Called:
    """Other names that people give the option, folded; they are wrong, and the option is suggested."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Excludes:
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Needs:
    what: str


@dataclass(frozen=True, slots=True)
class Undocumented:
    """Accepted with a warning: no schema of this place has the field. `code` is the warning's."""

    code: str


@dataclass(frozen=True, slots=True)
class MaxBytes:
    """Most bytes of the value written as JSON in UTF-8."""

    size: int


@dataclass(frozen=True, slots=True)
class HeaderLines:
    """Names and values of a map become lines of a message: neither holds a line end or another control character."""


@dataclass(frozen=True, slots=True)
class About:
    """What the catalogue says of an action, an endpoint or the call as a whole.

    `blocks`: when the next action waits for the end of this one; None is never. `ends`: when no later action can run.
    `plays`: it makes a sound, which an input behind it can cut short. `joins`: it brings the call into a conversation.
    `outcomes`: what a branch of its statement can name.
    """

    doc: str
    source: str = NCCO
    blocks: When | None = None
    ends: When | None = None
    plays: bool = False
    joins: bool = False
    outcomes: tuple[str, ...] = ()
    withdrawn: str = ""


class Vocabulary(WireModel):
    """Base of what is sent to the platform: nothing unknown, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        # What the catalogue says of an object is also what editors and OpenAPI pages show.
        if "about" in cls.__dict__ and cls.__doc__ is None:
            cls.__doc__ = cls.__dict__["about"].doc


def _formed(check: Callable[[str], forms.Wrong]) -> AfterValidator:
    def formed(value: str) -> str:
        wrong = check(value)
        if wrong:
            raise ValueError(f"{wrong.text} ({wrong.code})")
        return value

    return AfterValidator(formed)


Flag = bool
Text = Annotated[str, Len(1)]
ONE_LINE = forms.ONE_LINE
HeaderText = Annotated[str, Len(1), Field(pattern=ONE_LINE)]
Whole = Annotated[int, Ge(0)]
Phone = Annotated[str, Kind("phone"), _formed(forms.phone)]
PhoneOrSip = Annotated[str, Kind("phone_or_sip"), _formed(forms.phone_or_sip)]
Dtmf = Annotated[str, Kind("dtmf"), _formed(forms.dtmf)]
Key = Annotated[str, Kind("key"), _formed(forms.key)]
Url = Annotated[str, Kind("url"), _formed(forms.url)]
Webhook = Annotated[str, Kind("webhook"), _formed(forms.url)]
SipUri = Annotated[str, Kind("sip"), _formed(forms.sip)]
WebsocketUri = Annotated[str, Kind("ws"), _formed(forms.websocket)]
Identity = Annotated[str, Kind("shaken"), _formed(forms.identity)]
Speech = Annotated[str, Kind("text"), _formed(forms.text)]
OneUrl = Annotated[list[Url], Len(1), OneAdvised()]
OneWebhook = Annotated[list[Webhook], Len(1), OneAdvised()]
OptionalWebhook = Annotated[list[Webhook], OneAdvised(empty=True)]
AnyMap = dict[str, Any]


def _unbroken(headers: AnyMap) -> AnyMap:
    if any(True for _ in forms.broken_headers(headers)):
        raise ValueError("a header holds a line end or another control character (E313)")
    return headers


SipHeaders = Annotated[AnyMap, HeaderLines(), AfterValidator(_unbroken)]

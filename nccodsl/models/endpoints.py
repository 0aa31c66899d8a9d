"""The endpoints of a call, at both places that have them: NCCO `connect` and the create-call body's `to`.

Owns: which options each type has at which place, and how they are spelt there. Does not own: the actions, the call.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from annotated_types import Len
from pydantic import Field, model_validator

from nccodsl.models.marks import (
    ABSENT,
    NCCO,
    OAS1,
    OAS2,
    ONE_LINE,
    About,
    Aliases,
    AnyMap,
    Dtmf,
    Excludes,
    Flat,
    HeaderText,
    Identity,
    Kind,
    Known,
    Main,
    MaxBytes,
    Needs,
    Phone,
    Says,
    SipHeaders,
    SipUri,
    Soft,
    Undocumented,
    Url,
    Vocabulary,
    Webhook,
    WebsocketUri,
)
from nccodsl.voice import cross

RATES = tuple(f"audio/l16;rate={rate}" for rate in (8000, 16000, 24000))


class Endpoint(Vocabulary):
    """Base of the endpoints. Its validator applies the rules between options that the judge applies."""

    about: ClassVar[About]

    @model_validator(mode="after")
    def _options_agree(self) -> Self:
        self.model_fields_set.add("type")
        cross.insist(cross.endpoint_rules(self.model_dump()))
        return self


class CallPhone(Endpoint):
    about = About("A phone.", f"{NCCO}, {OAS1}")

    type: Literal["phone"] = "phone"
    number: Annotated[Phone, Main(), Says("Number in E.164 form: digits without +", f"{NCCO}, {OAS1}, Python SDK")]
    dtmf_answer: Annotated[
        Dtmf,
        Field(alias="dtmfAnswer"),
        Says("Keys to send when it is answered; p pauses half a second", f"{NCCO}, Python SDK"),
    ] = ABSENT
    shaken: Annotated[Identity, Says("Signed Identity header; USA only, enabled on request", f"{OAS1}, {OAS2}")] = (
        ABSENT
    )


class OnAnswer(Vocabulary):
    url: Annotated[Webhook, Says("URL of the NCCO that plays to the callee before the connection")]
    ringback_tone: Annotated[
        Url,
        Field(alias="ringbackTone"),
        Aliases(("ringback",)),
        Says("URL of the sound that the caller hears meanwhile"),
    ] = ABSENT


class ConnectPhone(CallPhone):
    on_answer: Annotated[
        OnAnswer, Field(alias="onAnswer"), Flat("on_answer_"), Says("What the callee hears before the connection")
    ] = ABSENT


class App(Endpoint):
    about = About("A user of the application.", f"{NCCO}, {OAS1}")

    type: Literal["app"] = "app"
    user: Annotated[HeaderText, Main(), Says("Name of the user", f"{NCCO}, {OAS1}")]


class Authorization(Vocabulary):
    type: Annotated[
        Literal["vonage", "custom"], Says("vonage sends the JWT of signed webhooks; custom sends the value", OAS1)
    ] = "vonage"
    value: Annotated[
        str,
        Len(1, 8191),
        Field(pattern="^[\\x20-\\x7E]+$"),
        Needs("authorization_type=custom"),
        Says("Value of the Authorization header", f"{OAS1}, Java SDK (length, characters)"),
    ] = ABSENT


class Websocket(Endpoint):
    about = About("Your own WebSocket server.", f"{NCCO}, {OAS1}")

    type: Literal["websocket"] = "websocket"
    uri: Annotated[WebsocketUri, Main(), Says("Address of the server", f"{OAS1}, Python SDK")]
    content_type: Annotated[
        str,
        Field(alias="content-type", pattern=r"^audio/l16; ?rate=[0-9]{4,6}$"),
        Known(RATES, code="W019"),
        Says("Sample rate of the audio: 8000, 16000 or 24000", OAS1),
    ]
    headers: Annotated[
        AnyMap,
        MaxBytes(512),
        Says("Data in the first message; at most 512 bytes of JSON", f"{NCCO}, WebSockets guide"),
    ] = ABSENT
    authorization: Annotated[
        Authorization, Flat("authorization_"), Says("Authorization that your server receives", OAS1)
    ] = ABSENT


class StandardHeaders(Vocabulary):
    user_to_user: Annotated[
        str,
        Len(0, 256),
        Field(alias="User-to-User", pattern=ONE_LINE),
        Says("The User-to-User header, at most 256 characters", f"{NCCO}, {OAS1}"),
    ]


class Sip(Endpoint):
    about = About("A SIP phone or PBX.", f"{NCCO}, {OAS1}")

    type: Literal["sip"] = "sip"
    uri: Annotated[
        SipUri,
        Main(),
        Soft(max=50),
        Needs("uri or domain"),
        Excludes(("user", "domain")),
        Says("sip:user@host[:port][;transport=tls][;media=srtp]", f"{NCCO}, {OAS1}"),
    ] = ABSENT
    headers: Annotated[SipHeaders, Says("Headers; each is sent as X-<key>", f"{NCCO}, {OAS1}")] = ABSENT


class ConnectSip(Sip):
    user: Annotated[HeaderText, Needs("domain"), Excludes(("uri",)), Says("User at the domain")] = ABSENT
    domain: Annotated[
        HeaderText, Needs("uri or domain"), Excludes(("uri",)), Says("Name of the trunk or PSIP domain")
    ] = ABSENT
    standard_headers: Annotated[
        StandardHeaders,
        Field(alias="standardHeaders"),
        Aliases(("standard_headers",)),
        Flat(),
        Says("Standard headers, without X-"),
    ] = ABSENT


_SHARED = Undocumented("W019")


class CallSip(Sip):
    user: Annotated[
        HeaderText, Needs("domain"), Excludes(("uri",)), _SHARED, Says("User at the domain", ".NET SDK 8.35")
    ] = ABSENT
    domain: Annotated[
        HeaderText,
        Needs("uri or domain"),
        Excludes(("uri",)),
        _SHARED,
        Says("Name of the trunk or PSIP domain", ".NET SDK 8.35"),
    ] = ABSENT
    standard_headers: Annotated[StandardHeaders, Flat(), Says("Standard headers, without X-", OAS1)] = ABSENT


class Vbc(Endpoint):
    about = About("An extension of Vonage Business Communications.", f"{NCCO}, {OAS1}")

    type: Literal["vbc"] = "vbc"
    extension: Annotated[HeaderText, Kind("digits_text"), Main(), Says("The extension", f"{NCCO}, {OAS1}")]


CONNECT: tuple[type[Endpoint], ...] = (ConnectPhone, App, Websocket, ConnectSip, Vbc)
CALL: tuple[type[Endpoint], ...] = (CallPhone, App, Websocket, CallSip, Vbc)
ConnectEndpoint = Annotated[ConnectPhone | App | Websocket | ConnectSip | Vbc, Field(discriminator="type")]
CallEndpoint = Annotated[CallPhone | App | Websocket | CallSip | Vbc, Field(discriminator="type")]

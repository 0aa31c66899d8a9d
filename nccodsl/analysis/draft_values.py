"""Values of a script as drafts of JSON: flat options find their place, units become seconds, words become texts."""

from __future__ import annotations

from typing import Final, Protocol

from nccodsl.analysis.draft_places import Path, Places
from nccodsl.analysis.templates import Templates
from nccodsl.base.durations import whole_seconds
from nccodsl.base.phone import NotAPhoneNumber, digits
from nccodsl.base.source import Span
from nccodsl.diagnostics import Collector, Edit, messages
from nccodsl.syntax import ast
from nccodsl.templates import is_template
from nccodsl.templates.dialect import FOLLOWS
from nccodsl.voice.catalogue import Option, fold, meant
from nccodsl.voice.forms import is_ssml
from nccodsl.voice.problems import Unknown
from nccodsl.voice.text_rules import PHONES


class _Nothing:
    def __repr__(self) -> str:
        return "NOTHING"


NOTHING: Final = _Nothing()
"""What `null` means as the value of an option: the option is left out."""

_TEXTS = frozenset({"string", "text", "phone", "phone_or_sip", "caller", "dtmf", "key", "digits_text", "sip", "voice"})
"""Kinds of options whose numbers are texts on the wire: telephone numbers, keys, extensions."""


_TRANSLATED = ("text", "context")
"""The options whose texts are translated: what a talk says, and the words that an input expects."""
_TAKES_SECRETS = ("authorization", "value")
"""What a WebSocket is opened with: the platform sends it, so an NCCO has to hold it."""


class Said(Protocol):
    """What makes of the texts of a script those of several languages."""

    everything: bool
    """Whether those are too that have a language of their own."""

    def text(self, node: ast.Text, *, markup: bool = False, heard: bool = False) -> tuple[object, dict[str, str]]: ...

    def word(self, node: ast.Text) -> object: ...


class DraftValues:
    """Drafts the values of one script."""

    translations: Said | None = None
    """Set where texts may be others than those that are written."""

    def __init__(self, collector: Collector, templates: Templates) -> None:
        self._collector = collector
        self._templates = templates
        self.spoken: dict[str, str] = {}
        """In which language the latest text is really said, for each language of the script."""
        self.words: list[tuple[str, Span]] = []
        """The bare words that stand for texts of the author's own."""

    def option(
        self, node: ast.Value, option: Option, path: Path, places: Places, *, language: str | None = None
    ) -> object:
        """The draft of an option's value; NOTHING for `null`. Places of its parts go into `places`."""
        if option.path[-2:] == _TAKES_SECRETS:
            with self._templates.names.secrets_allowed(running=True):
                return self._option(node, option, path, places, language)
        return self._option(node, option, path, places, language)

    def _option(self, node: ast.Value, option: Option, path: Path, places: Places, language: str | None) -> object:
        match node:
            case ast.Null():
                return NOTHING
            case ast.ListValue() if option.many:
                return [
                    self._scalar(item, option, (*path, index), places, language)
                    for index, item in enumerate(node.items)
                ]
            case ast.MapValue() if option.members:
                return self._members(node, option, path, places, language)
            case ast.ListValue() | ast.MapValue():
                return self.free(node, path, places)
            case ast.Template():
                return self._templates.expression(node, language=language)
        scalar = self._scalar(node, option, path, places, language)
        # One value stands for a list of one; what a template yields is put into its list while rendering.
        return [scalar] if option.many and not isinstance(scalar, Unknown) else scalar

    def said(self, node: ast.Value) -> object:
        """The draft of a value that may be said: as `free`, but its text, or those in its list, are translated."""
        translations = self.translations
        if translations is not None and isinstance(node, ast.Text):
            return translations.text(node)[0]
        if translations is not None and isinstance(node, ast.ListValue):
            return [self.said(item) for item in node.items]
        return self.free(node, (), Places(node.span))

    def free(self, node: ast.Value, path: Path, places: Places) -> object:
        """The draft of a value whose form is the author's own: payloads, headers, raw members."""
        match node:
            case ast.Text():
                return self._templates.text(node) if is_template(node.text) else node.text
            case ast.Template():
                return self._templates.expression(node)
            case ast.Number():
                return node.value
            case ast.Word():
                self.words.append((node.text, node.span))
                return node.text
            case ast.Boolean():
                return node.value
            case ast.Null():
                return None
            case ast.Duration():
                self._collector.report(messages.values.duration_misplaced(node.text), node.span)
                return Unknown()
            case ast.ListValue():
                items = []
                for index, item in enumerate(node.items):
                    inner = (*path, index)
                    places.put(inner, item.span, item.span)
                    items.append(self.free(item, inner, places))
                return items
            case ast.MapValue():
                members = {}
                for entry in node.entries:
                    inner = (*path, entry.key.text)
                    places.put(inner, entry.key.span, entry.value.span)
                    members[entry.key.text] = self.free(entry.value, inner, places)
                return members

    def _members(
        self, node: ast.MapValue, option: Option, path: Path, places: Places, language: str | None
    ) -> dict[str, object]:
        """A map whose keys are options themselves, such as `dtmf={max_digits: 4}`."""
        drafted: dict[str, object] = {}
        for entry in node.entries:
            member = option.member(entry.key.text)
            if member is None:
                self.unknown_option(entry.key, f"`{option.name}`", list(option.members), inside=True)
                continue
            inner = (*path, member.json_name)
            places.put(inner, entry.key.span, entry.value.span)
            value = self.option(entry.value, member, inner, places, language=language)
            if value is not NOTHING:
                drafted[member.json_name] = value
        return drafted

    def _scalar(self, node: ast.Value, option: Option, path: Path, places: Places, language: str | None) -> object:
        places.values.setdefault(path, node.span)
        translations = self.translations if option.json_name in _TRANSLATED else None
        match node:
            case ast.Text() if translations is not None and (language == FOLLOWS or translations.everything):
                markup = option.kind == "text" and is_ssml(node.text)
                draft, self.spoken = translations.text(node, markup=markup, heard=option.kind == "text")
                return draft
            case ast.Text():
                if is_template(node.text):
                    markup = option.kind == "text" and is_ssml(node.text)
                    return self._templates.text(node, markup=markup, language=language)
                return self._phone(node.text, node.span, option.kind) if option.kind in PHONES else node.text
            case ast.Template():
                return self._templates.expression(node, language=language)
            case ast.Number():
                return node.text if option.kind in _TEXTS else node.value
            case ast.Duration():
                return self._duration(node, option)
            case ast.Word():
                return node.text
            case ast.Boolean():
                return node.value
            case _:
                return self.free(node, path, places)

    def _phone(self, text: str, span: Span, kind: str) -> object:
        """Common ways of writing a number become digits; everything else is left to the field's own rule."""
        if text.isdigit() or not text or text[0] not in "+0123456789(":
            return text
        try:
            return digits(text)
        except NotAPhoneNumber as reason:
            if kind == "caller":
                return text  # where no phone is connected, any text may stand there
            self._collector.report(messages.values.no_phone_number(text, str(reason)), span)
            return Unknown()

    def _duration(self, node: ast.Duration, option: Option) -> object:
        if option.unit != "s":
            is_number = option.kind in ("integer", "number")
            wrong = messages.values.not_in_seconds(option.name, node.text, number=is_number)
            self._collector.report(wrong, node.span)
            return Unknown()
        seconds = whole_seconds(node.milliseconds)
        if option.kind == "integer" and not isinstance(seconds, int):
            self._collector.report(messages.values.not_whole_seconds(option.name, node.text, seconds), node.span)
            return Unknown()
        return seconds

    def unknown_option(
        self,
        name: ast.Name,
        owner: str,
        known: list[Option],
        *,
        inside: bool = False,
        value: ast.Value | None = None,
    ) -> Option | None:
        """Report an option that does not exist, with the nearest one, or the API's spelling of one that does.

        `inside`: within the map of an object option. The option that was plainly meant is returned.
        """
        known = [option for option in known if not option.withdrawn]
        plain = fold(name.text)
        for option in known:
            right = option.member_name if inside else option.name
            if plain in (fold(option.json_name), fold(right)):
                edit = Edit(name.span, _keyed(self._collector, name, right))
                self._collector.report(messages.names.api_spelling(right, name.text, edit), name.span)
                return option
        called = meant(known, name.text, number=isinstance(value, ast.Number))
        names = [option.member_name if inside else option.name for option in known if not option.deprecated]
        unknown = messages.names.unknown_option(owner, name.text, names, called.name if called else None)
        self._collector.report(unknown, name.span)
        return None


def _keyed(collector: Collector, name: ast.Name, new: str) -> str:
    """The new name, in quotes where the old one has them."""
    written = collector.sources.file_of(name.span).slice(name.span)
    return f'"{new}"' if written.startswith('"') else new

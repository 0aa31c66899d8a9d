"""Files of variables: JSON, YAML or TOML with an object at the top."""

from __future__ import annotations

import click

from nccodsl.analysis.types import kind_of
from nccodsl.base.source import SourceFile, Sources, Span
from nccodsl.cli.inputs import read_input
from nccodsl.cli.output import STDIN
from nccodsl.diagnostics import Collector, Message, messages
from nccodsl.documents.json_text import read_json
from nccodsl.errors import ScriptError

_MOST_VALUES = 1_000_000


def read_variables(path: str) -> dict[str, object]:
    """The variables of a file; standard input is JSON. Raises ScriptError with what is wrong in it."""
    ending = ".json" if path == STDIN else path[path.rfind(".") :].lower() if "." in path else ""
    if ending not in (".json", ".yaml", ".yml", ".toml"):
        raise click.BadParameter(f"{path} is not a .json, .yaml or .toml file", param_hint="'--vars'")
    text, name = read_input(path)
    sources = Sources()
    file = sources.add(name, text)
    if ending == ".json":
        value = _json(file, sources)
    elif ending == ".toml":
        value = _toml(file)
    else:
        value = _yaml(file)
    if not isinstance(value, dict):
        raise _wrong(file, messages.documents.variables_no_object(_kind(value), _example(ending)))
    for key in value:
        if not isinstance(key, str):
            raise _wrong(file, messages.documents.variable_name_no_text(_kind(key), str(key)))
    return value


def _json(file: SourceFile, sources: Sources) -> object:
    collector = Collector(sources)
    document = read_json(file, collector)
    if collector.has_errors or document is None:
        raise ScriptError(collector.sorted())
    return document.value


def _toml(file: SourceFile) -> object:
    import tomllib

    try:
        return tomllib.loads(file.text)
    except (ValueError, RecursionError) as error:
        raise _wrong(file, messages.documents.no_such_format("TOML", _reason(error))) from None


def _yaml(file: SourceFile) -> object:
    import yaml

    # libyaml's loader would be quicker, but it is not everywhere, and variables are small.
    try:
        value = yaml.safe_load(file.text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        at = min(mark.index, len(file.text)) if mark else 0
        raise _wrong(file, messages.documents.no_such_format("YAML", error.problem or error.context), at) from None
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        raise _wrong(file, messages.documents.no_such_format("YAML", _reason(error))) from None
    _measure(value, file)
    return value


def _measure(value: object, file: SourceFile) -> None:
    """Refuse aliases that stand for more than anybody can mean: rings, and lists of lists of the same."""
    stack, count = [value], 0
    while stack:
        item = stack.pop()
        count += 1
        if count > _MOST_VALUES:
            raise _wrong(file, messages.documents.too_many_values(_MOST_VALUES))
        if isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list | tuple | set):
            stack.extend(item)


def _kind(value: object) -> str:
    return "an object" if isinstance(value, dict) else kind_of(value)


def _example(ending: str) -> str:
    return '{"name": "Ann"}' if ending == ".json" else "name: Ann"


def _reason(error: BaseException) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())


def _wrong(file: SourceFile, message: Message, at: int = 0) -> ScriptError:
    return ScriptError([message.about(file, Span(file.base + at, file.base + at))])

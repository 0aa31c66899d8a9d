"""The right forms of statements that no template can write: they depend on what stands there."""

from __future__ import annotations

import re

from nccodsl.base.main_members import MAIN_MEMBERS

_HOLE = re.compile(r"\$\{[ \t]{0,9}([^{}\n]{1,200}?)[ \t]{0,9}\}")
_PART = re.compile(r'(?<!\\)"(?:[^"\\\n]|\\.){0,200}+"|\'[^\'"\n]{0,200}\'|[A-Za-z_][\w.]{0,100}')
_ANSWER = re.compile(r'(?<!\\)"(?:[^"\\\n]|\\.){0,200}+"|(?!or\b)(?<![\w-])[\w-]{1,60}')
_OPTION = re.compile(
    r'(?<![\w-])([\w-]{1,60})[ \t]{0,9}[:=][ \t]{0,9}("(?:[^"\\\n]|\\.){0,200}+"|\{\{[^{}\n]{0,200}\}\}'
    r"|[\w.+-]{1,60}(?![\w.+-]|[ \t]{0,9}=))"
)
_MEMBER = re.compile(r'(?<!\w)["\']?(\w{1,60}+)["\']?[ \t]{0,9}:[ \t]{0,9}["\']([^"\'\n]{0,200})["\']')
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def star(match: re.Match[str]) -> str:
    return (
        "otherwise" if not re.search(r"(?<!\w)otherwise\b", match.string[match.end() : match.end() + 500]) else 'on "*"'
    )


def alternatives(match: re.Match[str]) -> str:
    return "on " + ", ".join(_ANSWER.findall(match[1]))


def websocket(match: re.Match[str]) -> str:
    word = match[1].split()[0]
    return f'{word} websocket "{match[2]}"'


def endpoint(match: re.Match[str]) -> str | None:
    """An endpoint of the API with nothing but its type and its main value."""
    members = dict(_MEMBER.findall(match[2]))
    kind = members.pop("type", "")
    main = members.pop(MAIN_MEMBERS.get(kind, ""), "")
    if not main or members or len(_MEMBER.sub("", match[2]).strip(" \t,")) > 0:
        return None
    number = main.lstrip("+")
    return f"{match[1]} {kind} {number}" if kind == "phone" and number.isdigit() else f'{match[1]} {kind} "{main}"'


def joined(match: re.Match[str]) -> str | None:
    parts = _PART.findall(match[2] + match[3])
    if not any(part[0] in "\"'" for part in parts):
        return None
    text = "".join(part[1:-1] if part[0] in "\"'" else f"{{{{ {part} }}}}" for part in parts)
    return f'{match[1]}"{text}"'


def backticks(match: re.Match[str]) -> str:
    return match[1] + '"' + _HOLE.sub(r"{{ \1 }}", match[2]) + '"'


def options(match: re.Match[str]) -> str:
    return " ".join([match[1], *(f"{name}={value}" for name, value in _OPTION.findall(match[2]))])


def flag(match: re.Match[str]) -> str:
    return f"{match[1]} {_CAPITAL.sub('_', match[2]).lower()}=true"


def wait(match: re.Match[str]) -> str:
    amount = int(match[1])
    if match[2] == "ms" or (not match[2] and amount >= 100):
        return f"wait {amount // 1000}s" if amount % 1000 == 0 else f"wait {amount}ms"
    return f"wait {amount}s"

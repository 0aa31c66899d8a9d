"""Texts that have broken parsers before: markup in parts, templates in parts, controls, long runs, odd numbers."""

from __future__ import annotations

SSML = (
    *("<speak>", "</speak>", "<speak/>", "<speak>a & b</speak>", "<speak><break time='2s'/></speak>", "<speak>&amp;"),
    *('<break time="99999999999999999999s"/>', "<prosody rate='x-slow'>", "</prosody>", "<![CDATA[", "<!DOCTYPE a>"),
    *("<speak>{{ x }}</speak>", "<say-as interpret-as='date'>", "<!-- -", "&#x110000;", "&#0;", "<a:b c:d='e'/>"),
)
JINJA = (
    *("{{", "}}", "{%", "%}", "{#", "#}", "{{ }}", "{{ x", "{% if x %}", "{% endif %}", "{% for a in b %}", "{{ {{ }}"),
    *(
        "{{ 9 ** 9 ** 9 }}",
        "{{ 'a' * 10 ** 9 }}",
        "{{ x.__class__ }}",
        "{{ [1][9] }}",
        "{{ 1 / 0 }}",
        "{{ x | spell }}",
    ),
    *("{% raw %}", "{{ '\\", '{{ "\\u12" }}', "{{ (((((((((1))))))))) }}", "{{ x | default(y | default(z)) }}", "{{-"),
    *("{{ range(10 ** 9) }}", "{{ x ~ x ~ x }}", "{% set x = 1 %}", "{{ 1 if }}", "{{ a[b[c[d]]] }}", "{{ -1 % 0 }}"),
)
CONTROLS = (
    *("\0", "\x01", "\x07", "\x1b[31m", "\x1b]0;x\x07", "\x7f", "\x85", "\r", "\r\n", "\v", "\f", "\t", "\ufeff"),
    *(
        "\u2028",
        "\u2029",
        "\u202e",
        "\u200b",
        "\u00a0",
        "\u0301",
        "\ud800",
        "\udfff",
        "\U0010ffff",
        "\ufffe",
        "é",
        "😀",
    ),
)
NUMBERS = (
    *(
        "0",
        "-0",
        "-1",
        "1e400",
        "-1e400",
        "1e-400",
        "0.1",
        "00",
        "1.",
        ".5",
        "1_000",
        "0x10",
        "²",
        "٣",
        "NaN",
        "Infinity",
    ),
    *("9" * 30, "9" * 400, "9" * 5000, "2147483648", "9223372036854775808", "1e999999999", "3.0", "1E5", "+1", "20s"),
    *("500ms", "1h30m", "-5s", "99999999h", "0.4s", "1e3s", "true", "false", "null"),
)
SYNTAX = (
    *(
        "#",
        "##",
        '"',
        '"""',
        "'",
        "\\",
        '\\"',
        "\\u",
        "\\ud800",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        ",",
        ":",
        "=",
        "->",
        "|",
    ),
    *(
        "\n",
        "\n\n",
        " ",
        "  ",
        "step",
        "call",
        "talk",
        "input",
        "on",
        "else",
        "if",
        "goto",
        "include",
        "param",
        "raw {",
    ),
    *("retry", "connect phone", "record", "fetch", "set", "test", "ended", "private", "hangup", "on 1 {", "} else {"),
)
UNITS = (
    *"#\"'\\{}[]()<>&;,:=|\n\r\t -._aA0",
    "{{",
    "}}",
    "[[",
    "# ",
    '\\"',
    '"""',
    "<b>",
    "{%",
    "é",
    "\u202e",
    "&amp;",
)
"""What long runs are made of."""
NESTED = (("[", "]"), ("{", "}"), ("(", ")"), ("{{ (", ") }}"), ('{"a":', "}"), ("{{ [", "] }}"), ("<p>", "</p>"))
"""What can be nested deeply."""
TEXTS = (*SSML, *JINJA, *CONTROLS, *NUMBERS, *SYNTAX)

"""Branches, blocks and their targets as other languages write them: a table for `line_habits`."""

from __future__ import annotations

import re

from nccodsl.syntax import line_forms
from nccodsl.syntax.line_parts import ACTION, BRANCH, ENDS, JUMP, MATCH, NAME, SPOKEN, STRING, LineHabit, spaced

ARROW = "a branch goes to a step with `->`"
BRANCH_BRACES = "the statements of a branch must be in braces"
BLOCK_BRACES = "the statements of a block must be in braces"
NO_COLON = "no `:` is written before the target of a branch"
NO_CALL = "a step and `hangup` take no parentheses"
HASH = "`#` begins a comment; in quotes it is the key"
NO_QUOTES = "the name of a step is written without quotes"

BRANCH_ROWS: tuple[LineHabit, ...] = (
    # the key #
    LineHabit(
        re.compile(spaced(rf"(on (?:{MATCH},~){{0,9}})#(?=~(?:->|=>|\{{|,|hangup))")),
        r'\1"#"',
        HASH,
        reads_comment=True,
    ),
    LineHabit(re.compile(spaced(r"([^#\n]{1,300}\w=)#(?=\s|\Z)")), r'\1"#"', HASH, reads_comment=True),
    # branches
    LineHabit(re.compile(spaced(rf"({BRANCH})~=>~")), r"\1 -> ", ARROW + ", not with `=>`"),
    LineHabit(re.compile(spaced(rf"({BRANCH})~:~(?=->|\{{|hangup|=>)")), r"\1 ", NO_COLON),
    LineHabit(
        re.compile(spaced(rf"({BRANCH})~(?:(?::|->|=>)~)?({JUMP}) [\"']?({NAME})[\"']?(?:\(\))?;?{ENDS}")),
        r"\1 -> \3",
        r"there is no statement `\2`; it is `->` here",
        unknown=True,
    ),
    LineHabit(re.compile(spaced(rf"({BRANCH})~:~(?={NAME}~(?:\}}|;|\(|\Z))")), r"\1 -> ", ARROW),
    LineHabit(
        re.compile(spaced(r"on \*(?=~(?:->|\{|hangup|=>))")),
        line_forms.star,
        "`on *` is a key or everything else",
        help='write `on "*"` for the key, `otherwise` for everything else',
    ),
    LineHabit(
        re.compile(spaced(rf"on ({MATCH}(?:~(?:\|\|?|/|,|or\b)~{MATCH}){{1,9}})")),
        line_forms.alternatives,
        "the answers of a branch are separated by commas",
    ),
    LineHabit(
        re.compile(spaced(r"on~\[~([^\[\]\n]{1,200}?)~\]")),
        r"on \1",
        "the answers of a branch are written without brackets",
    ),
    LineHabit(
        re.compile(spaced(r"on~\(~([^()\n]{1,200}?)~\)")),
        r"on \1",
        "the answers of a branch are written without brackets",
    ),
    LineHabit(re.compile(spaced(rf"({BRANCH}) ({STRING}){ENDS}")), r"\1 { talk \2 }", BRANCH_BRACES, safe=False),
    LineHabit(re.compile(spaced(rf"({BRANCH}) (?!(?:on|hangup|{ACTION})\b)({NAME}){ENDS}")), r"\1 -> \2", ARROW),
    LineHabit(
        re.compile(spaced(rf"({BRANCH})(?:~:)? ({SPOKEN} [^#\n]{{0,300}}[^#\s]){ENDS}")),
        r"\1 { \2 }",
        BRANCH_BRACES,
        safe=False,
    ),
    LineHabit(
        re.compile(spaced(rf"case ({MATCH})~:~(?:{JUMP}\b|->|=>)?~({NAME})(?:\(\))?;?(?:~break;?)?")),
        r"on \1 -> \2",
        "a branch begins with `on` and goes to a step with `->`",
    ),
    LineHabit(
        re.compile(spaced(rf"default~:~(?:{JUMP}\b|->|=>)?~({NAME})(?:\(\))?;?(?:~break;?)?")),
        r"otherwise -> \1",
        "the branch for everything else is `otherwise`, not `default`",
        unknown=True,
    ),
    LineHabit(
        re.compile(spaced(rf"else~(?::~(?:{JUMP}\b|->|=>)?|=>)?~({NAME})(?:\(\))?;?")),
        r"otherwise -> \1",
        "the branch for everything else is `otherwise`, not `else`",
        unknown=True,
    ),
    LineHabit(
        re.compile(spaced(rf"(?:when|case) (?={MATCH}~=>)")),
        "on ",
        "a branch begins with `on` and goes to a step with `->`",
    ),
    # blocks
    LineHabit(
        re.compile(
            spaced(rf"((?:el)?if \{{\{{[^{{}}\n]{{0,300}}\}}\}}|else)~((?:{ACTION})(?:[^#\n]{{0,300}}[^#\s])?){ENDS}")
        ),
        r"\1 { \2 }",
        BLOCK_BRACES,
    ),
    LineHabit(
        re.compile(spaced(r"((?:el)?if )\(?\{(?!\{)~([^{}\n]{1,200}?)~\}\)?(?=~\{)")),
        r"\1{{ \2 }}",
        "the condition of `if` must be in double braces",
    ),
    LineHabit(re.compile(spaced(rf"step [\"']({NAME})[\"']")), r"step \1", NO_QUOTES),
    LineHabit(
        re.compile(spaced(rf"step ({NAME})(?:~\(~\))?(?:~:)?~(?=\{{)")),
        r"step \1 ",
        "a step has neither parentheses nor a colon",
    ),
    LineHabit(
        re.compile(spaced(rf"(?:async )?(?:function|func|def|fn) ({NAME})~\(~\)(?:~:)?~(?=\{{)")),
        r"step \1 ",
        "there are no functions; a part of a script is a `step`",
    ),
    # targets
    LineHabit(re.compile(spaced(rf"(->~)[\"']({NAME})[\"']")), r"\1\2", NO_QUOTES),
    LineHabit(re.compile(spaced(rf"({BRANCH}~->~)[\"']({NAME})[\"']")), r"\1\2", NO_QUOTES),
    LineHabit(re.compile(spaced(rf"({BRANCH}~)->~hangup\(\);?")), r"\1hangup", NO_CALL),
    LineHabit(re.compile(spaced(rf"((?:{BRANCH}~)?(?:->~{NAME}|hangup))\(~\);?")), r"\1", NO_CALL),
    LineHabit(
        re.compile(spaced(rf"([^\"#;\n]{{1,200}}(?:{STRING}[^\"#;\n]{{0,200}}){{0,5}});(?=~(?:\}}|\Z|{ACTION}))")),
        r"\1",
        "a statement ends without `;`",
    ),
)

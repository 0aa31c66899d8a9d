"""What people write for a statement out of habit, and how to write it: a table.

The right form is read by the parser too: so a row counts only where that can stand.
"""

from __future__ import annotations

import re

from nccodsl.syntax import line_forms
from nccodsl.syntax.branch_lines import BRANCH_ROWS
from nccodsl.syntax.line_parts import ACTION, ENDS, FLAG, NAME, PLACE, QUOTE, STRING, SUM, VALUE, LineHabit, spaced

OPTIONS = "options are written `name=value`, with spaces between them"
SIP = "a SIP address must be in quotes after `sip`"

_STATEMENT_ROWS: tuple[LineHabit, ...] = (
    # endpoints
    LineHabit(
        re.compile(spaced(rf"({PLACE}) (\"sips?:[^\"\n]{{1,200}}\")")),
        r"\1 sip \2",
        "a SIP address is written after the word `sip`",
    ),
    LineHabit(re.compile(spaced(rf"({PLACE}) (?:sip )?(?=sips?:)(\S{{1,200}})")), r'\1 sip "\2"', SIP),
    LineHabit(re.compile(spaced(rf"({PLACE} sip )([\w.+-]{{1,60}}@[\w.:-]{{1,100}})")), r'\1"sip:\2"', SIP),
    LineHabit(
        re.compile(spaced(rf"({PLACE}) (\"wss?:[^\"\n]{{1,200}}\")")),
        r"\1 websocket \2",
        "an address is written after the word `websocket`",
    ),
    LineHabit(
        re.compile(spaced(rf"({PLACE} (?:websocket )?)(?=wss?:)([^\s\"{{}}#]{{1,200}})")),
        line_forms.websocket,
        "an address must be in quotes after `websocket`",
    ),
    LineHabit(
        re.compile(spaced(rf"({PLACE})~(?:(?:endpoint)?~[:=])?~\[?~\{{(?!\{{)([^{{}}\n]{{1,300}})\}}~\]?")),
        line_forms.endpoint,
        "an endpoint is written as a word and its value, not as a map",
    ),
    LineHabit(
        re.compile(spaced(r"(to|from)~:~(?:phone )?\"?\+?(\d{7,15})\"?,?")),
        r"\1 phone \2",
        "an endpoint is written as a word and its value",
    ),
    LineHabit(
        re.compile(spaced(r"(connect [^#\n]{1,200}?) from:? (?:phone )?\"?\+?(\d{7,15})\"?")),
        r"\1 from=\2",
        "the caller of `connect` is the option `from=`",
    ),
    # values
    LineHabit(
        re.compile(spaced(rf"(?:(?:const|let|var|set) )?({NAME})~=~(?:await )?fetch(?:~\()?~({STRING})(?:~\))?;?")),
        r"fetch \2 as \1",
        "the result of `fetch` gets its name after `as`",
    ),
    LineHabit(re.compile(spaced(rf"(?:const|var) ({NAME}~=(?!=))")), r"let \1", "a value is given with `let`"),
    LineHabit(
        re.compile(spaced(rf"(?:const|var) ({NAME}~=(?!=))")), r"set \1", "in a step, a value is given with `set`"
    ),
    LineHabit(
        re.compile(spaced(rf"((?:set|let) {NAME}~=~)({SUM})(?=;?{ENDS})")),
        r"\1{{ \2 }}",
        "an expression must be in double braces",
    ),
    LineHabit(
        re.compile(spaced(rf"(?!(?:{ACTION}|step|call|test|on)\b)(?={NAME} = [^\s#=][^#\n]{{0,300}}\Z)")),
        "set ",
        "a value is given with `set`",
    ),
    LineHabit(
        re.compile(
            spaced(
                rf"([^\"+\n]{{0,100}}?)({QUOTE}|[A-Za-z_][\w.]{{0,60}})((?:~\+~(?:{QUOTE}|[A-Za-z_][\w.]{{0,60}})){{1,9}})"
            )
        ),
        line_forms.joined,
        "texts are not joined with `+`; write a value in double braces in the text",
    ),
    LineHabit(
        re.compile(spaced(r"([^\"`\n]{0,100})`([^`\n\"\\]{0,500})`")),
        line_forms.backticks,
        "a text must be in double quotes, not in backticks",
    ),
    LineHabit(
        re.compile(spaced(rf"((?:{NAME} ){{1,3}})\$?\{{~([A-Za-z_][\w.]{{0,60}})~\}}(?!\}})")),
        r"\1{{ \2 }}",
        "a value must be in double braces",
    ),
    LineHabit(
        re.compile(spaced(rf"(talk|stream)(?:~\()?~\{{~[\"']?(?:text|url|streamUrl)[\"']?~:~({STRING})~\}}\)?;?")),
        r"\1 \2",
        "the text is written after the action, not as a map",
    ),
    LineHabit(
        re.compile(
            spaced(
                rf"((?:{NAME} ){{1,4}}{VALUE}|(?:{NAME} ){{0,3}}{NAME})((?:~,)?~(?<![\w.-]){NAME}~[:=]~{VALUE}"
                rf"(?:~,?~{NAME}~[:=]~{VALUE}){{0,9}}),?(?=~(?:\{{|\Z))"
            )
        ),
        line_forms.options,
        OPTIONS,
    ),
    LineHabit(
        re.compile(spaced(rf"([^#\n]{{0,300}}[^#\s]) ({FLAG})(?=\s|\Z)"), re.I),
        line_forms.flag,
        "an option needs a value: `name=true`",
    ),
    LineHabit(
        re.compile(
            spaced(r"(talk|stream|connect|wait|notify|fetch|record|conversation)\(~([^#\n]{0,300}[^#\s])~\);?\Z")
        ),
        r"\1 \2",
        r"`\1` takes its value without parentheses",
    ),
    # words
    LineHabit(
        re.compile(spaced(r"(?:pause|sleep|delay|wait(?=~\())(?:~\()?~(\d{1,6})(?:~(ms|s))?(?![\w.])(?:~\))?;?")),
        line_forms.wait,
        "a pause is written `wait`",
    ),
    LineHabit(
        re.compile(
            spaced(rf"(?:print|echo|log|console\.log|printf|puts|(?:say|speak)(?=~\())(?:~\()?~({STRING})(?:~\))?;?")
        ),
        r"talk \1",
        "a text is spoken with `talk`",
        safe=False,
    ),
    LineHabit(
        re.compile(
            spaced(rf"(?:reject|exit|quit|disconnect|stop|end|end_call|hang(?: |[_-])up|hangUp)\b(?:~\(~\))?;?{ENDS}")
        ),
        "hangup",
        "a call ends with `hangup`",
        safe=False,
    ),
    LineHabit(
        re.compile(spaced(rf"(?:import|require|use|source)(?:~\()?~({STRING})(?:~\))?;?")),
        r"include \1",
        "a file is included with `include`",
    ),
    LineHabit(
        re.compile(
            spaced(rf"(?:redirect|(?:goto|jump)(?=~[(\"'])|go to|jump to)(?:~\()?~[\"']?({NAME})[\"']?(?:~\))?;?{ENDS}")
        ),
        r"-> \1",
        "a jump to a step is written `->`",
    ),
    LineHabit(
        re.compile(
            spaced(rf"(?:expects?|assert|should|verify)~(?:[:(]~)?(?:(?:to )?(?:hear|say)s?\b)?~({STRING})(?:~\))?;?")
        ),
        r"hear \1",
        "what a test expects to hear is written `hear`",
    ),
    LineHabit(re.compile(spaced(r"(?:await|async) ")), "", "statements wait for their results without `await`"),
    LineHabit(
        re.compile(spaced(r"(?:switch|match|select)\b(?!~\{\{)")),
        None,
        "there is no statement `switch`; a choice by value is `choose`, and answers have branches in `input`",
        help='write `choose {{ tier }} { when "gold" -> vip  otherwise -> goodbye }`',
    ),
    LineHabit(
        re.compile(spaced(r"(?:while|until|repeat|foreach|do)\b")),
        None,
        "there is no loop of this kind; a step that jumps to itself repeats",
        help="write `-> menu` at the end of `step menu { … }`",
    ),
    LineHabit(
        re.compile(spaced(r"return\b")),
        None,
        "there is no `return`; a step ends with `hangup` or `-> step`",
        help="write `hangup` or `-> goodbye`",
    ),
    LineHabit(
        re.compile(spaced(r"(?:try|catch|finally|throw|raise|class|function|def|func|export|module|begin)\b")),
        None,
        "this word of other languages is not a statement",
        help="remove it, or write what it does as steps",
    ),
)
ROWS = (*BRANCH_ROWS, *_STATEMENT_ROWS)

"""What is played: a script made by chance, and who calls. The same number makes the same case.

Every text that a caller hears names them, and so does all that a fetch brings: what belongs to another call is seen.
What callers do depends on what they have heard and never on how long it took, so that a call of a bad day can be
compared with the same call of a calm one.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from random import Random

import nccodsl
from nccodsl.base.record import Record
from nccodsl.emulator.personas.persona import Act, Cast, Persona, Rule
from nccodsl.runtime.first_ncco import needs_call
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.web_requests import Fetched

URL = "https://calls.example.com/ivr"
NUMBER = "14155550100"
AGENTS = ("14155550123", "14155550124")
MOST_CALLS = 4
OUTCOMES = ("answered", "busy", "timeout", "rejected", "failed", "unanswered")
FAILURES = ("busy", "timeout", "rejected", "failed", "unanswered")
_WORDS = ("sales", "support", "opening hours")
_CALL = """call {
  to phone {{ who }}
  from phone 14155550100
  %s
}
param who: text
"""
_HANDLERS = """advanced_machine_detection={behavior: continue, mode: default}
  on human { send "https://crm.example.com/human/{{ who }}" talk "A human, {{ who }}." -> main }
  on machine { talk "A machine, {{ who }}." }
  on beep { talk "Behind the beep, {{ who }}." }"""


class Case(Record):
    """`texts` are two versions of one script; `placed` whether its calls are placed, and not called in.

    `racy`: when a caller hears something depends on when a webhook comes, so that calls cannot be compared.
    `tells_ends`: the script has `on ended`.
    """

    number: int
    texts: tuple[str, str]
    callers: tuple[str, ...]
    cast: Cast
    placed: bool
    racy: bool
    tells_ends: bool


def caller_number(index: int) -> str:
    return f"1415555{2000 + index}"


def fetched(url: str) -> Fetched:
    """What stands at an address: always the same."""
    if zlib.crc32(url.encode()) % 6 == 0:
        return Fetched(failure="the server answered with status 404")
    return Fetched({"word": f"what belongs to {url.rpartition('/')[2]}"})


class _Writer:
    """Writes one script."""

    def __init__(self, chance: Random, who: str, *, waits: bool) -> None:
        self._chance = chance
        self._who = who
        self._waits = waits
        self._number = 0
        self.prompts: list[str] = []
        self.tells_ends = False
        self._steps = ("main", "second", "third", "fourth")[: chance.randint(1, 4)]

    def text(self) -> str:
        bodies = [self._step(index) for index in range(len(self._steps))]
        steps = "".join(f"step {name} {{\n{body}\n}}\n" for name, body in zip(self._steps, bodies, strict=True))
        return f'{self._ends()}{steps}step goodbye {{ talk "Goodbye, {self._who}." }}\n'

    def _ends(self) -> str:
        """`on ended`, or nothing."""
        self.tells_ends = self._chance.random() < 0.6
        told = "{outcome: {{ call.outcome }}, step: {{ step }}}"
        return (
            f'on ended {{ send "https://crm.example.com/ended/{self._who}" body={told} }}\n' if self.tells_ends else ""
        )

    def _step(self, index: int) -> str:
        chance = self._chance
        # Whoever picks up is found out meanwhile.
        lines = ["wait 60s"] if self._waits and index == 0 else []
        for _ in range(chance.choice((0, 0, 1, 1, 2))):
            lines.append(self._statement(index))
        # The first step leads to all others: a step that nobody reaches is an error.
        lines.append(self._input(index) if index == 0 or chance.random() < 0.75 else self._connect(leaves=True))
        return "\n".join(lines)

    def _statement(self, index: int) -> str:
        self._number += 1
        number, who = self._number, self._who
        later = self._chance.choice([*self._steps[index + 1 :], "goodbye"])
        kinds = ("talk", "fetch", "fetch", "send", "send", "set", "if", "wait", "record", "connect", "input")
        match self._chance.choice(kinds):
            case "fetch":
                leads = self._chance.choice((f"-> {later}", f'{{ talk "Nothing came, {who}." -> {later} }}'))
                method = self._chance.choice(("", "POST "))
                return (
                    f'fetch {method}"https://crm.example.com/{number}/{{{{ visits }}}}/{who}" as brought{number} '
                    f"{{ on error {leads} }}\n"
                    f'talk "It brought {{{{ brought{number}.word }}}}."'
                )
            case "send":
                return f'send "https://crm.example.com/{number}/{who}" body={{visit: {{{{ visits }}}}}}'
            case "set":
                return f'set value{number} = {{{{ visits }}}}\ntalk "Value {{{{ value{number} }}}}, {who}."'
            case "if":
                target = self._chance.choice((f"-> {later}", "hangup", ""))
                return f'if {{{{ visits > {self._chance.randint(1, 2)} }}}} {{ talk "Again, {who}." {target} }}'
            case "wait":
                return "wait 1s"
            case "record":
                saved = f'send "https://crm.example.com/saved/{number}/{who}" body={{uuid: {{{{ m{number}.uuid }}}}}}'
                return f"record end_on_silence=3s as m{number} {{ on saved {{ {saved} }} }}"
            case "connect":
                return self._connect(leaves=False)
            case "input":
                return self._asks(number, "dtmf") + f'\ntalk "You gave {{{{ given{number}.digits }}}}, {who}."'
        return f'talk "Text {number}, {who}, visit {{{{ visits }}}}."'

    def _asks(self, number: int, kinds: str) -> str:
        self.prompts.append(f"Prompt {number}.")
        barge_in = self._chance.choice(("barge_in=true", ""))
        return f'talk "Prompt {number}. You are {self._who}." {barge_in}\ninput {kinds} max_digits=1 as given{number}'

    def _input(self, index: int) -> str:
        chance = self._chance
        self._number += 1
        number = self._number
        speech = chance.random() < 0.3
        branches = []
        if index == 0:
            branches += [f'on "{9 - other}" -> {name}' for other, name in enumerate(self._steps) if other]
        for match in chance.sample(["1", "2", "3", *(_WORDS if speech else ())], chance.randint(1, 3)):
            branches.append(f'on "{match}" {self._target()}')
        if chance.random() < 0.4:
            branches.append(f"on nothing {self._target()}")
        if chance.random() < 0.6:
            branches.append(f'retry {chance.randint(1, 3)} "Sorry {number}, {self._who}."')
        branches.append(f"otherwise {chance.choice(('-> goodbye', self._target()))}")
        asked = self._asks(number, "dtmf speech" if speech else "dtmf")
        return f"{asked} {{ {' '.join(branches)} }}"

    def _connect(self, *, leaves: bool) -> str:
        chance = self._chance
        outcomes = chance.sample(FAILURES, chance.randint(1, 4)) + (["completed"] if leaves else [])
        branches = " ".join(f"on {outcome} {self._target()}" for outcome in outcomes)
        if chance.random() < 0.4:
            self._number += 1
            branches += f' whisper {{ talk "Whisper {self._number}, {self._who}." }}'
        return f"connect phone {chance.choice(AGENTS)} from=14155550100 timeout=10s {{ {branches} }}"

    def _target(self) -> str:
        chance = self._chance
        match chance.choice(("goto", "goto", "goto", "goodbye", "hangup", "talk")):
            case "goto":
                return f"-> {chance.choice(self._steps)}"
            case "hangup":
                return "hangup"
            case "talk":
                return f'{{ talk "Branch {chance.randint(0, 99)}, {self._who}." }}'
        return f'{{ talk "Bye, {self._who}." -> goodbye }}'


def _rules(chance: Random, prompts: list[str], steps: int) -> tuple[Rule, ...]:
    """What a caller does behind each prompt, one time after the other; in the end they hang up."""
    rules = []
    keys = ["1", "2", "3", "4", *(str(9 - index) for index in range(1, steps))]
    for prompt in prompts:
        for _ in range(chance.randint(0, 3)):
            act = Act("say", chance.choice(_WORDS)) if chance.random() < 0.2 else Act("press", chance.choice(keys))
            rules.append(Rule((act,), hears=prompt, interrupt=chance.random() < 0.3))
        if chance.random() < 0.3:
            rules.append(Rule((Act("hang_up", None),), hears=prompt, interrupt=chance.random() < 0.3))
    return tuple(rules)


@lru_cache(maxsize=16)
def case_of(number: int) -> Case:
    """The case of a number."""
    chance = Random(f"case {number}")
    while True:
        placed = chance.random() < 0.3
        handlers = placed and chance.random() < 0.5
        who = "{{ who }}" if placed else "{{ caller }}"
        writer = _Writer(chance, who, waits=handlers)
        text = (_CALL % (_HANDLERS if handlers else "") if placed else "") + writer.text()
        other = text.replace("Goodbye", "Farewell").replace("You are", "You are still")
        if not any(found.is_error for found in nccodsl.check(text)):
            break
    callers = tuple(caller_number(index) for index in range(MOST_CALLS))
    machine = handlers and chance.random() < 0.4
    # Where the first NCCO is asked for, whoever picks up may be found out before it has come.
    asked = handlers and needs_call(Runnable(nccodsl.load(text), URL))
    personas = [
        Persona(
            number,
            of=(f"phone {number}",),
            does=_rules(chance, writer.prompts, 4),
            machine=machine,
            greeting="Please leave a message." if machine else "",
            outcome=chance.choice(("answered",) * 8 + ("busy", "timeout")) if placed else "answered",
        )
        for number in callers
    ]
    agents = [
        Persona(agent, of=(f"phone {agent}",), outcome=chance.choice(OUTCOMES), stays=5.0, delay=1.0)
        for agent in AGENTS
    ]
    return Case(number, (text, other), callers, Cast((*personas, *agents)), placed, machine or asked, writer.tells_ends)

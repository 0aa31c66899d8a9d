"""A phone in the terminal: a call in virtual time in which a person hears, presses, says and hangs up.

Owns: when the person is asked, and what becomes of the answer. Does not own: the call (stage), what the words of a
line mean (entry), where lines come from and go to (the `Person`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from nccodsl.emulator.core.application import AfterConnect, SecondsToSay, estimated_seconds
from nccodsl.emulator.core.callee import BETWEEN_KEYS
from nccodsl.emulator.core.collect import Listening
from nccodsl.emulator.core.processes import Lasting
from nccodsl.emulator.core.timeline import Emulated
from nccodsl.emulator.personas.persona import DEFAULT, Cast, Persona
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.call_places import CallPlaces
from nccodsl.rehearsal.entry import Entered, entered, outcome, question, reply
from nccodsl.rehearsal.person import ALONE, ALWAYS, BEAT, HELP, MOST_SILENCES, YOU, Person, Question
from nccodsl.rehearsal.phone_display import Showing
from nccodsl.rehearsal.replies import FetchReply, Replies
from nccodsl.rehearsal.stage import Stage
from nccodsl.runtime.web_requests import Fetch, Fetched


class Phone:
    """One call. Personas of the cast play their endpoints; the first leg is the person's if no persona plays it.

    `showing` knows what was shown of it; `places` follows it through the script. `seconds_to_say`: how long texts take.
    """

    def __init__(
        self,
        flow: Compiled,
        values: Mapping[str, object],
        person: Person,
        *,
        cast: Cast | None = None,
        replies: Sequence[FetchReply] = (),
        api: str = "v2",
        seed: int = 0,
        after_connect: AfterConnect = "continue",
        seconds_to_say: SecondsToSay = estimated_seconds,
        places: Callable[[Stage], CallPlaces] = CallPlaces,
    ) -> None:
        self._person = person
        self._cast = cast or Cast()
        self._replies = Replies(replies)
        self._dialled = self._silences = 0
        self.present = False  # whether the person is at the phone, and not a persona
        self._silent = False
        self._leaving = False
        self._answered: Listening | Lasting | None = None
        self._fetched: dict[str, Fetched] = {}
        stage = partial(Stage, flow, values, cast=self, fetcher=self._fetch, api=api, seed=seed)
        self.stage = stage(after_connect=after_connect, seconds_to_say=seconds_to_say)
        self.showing = Showing(self.stage, person, places(self.stage))
        self._clock = self.stage.network.clock

    def call(self) -> Emulated:
        """Let the call run to its end. Raises what `Stage.begin` does."""
        leg = self.stage.begin()
        while not self.stage.over and not self._leaving:
            what = self._waits_for()
            if what is not None:
                self._turn(what)
            elif not self.stage.step():
                break
            self.showing.catch_up()
        if not self.stage.over:
            self.stage.network.end(leg, by="user")
        self.showing.catch_up()
        call = self.stage.finish()
        self.showing.catch_up()
        return call

    # ---- when the person is asked

    def _waits_for(self) -> str | None:
        """What the call waits for; None where it goes on by itself."""
        leg = self.stage.leg
        if not self.present or not leg.on_line:
            return None
        if leg.listening is not None:
            # While the last prompt is being said, it can still be cut.
            if leg.listening is self._answered or not (leg.quiet or leg.player.last):
                return None
            if not self._silent:
                return "input"
            self._answered = leg.listening
            self._pass_over()
            return None
        if leg.held_by is not None:
            return "recording" if leg.held_by is not self._answered and leg.quiet and not self._silent else None
        due = self._clock.next_due()
        settled = leg.quiet and self._clock.now >= self.showing.heard_until and (due is None or due > self._clock.now)
        return "talk" if settled and self.showing.together else None

    def _pass_over(self) -> None:
        """No answer comes any more. A flow that asks for ever would run for two hours."""
        self._silences += 1
        if self._silences > MOST_SILENCES:
            self.showing.hint("no answer for a long time: hung up")
            self._leaving = True

    def _ask(self, what: str, prompt: str, text: str = "", subject: str = "") -> str | None:
        if self._silent:
            return None
        self.showing.catch_up()
        line = self._person.ask(Question(what, prompt, text, subject))
        self._silent = line is None
        return line

    def _turn(self, what: str) -> None:
        """Ask once, and do what is said."""
        leg = self.stage.leg
        speech = leg.listening is None or leg.listening.takes_speech
        keys = leg.listening is None or leg.listening.takes_keys
        prompts = {"input": "keys or words" if keys and speech else "keys" if keys else "words", "talk": "talking"}
        self.showing.enter(self.showing.place)
        line = self._ask(what, prompts.get(what, what))
        if line is None:
            if what == "talk":
                self._let(DEFAULT.stays, lambda: not self.showing.together)
                self._leaving = self.showing.together
            return
        found = entered(line, speech=speech)
        if found.verb == "hang_up":
            # A person who has read the prompt to its end has heard it.
            self._let(None, lambda: leg.quiet)
        if self._about_the_call(found, what):
            return
        if found.verb == "odd":
            self.showing.hint(str(found.value))
        elif what == "input":
            self._answer(found)
        elif what == "recording":
            self._leave_message(found)
        else:
            self._converse(found)

    def _about_the_call(self, found: Entered, what: str) -> bool:
        """Whether it was a question, or hanging up."""
        if found.verb == "hang_up":
            self._leaving = True
        elif found.verb == "help":
            self.showing.answer(HELP[what], ALWAYS)
        elif found.verb == "where":
            self.showing.tell_where(self.showing.place)
        elif found.verb == "again":
            self.showing.answer(*(self.showing.heard or ["nothing was heard since then"]))
        return found.verb in ("hang_up", "help", "where", "again")

    # ---- what the person does

    def _answer(self, found: Entered) -> None:
        leg = self.stage.leg
        listening = leg.listening
        assert listening is not None
        if not found.early:
            self._let(None, lambda: leg.quiet or leg.listening is not listening)
        elif leg.quiet and self.showing.heard:
            self.showing.hint("the prompt has already ended; only one with barge_in=true can be interrupted")
        if leg.listening is not listening:
            return
        if found.verb == "wait":
            if found.value is None:
                self._answered = listening
            else:
                self._let(float(found.value), lambda: leg.listening is not listening)
            return
        self.showing.heard = []
        if found.verb == "press":
            self._answered = listening if listening.takes_keys else None
            self._press(str(found.value))
            return
        if listening.takes_speech:
            self._answered = listening
            self.showing.given = str(found.value)
            leg.speak(str(found.value))
            return
        seconds = leg.speak(str(found.value))
        self.showing.hint("only keys are accepted here")
        self._let(seconds, lambda: leg.listening is not listening)

    def _leave_message(self, found: Entered) -> None:
        leg = self.stage.leg
        recording = leg.held_by
        if found.verb == "press":
            self._press(str(found.value))
        elif found.verb == "say":
            self._let(leg.speak(str(found.value)), lambda: leg.held_by is not recording)
        elif found.value is None:
            self._answered = recording
        else:
            self._let(float(found.value), lambda: leg.held_by is not recording)

    def _converse(self, found: Entered) -> None:
        leg = self.stage.leg
        self.showing.heard = []
        if found.verb == "press":
            self._press(str(found.value))
        elif found.verb == "say":
            self._let(leg.speak(str(found.value)) + BEAT, lambda: not self.showing.together)
        elif found.value is None:
            # Silence until another leg says something or leaves.
            alone = self.showing.talk is not None and "with" not in self.showing.talk.data
            self._let(ALONE if alone else None, lambda: not self.showing.together or bool(self.showing.heard))
        else:
            self._let(float(found.value), lambda: not self.showing.together)

    def _press(self, keys: str) -> None:
        leg = self.stage.leg
        self.showing.given = keys
        self.stage.network.log(leg, "presses", " ".join(keys), {"keys": keys})
        self.showing.catch_up()
        for number, key in enumerate(keys):
            if number:
                self._let(BETWEEN_KEYS, lambda: False)
            if self.stage.over:
                return
            leg.press(key)

    def _let(self, seconds: float | None, stop: Callable[[], bool]) -> None:
        """Let things happen for so long (None: without end), unless `stop` says that it is enough."""
        until = self._clock.now + seconds if seconds is not None else float("inf")
        self.showing.catch_up()
        while not (self.stage.over or self._leaving or stop()):
            due = self._clock.next_due()
            if due is None or due > until:
                if seconds is not None:
                    self._clock.run_until(until)
                return
            self.stage.step()
            self.showing.catch_up()

    # ---- who answers

    def playing(self, endpoint: str) -> Persona:
        """The persona of an endpoint that is dialled now, or calls in."""
        self._dialled += 1
        found = self._cast.playing(endpoint)
        if found is not DEFAULT or DEFAULT in self._cast.personas:
            return found
        if self._dialled == 1:
            self.present = True
            return YOU
        return self._how_it_goes(endpoint) if self.present else DEFAULT

    def _how_it_goes(self, endpoint: str) -> Persona:
        self.showing.catch_up()
        self.showing.enter(self.showing.place)
        text = f"calling {endpoint}. What is the outcome? {HELP['connect']}"
        while (line := self._ask("connect", "outcome", text, endpoint)) is not None:
            asked = question(line)
            if asked is None:
                found = outcome(line, endpoint)
                if isinstance(found, Persona):
                    return found
                self.showing.hint(found)
            elif self._about_the_call(asked, "connect") and self._leaving:
                return Persona(endpoint, outcome="timeout")
        return DEFAULT

    def _fetch(self, fetch: Fetch) -> Fetched:
        url = fetch.request.url
        # The fallback of the platform makes the flow try once more what has just failed.
        again = next((entry for entry in reversed(self.showing.entries) if entry.kind == "webhook"), None)
        self.showing.repeated = again is not None and again.data["kind"] == "fallback" and url in self._fetched
        if self.showing.repeated:
            return self._fetched[url]
        found = self._replies.to(url) or self._what_it_brings(url)
        self._fetched[url] = found
        return found

    def _what_it_brings(self, url: str) -> Fetched:
        nothing, hint = Fetched(failure="it has no reply"), f"give a reply with --reply '{url}={{…}}'"
        if not self.present or self._leaving or not self.showing.entries or self.stage.over:
            self.showing.hint(hint)
            return nothing
        place = self.showing.fetch(url)
        self.showing.catch_up()
        self.showing.enter(place)
        text = f"the script fetches {url}. What is the reply? {HELP['fetch']}"
        while (line := self._ask("fetch", "JSON", text, url)) is not None:
            asked = question(line)
            if asked is None:
                found = reply(line)
                if isinstance(found, Fetched):
                    return found
                self.showing.hint(found)
            elif asked.verb == "where":
                self.showing.tell_where(place)
            elif self._about_the_call(asked, "fetch") and self._leaving:
                break
        if not self._leaving:
            self.showing.hint(hint)
        return nothing

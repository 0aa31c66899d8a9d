/** The phone: a call of the script, held by hand. The page keeps the tape; each answer replays it. */

import { type Begins, BeginningForm } from "./beginning";
import { HeardCall } from "./call_sound";
import { Controls } from "./controls";
import { clock, el, part } from "./dom";
import { connect, type Host, type Page, type Start } from "./host";
import { notice } from "./notice";
import { type Pace, Playback } from "./playback";
import type { Asked, CallParams, CallSound, CallState, Location, SavedCall, SaveCallParams } from "./protocol";
import { Transcript } from "./transcript";

const NOTHING: Begins = { test: null, step: null, values: {}, at: null };
const AGAIN = 250; // milliseconds until a request that met an edit is tried once more

/** As much of a call as has to be known to play it again. */
interface Played {
  tape: string[];
  asked: Asked[];
}

/** What is kept over a reload of the page: no values of private params. `start` is what the host began with. */
interface Kept {
  start: string;
  begins: Begins;
  tape: string[];
  pace?: Pace;
  sound?: boolean;
}

class Phone implements Page {
  private begins: Begins = NOTHING;
  private state: CallState | null = null;
  private played: Played = { tape: [], asked: [] };
  /** The call before an edit altered it: another edit may bring it back. */
  private whole: Played | null = null;
  private busy: Promise<void> = Promise.resolve();
  private stale = false;
  private started: string | null = null;
  private offersSound = false;

  private readonly transcript: Transcript;
  private readonly playback: Playback;
  private readonly controls: Controls;
  private readonly form: BeginningForm;
  private readonly heard: HeardCall;

  constructor(private readonly host: Host) {
    part("page").append(...layout());
    const reveal = (location: Location): void => host.reveal(location);
    this.transcript = new Transcript(part("lines"), reveal, (entries) => this.backTo(entries));
    this.playback = new Playback(
      (lines) => this.transcript.show(lines),
      (seconds) => (part("clock").textContent = clock(seconds)),
    );
    this.controls = new Controls(part("now"), (line) => this.enter(line), () => this.restart(), () => this.playback.isPlaying);
    this.heard = new HeardCall(
      part("heard"),
      () => this.host.ask<CallSound>("nccodsl/callSound", { ...this.begins, tape: this.played.tape }),
      () => this.playback.silence(),
      (line) => this.transcript.follow(line),
      (problem) => this.trouble(problem, null),
    );
    this.form = new BeginningForm(part("begin"), (begins) => this.begin(begins));
    part("pace").addEventListener("change", () => this.setPace(part<HTMLSelectElement>("pace").value as Pace));
    part("sound").addEventListener("click", () => this.setSound(!this.playback.sound));
    part("restart").addEventListener("click", () => this.restart());
    part("undo").addEventListener("click", () => this.undo());
    part("save").addEventListener("click", () => this.openSaving());
    part("saving").addEventListener("submit", (event) => this.save(event));
    part("cancel").addEventListener("click", () => this.closeSaving());
    document.addEventListener("keydown", (event) => this.key(event));
  }

  // ---- what the host says

  start(start: Start): void {
    part("title").textContent = start.title;
    document.title = `Phone: ${start.title}`;
    const { test = null, step = null } = start;
    const begins = JSON.stringify([test, step]);
    const before = start.state as Kept | undefined;
    // A page that was loaded again goes on; a page that is to begin again does that.
    const kept = this.started === null && before?.start === begins ? before : undefined;
    this.started = begins;
    this.offersSound = start.sound === true;
    this.setPace(kept?.pace ?? this.playback.pace);
    this.setSound(kept?.sound ?? this.playback.sound);
    this.begins = kept?.begins ?? { ...NOTHING, test, step };
    this.none();
    part("dock").hidden = true;
    part("state").textContent = "starting…";
    this.anew({ tape: kept?.tape ?? [], asked: [] });
  }

  changed(): void {
    if (this.stale) return; // what waits already asks for the newest script
    this.stale = true;
    this.next(async () => {
      this.stale = false;
      const before = this.whole ?? this.played;
      const state = await this.call({ tape: before.tape, asked: before.asked });
      if (state.problem) return this.show(state);
      this.whole = state.altered ? before : null;
      // That a test was added, which has changed the script, is still news.
      this.show(state, part("notice").className === "done" && !state.altered);
    });
  }

  // ---- what the person does

  private setPace(pace: Pace): void {
    this.playback.pace = pace;
    part<HTMLSelectElement>("pace").value = pace;
    if (pace === "step") this.playback.finish();
    this.keep();
  }

  private setSound(on: boolean): void {
    if (!on) this.playback.hush();
    this.playback.sound = on;
    part("sound").setAttribute("aria-pressed", String(on));
    part("sound").textContent = on ? "Sound on" : "Sound off";
    this.keep();
  }

  private enter(line: string): void {
    this.playback.hush();
    this.next(async () => {
      this.whole = null;
      this.show(await this.call({ ...this.played, enter: line }));
    });
  }

  private replay(played: Played): void {
    this.playback.hush();
    this.next(async () => {
      this.whole = null;
      this.played = played;
      this.show(await this.call(played));
    });
  }

  private begin(begins: Begins): void {
    this.begins = begins;
    this.anew({ tape: [], asked: [] });
  }

  /** Another call: if it cannot begin, nothing of the one before is shown. */
  private anew(played: Played): void {
    this.state = null;
    this.replay(played);
  }

  private restart(): void {
    this.playback.take([], 0); // all of it is heard again
    this.replay({ tape: [], asked: [] });
  }

  private undo(): void {
    this.backTo(this.played.tape.length - 1);
  }

  private backTo(entries: number): void {
    if (entries >= 0) this.replay({ tape: this.played.tape.slice(0, entries), asked: [] });
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (target.closest("input:not([type=checkbox]), textarea, select")) return;
    const held = event.ctrlKey || event.metaKey;
    if (held && !event.shiftKey && event.key.toLowerCase() === "z") this.undo();
    else if (held || event.altKey) return;
    else if (event.key === "Enter" && target.closest("button, summary")) return;
    else if (!this.controls.key(event.key)) return;
    event.preventDefault();
  }

  // ---- asking the services

  /** One after the other: each request begins with what the one before has left. */
  private next(task: () => Promise<void>): void {
    this.busy = this.busy.then(task).catch((error: Error) => this.trouble(error.message, null));
  }

  private async call(more: Pick<CallParams, "tape" | "enter" | "asked">): Promise<CallState> {
    const params: CallParams = { ...this.begins, ...more };
    try {
      return await this.host.ask<CallState>("nccodsl/call", params);
    } catch {
      await new Promise((done) => setTimeout(done, AGAIN));
      return this.host.ask<CallState>("nccodsl/call", params);
    }
  }

  private show(state: CallState, quiet = false): void {
    if (state.params.length || !state.problem) this.form.show(state, this.begins);
    if (state.problem) {
      part("dock").hidden = !this.state;
      if (!this.state) this.none();
      if (state.missing.length) notice(this.host, "answer", "The script needs values to begin a call.");
      else this.trouble(state.problem, state.location);
      return;
    }
    this.state = state;
    this.played = { tape: state.tape, asked: state.asked };
    this.begins = { ...this.begins, at: state.at ?? this.begins.at };
    part("dock").hidden = false;
    if (!quiet) this.tell(state);
    this.heard.forget();
    part("heard").hidden = !this.offersSound || !state.lines.length;
    this.playback.take(state.lines, state.seconds);
    this.controls.show(state);
    part("state").textContent = state.over ? "over" : "in the call";
    part("page").classList.toggle("over", state.over);
    part<HTMLButtonElement>("undo").disabled = !state.tape.length;
    part<HTMLButtonElement>("save").disabled = !state.lines.length || this.begins.step !== null;
    part("names").replaceChildren(
      ...state.names.flatMap(({ name, value }) => [el("dt", { text: name }), el("dd", { text: value })]),
    );
    this.host.walked(state.walked);
    this.keep();
  }

  private keep(): void {
    if (this.state) this.host.keep(this.kept(this.state));
  }

  /** There is no call. */
  private none(): void {
    this.playback.take([], 0);
    this.heard.forget();
    part("heard").hidden = true;
    part("clock").textContent = "";
    part("state").textContent = "no call";
    part("page").classList.add("over");
    for (const id of ["undo", "save"]) part<HTMLButtonElement>(id).disabled = true;
  }

  private kept(state: CallState): Kept {
    // A value whose param is gone may be that of a private one.
    const shown = new Set(state.params.filter((param) => !param.private).map((param) => param.name));
    const values = Object.entries(this.begins.values).filter(([name]) => shown.has(name));
    const begins = { ...this.begins, values: Object.fromEntries(values) };
    const { pace, sound } = this.playback;
    return { start: this.started ?? "", begins, tape: state.tape, pace, sound };
  }

  // ---- notices

  private tell(state: CallState): void {
    const { altered } = state;
    if (altered) notice(this.host, "altered", altered.text, altered.location);
    else if (state.answers.length) notice(this.host, "answer", state.answers.join("\n"));
    else notice(this.host, "", "");
  }

  private trouble(problem: string, location: Location | null): void {
    notice(this.host, "wrong", problem, location);
  }

  // ---- saving

  private openSaving(): void {
    part("saving").hidden = false;
    part<HTMLInputElement>("test-title").select();
  }

  private closeSaving(): void {
    part("saving").hidden = true;
    part("save").focus();
  }

  private save(event: SubmitEvent): void {
    event.preventDefault();
    const title = part<HTMLInputElement>("test-title").value;
    this.next(async () => {
      const params: SaveCallParams = { ...this.begins, tape: this.played.tape, title };
      const saved = await this.host.ask<SavedCall>("nccodsl/saveCall", params);
      if (saved.test === null) return this.trouble(saved.problem ?? "It cannot be saved.", null);
      this.host.insert(saved.test);
      this.closeSaving();
      notice(this.host, "done", `Added the test “${title.trim()}” to the script.`);
    });
  }
}

function layout(): HTMLElement[] {
  const button = (id: string, text: string, title: string): HTMLElement =>
    el("button", { id, type: "button", class: "quiet", text, title });
  const title = el("input", {
    id: "test-title",
    type: "text",
    value: "saved call",
    required: true,
    maxlength: 200,
    "aria-label": "Title of the test",
  });
  return [
    el(
      "header",
      {},
      el("h1", { id: "title" }),
      el("span", { class: "status" }, el("span", { id: "state" }), el("time", { id: "clock" })),
      el(
        "div",
        { class: "tools" },
        el(
          "select",
          { id: "pace", "aria-label": "Pace", title: "How fast the time of the call goes by" },
          el("option", { value: "step", text: "Step by step" }),
          el("option", { value: "1", text: "Real time" }),
          el("option", { value: "4", text: "4 × as fast" }),
        ),
        button("sound", "Sound off", "Say aloud what the call says"),
        button("undo", "Undo", "Take the last thing you did back (Ctrl+Z)"),
        button("restart", "Restart", "Begin the call again"),
        button("save", "Save as test", "Add this call to the script, as a test"),
      ),
      el(
        "form",
        { id: "saving", class: "row", hidden: true },
        title,
        el("button", { type: "submit", class: "primary", text: "Save" }),
        button("cancel", "Cancel", "Do not save"),
      ),
    ),
    el(
      "main",
      {},
      el(
        "div",
        { class: "talk" },
        el("details", { id: "begin", hidden: true }),
        el("div", { id: "lines", role: "log", "aria-live": "polite", "aria-label": "Transcript", tabindex: 0 }),
        el("div", { id: "heard", role: "group", "aria-label": "Sound of the call", hidden: true }),
        el("div", { id: "notice", role: "status" }),
      ),
      el(
        "div",
        { id: "dock", hidden: true },
        el("section", { id: "now", tabindex: -1, "aria-label": "What you can do" }),
        el("details", { class: "names" }, el("summary", { text: "Values now" }), el("dl", { id: "names" })),
      ),
    ),
  ];
}

connect((host) => new Phone(host));

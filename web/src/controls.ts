/** What the person at the phone can do now: keys, words, outcomes, replies. */

import { el } from "./dom";
import { canListen, listen } from "./listening";
import type { CallState, Waits } from "./protocol";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const TITLES: Record<Waits["what"], (waits: Waits) => string> = {
  input: (waits) => `Waiting for ${waits.keys && waits.words ? "keys or words" : waits.keys ? "keys" : "words"}`,
  recording: () => "Recording your message",
  talk: () => "You are talking",
  connect: (waits) => `Calling ${waits.subject}`,
  fetch: () => "The script fetches data",
};
const OUTCOMES: Record<string, string> = {
  answered: "Answers",
  busy: "Busy",
  timeout: "No answer",
  rejected: "Rejects",
  failed: "Fails",
  unanswered: "Unanswered",
  voicemail: "Voicemail",
};
const SILENCE: Partial<Record<Waits["what"], string>> = { input: "Stay silent", recording: "Stay silent", talk: "Listen" };

export class Controls {
  private typed = "";
  private waits: Waits | null = null;
  private display: HTMLElement | null = null;
  private early: HTMLInputElement | null = null;
  /** The language of the call, as far as it is known. */
  private language = "en-US";
  private stopListening: (() => void) | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly send: (line: string) => void,
    private readonly restart: () => void,
    private readonly isSpeaking: () => boolean,
  ) {}

  /** Show what the call waits for; the keys that were typed stay while it waits for the same. */
  show(state: CallState): void {
    const same = JSON.stringify(state.waits) === JSON.stringify(this.waits) && this.root.childElementCount > 0;
    if (same && state.waits) return;
    this.waits = state.waits;
    this.language = state.lines.findLast((line) => line.language)?.language ?? this.language;
    this.stopListening?.();
    this.typed = "";
    this.display = this.early = null;
    const focused = this.root.contains(document.activeElement);
    const again = focused ? document.activeElement?.getAttribute("data-control") : null;
    this.root.replaceChildren(...(state.waits ? this.waiting(state.waits) : this.ended(state)));
    if (!focused) return;
    // What had the focus may be gone: the same control has it again, or the panel, where keys work as well.
    const next = again ? this.root.querySelector<HTMLElement>(`[data-control="${again}"]`) : null;
    (next ?? this.root).focus({ preventScroll: true });
  }

  /** A key of the keyboard; whether it did something. */
  key(key: string): boolean {
    if (!this.waits?.keys) return false;
    if (KEYS.includes(key)) this.press(key);
    else if (key === "Backspace" && this.typed) this.type(this.typed.slice(0, -1));
    else if (key === "Enter" && this.typed) this.sendKeys();
    else return false;
    return true;
  }

  private ended(state: CallState): HTMLElement[] {
    return [
      el("h2", { text: "The call is over" }),
      el("p", { class: "subject", text: state.ended }),
      el("div", { class: "row" }, this.button("Call again", "primary", this.restart, "again")),
    ];
  }

  private waiting(waits: Waits): HTMLElement[] {
    const where = waits.step ? `step ${waits.step}` : "";
    const parts: (HTMLElement | false)[] = [
      el("h2", {}, TITLES[waits.what](waits), where && el("span", { class: "where", text: where })),
    ];
    if (waits.what === "connect") parts.push(this.outcomes(waits));
    else if (waits.what === "fetch") parts.push(this.reply(waits));
    else {
      if (waits.interrupts) parts.push(this.interrupting());
      if (waits.keys) parts.push(this.keypad(waits));
      if (waits.words) parts.push(this.words(waits));
    }
    const silence = SILENCE[waits.what];
    parts.push(
      el(
        "div",
        { class: "row last" },
        silence && this.button(silence, "", () => this.send("wait"), "wait"),
        this.button("Hang up", "danger", () => this.send("hang up"), "hang up"),
      ),
    );
    return parts.filter((one): one is HTMLElement => !!one);
  }

  private button(text: string, classes: string, click: () => void, control: string): HTMLButtonElement {
    return el("button", { type: "button", class: classes, text, "data-control": control, on: { click } });
  }

  // ---- keys

  private interrupting(): HTMLElement {
    this.early = el("input", { type: "checkbox", "data-control": "early" });
    return el("label", { class: "check" }, this.early, "Interrupt the prompt");
  }

  private keypad(waits: Waits): HTMLElement {
    const named = new Set(waits.choices);
    const keys = KEYS.map((key) => {
      const known = named.has(key);
      return el("button", {
        type: "button",
        class: known ? "key named" : "key",
        text: key,
        "aria-label": key === "*" ? "star" : key === "#" ? "hash" : null,
        title: known ? "The script has a branch for this key" : null,
        "data-control": `key ${key}`,
        on: { click: () => this.press(key) },
      });
    });
    const pad = el("div", { class: "keypad", role: "group", "aria-label": "Keypad" }, ...keys);
    if (!this.collects(waits)) return pad;
    this.display = el("output", { class: "display", "aria-label": "Keys to press" });
    const most = waits.mostKeys ?? 0;
    const hint = waits.submitOnHash ? "# or Press ends" : `up to ${most} keys`;
    return el(
      "div",
      {},
      el(
        "div",
        { class: "row typed" },
        this.display,
        el("span", { class: "hint", text: hint }),
        this.button("Press", "primary", () => this.sendKeys(), "press"),
      ),
      pad,
    );
  }

  /** Whether keys are gathered before they are pressed, as a person presses several in a row. */
  private collects(waits: Waits): boolean {
    return waits.what === "input" && (waits.mostKeys ?? 1) > 1;
  }

  private press(key: string): void {
    const { waits } = this;
    if (!waits) return;
    if (!this.collects(waits)) {
      this.line(key);
      return;
    }
    this.type(this.typed + key);
    if ((waits.submitOnHash && key === "#") || this.typed.length >= (waits.mostKeys ?? 1)) this.sendKeys();
  }

  private type(keys: string): void {
    this.typed = keys;
    if (this.display) this.display.textContent = keys;
  }

  private sendKeys(): void {
    const keys = this.typed;
    this.type("");
    if (keys) this.line(keys);
  }

  private line(text: string): void {
    this.send(this.early && (this.early.checked || this.isSpeaking()) ? `!${text}` : text);
  }

  // ---- words

  private words(waits: Waits): HTMLElement {
    const input = el("input", {
      type: "text",
      "aria-label": "What you say",
      placeholder: "Say something",
      autocomplete: "off",
      maxlength: 900,
      "data-control": "words",
    });
    const say = (words: string): void => {
      if (words.trim()) this.line(`say ${words.trim()}`);
    };
    const submit = (event: SubmitEvent): void => {
      event.preventDefault();
      say(input.value);
    };
    const spoken = waits.choices.filter((choice) => !/^[0-9*#]+$/.test(choice));
    const chips = spoken.map((choice) => this.button(`“${choice}”`, "chip", () => say(choice), `say ${choice}`));
    return el(
      "div",
      {},
      el("form", { class: "row", on: { submit } }, input, el("button", { type: "submit", text: "Say" }), this.speaking(say)),
      chips.length > 0 && el("div", { class: "row chips" }, ...chips),
    );
  }

  /** A button that takes words from the microphone, where the browser understands them by itself. */
  private speaking(say: (words: string) => void): HTMLElement {
    const button = el("button", { type: "button", text: "Speak", hidden: true, title: "Say it into the microphone" });
    button.addEventListener("click", () => {
      if (this.stopListening) return this.stopListening();
      button.textContent = "Listening…";
      this.stopListening = listen(this.language, (words) => {
        this.stopListening = null;
        button.textContent = "Speak";
        if (button.isConnected) say(words); // the call waits for the same still
      });
    });
    void canListen(this.language).then((can) => (button.hidden = !can));
    return button;
  }

  // ---- the other side

  private outcomes(waits: Waits): HTMLElement {
    const known = waits.choices.filter((choice) => choice !== "hang up");
    const buttons = known.map((choice) =>
      this.button(OUTCOMES[choice] ?? choice, choice === "answered" ? "primary" : "", () => this.send(choice), choice),
    );
    return el("div", { class: "row outcomes", role: "group", "aria-label": "What happens" }, ...buttons);
  }

  private reply(waits: Waits): HTMLElement {
    const known = waits.choices.filter((choice) => choice !== "hang up" && choice !== "error");
    const box = el("textarea", {
      rows: 7,
      "aria-label": "The reply, as JSON",
      spellcheck: "false",
      "data-control": "reply",
    });
    box.value = pretty(known[0] ?? "{}");
    const others = known.length > 1 && el(
      "select",
      {
        "aria-label": "Replies of the tests",
        on: { change: (event) => (box.value = pretty((event.target as HTMLSelectElement).value)) },
      },
      ...known.map((choice, number) => el("option", { value: choice, text: shortened(choice, number) })),
    );
    return el(
      "div",
      {},
      el("p", { class: "subject", text: waits.subject }),
      others,
      box,
      el(
        "div",
        { class: "row" },
        // Line feeds between the values of JSON mean nothing, and an entry of the tape is one line.
        this.button("Reply", "primary", () => this.send(box.value.replace(/\s*\n\s*/g, " ")), "send reply"),
        this.button("The fetch fails", "", () => this.send("error"), "error"),
      ),
    );
  }
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

function shortened(choice: string, number: number): string {
  return `${number + 1}: ${choice.length > 60 ? `${choice.slice(0, 59)}…` : choice}`;
}

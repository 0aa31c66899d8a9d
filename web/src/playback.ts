/** A call as it sounds: lines appear at their times, and a voice says them. The clock is the emulator's: a voice that
 * is slow, or missing, changes nothing but what one hears. */

import type { Line } from "./protocol";

export const PACES = { step: 0, "1": 1, "4": 4 } as const;
/** How fast virtual time goes by; `step`: everything is there at once. */
export type Pace = keyof typeof PACES;

/** Who says a text aloud. Another one may stand in `window.nccodslVoice`. */
export interface Voice {
  say(text: string, language: string | null, rate: number): void;
  /** Fall silent, also with what was to be said next. */
  stop(): void;
}

declare global {
  interface Window {
    nccodslVoice?: Voice;
  }
}

const A_SECOND = 15; // characters that a voice says in a second
const LOOK = 100; // milliseconds between two looks at the clock
const LONGEST = 180; // characters said at once: Chromium falls silent within longer texts

/** The browser's own voices. */
class SpokenByBrowser implements Voice {
  say(text: string, language: string | null, rate: number): void {
    for (const piece of pieces(text)) {
      const said = new SpeechSynthesisUtterance(piece);
      if (language) said.lang = language;
      said.rate = rate;
      window.speechSynthesis.speak(said);
    }
  }

  stop(): void {
    window.speechSynthesis.cancel();
  }
}

/** A text in pieces that end with a sentence, or with a word. */
export function pieces(text: string): string[] {
  const found: string[] = [];
  for (const sentence of text.match(/[^.!?。]{1,2000}[.!?。]?\s*/g) ?? [])
    for (let rest = sentence.trim(); rest; ) {
      const end = rest.length <= LONGEST ? rest.length : rest.lastIndexOf(" ", LONGEST) + 1 || LONGEST;
      found.push(rest.slice(0, end).trim());
      rest = rest.slice(end).trim();
    }
  return found;
}

export class Playback {
  pace: Pace = "step";
  sound = false;
  private lines: Line[] = [];
  private revealed = 0;
  private at = 0;
  private end = 0;
  private last = 0;
  private timer = 0;

  /** `show` shows lines, `tick` the seconds of the call. */
  constructor(
    private readonly show: (lines: Line[]) => void,
    private readonly tick: (seconds: number) => void,
  ) {}

  /** Whether something is still to be heard. */
  get isPlaying(): boolean {
    return this.timer !== 0;
  }

  private get voice(): Voice | null {
    if (!this.sound) return null;
    return window.nccodslVoice ?? ("speechSynthesis" in window ? new SpokenByBrowser() : null);
  }

  /** The call is now this: what was heard before is not said again. */
  take(lines: Line[], seconds: number): void {
    let same = 0;
    while (same < this.revealed && same < lines.length && isSame(lines[same], this.lines[same])) same += 1;
    this.halt();
    this.lines = lines;
    this.end = PACES[this.pace] ? Math.max(seconds, ...lines.map(endOf)) : seconds;
    this.revealed = same;
    this.at = Math.min(same ? this.at : 0, seconds);
    if (!PACES[this.pace] || same === lines.length) return this.finish();
    this.last = performance.now();
    this.timer = window.setInterval(() => this.look(), LOOK);
    this.look();
  }

  /** Go to the end at once. */
  finish(): void {
    this.halt();
    this.reveal(this.lines.length);
    this.at = this.end;
    this.tick(this.at);
  }

  /** Show all, and say nothing: the call is heard otherwise. */
  silence(): void {
    this.hush();
    this.halt();
    const { sound } = this;
    this.sound = false;
    this.finish();
    this.sound = sound;
  }

  /** Fall silent: the person did something. */
  hush(): void {
    this.voice?.stop();
  }

  private look(): void {
    const now = performance.now();
    this.at = Math.min(this.at + ((now - this.last) / 1000) * PACES[this.pace], this.end);
    this.last = now;
    let count = this.revealed;
    while (count < this.lines.length && (this.lines[count]?.at ?? 0) <= this.at) count += 1;
    this.reveal(count);
    this.tick(this.at);
    if (this.at >= this.end) this.finish();
  }

  private reveal(count: number): void {
    const rate = PACES[this.pace] > 1 ? 2 : 1;
    for (const line of this.lines.slice(this.revealed, count)) {
      if (line.kind === "heard" && !line.cut) this.voice?.say(line.text, line.language, rate);
    }
    this.revealed = count;
    this.show(this.lines.slice(0, count));
  }

  private halt(): void {
    clearInterval(this.timer);
    this.timer = 0;
  }
}

/** When a line is over: a prompt that waits to be interrupted has no end yet, and lasts about as long as its text. */
function endOf(line: Line): number {
  return line.until ?? (line.kind === "heard" ? line.at + line.text.length / A_SECOND : line.at);
}

function isSame(one: Line | undefined, other: Line | undefined): boolean {
  return one?.kind === other?.kind && one?.text === other?.text && one?.at === other?.at && one?.entries === other?.entries;
}

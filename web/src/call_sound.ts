/** The sound of the call: a button, and a waveform with the place that is heard. Loaded when it is first wanted. */

import { clock, el, svg } from "./dom";
import type { CallSound } from "./protocol";

const HEIGHT = 40; // units of the drawing, as wide as there are columns
const COLUMNS = 160;
const STEP = 1; // seconds of an arrow key

export class HeardCall {
  private context: AudioContext | null = null;
  private buffer: AudioBuffer | null = null;
  private source: AudioBufferSourceNode | null = null;
  private times: number[] = [];
  private position = 0;
  /** When the sound would have begun, by the clock of the context. */
  private began = 0;
  /** Which call it is the sound of: each change makes another one. */
  private call = 0;

  private readonly button: HTMLButtonElement;
  private readonly slider: HTMLInputElement;
  private readonly time: HTMLElement;
  private readonly wave: HTMLElement;
  private readonly columns = svg("path", { class: "columns" });
  private readonly head = svg("line", { class: "head", y2: HEIGHT });

  /** `ask` asks for the sound, `begins` is called before it is heard; `follow` shows which line that is, from 0. */
  constructor(
    place: HTMLElement,
    private readonly ask: () => Promise<CallSound>,
    private readonly begins: () => void,
    private readonly follow: (line: number | null) => void,
    private readonly failed: (problem: string) => void,
  ) {
    this.button = el("button", { type: "button", class: "quiet", on: { click: () => void this.toggle() } });
    this.slider = el("input", {
      type: "range",
      min: 0,
      step: "any",
      "aria-label": "Position",
      on: { input: () => this.goTo(Number(this.slider.value)), keydown: (event) => this.key(event) },
    });
    this.time = el("time");
    const picture = svg("svg", { viewBox: `0 0 ${COLUMNS * 3} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    picture.append(this.columns, this.head);
    this.wave = el("div", { class: "wave" }, picture, this.slider);
    place.append(this.button, this.wave, this.time);
    this.forget();
  }

  /** The call is another one now. */
  forget(): void {
    this.stop();
    this.call += 1;
    this.buffer = null;
    this.wave.hidden = this.time.hidden = true;
    this.button.disabled = false;
    this.button.textContent = "Hear the call";
  }

  private async toggle(): Promise<void> {
    if (this.source) return this.stop();
    const { call } = this;
    if (!this.buffer) {
      this.button.disabled = true;
      this.button.textContent = "Loading…";
      try {
        const { mp3, times, problem } = await this.ask();
        if (call !== this.call) return;
        if (mp3 === null) throw new Error(problem ?? "it has no sound");
        this.context ??= new AudioContext();
        const buffer = await this.context.decodeAudioData(Uint8Array.from(atob(mp3), (one) => one.charCodeAt(0)).buffer);
        if (call !== this.call) return;
        this.take(buffer, times);
      } catch (error) {
        if (call !== this.call) return;
        this.forget();
        return this.failed(`The call cannot be heard: ${(error as Error).message}`);
      }
    }
    this.play();
  }

  private take(buffer: AudioBuffer, times: number[]): void {
    this.buffer = buffer;
    this.times = times;
    this.position = 0;
    this.button.disabled = false;
    this.slider.max = String(buffer.duration);
    this.columns.setAttribute("d", columns(buffer.getChannelData(0)));
    this.wave.hidden = this.time.hidden = false;
    this.show();
  }

  private play(): void {
    const { buffer, context } = this;
    if (!buffer || !context) return;
    this.begins();
    if (this.position >= buffer.duration) this.position = 0;
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    source.start(0, this.position);
    this.source = source;
    this.began = context.currentTime - this.position;
    this.button.textContent = "Pause";
    this.step(source);
  }

  private step(source: AudioBufferSourceNode): void {
    if (this.source !== source || !this.buffer || !this.context) return;
    this.position = Math.min(this.context.currentTime - this.began, this.buffer.duration);
    this.show();
    if (this.position >= this.buffer.duration) this.stop();
    else requestAnimationFrame(() => this.step(source));
  }

  private stop(): void {
    this.source?.stop();
    this.source = null;
    this.button.textContent = "Play";
    this.follow(null);
  }

  private goTo(position: number): void {
    if (!this.buffer) return;
    const plays = this.source !== null;
    if (plays) this.stop();
    this.position = Math.max(0, Math.min(position, this.buffer.duration));
    if (plays) this.play();
    else this.show();
  }

  /** An arrow goes a second on, and not a hundredth of the call. */
  private key(event: KeyboardEvent): void {
    const forward = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (forward === undefined) return;
    event.preventDefault();
    this.goTo(this.position + forward * STEP);
  }

  private show(): void {
    if (!this.buffer) return;
    const { duration } = this.buffer;
    const x = (COLUMNS * 3 * this.position) / duration;
    this.head.setAttribute("x1", String(x));
    this.head.setAttribute("x2", String(x));
    this.slider.value = String(this.position);
    this.slider.setAttribute("aria-valuetext", `${clock(this.position)} of ${clock(duration)}`);
    this.time.textContent = `${clock(this.position)} / ${clock(duration)}`;
    const after = this.times.findIndex((time) => time > this.position);
    this.follow((after < 0 ? this.times.length : after) - 1);
  }
}

/** How loud the sound is, from left to right. */
function columns(samples: Float32Array): string {
  const size = Math.ceil(samples.length / COLUMNS);
  const middle = HEIGHT / 2;
  let drawn = "";
  for (let number = 0; number < COLUMNS; number += 1) {
    let loudest = 0;
    for (const sample of samples.subarray(number * size, (number + 1) * size)) loudest = Math.max(loudest, Math.abs(sample));
    // Quiet speech is seen, too: the square root is nearer to how loud it seems.
    const high = Math.max(0.5, middle * Math.sqrt(Math.min(loudest, 1)));
    drawn += `M${number * 3} ${(middle - high).toFixed(1)}h2v${(2 * high).toFixed(1)}h-2z`;
  }
  return drawn;
}

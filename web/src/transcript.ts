/** What was said and done, line by line. Screen readers hear what is added. */

import { clock, el } from "./dom";
import type { Line, Location } from "./protocol";

interface Shown {
  key: string;
  node: HTMLElement;
}

/** The words of a screen reader for who acts in a line. */
const ACTS: Partial<Record<Line["kind"], string>> = { pressed: "you press", said: "you say", did: "you" };

export class Transcript {
  private shown: Shown[] = [];
  private now: number | null = null;

  constructor(
    private readonly list: HTMLElement,
    private readonly reveal: (location: Location) => void,
    private readonly backTo: (entries: number) => void,
  ) {
    // What is asked stands below, and takes more room or less.
    new ResizeObserver(() => this.toEnd()).observe(list);
  }

  /** Show these lines: those that are there already stay, so that only new ones are read out. */
  show(lines: Line[]): void {
    const keys = lines.map((line) => [line.kind, line.at, line.who, line.text, line.entries].join("\0"));
    let same = 0;
    while (same < keys.length && this.shown[same]?.key === keys[same]) same += 1;
    for (const gone of this.shown.splice(same)) gone.node.remove();
    lines.forEach((line, number) => {
      const known = this.shown[number];
      if (known) {
        mark(known.node, line);
        return;
      }
      const node = this.made(line);
      mark(node, line);
      this.shown.push({ key: keys[number] ?? "", node });
      this.list.append(node);
    });
    this.toEnd();
  }

  /** Mark the line that is heard now, if any. */
  follow(number: number | null): void {
    if (this.now === number) return;
    this.now = number;
    this.list.querySelector(".now")?.classList.remove("now");
    const shown = number === null ? undefined : this.shown[number]?.node;
    shown?.classList.add("now");
    shown?.scrollIntoView({ block: "nearest" });
  }

  private toEnd(): void {
    this.list.scrollTop = this.list.scrollHeight;
  }

  private made(line: Line): HTMLElement {
    if (line.kind === "step") return el("div", { class: "step" }, this.words(line, el("span", { text: line.text })));
    const own = line.who === "you";
    const classes = ["line", line.kind, own ? "own" : ""].filter(Boolean).join(" ");
    const back = own && el("button", {
      class: "quiet back",
      type: "button",
      "aria-label": `Go back to before ${line.text}`,
      title: "Go back to here",
      text: "↶",
      on: { click: () => this.backTo(line.entries) },
    });
    const time = el("time", { text: clock(line.at) });
    return el("div", { class: classes }, time, el("div", { class: "speech" }, back, this.words(line, ...this.content(line))));
  }

  private content(line: Line): (Node | false)[] {
    const act = ACTS[line.kind] ?? (line.kind === "heard" && !line.who ? "the call says" : "");
    const text =
      line.kind === "pressed"
        ? el("span", { class: "keys" }, ...[...line.text].map((key) => el("kbd", { text: key })))
        : el("span", { class: "text", text: line.text, lang: line.language });
    return [
      line.who && line.who !== "you" ? el("span", { class: "who", text: `${line.who} ` }) : false,
      act ? el("span", { class: "aside", text: `${act} ` }) : false,
      text,
      line.kind === "heard" ? el("span", { class: "tail" }) : false,
    ];
  }

  /** The content of a line, as a link to its place in the script where it has one. */
  private words(line: Line, ...content: (Node | false)[]): HTMLElement {
    const { location } = line;
    if (!location) return el("span", { class: "bubble" }, ...content);
    const click = (): void => this.reveal(location);
    return el("button", { class: "bubble", type: "button", title: "Show in the script", on: { click } }, ...content);
  }
}

/** What may become of a line after it was shown: the person interrupts it. */
function mark(node: HTMLElement, line: Line): void {
  node.classList.toggle("cut", line.cut);
  const tail = node.querySelector(".tail");
  if (tail) tail.textContent = line.cut ? " cut short" : "";
}

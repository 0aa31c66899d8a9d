/** The calls of a running server: where callers are now, how often lines were played, and what went wrong. */

import { el } from "./dom";

/** A line (from 1) of the file whose text has this hash. */
export interface LiveLine {
  hash: string;
  line: number;
  /** Callers that are there now, and how often it was played. */
  here: number;
  played: number;
}

export interface LiveNow {
  problem: string | null;
  calls: number;
  lines: LiveLine[];
  errors: { time: string; flow: string; code: string; text: string; place: { hash: string; line: number } | null }[];
}

const MOST_ROWS = 100;

export function callers(count: number): string {
  return `${count} caller${count === 1 ? "" : "s"}`;
}

/** Show the calls. `hash` is that of the script that is open, null while it is edited; `text` its lines. */
export function showLive(area: HTMLElement, now: LiveNow, hash: string | null, text: string[], toLine: (line: number) => void): void {
  const known = now.lines.filter((one) => one.hash === hash).sort((a, b) => a.line - b.line);
  const place = (line: number, shown: string): HTMLElement =>
    el("button", { type: "button", class: "quiet", on: { click: () => toLine(line) } }, el("span", { class: "where", text: `line ${line}` }), el("code", { text: shown }));
  const rows = known.slice(0, MOST_ROWS).map((one) =>
    el(
      "li",
      {},
      place(one.line, text[one.line - 1]?.trim() ?? ""),
      one.here ? el("span", { class: "here", text: `${callers(one.here)} now` }) : null,
      el("span", { class: "where", text: `played ${one.played} ×` }),
    ),
  );
  const errors = now.errors.map((one) =>
    el(
      "li",
      { class: "error" },
      el("span", { class: "where", text: one.time.slice(11, 19) }),
      el("span", { class: "severity", text: one.code }),
      el("span", { text: `${one.flow}: ${one.text}` }),
      one.place && one.place.hash === hash ? place(one.place.line, text[one.place.line - 1]?.trim() ?? "") : null,
    ),
  );
  const elsewhere = now.calls > 0 && !known.length;
  area.replaceChildren(
    el("p", { class: "hint", role: "status", text: now.problem ?? `${callers(now.calls)} now.` }),
    ...(elsewhere ? [el("p", { class: "hint", text: hash === null ? "This script has edits: lines are shown for the saved text only." : "The calls play another script, or another version of this one." })] : []),
    el("ul", { class: "list" }, ...rows),
    ...(errors.length ? [el("h2", { text: "Recent errors" }), el("ul", { class: "list" }, ...errors)] : []),
  );
}

/** The panels of the studio that show data: JSON of the call, tests, and what an edit changes for callers. */

import { clock, el } from "./dom";
import type { CallDocuments, CallerChanges, Location, MadeJson, TestResults } from "./protocol";

type Reveal = (location: Location) => void;
const BECAUSE: Record<string, string> = {
  answer: "when the call is answered",
  input: "after an input",
  connect: "after a connect",
  event: "after an event",
  record: "after a recording",
};
const MARKS = { added: "+", removed: "−", changed: "~" } as const;

function hint(text: string): HTMLElement {
  return el("p", { class: "hint", text });
}

/** The create request and the NCCOs of the call in the phone; an action is a button that shows its statement. */
export class JsonPanel {
  private pieces: { shown: HTMLElement; location: Location }[] = [];

  constructor(
    private readonly area: HTMLElement,
    private readonly reveal: Reveal,
  ) {}

  show(found: CallDocuments): void {
    this.pieces = [];
    if (found.problem) return this.area.replaceChildren(hint(found.problem));
    const request = found.request ? [el("h2", { text: "POST /v2/calls" }), this.piece(found.request)] : [];
    const nccos = found.nccos.flatMap((ncco) => [
      el("h2", { text: `NCCO ${BECAUSE[ncco.because] ?? ""}, ${clock(ncco.at)}` }),
      ...(ncco.actions.length ? ncco.actions.map((one) => this.piece(one)) : [hint("The NCCO is empty: the call ends.")]),
    ]);
    this.area.replaceChildren(hint("The call in the phone, with example addresses."), ...request, ...nccos);
  }

  /** Mark what the line of the script makes (from 0). Without `line`, nothing. */
  mark(uri: string, line: number | null): void {
    let first: HTMLElement | null = null;
    for (const { shown, location } of this.pieces) {
      const { start, end } = location.range;
      const on = line !== null && location.uri === uri && start.line <= line && line <= end.line;
      shown.classList.toggle("marked", on);
      if (on) first ??= shown;
    }
    first?.scrollIntoView({ block: "nearest" });
  }

  private piece({ json, location }: MadeJson): HTMLElement {
    if (!location) return el("pre", { text: json });
    const line = location.range.start.line + 1;
    const shown = el("button", {
      type: "button",
      class: "json",
      text: json,
      title: `Line ${line}: show it in the script`,
      on: { click: () => this.reveal(location) },
    });
    this.pieces.push({ shown, location });
    return shown;
  }
}

/** The tests of the script, as they went last. */
export function showTests(area: HTMLElement, results: TestResults | null, reveal: Reveal, run: () => void): void {
  const again = el("button", { type: "button", text: "Run all", on: { click: run } });
  const tests = results?.tests ?? [];
  const failed = tests.filter((one) => !one.passed).length;
  const told = !results ? "The tests have not run yet." : results.problem ?? (tests.length ? `${tests.length - failed} passed, ${failed} failed` : "The script has no tests. Save a call in the phone as one.");
  const rows = tests.map((one) => {
    const location = one.location ?? { uri: results?.uri ?? "", range: one.range };
    return el(
      "li",
      { class: one.passed ? "passed" : "failed" },
      el(
        "button",
        { type: "button", class: "quiet", on: { click: () => reveal(location) } },
        el("span", { class: "severity", text: one.passed ? "passed" : "failed" }),
        el("span", { text: one.title }),
        el("span", { class: "where", text: `${one.seconds.toFixed(3)} s` }),
      ),
      one.message ? el("p", { class: "message", text: one.message }) : null,
    );
  });
  area.replaceChildren(el("div", { class: "row" }, again, el("span", { class: "hint", role: "status", text: told })), el("ul", { class: "list" }, ...rows));
}

/** What callers notice of the edits since the file was saved. */
export function showChanges(area: HTMLElement, found: CallerChanges, toLine: (line: number) => void): void {
  if (found.problem) return area.replaceChildren(hint(found.problem));
  const rows = found.changes.map((one) => {
    const { line } = one;
    const go = line === null ? null : el("button", { type: "button", class: "quiet", text: `line ${line}`, on: { click: () => toLine(line) } });
    return el("li", { class: one.kind }, el("span", { class: "severity", text: `${MARKS[one.kind]} ${one.kind}` }), el("span", { text: one.text }), go);
  });
  const missing = found.notCompared.map((text) => hint(`Not compared: ${text}`));
  area.replaceChildren(hint(`Since the file was saved: ${found.verdict}.`), el("ul", { class: "list" }, ...rows), ...missing);
}

/** What the keys do, and what a script is made of: enough to begin with. */

import { el, part } from "./dom";

const KEYS: [string, string][] = [
  ["Ctrl+Space", "complete: what can stand here"],
  ["Tab, or ↓ and Enter", "take a completion"],
  ["Tab", "in a completed block: the next field"],
  ["F8", "the next problem"],
  ["Ctrl+S", "format and save"],
  ["F2", "rename a step or a name everywhere"],
  ["F12", "go to what a name stands for"],
  ["Ctrl+Z", "undo"],
  ["Esc, then Tab", "leave the editor"],
];

const WORDS: [string, string][] = [
  ['talk "Hello."', "say a text"],
  ["step sales { … }", "a part of the call that has a name"],
  ["-> sales", "go on with that step"],
  ['input dtmf max_digits=1 { on "1" -> sales otherwise { … } }', "ask for keys; speech in place of dtmf asks for words"],
  ["connect phone 14155550100 from=14155550199", "connect the call with another phone"],
  ['record end_on_key="#" beep_start=true', "record a message, as for a voicemail"],
  ["param name: text", "a value of each call: {{ name }} in texts"],
  ["hangup", "end the call"],
  ["# …", "a comment"],
];

export function helpDialog(): HTMLDialogElement {
  const table = (rows: [string, string][], tag: "kbd" | "code"): HTMLElement =>
    el("table", {}, ...rows.map(([what, does]) => el("tr", {}, el("td", {}, el(tag, { text: what })), el("td", { text: does }))));
  const close = (): void => part<HTMLDialogElement>("helping").close();
  return el(
    "dialog",
    { id: "helping", "aria-labelledby": "help-title" },
    el(
      "div",
      {},
      el("h2", { id: "help-title", text: "Keys", tabindex: -1, autofocus: true }),
      table(KEYS, "kbd"),
      el("h2", { text: "What a script is made of" }),
      table(WORDS, "code"),
      el("h2", { text: "Marks" }),
      el("p", { text: "At the very left: lines that a test comes through (green), and branches that none does (brown). At the text: what the call in the phone came through (green)." }),
      el("div", { class: "row" }, el("button", { type: "button", class: "primary", text: "Close", on: { click: close } })),
    ),
  );
}

/** The parts of the studio: header, script with its problems, and the panels beside it. */

import { el, part } from "./dom";
import { helpDialog } from "./help";

export const TABS = ["script", "phone", "graph", "json", "tests", "changes", "live"] as const;
export type Tab = (typeof TABS)[number];
export const TITLES: Record<Tab, string> = {
  script: "Script",
  phone: "Phone",
  graph: "Graph",
  json: "JSON",
  tests: "Tests",
  changes: "Changes",
  live: "Live",
};

export const CHECKING = "The script is being checked…";

export function layout(): HTMLElement[] {
  const button = (id: string, text: string, title: string): HTMLElement => el("button", { id, type: "button", text, title });
  const tab = (name: Tab): HTMLElement =>
    el("button", { id: `tab-${name}`, type: "button", role: "tab", class: name === "script" ? "script" : "", text: TITLES[name], "aria-controls": name === "script" ? "left" : `panel-${name}` });
  const panel = (name: Tab): HTMLElement =>
    el("section", { id: `panel-${name}`, role: "tabpanel", class: "panel", "aria-labelledby": `tab-${name}`, tabindex: name === "phone" || name === "graph" ? null : 0, hidden: true });
  return [
    el(
      "header",
      {},
      el("h1", {}, el("span", { id: "project", text: "studio" })),
      el("select", { id: "files", "aria-label": "File" }),
      el("div", { class: "tools" }, button("help", "Help", "Keys, and what a script is made of"), button("new", "New", "Begin another script"), button("original", "Original", "Bring back the text that this example had at first"), button("remove", "Delete", "Remove this script from the browser"), button("download", "Download", "Keep the script as a file"), button("share", "Share", "Make a link that holds this script and the call"), button("save", "Saved", "Format and save (Ctrl+S)")),
    ),
    el("div", { id: "said", role: "status" }),
    el("nav", { "aria-label": "Panels" }, el("div", { id: "tabs", role: "tablist", "aria-label": "Panels" }, ...TABS.map(tab))),
    el(
      "main",
      {},
      el(
        "section",
        { id: "left", "aria-label": "Script and problems" },
        el("div", { id: "editor" }),
        el("div", { id: "problems-area", class: "none" }, el("p", { id: "count", role: "status", text: CHECKING }), el("ul", { id: "problems", class: "list" })),
      ),
      el("div", { id: "right" }, ...TABS.filter((one) => one !== "script").map(panel)),
    ),
    el(
      "dialog",
      { id: "rename", "aria-labelledby": "old-name" },
      el(
        "form",
        { id: "rename-form" },
        el("h2", { id: "old-name" }),
        el("input", { id: "new-name", "aria-label": "New name", required: true, autocomplete: "off" }),
        el("p", { id: "rename-wrong", class: "wrong", role: "alert" }),
        el(
          "div",
          { class: "row" },
          el("button", { type: "submit", class: "primary", text: "Rename" }),
          el("button", { type: "button", text: "Cancel", on: { click: () => part<HTMLDialogElement>("rename").close() } }),
        ),
      ),
    ),
    helpDialog(),
  ];
}

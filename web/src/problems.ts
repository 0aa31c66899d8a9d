/** The problems of the script: marks in the text, a list below it, and the fixes that the server offers. */

import { type LSPClient, LSPPlugin } from "@codemirror/lsp-client";
import { type Action, type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import type { Extension, Text } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

import { el } from "./dom";
import type { Range } from "./protocol";
import { offset, placed, type TextEdit } from "./workspace";

const SEVERITIES = ["error", "error", "warning", "info", "hint"] as const;
const MOST_FIXED = 50; // problems that are asked for fixes
const MOST_LISTED = 200;

export interface Problem {
  range: Range;
  severity?: number;
  code?: string | number;
  message: string;
}

interface CodeAction {
  title: string;
  kind?: string;
  isPreferred?: boolean;
  edit?: { changes?: Record<string, TextEdit[]>; documentChanges?: { textDocument: { uri: string }; edits: TextEdit[] }[] };
}

interface Listed {
  problem: Problem;
  fixes: CodeAction[];
}

export const problemMarks: Extension = lintGutter();

export class Problems {
  private turn = 0;
  /** How many errors and warnings there are; null until it is known. */
  counts: { errors: number; warnings: number } | null = null;

  constructor(
    private readonly list: HTMLElement,
    private readonly changed: () => void,
  ) {}

  /** Another script is open: nothing is known of it yet. */
  clear(): void {
    this.turn += 1;
    this.counts = null;
    this.list.replaceChildren();
    this.changed();
  }

  /** What the server has found in the script that is open in `view`. */
  async take(client: LSPClient, view: EditorView, problems: Problem[]): Promise<void> {
    const { doc } = view.state;
    this.turn += 1;
    const { turn } = this;
    const errors = problems.filter((one) => (one.severity ?? 1) === 1).length;
    this.counts = { errors, warnings: problems.filter((one) => one.severity === 2).length };
    this.show(view, problems.map((problem) => ({ problem, fixes: [] })));
    const listed: Listed[] = [];
    for (const [at, problem] of problems.entries()) {
      listed.push({ problem, fixes: at < MOST_FIXED ? await this.fixes(client, view, problem) : [] });
      if (turn !== this.turn || view.state.doc !== doc) return;
    }
    if (listed.some((one) => one.fixes.length)) this.show(view, listed);
  }

  private async fixes(client: LSPClient, view: EditorView, problem: Problem): Promise<CodeAction[]> {
    const uri = LSPPlugin.get(view)?.uri;
    const context = { diagnostics: [problem], only: ["quickfix"] };
    const params = { textDocument: { uri }, range: problem.range, context };
    try {
      const found = await client.request<object, CodeAction[] | null>("textDocument/codeAction", params);
      return (found ?? []).filter((one) => one.edit);
    } catch {
      return []; // an edit came between
    }
  }

  private show(view: EditorView, listed: Listed[]): void {
    const plugin = LSPPlugin.get(view);
    if (!plugin) return;
    const { doc } = view.state;
    const marks = listed.map(({ problem, fixes }): Diagnostic => {
      const [from, to] = place(doc, problem);
      const actions = fixes.map((fix): Action => ({ name: fix.title, apply: () => apply(view, doc, plugin.uri, fix) }));
      const message = problem.code ? `${problem.message} (${problem.code})` : problem.message;
      return { from, to, severity: SEVERITIES[problem.severity ?? 1] ?? "error", message, actions };
    });
    view.dispatch(setDiagnostics(view.state, marks));
    const before = this.list.offsetHeight;
    this.list.replaceChildren(...listed.slice(0, MOST_LISTED).map((one) => this.item(view, plugin.uri, one)));
    this.changed();
    if (this.list.offsetHeight === before || !view.hasFocus) return;
    // The list has taken room from the editor, or given it back: what is being typed stays in sight.
    const { head } = view.state.selection.main;
    view.dispatch({ effects: EditorView.scrollIntoView(head, { y: "nearest", yMargin: 24 }) });
  }

  private item(view: EditorView, uri: string, { problem, fixes }: Listed): HTMLElement {
    const { doc } = view.state;
    const go = (): void => {
      const [from, to] = place(view.state.doc, problem);
      view.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true });
      view.focus();
    };
    const severity = SEVERITIES[problem.severity ?? 1] ?? "error";
    return el(
      "li",
      { class: severity },
      el(
        "button",
        { type: "button", class: "quiet", on: { click: go } },
        el("span", { class: "severity", text: severity }),
        el("span", { text: problem.message }),
        el("span", { class: "where", text: `${problem.code ?? ""} line ${problem.range.start.line + 1}`.trim() }),
      ),
      ...fixes.map((fix) =>
        el("button", { type: "button", class: "fix", text: fix.title, on: { click: () => apply(view, doc, uri, fix) } }),
      ),
    );
  }
}

function place(doc: Text, { range }: Problem): [number, number] {
  const from = offset(doc, range.start);
  return [from, Math.max(from, offset(doc, range.end))];
}

/** Make the edits of a fix in the script that is open, if its text is still the one that they were made for. */
function apply(view: EditorView, doc: Text, uri: string, fix: CodeAction): void {
  if (view.state.doc !== doc) return; // the next problems have new fixes
  const more = (fix.edit?.documentChanges ?? []).filter((one) => one.textDocument?.uri === uri);
  const edits = [...(fix.edit?.changes?.[uri] ?? []), ...more.flatMap((one) => one.edits)];
  view.dispatch({ changes: placed(doc, edits), userEvent: "input.fix" });
  view.focus();
}

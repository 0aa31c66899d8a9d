/** The editor of one script: CodeMirror with the language services. */

import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  completionStatus,
  moveCompletionSelection,
  selectedCompletion,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab, toggleComment } from "@codemirror/commands";
import { bracketMatching, type IndentContext, indentService, indentUnit } from "@codemirror/language";
import { lintKeymap } from "@codemirror/lint";
import {
  findReferencesKeymap,
  formatKeymap,
  hoverTooltips,
  jumpToDefinitionKeymap,
  type LSPClient,
  LSPPlugin,
  serverCompletion,
} from "@codemirror/lsp-client";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { ChangeSet, EditorState, type Extension, type Text, type Transaction } from "@codemirror/state";
import {
  Decoration,
  drawSelection,
  EditorView,
  GutterMarker,
  gutter,
  highlightActiveLine,
  keymap,
  lineNumbers,
  tooltips,
} from "@codemirror/view";

import { inlayHints } from "./inlay_hints";
import { LineMarks } from "./line_marks";
import { problemMarks } from "./problems";
import { semanticColors } from "./semantic_colors";
import { TextWidget } from "./text_widget";
import { placed, type TextEdit } from "./workspace";

/** What happens in the editor. */
export interface Happens {
  edited(): void;
  /** The cursor is in this line (from 0). */
  moved(line: number): void;
  save(): void;
}

/** Lines that the call in the phone came through. */
const walkedLines = new LineMarks<Decoration, true>(
  (line) => Decoration.line({ class: "walked" }).range(line.from),
  (field) => EditorView.decorations.from(field),
);

/** Callers of a running server, behind the lines where they are. */
const liveCallers = new LineMarks<Decoration, string>(
  (line, text) => Decoration.widget({ widget: new TextWidget("here", text), side: 2 }).range(line.to),
  (field) => EditorView.decorations.from(field),
);

class CoverMark extends GutterMarker {
  constructor(private readonly count: number) {
    super();
  }

  override eq(other: CoverMark): boolean {
    return other.count === this.count;
  }

  override toDOM(): Node {
    const shown = document.createElement("span");
    shown.className = this.count ? "covered" : "uncovered";
    shown.title = this.count ? `taken by ${this.count} test${this.count === 1 ? "" : "s"}` : "no test comes here";
    return shown;
  }
}

/** How many tests take a line. */
const coverage = new LineMarks<GutterMarker, number>(
  (line, count) => new CoverMark(count).range(line.from),
  (field) => gutter({ class: "coverage", markers: (view) => view.state.field(field) }),
);

export class ScriptEditor {
  readonly view: EditorView;

  constructor(
    parent: HTMLElement,
    private readonly nonce: string,
    private readonly happens: Happens,
  ) {
    // A page takes style sheets with its nonce only, also for the text that is empty yet.
    this.view = new EditorView({ parent, extensions: EditorView.cspNonce.of(nonce) });
  }

  /** The line of the cursor, from 0. */
  get line(): number {
    const { doc, selection } = this.view.state;
    return doc.lineAt(selection.main.head).number - 1;
  }

  /** Open a text as a file. */
  open(text: string, uri: string, client: LSPClient): void {
    this.view.setState(EditorState.create({ doc: text, extensions: this.extensions(uri, client) }));
  }

  /** Replace the text, as one step that can be undone. */
  replace(text: string): void {
    const { doc } = this.view.state;
    this.view.dispatch({ changes: { from: 0, to: doc.length, insert: this.view.state.toText(text) } });
  }

  append(text: string): void {
    const { doc } = this.view.state;
    const end = doc.toString().trimEnd().length;
    this.view.dispatch({ changes: { from: end, to: doc.length, insert: this.view.state.toText(`\n\n${text.trimEnd()}\n`) } });
  }

  reveal(from: number, to: number, focus: boolean): void {
    this.view.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
    if (focus) this.view.focus();
  }

  walked(lines: number[]): void {
    walkedLines.set(this.view, new Map(lines.map((line) => [line, true])));
  }

  covered(lines: Map<number, number>): void {
    coverage.set(this.view, lines);
  }

  live(lines: Map<number, string>): void {
    liveCallers.set(this.view, lines);
  }

  private extensions(uri: string, client: LSPClient): Extension[] {
    const save = (): boolean => {
      this.happens.save();
      return true;
    };
    return [
      EditorView.cspNonce.of(this.nonce),
      EditorView.contentAttributes.of({ "aria-label": "Script" }),
      EditorView.lineWrapping,
      coverage.extension,
      lineNumbers(),
      history(),
      drawSelection(),
      highlightActiveLine(),
      highlightSelectionMatches(),
      bracketMatching(),
      closeBrackets(),
      indentUnit.of("  "),
      indentService.of(indentation),
      tooltips({ parent: document.body, position: "fixed" }),
      EditorState.languageData.of(() => [{ commentTokens: { line: "#" } }]),
      problemMarks,
      walkedLines.extension,
      liveCallers.extension,
      services(client, uri),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) this.happens.edited();
        for (const transaction of update.transactions) {
          if (transaction.isUserEvent("input")) void formatTyped(update.view, transaction);
        }
        if (update.selectionSet || update.docChanged) {
          this.happens.moved(this.line);
        }
      }),
      keymap.of([
        { key: "Mod-s", run: save, preventDefault: true },
        { key: "Mod-/", run: toggleComment },
        { key: "Tab", run: takeCompletion },
        ...closeBracketsKeymap,
        ...completionKeymap,
        ...lintKeymap,
        ...searchKeymap,
        ...historyKeymap,
        ...defaultKeymap,
        indentWithTab,
      ]),
    ];
  }
}

/** Columns before a line, by what stands before it: a brace begins and ends a level. */
function indentation(context: IndentContext, pos: number): number {
  const { doc } = context.state;
  const line = doc.lineAt(pos);
  let before = context.simulatedBreak === pos ? line.text.slice(0, pos - line.from) : "";
  for (let number = line.number - 1; number > 0 && !before.trim(); number -= 1) before = doc.line(number).text;
  const level = before.length - before.trimStart().length;
  const opens = /[{[]\s*(#.*)?$/.test(before) ? 2 : 0;
  return Math.max(level + opens - (/^\s*[}\]]/.test(context.textAfterPos(pos)) ? 2 : 0), 0);
}

/** Take the completion that is chosen, or else the first. Enter takes chosen ones only: else it begins a line. */
function takeCompletion(view: EditorView): boolean {
  if (completionStatus(view.state) !== "active") return false;
  if (!selectedCompletion(view.state)) moveCompletionSelection(true)(view);
  return acceptCompletion(view);
}

/** Let the server indent what was typed: a closing brace, or a new line. */
async function formatTyped(view: EditorView, transaction: Transaction): Promise<void> {
  let ch = "";
  transaction.changes.iterChanges((_fromA, _toA, _fromB, _toB, inserted) => {
    const text = inserted.toString();
    ch = text === "}" ? "}" : /^\n[ \t]*$/.test(text) ? "\n" : "";
  });
  const plugin = LSPPlugin.get(view);
  if (!ch || !plugin) return;
  const { doc } = transaction.state;
  plugin.client.sync();
  const position = plugin.toPosition(transaction.state.selection.main.head);
  const params = { textDocument: { uri: plugin.uri }, position, ch, options: { tabSize: 2, insertSpaces: true } };
  try {
    const edits = await plugin.client.request<object, TextEdit[] | null>("textDocument/onTypeFormatting", params);
    if (view.state.doc !== doc || !edits?.length) return;
    const changes = placed(doc, edits);
    view.dispatch({ changes, selection: { anchor: kept(doc, changes, view.state.selection.main.head) }, userEvent: "format" });
  } catch {
    // An edit came between.
  }
}

/** Where a place of a text is after its lines were formatted: behind as much that is not space. */
function kept(doc: Text, changes: { from: number; to: number; insert: string }[], place: number): number {
  const around = changes.find(({ from, to }) => from < place && place <= to);
  if (!around) return ChangeSet.of(changes, doc.length).mapPos(place, 1);
  let left = doc.sliceString(around.from, place).replace(/\s/g, "").length;
  let at = 0;
  for (; left > 0 && at < around.insert.length; at += 1) if (/\S/.test(around.insert[at] ?? "")) left -= 1;
  return ChangeSet.of(changes, doc.length).mapPos(around.from, -1) + at;
}

function services(client: LSPClient, uri: string): Extension[] {
  return [
    client.plugin(uri, "call"),
    autocompletion({ icons: false, selectOnOpen: false }),
    serverCompletion(),
    hoverTooltips(),
    keymap.of([...formatKeymap, ...jumpToDefinitionKeymap, ...findReferencesKeymap]),
    semanticColors,
    inlayHints,
  ];
}

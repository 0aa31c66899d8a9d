/** Colors from the server: what a word is to the language, not how it looks. Between two answers they move along. */

import { LSPPlugin } from "@codemirror/lsp-client";
import { type Range, RangeSet } from "@codemirror/state";
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";

const PAUSE = 60; // milliseconds without an edit until the server is asked

interface Tokens {
  data: number[];
}

class Colors {
  decorations: DecorationSet = Decoration.none;
  private timer = 0;
  private turn = 0;

  constructor(private readonly view: EditorView) {
    this.ask(0);
  }

  update(update: ViewUpdate): void {
    if (!update.docChanged) return;
    this.decorations = this.decorations.map(update.changes);
    this.ask(PAUSE);
  }

  destroy(): void {
    clearTimeout(this.timer);
    this.turn = -1;
  }

  private ask(pause: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.color(), pause);
  }

  private async color(): Promise<void> {
    const plugin = LSPPlugin.get(this.view);
    if (!plugin) return;
    const { client, uri } = plugin;
    await client.initializing;
    client.sync();
    this.turn += 1;
    const { turn } = this;
    const before = this.view.state.doc;
    try {
      const params = { textDocument: { uri } };
      const tokens = await client.request<object, Tokens | null>("textDocument/semanticTokens/full", params);
      if (turn !== this.turn || this.view.state.doc !== before || !tokens) return;
      const legend = client.serverCapabilities?.semanticTokensProvider?.legend.tokenTypes ?? [];
      this.decorations = RangeSet.of(marks(before, tokens.data, legend));
      this.view.dispatch({});
    } catch {
      // An edit came between: the next answer has the colors.
    }
  }
}

function marks(doc: EditorView["state"]["doc"], data: number[], legend: string[]): Range<Decoration>[] {
  const found: Range<Decoration>[] = [];
  let line = 0;
  let column = 0;
  for (let at = 0; at + 4 < data.length; at += 5) {
    const [down, right, length, type] = data.slice(at, at + 4) as [number, number, number, number];
    column = down ? right : column + right;
    line += down;
    if (line >= doc.lines) break;
    const from = doc.line(line + 1).from + column;
    const to = Math.min(from + length, doc.length);
    if (to > from) found.push(Decoration.mark({ class: `tok-${legend[type] ?? "other"}` }).range(from, to));
  }
  return found;
}

export const semanticColors = ViewPlugin.fromClass(Colors, { decorations: (colors) => colors.decorations });

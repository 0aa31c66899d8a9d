/** Marks that the server makes of the whole text, asked for after each pause. Between two answers they move along. */

import { type LSPClient, LSPPlugin } from "@codemirror/lsp-client";
import { type Extension, type Range, RangeSet, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";

/** A request about a document, and the marks of its answer. It is asked `first` milliseconds after the document was
 * opened, and `pause` after the last edit. */
export interface Marking<Answer> {
  method: string;
  first: number;
  pause: number;
  params(doc: Text, plugin: LSPPlugin): object;
  marks(doc: Text, answer: Answer, client: LSPClient): Range<Decoration>[];
}

export function serverMarks<Answer>(marking: Marking<Answer>): Extension {
  class Marks {
    decorations: DecorationSet = Decoration.none;
    private timer = 0;
    private gone = false;

    constructor(private readonly view: EditorView) {
      this.ask(marking.first);
    }

    update(update: ViewUpdate): void {
      if (!update.docChanged) return;
      this.decorations = this.decorations.map(update.changes);
      this.ask(marking.pause);
    }

    destroy(): void {
      clearTimeout(this.timer);
      this.gone = true;
    }

    private ask(pause: number): void {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.mark(), pause);
    }

    private async mark(): Promise<void> {
      const plugin = LSPPlugin.get(this.view);
      if (!plugin) return;
      const { client, uri } = plugin;
      await client.initializing;
      client.sync();
      const { doc } = this.view.state;
      try {
        const params = { textDocument: { uri }, ...marking.params(doc, plugin) };
        const answer = await client.request<object, Answer | null>(marking.method, params);
        if (this.gone || this.view.state.doc !== doc || !answer) return;
        this.decorations = RangeSet.of(marking.marks(doc, answer, client), true);
        this.view.dispatch({});
      } catch {
        // An edit came between: the next answer has the marks.
      }
    }
  }
  return ViewPlugin.fromClass(Marks, { decorations: (marks) => marks.decorations });
}

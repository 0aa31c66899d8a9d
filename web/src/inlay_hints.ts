/** Hints beside the text, such as the seconds that a text takes. They are no part of the script. */

import { LSPPlugin } from "@codemirror/lsp-client";
import { type Range, RangeSet } from "@codemirror/state";
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate, WidgetType } from "@codemirror/view";

import type { Position } from "./protocol";

const PAUSE = 400; // milliseconds without an edit: hints jump while one types

interface Hint {
  position: Position;
  label: string | { value: string }[];
  paddingLeft?: boolean;
  tooltip?: string | { value: string };
}

class HintText extends WidgetType {
  constructor(
    private readonly text: string,
    private readonly title: string,
  ) {
    super();
  }

  override eq(other: HintText): boolean {
    return other.text === this.text;
  }

  override toDOM(): HTMLElement {
    const shown = document.createElement("span");
    shown.className = "inlay";
    shown.textContent = this.text;
    shown.title = this.title;
    return shown;
  }
}

class Hints {
  decorations: DecorationSet = Decoration.none;
  private timer = 0;

  constructor(private readonly view: EditorView) {
    this.ask(PAUSE);
  }

  update(update: ViewUpdate): void {
    if (!update.docChanged) return;
    this.decorations = this.decorations.map(update.changes);
    this.ask(PAUSE);
  }

  destroy(): void {
    clearTimeout(this.timer);
  }

  private ask(pause: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.hint(), pause);
  }

  private async hint(): Promise<void> {
    const plugin = LSPPlugin.get(this.view);
    if (!plugin) return;
    const { client, uri } = plugin;
    await client.initializing;
    client.sync();
    const before = this.view.state.doc;
    const range = { start: { line: 0, character: 0 }, end: plugin.toPosition(before.length) };
    try {
      const params = { textDocument: { uri }, range };
      const hints = await client.request<object, Hint[] | null>("textDocument/inlayHint", params);
      if (this.view.state.doc !== before) return;
      this.decorations = RangeSet.of((hints ?? []).map((hint) => widget(hint, plugin)), true);
      this.view.dispatch({});
    } catch {
      // An edit came between: the next answer has the hints.
    }
  }
}

function widget(hint: Hint, plugin: LSPPlugin): Range<Decoration> {
  const text = typeof hint.label === "string" ? hint.label : hint.label.map((part) => part.value).join("");
  const tooltip = typeof hint.tooltip === "object" ? hint.tooltip.value : hint.tooltip;
  return Decoration.widget({ widget: new HintText(text, tooltip ?? ""), side: 1 }).range(plugin.fromPosition(hint.position));
}

export const inlayHints = ViewPlugin.fromClass(Hints, { decorations: (hints) => hints.decorations });

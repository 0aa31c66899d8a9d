/** Hints beside the text, such as the seconds that a text takes. */

import type { Range, Text } from "@codemirror/state";
import { Decoration } from "@codemirror/view";

import type { Position } from "./protocol";
import { serverMarks } from "./server_marks";
import { TextWidget } from "./text_widget";
import { offset } from "./workspace";

interface Hint {
  position: Position;
  label: string | { value: string }[];
  tooltip?: string | { value: string };
}

function shown(doc: Text, hint: Hint): Range<Decoration> {
  const text = typeof hint.label === "string" ? hint.label : hint.label.map((part) => part.value).join("");
  const tooltip = typeof hint.tooltip === "object" ? hint.tooltip.value : hint.tooltip;
  return Decoration.widget({ widget: new TextWidget("inlay", text, tooltip), side: 1 }).range(offset(doc, hint.position));
}

export const inlayHints = serverMarks<Hint[]>({
  method: "textDocument/inlayHint",
  first: 400,
  pause: 400, // hints jump while one types
  params: (doc, plugin) => ({ range: { start: { line: 0, character: 0 }, end: plugin.toPosition(doc.length) } }),
  marks: (doc, hints) => hints.map((hint) => shown(doc, hint)),
});

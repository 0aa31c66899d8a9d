/** Colors from the server: what a word is to the language, not how it looks. */

import type { Range, Text } from "@codemirror/state";
import { Decoration } from "@codemirror/view";

import { serverMarks } from "./server_marks";

interface Tokens {
  data: number[];
}

function colored(doc: Text, data: number[], legend: string[]): Range<Decoration>[] {
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

export const semanticColors = serverMarks<Tokens>({
  method: "textDocument/semanticTokens/full",
  first: 0,
  pause: 60,
  params: () => ({}),
  marks: (doc, { data }, client) =>
    colored(doc, data, client.serverCapabilities?.semanticTokensProvider?.legend.tokenTypes ?? []),
});

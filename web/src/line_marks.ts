/** Marks of lines that something outside of the text sets: all at once, and they move along with edits. */

import { type Extension, type Range, RangeSet, type RangeValue, StateEffect, StateField, type Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";

export class LineMarks<Mark extends RangeValue, Value> {
  private readonly wanted = StateEffect.define<Map<number, Value>>();
  private readonly field: StateField<RangeSet<Mark>>;
  readonly extension: Extension;

  /** `mark` makes the mark of a line with its value; `provide` shows those of a field. */
  constructor(
    mark: (line: ReturnType<Text["line"]>, value: Value) => Range<Mark>,
    provide: (field: StateField<RangeSet<Mark>>) => Extension,
  ) {
    this.field = StateField.define<RangeSet<Mark>>({
      create: () => RangeSet.empty as RangeSet<Mark>,
      update: (marks, transaction) => {
        for (const effect of transaction.effects) {
          if (!effect.is(this.wanted)) continue;
          const { doc } = transaction.state;
          const known = [...effect.value].filter(([line]) => line < doc.lines).sort(([a], [b]) => a - b);
          return RangeSet.of(known.map(([line, value]) => mark(doc.line(line + 1), value)));
        }
        return marks.map(transaction.changes);
      },
    });
    this.extension = [this.field, provide(this.field)];
  }

  /** Mark these lines (from 0), and no others. */
  set(view: EditorView, lines: Map<number, Value>): void {
    view.dispatch({ effects: this.wanted.of(lines) });
  }
}

/** A text beside the script that is no part of it. */

import { WidgetType } from "@codemirror/view";

export class TextWidget extends WidgetType {
  constructor(
    private readonly kind: string,
    private readonly text: string,
    private readonly title = "",
  ) {
    super();
  }

  override eq(other: TextWidget): boolean {
    return other.kind === this.kind && other.text === this.text;
  }

  override toDOM(): HTMLElement {
    const shown = document.createElement("span");
    shown.className = this.kind;
    shown.textContent = this.text;
    if (this.title) shown.title = this.title;
    return shown;
  }
}

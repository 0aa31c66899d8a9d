/** The notice of a page: what it tells of the script, or of what was done. */

import { el, part } from "./dom";
import type { Host } from "./host";
import type { Location } from "./protocol";

/** Show a text, with a button for the place that it is about; without a text nothing is shown. */
export function notice(
  host: Host,
  kind: "" | "altered" | "answer" | "done" | "wrong",
  text: string,
  location: Location | null = null,
): void {
  const box = part("notice");
  box.className = kind;
  const shows = location && el("button", {
    type: "button",
    class: "quiet",
    text: "Show",
    on: { click: () => host.reveal(location) },
  });
  box.replaceChildren(...(text ? [el("span", { text }), ...(shows ? [shows] : [])] : []));
}

/** Elements without markup: text of scripts is only ever text. */

type Child = Node | string | null | undefined | false;

interface Given {
  class?: string;
  text?: string;
  on?: { [Kind in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Kind]) => void };
  /** Attributes; those that are null or false are left out. */
  [attribute: string]: unknown;
}

/** An element with its attributes, listeners and children. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  given: Given = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  const { class: classes, text, on, ...attributes } = given;
  if (classes) made.className = classes;
  if (text !== undefined) made.textContent = text;
  for (const [kind, listener] of Object.entries(on ?? {})) made.addEventListener(kind, listener as EventListener);
  setAttributes(made, attributes);
  made.append(...present(children));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** An element of a drawing. */
export function svg(tag: string, attributes: Record<string, unknown> = {}, ...children: Child[]): SVGElement {
  const made = document.createElementNS(SVG, tag) as SVGElement;
  setAttributes(made, attributes);
  made.append(...present(children));
  return made;
}

function setAttributes(made: Element, attributes: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? "" : String(value));
  }
}

function present(children: Child[]): (Node | string)[] {
  return children.filter((child): child is Node | string => !!child || child === "");
}

/** A part of the page that is in its markup or was added at the start. */
export function part<Kind extends HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as Kind;
}

/** Seconds as a clock shows them: `0:07.8`. */
export function clock(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  const minutes = Math.floor(tenths / 600);
  const rest = tenths % 600;
  const start = minutes >= 60 ? `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}` : `${minutes}`;
  return `${start}:${String(Math.floor(rest / 10)).padStart(2, "0")}.${rest % 10}`;
}

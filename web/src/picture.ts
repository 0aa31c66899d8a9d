/** The picture of a graph that is laid out. */

import type { ElkEdgeSection, ElkNode } from "elkjs/lib/elk-api.js";

import { svg } from "./dom";
import { type DrawnBox, type DrawnEdge, type Drawing, HEAD, LABEL_FONT, LINE } from "./drawing";
import type { Location } from "./protocol";

const CORNER = 6;

/** What becomes of clicks. */
export interface Hands {
  reveal(location: Location): void;
  toggle(step: string): void;
}

/** The picture: grounds of open steps, arrows, boxes. */
export function picture(drawn: Drawing, laid: ElkNode, hands: Hands): SVGElement {
  const { width = 0, height = 0 } = laid;
  const boxes: SVGElement[] = [];
  const grounds: SVGElement[] = [];
  const place = (node: ElkNode): void => {
    const box = drawn.boxes.get(node.id);
    if (box) boxes.push(drawnBox(box, node, hands));
    // The ground of an open step lies below the arrows.
    const { x, y, width, height } = node;
    if (box?.open) grounds.push(svg("rect", { class: "ground", x, y, width, height, rx: 7 }));
    node.children?.forEach(place);
  };
  laid.children?.forEach(place);
  const arrows = (laid.edges ?? []).flatMap((edge) => {
    const arrow = drawn.edges.get(edge.id);
    return arrow ? [drawnArrow(arrow, edge.sections ?? [], edge.labels?.[0])] : [];
  });
  const heads = ["", "lit"].map((kind) =>
    svg(
      "marker",
      { id: `head${kind}`, class: kind, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" },
      svg("path", { d: "M0 0 L8 4 L0 8 z" }),
    ),
  );
  return svg(
    "svg",
    { viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`, "data-width": width, role: "group", "aria-label": "Steps" },
    svg("defs", {}, ...heads),
    svg("g", { "aria-hidden": "true" }, ...grounds, ...arrows),
    svg("g", {}, ...boxes),
  );
}

function drawnBox(box: DrawnBox, at: ElkNode, hands: Hands): SVGElement {
  const { x = 0, y = 0, width = 0, height = 0 } = at;
  const kind = box.node ? kindOf(box.node.kind, box.node.waits) : box.open ? "step open" : "step";
  const location = (box.node ?? box.step)?.location;
  const text = box.node?.text ?? box.step?.title ?? "";
  const group = svg(
    "g",
    {
      class: `box ${kind}${box.step?.kind === "handler" ? " handler" : ""}`,
      transform: `translate(${x} ${y})`,
      tabindex: 0,
      role: box.step ? "button" : "link",
      "aria-label": box.step ? `step ${text}` : box.lines.join(" "),
      "aria-expanded": box.step ? String(box.open) : null,
      "data-box": box.id,
      "data-step": box.step?.name,
    },
    svg("title", {}, text),
    svg("rect", { width, height, rx: box.node && !box.node.step ? 16 : 7 }),
    ...box.lines.map((line, number) =>
      svg(
        "text",
        box.step
          ? { x: 34, y: box.open ? 22 : height / 2 + 4.5, class: "name", "aria-hidden": "true" }
          : { "aria-hidden": "true", x: width / 2, y: (height - box.lines.length * LINE) / 2 + number * LINE + 13, "text-anchor": "middle" },
        number + 1 < box.lines.length ? `${line} ` : line,
      ),
    ),
  );
  if (box.step) group.append(chevron(box, height, hands));
  if (location) group.addEventListener("click", () => hands.reveal(location));
  return group;
}

function kindOf(kind: string, waits: boolean): string {
  if (kind === "start" || kind === "end") return kind;
  return waits ? "waits" : kind === "if" || kind === "choose" || kind === "for" ? "test" : "says";
}

/** The sign that opens and closes a step with the mouse; with the keyboard, a space does. */
function chevron(box: DrawnBox, height: number, hands: Hands): SVGElement {
  const middle = box.open ? HEAD / 2 : height / 2;
  const sign = svg(
    "g",
    { class: "chevron", transform: `translate(18 ${middle}) rotate(${box.open ? 90 : 0})` },
    svg("rect", { x: -14, y: -14, width: 28, height: 28, rx: 5 }),
    svg("path", { d: "M-3 -5 L3 0 L-3 5" }),
  );
  sign.addEventListener("click", (event) => {
    event.stopPropagation();
    hands.toggle(box.step?.name ?? "");
  });
  return sign;
}

function drawnArrow(
  arrow: DrawnEdge,
  sections: ElkEdgeSection[],
  label: { x?: number; y?: number; width?: number } | undefined,
): SVGElement {
  const lines = sections.map((section) =>
    svg("path", { d: rounded([section.startPoint, ...(section.bendPoints ?? []), section.endPoint]), "marker-end": "url(#head)" }),
  );
  const text = label && svg(
    "text",
    { x: (label.x ?? 0) + (label.width ?? 0) / 2, y: (label.y ?? 0) + 13, "text-anchor": "middle", "font-size": LABEL_FONT },
    arrow.label,
  );
  const attributes = { class: arrow.webhook ? "arrow webhook" : "arrow", "data-arrow": arrow.id, "data-from": arrow.from, "data-to": arrow.to };
  return svg("g", attributes, svg("title", {}, arrow.title), ...lines, text);
}

/** A path through these points with round corners. */
function rounded(points: { x: number; y: number }[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let path = `M${first.x} ${first.y}`;
  rest.forEach((point, number) => {
    const before = points[number] ?? first;
    const after = rest[number + 1];
    if (!after) {
      path += ` L${point.x} ${point.y}`;
      return;
    }
    const start = toward(point, before);
    const end = toward(point, after);
    path += ` L${start.x} ${start.y} Q${point.x} ${point.y} ${end.x} ${end.y}`;
  });
  return path;
}

function toward(from: { x: number; y: number }, to: { x: number; y: number }): { x: number; y: number } {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const part = Math.min(CORNER, length / 2) / length;
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

/** The graph: the steps of the script and how a call goes from one to the next. A view: the script is edited as text. */

import type { ElkEdgeSection, ElkNode } from "elkjs/lib/elk-api.js";

import { el, part, svg } from "./dom";
import { type DrawnBox, type DrawnEdge, type Drawing, drawing, HEAD, LABEL_FONT, LINE, stepId } from "./drawing";
import { connect, type Host, type Page, type Start } from "./host";
import { Layouts } from "./layout_worker";
import type { CallGraph, Location } from "./protocol";
import { type Path, walkedPath } from "./walked";

const FAMILY = "system-ui, sans-serif";
const CORNER = 6;
const ZOOMS = [0.4, 0.55, 0.7, 0.85, 1, 1.2, 1.5, 2];
const SMALLEST = 0.55; // what a graph is made at most so that it fits
const KEPT = 20; // layouts that are remembered
const SCRIPT = document.currentScript as HTMLScriptElement | null;

/** `zoom`: how large, or null where the graph fits the width of the page. */
interface Kept {
  open: string[];
  zoom: number | null;
}

class Graph implements Page {
  private graph: CallGraph | null = null;
  private open = new Set<string>();
  private zoom: number | null = null;
  private lines: Location[] = [];
  private wanted = 0;
  private toShow: string | null = null;
  private readonly layouts = new Layouts(SCRIPT);
  private readonly known = new Map<string, Promise<ElkNode>>();
  private readonly canvas = document.createElement("canvas").getContext("2d");

  constructor(private readonly host: Host) {
    part("page").append(...layout());
    part("open-all").addEventListener("click", () => this.openOnly(this.graph?.steps.map((step) => step.name) ?? []));
    part("close-all").addEventListener("click", () => this.openOnly([]));
    part("closer").addEventListener("click", () => this.zoomBy(1));
    part("farther").addEventListener("click", () => this.zoomBy(-1));
    part("fit").addEventListener("click", () => this.zoomTo(null));
    window.addEventListener("resize", () => this.scale());
    part("drawing").addEventListener("keydown", (event) => this.key(event));
  }

  // ---- what the host says

  start(start: Start): void {
    part("title").textContent = start.title;
    document.title = `Graph: ${start.title}`;
    const kept = start.state as Kept | undefined;
    this.open = new Set(kept?.open ?? []);
    this.zoom = kept?.zoom ?? null;
    if (start.step) this.open.add(start.step);
    this.toShow = start.step ?? null;
    this.changed();
  }

  changed(): void {
    this.host
      .ask<CallGraph>("nccodsl/graph", {})
      .then((graph) => this.take(graph))
      .catch((error: Error) => this.notice(error.message, null));
  }

  walked(lines: Location[]): void {
    this.lines = lines;
    this.light();
  }

  private take(graph: CallGraph): void {
    // While the script has errors, the graph that was drawn last stays.
    if (graph.problem) return this.notice(graph.problem, graph.location);
    this.notice("", null);
    this.graph = graph;
    void this.draw();
  }

  private notice(text: string, location: Location | null): void {
    const box = part("notice");
    box.className = text ? "wrong" : "";
    const shows = location && el("button", {
      type: "button",
      class: "quiet",
      text: "Show",
      on: { click: () => this.host.reveal(location) },
    });
    box.replaceChildren(...(text ? [el("span", { text }), ...(shows ? [shows] : [])] : []));
  }

  // ---- what the person does

  private openOnly(steps: string[]): void {
    this.open = new Set(steps);
    void this.draw();
  }

  private toggle(step: string): void {
    if (!this.open.delete(step)) this.open.add(step);
    void this.draw();
  }

  /** One size larger (1) or smaller (-1). */
  private zoomBy(by: number): void {
    const now = this.scaleNow();
    const at = by > 0 ? ZOOMS.findIndex((zoom) => zoom > now + 0.01) : ZOOMS.findLastIndex((zoom) => zoom < now - 0.01);
    this.zoomTo(ZOOMS[at] ?? now);
  }

  private zoomTo(zoom: number | null): void {
    this.zoom = zoom;
    this.scale();
    this.keep();
  }

  /** Arrow keys go along the arrows, Enter goes to the script, a space opens and closes a step. */
  private key(event: KeyboardEvent): void {
    const box = (event.target as Element).closest<SVGElement>("[data-box]");
    if (!box) return;
    const id = box.dataset["box"] ?? "";
    if (event.key === "Enter" || event.key === " ") {
      const step = box.dataset["step"];
      if (event.key === " " && step) this.toggle(step);
      else box.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    } else {
      const forth = event.key === "ArrowDown" || event.key === "ArrowRight";
      if (!forth && event.key !== "ArrowUp" && event.key !== "ArrowLeft") return;
      this.neighbor(id, forth)?.focus();
    }
    event.preventDefault();
  }

  private neighbor(id: string, forth: boolean): SVGElement | null {
    const [own, other] = forth ? (["from", "to"] as const) : (["to", "from"] as const);
    for (const arrow of part("drawing").querySelectorAll<SVGElement>("[data-from]")) {
      if (arrow.dataset[own] === id) return this.box(arrow.dataset[other] ?? "");
    }
    return null;
  }

  private box(id: string): SVGElement | null {
    return part("drawing").querySelector<SVGElement>(`[data-box="${CSS.escape(id)}"]`);
  }

  private keep(): void {
    this.host.keep({ open: [...this.open], zoom: this.zoom } satisfies Kept);
  }

  // ---- drawing

  private async draw(): Promise<void> {
    const { graph } = this;
    if (!graph) return;
    this.wanted += 1;
    const turn = this.wanted;
    part("page").classList.add("busy");
    const drawn = drawing(graph, this.open, (text, size) => this.measure(text, size));
    try {
      const laid = await this.positions(drawn);
      if (turn !== this.wanted) return;
      const first = part("drawing").childElementCount === 0;
      const focused = (document.activeElement as SVGElement | null)?.dataset?.["box"];
      part("drawing").replaceChildren(this.picture(drawn, laid));
      this.scale();
      if (first) part("drawing").scrollLeft = (part("drawing").scrollWidth - part("drawing").clientWidth) / 2;
      this.light();
      if (focused) this.box(focused)?.focus({ preventScroll: true });
      this.scrollTo();
      this.keep();
    } catch (error) {
      this.notice(`The graph cannot be laid out: ${(error as Error).message}`, null);
    } finally {
      if (turn === this.wanted) part("page").classList.remove("busy");
    }
  }

  /** The layout; what has the same boxes and arrows as before stays where it was. */
  private positions(drawn: Drawing): Promise<ElkNode> {
    const key = JSON.stringify(drawn.layout);
    let found = this.known.get(key);
    if (!found) {
      found = this.layouts.of(drawn.layout);
      this.known.set(key, found);
      found.catch(() => this.known.delete(key));
      for (const old of [...this.known.keys()].slice(0, -KEPT)) this.known.delete(old);
    }
    return found;
  }

  private measure(text: string, size: number): number {
    if (!this.canvas) return text.length * size * 0.6;
    this.canvas.font = `${size}px ${FAMILY}`;
    return this.canvas.measureText(text).width;
  }

  private picture(drawn: Drawing, laid: ElkNode): SVGElement {
    const { width = 0, height = 0 } = laid;
    const boxes: SVGElement[] = [];
    const grounds: SVGElement[] = [];
    const place = (node: ElkNode): void => {
      const box = drawn.boxes.get(node.id);
      if (box) boxes.push(this.drawnBox(box, node));
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
    const { graph } = this;
    return svg(
      "svg",
      { viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`, "data-width": width, role: "group", "aria-label": graph?.name },
      svg("defs", {}, ...heads),
      svg("g", { "aria-hidden": "true" }, ...grounds, ...arrows),
      svg("g", {}, ...boxes),
    );
  }

  private drawnBox(box: DrawnBox, at: ElkNode): SVGElement {
    const { x = 0, y = 0, width = 0, height = 0 } = at;
    const kind = box.node ? this.kind(box.node.kind, box.node.waits) : box.open ? "step open" : "step";
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
    if (box.step) group.append(this.chevron(box, height));
    if (location) group.addEventListener("click", () => this.host.reveal(location));
    return group;
  }

  private kind(kind: string, waits: boolean): string {
    if (kind === "start" || kind === "end") return kind;
    return waits ? "waits" : kind === "if" || kind === "choose" || kind === "for" ? "test" : "says";
  }

  /** The sign that opens and closes a step with the mouse; with the keyboard, a space does. */
  private chevron(box: DrawnBox, height: number): SVGElement {
    const middle = box.open ? HEAD / 2 : height / 2;
    const sign = svg(
      "g",
      { class: "chevron", transform: `translate(18 ${middle}) rotate(${box.open ? 90 : 0})` },
      svg("rect", { x: -14, y: -14, width: 28, height: 28, rx: 5 }),
      svg("path", { d: "M-3 -5 L3 0 L-3 5" }),
    );
    sign.addEventListener("click", (event) => {
      event.stopPropagation();
      this.toggle(box.step?.name ?? "");
    });
    return sign;
  }

  private scaleNow(): number {
    const area = part("drawing");
    const width = Number(area.querySelector("svg")?.dataset["width"]) || 1;
    return this.zoom ?? Math.min(1, Math.max(SMALLEST, area.clientWidth / width));
  }

  /** Size the picture, and keep in the middle what is there. */
  private scale(): void {
    const area = part("drawing");
    const picture = area.querySelector("svg");
    if (!picture) return;
    const before = picture.clientWidth || 1;
    const middle = area.scrollLeft + area.clientWidth / 2;
    const zoom = this.scaleNow();
    picture.style.width = `${Number(picture.dataset["width"]) * zoom}px`;
    part("zoom").textContent = `${Math.round(zoom * 100)} %`;
    area.scrollLeft = (middle * picture.clientWidth) / before - area.clientWidth / 2;
  }

  private scrollTo(): void {
    const step = this.graph?.steps.find((one) => one.name === this.toShow);
    this.toShow = null;
    const box = step && this.box(stepId(step));
    box?.scrollIntoView({ block: "center", inline: "center" });
    box?.focus({ preventScroll: true });
  }

  // ---- the path that was walked

  private light(): void {
    const { graph } = this;
    if (!graph) return;
    const path: Path = walkedPath(graph, this.lines);
    const lit = new Set(path.nodes);
    const home = new Map<string, string>();
    for (const step of graph.steps) {
      for (const id of step.nodes) {
        if (!this.open.has(step.name)) home.set(id, stepId(step));
        if (path.nodes.has(id)) lit.add(stepId(step));
      }
    }
    const drawn = (id: string): string => home.get(id) ?? id;
    const arrows = new Set([...path.edges].map((edge) => `${drawn(edge.from)} -> ${drawn(edge.to)} ${edge.webhook}`));
    for (const box of part("drawing").querySelectorAll<SVGElement>("[data-box]")) {
      box.classList.toggle("lit", lit.has(box.dataset["box"] ?? ""));
    }
    for (const arrow of part("drawing").querySelectorAll<SVGElement>("[data-from]")) {
      arrow.classList.toggle("lit", arrows.has(arrow.dataset["arrow"] ?? ""));
    }
  }
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

function layout(): HTMLElement[] {
  const button = (id: string, text: string, title: string, label?: string): HTMLElement =>
    el("button", { id, type: "button", class: "quiet", text, title, "aria-label": label });
  return [
    el(
      "header",
      {},
      el("h1", { id: "title" }),
      el(
        "div",
        { class: "tools" },
        button("open-all", "Open all", "Show what all steps do"),
        button("close-all", "Close all", "Show steps only"),
        button("farther", "−", "Zoom out", "Zoom out"),
        el("output", { id: "zoom", class: "hint" }),
        button("closer", "+", "Zoom in", "Zoom in"),
        button("fit", "Fit", "Fit the width"),
      ),
    ),
    el("div", { id: "notice", role: "status" }),
    el("main", { id: "drawing", tabindex: 0, "aria-label": "Graph" }),
    el(
      "footer",
      { class: "hint" },
      el("span", { class: "key waits", text: "waits for an answer" }),
      el("span", { class: "key webhook", text: "asks the script" }),
      el("span", { class: "key lit", text: "this call" }),
      el("span", { text: "Enter: show in the script · Space: open a step · arrow keys: along the arrows" }),
    ),
  ];
}

connect((host) => new Graph(host));

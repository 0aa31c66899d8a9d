/** The graph: the steps of the script and how a call goes from one to the next. A view: the script is edited as text. */

import type { ElkNode } from "elkjs/lib/elk-api.js";

import { el, part } from "./dom";
import { type Drawing, drawing, stepId } from "./drawing";
import { connect, type Host, type Page, type Start } from "./host";
import { Layouts } from "./layout_worker";
import { notice } from "./notice";
import { type Hands, picture } from "./picture";
import type { CallGraph, Location } from "./protocol";
import { type Path, walkedPath } from "./walked";

const FAMILY = "system-ui, sans-serif";
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
  private readonly hands: Hands = {
    reveal: (location) => this.host.reveal(location),
    toggle: (step) => this.toggle(step),
  };
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
      .catch((error: Error) => notice(this.host, "wrong", error.message));
  }

  walked(lines: Location[]): void {
    this.lines = lines;
    this.light();
  }

  private take(graph: CallGraph): void {
    // While the script has errors, the graph that was drawn last stays.
    if (graph.problem) return notice(this.host, "wrong", graph.problem, graph.location);
    notice(this.host, "", "");
    this.graph = graph;
    void this.draw();
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
    part("drawing").setAttribute("aria-busy", "true");
    const drawn = drawing(graph, this.open, (text, size) => this.measure(text, size));
    try {
      const laid = await this.positions(drawn);
      if (turn !== this.wanted) return;
      const first = part("drawing").childElementCount === 0;
      const focused = (document.activeElement as SVGElement | null)?.dataset?.["box"];
      part("drawing").replaceChildren(picture(drawn, laid, this.hands));
      this.scale();
      if (first) part("drawing").scrollLeft = (part("drawing").scrollWidth - part("drawing").clientWidth) / 2;
      this.light();
      if (focused) this.box(focused)?.focus({ preventScroll: true });
      this.scrollTo();
      this.keep();
    } catch (error) {
      notice(this.host, "wrong", `The graph cannot be laid out: ${(error as Error).message}`);
    } finally {
      if (turn === this.wanted) part("drawing").removeAttribute("aria-busy");
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

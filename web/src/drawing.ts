/** From a graph of a call to what is drawn: closed steps are one box, opened ones show their statements. */

import type { ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api.js";

import type { CallGraph, GraphNode, GraphStep } from "./protocol";

export const FONT = 13;
export const LABEL_FONT = 12;
export const LINE = 18;
const WIDEST = 240; // of the text in a statement
const MOST_LINES = 4;
const LONGEST_LABEL = 34;
const PAD = 12;
export const HEAD = 34; // the height of a step's title

/** A box: a step, or a statement. */
export interface DrawnBox {
  id: string;
  step: GraphStep | null;
  node: GraphNode | null;
  open: boolean;
  lines: string[];
}

/** An arrow, which may stand for several edges of the graph. */
export interface DrawnEdge {
  id: string;
  from: string;
  to: string;
  label: string;
  /** All that its edges say, for people who ask. */
  title: string;
  webhook: boolean;
}

export interface Drawing {
  boxes: Map<string, DrawnBox>;
  edges: Map<string, DrawnEdge>;
  /** What ELK lays out. */
  layout: ElkNode;
}

export type Measure = (text: string, size: number) => number;

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
  "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
  "elk.layered.spacing.nodeNodeBetweenLayers": "34",
  "elk.layered.spacing.edgeNodeBetweenLayers": "16",
  "elk.spacing.nodeNode": "28",
  "elk.spacing.edgeNode": "18",
  "elk.spacing.edgeEdge": "12",
  "elk.spacing.edgeLabel": "4",
  "elk.json.shapeCoords": "ROOT",
  "elk.json.edgeCoords": "ROOT",
  "elk.padding": "[top=16,left=16,bottom=16,right=16]",
};
const INSIDE = { "elk.padding": `[top=${HEAD + 12},left=16,bottom=16,right=16]` };

/** What to draw while these steps are open. */
export function drawing(graph: CallGraph, open: ReadonlySet<string>, measure: Measure): Drawing {
  const boxes = new Map<string, DrawnBox>();
  const children: ElkNode[] = [];
  const home = new Map<string, string>();
  const add = (node: GraphNode, inside: ElkNode[]): void => {
    const lines = wrapped(node.text, (text) => measure(text, FONT));
    const width = Math.max(...lines.map((line) => measure(line, FONT)), 20) + 2 * PAD;
    boxes.set(node.id, { id: node.id, step: null, node, open: false, lines });
    inside.push({ id: node.id, width: Math.ceil(width), height: lines.length * LINE + PAD });
  };
  for (const node of graph.nodes) if (node.step === null) add(node, children);
  for (const step of graph.steps) {
    const id = stepId(step);
    const opened = open.has(step.name);
    boxes.set(id, { id, step, node: null, open: opened, lines: [step.title] });
    const nodes = graph.nodes.filter((node) => node.step === step.name);
    const inside: ElkNode[] = [];
    for (const node of nodes) {
      home.set(node.id, opened ? node.id : id);
      if (opened) add(node, inside);
    }
    const width = Math.ceil(Math.max(measure(step.title, FONT) * 1.1 + 62, 96));
    children.push(opened ? { id, children: inside, layoutOptions: INSIDE } : { id, width, height: HEAD + 10 });
  }
  const edges = arrows(graph, (id) => home.get(id) ?? id);
  return { boxes, edges, layout: { id: "root", layoutOptions: OPTIONS, children, edges: laid(edges, measure) } };
}

export function stepId(step: GraphStep): string {
  return `step ${step.name}`;
}

/** The arrows between what is drawn. Edges between the same boxes share one. */
function arrows(graph: CallGraph, drawn: (id: string) => string): Map<string, DrawnEdge> {
  const found = new Map<string, DrawnEdge & { labels: Set<string> }>();
  for (const edge of graph.edges) {
    const [from, to] = [drawn(edge.from), drawn(edge.to)];
    // What a closed step does inside is not drawn; an arrow of a statement to itself is.
    if (from === to && edge.from !== edge.to) continue;
    const id = `${from} -> ${to} ${edge.webhook}`;
    const arrow = found.get(id) ?? { id, from, to, label: "", title: "", webhook: edge.webhook, labels: new Set() };
    for (const said of [edge.label, edge.says]) if (said) arrow.labels.add(said);
    found.set(id, arrow);
  }
  for (const arrow of found.values()) {
    arrow.title = [...arrow.labels].join(", ");
    arrow.label = cut(arrow.title, LONGEST_LABEL);
  }
  return found;
}

function laid(edges: Map<string, DrawnEdge>, measure: Measure): ElkExtendedEdge[] {
  return [...edges.values()].map(({ id, from, to, label }) => ({
    id,
    sources: [from],
    targets: [to],
    labels: label ? [{ text: label, width: Math.ceil(measure(label, LABEL_FONT)) + 6, height: LINE }] : [],
  }));
}

function wrapped(text: string, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = "";
  // A template of some words stays whole.
  for (const word of text.replace(/\{\{[^{}]{1,30}\}\}/g, (one) => one.replaceAll(" ", "\u00a0")).split(" ")) {
    const longer = line ? `${line} ${word}` : word;
    if (line && measure(longer) > WIDEST) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  const fitting = lines.slice(0, MOST_LINES).map((one) => cut(one, 48));
  if (lines.length > MOST_LINES) fitting[MOST_LINES - 1] = `${fitting[MOST_LINES - 1]} …`;
  return fitting;
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** Which nodes and edges of a graph a call came through, as far as the places of what was done tell. */

import type { CallGraph, GraphEdge, Location } from "./protocol";

export interface Path {
  nodes: Set<string>;
  edges: Set<GraphEdge>;
}

/** Kinds of statements that a call passes on its way to the next one, without a trace in its timeline. */
const PASSING = new Set(["start", "if", "choose", "set", "for", "goto", "ask", "send", "opt_out"]);

/** From the places that a call came through, in order, to what it came through in the graph. */
export function walkedPath(graph: CallGraph, lines: Location[]): Path {
  const path: Path = { nodes: new Set(), edges: new Set() };
  const out = new Map<string, GraphEdge[]>();
  for (const edge of graph.edges) out.set(edge.from, [...(out.get(edge.from) ?? []), edge]);
  const kinds = new Map(graph.nodes.map((node) => [node.id, node.kind]));
  const at = new Map<string, string[]>();
  for (const node of graph.nodes) {
    if (node.kind === "start" || node.kind === "end") continue;
    const key = place(node.location);
    at.set(key, [...(at.get(key) ?? []), node.id]);
  }
  let here: string[] = lines.length ? [graph.start] : [];
  for (const line of lines) {
    const there = at.get(place(line));
    if (!there) continue;
    const way = shortest(here, new Set(there), out, kinds);
    for (const edge of way) {
      path.edges.add(edge);
      path.nodes.add(edge.from).add(edge.to);
    }
    // Several nodes may share a place: the call is at the one that the way leads to, or at any of them.
    const last = way.at(-1);
    here = last ? [last.to] : there;
    here.forEach((id) => path.nodes.add(id));
  }
  return path;
}

function place({ uri, range }: Location): string {
  return `${uri}:${range.start.line}:${range.start.character}`;
}

/** The edges of the shortest way to one of `there`, over statements that a call passes without a trace. */
function shortest(
  from: string[],
  there: Set<string>,
  out: Map<string, GraphEdge[]>,
  kinds: Map<string, string>,
): GraphEdge[] {
  const before = new Map<string, GraphEdge | null>(from.map((id) => [id, null]));
  const todo = [...from];
  for (const id of todo) {
    if (!from.includes(id) && !PASSING.has(kinds.get(id) ?? "")) continue;
    for (const edge of out.get(id) ?? []) {
      if (before.has(edge.to)) continue;
      before.set(edge.to, edge);
      if (there.has(edge.to)) return back(edge, before);
      todo.push(edge.to);
    }
  }
  return [];
}

function back(last: GraphEdge, before: Map<string, GraphEdge | null>): GraphEdge[] {
  const way = [last];
  for (let edge = before.get(last.from); edge; edge = before.get(edge.from)) way.unshift(edge);
  return way;
}

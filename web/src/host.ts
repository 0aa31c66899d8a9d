/**
 * Where a page runs: a webview of an editor, or a frame of the studio. Nothing else is known of it.
 *
 * Page and host send each other plain objects by `postMessage`. In VS Code the page calls `acquireVsCodeApi()`; in any
 * other place it talks to `window.parent`, or to itself where it has no parent, and takes messages from there only.
 *
 * A host does this:
 *
 * 1. It loads the page: `<div id="page"></div>`, `phone.css` and `phone.js`, or `graph.css` and `graph.js`. The graph
 *    needs `layout.js`, too: `<script src="graph.js" data-layout="URL of layout.js">`. It runs in a worker where the
 *    host allows it (`worker-src blob:` and `connect-src` for that URL), and in the page where it does not; with a
 *    nonce, the page gives the nonce to the script that it adds.
 * 2. It answers `ready` with `start`, and with what the page has kept. A page that is loaded again goes on if it is to
 *    begin with the same. The host may send `start` again, to begin anew.
 * 3. It passes each `ask` on to the services, with `textDocument` of the script added to `params`, and answers with the
 *    same `id`.
 * 4. It sends `changed` when the script, or a file that it includes, has changed and the services know of it.
 * 5. It does what `reveal`, `insert` and `walked` say. What the phone walked it sends to the graph of the same script.
 */

import type { Beginning, Location } from "./protocol";

/** What a page sends. */
export type ToHost =
  /** The page can take messages. */
  | { kind: "ready" }
  /** Ask the services; the host answers with the same `id`. `method` is a method of the protocol. */
  | { kind: "ask"; id: number; method: string; params: object }
  /** Show a place of the script. */
  | { kind: "reveal"; location: Location }
  /** Add a `test` block at the end of the script. */
  | { kind: "insert"; text: string }
  /** The call came through these statements of the script, in order. */
  | { kind: "walked"; lines: Location[] }
  /** Keep this for the page, for when it is loaded again; VS Code does that by itself. */
  | { kind: "keep"; state: unknown };

/** What a host sends. */
export type FromHost =
  /**
   * Begin. `title` names the script; `step` is where to begin, or what to show in the graph. `sound`: whether
   * `nccodsl/callSound` can be asked.
   */
  | ({ kind: "start"; title: string; sound?: boolean; state?: unknown } & Beginning)
  /** The answer to `ask`; `error` is text for people. */
  | { kind: "answer"; id: number; result?: unknown; error?: string }
  /** The script has changed. */
  | { kind: "changed" }
  /** To the graph: what the call came through. */
  | { kind: "walked"; lines: Location[] };

export type Start = Extract<FromHost, { kind: "start" }>;

/** What a page sees of its host. */
export interface Host {
  /** Ask the services. Rejects with an Error whose message is for people. */
  ask<Answer>(method: string, params: object): Promise<Answer>;
  reveal(location: Location): void;
  insert(text: string): void;
  walked(lines: Location[]): void;
  /** Keep a state over a reload of the page. */
  keep(state: unknown): void;
}

/** What a page does with what its host sends. */
export interface Page {
  start(start: Start): void;
  changed(): void;
  walked?(lines: Location[]): void;
}

interface VsCode {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare global {
  function acquireVsCodeApi(): VsCode;
}

/** Connect a page to its host. `make` gets the host, and what it gives receives the host's messages. */
export function connect(make: (host: Host) => Page): void {
  const code = typeof acquireVsCodeApi === "function" ? acquireVsCodeApi() : null;
  const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  let last = 0;
  const send = (message: ToHost): void => {
    if (code) code.postMessage(message);
    else window.parent.postMessage(message, window.location.origin);
  };
  const page = make({
    ask: (method, params) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, { resolve, reject });
        send({ kind: "ask", id: last, method, params });
      }),
    reveal: (location) => send({ kind: "reveal", location }),
    insert: (text) => send({ kind: "insert", text }),
    walked: (lines) => send({ kind: "walked", lines }),
    keep: (state) => (code ? code.setState(state) : send({ kind: "keep", state })),
  });
  window.addEventListener("message", (event: MessageEvent) => {
    // A webview gets messages of its host only, from an origin that is not known beforehand.
    if (!code && (event.source !== window.parent || event.origin !== window.location.origin)) return;
    const message = event.data as FromHost;
    switch (message?.kind) {
      case "start":
        page.start({ ...message, state: message.state ?? code?.getState() });
        break;
      case "answer": {
        const asked = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.error !== undefined) asked?.reject(new Error(message.error));
        else asked?.resolve(message.result as never);
        break;
      }
      case "changed":
        page.changed();
        break;
      case "walked":
        page.walked?.(message.lines);
        break;
    }
  });
  send({ kind: "ready" });
}

/** The phone and the graph in the studio: pages in frames, whose host this is (host.ts has their side). */

import { el } from "./dom";
import type { FromHost, ToHost } from "./host";
import type { Location } from "./protocol";

export type FrameName = "phone" | "graph";

/** What frames need of the page that they are in. */
export interface Around {
  /** Whether the services make the sound of calls. */
  sound: boolean;
  title(): string;
  ask(method: string, params: object): Promise<unknown>;
  reveal(location: Location): void;
  insert(test: string): void;
  /** The call came through these statements. */
  walked(lines: Location[]): void;
}

const TITLES: Record<FrameName, string> = { phone: "Phone", graph: "Graph" };
/** What pages may ask. */
const METHODS = ["nccodsl/call", "nccodsl/saveCall", "nccodsl/callSound", "nccodsl/graph"];

/** What the phone asked last: the other panels show the same call. */
export type CallAsked = Record<string, unknown>;

export class Frames {
  private readonly frames: Record<FrameName, HTMLIFrameElement>;
  private readonly ready = new Set<FrameName>();
  private readonly kept = new Map<string, unknown>();
  private walkedLines: Location[] = [];
  asked: CallAsked = {};

  constructor(
    private readonly studio: Around,
    private readonly called: () => void,
  ) {
    const frame = (name: FrameName): HTMLIFrameElement => el("iframe", { name, title: TITLES[name], src: `${name}.html` });
    this.frames = { phone: frame("phone"), graph: frame("graph") };
    window.addEventListener("message", (event) => this.receive(event));
  }

  of(name: FrameName): HTMLIFrameElement {
    return this.frames[name];
  }

  /** Another script is open. */
  start(): void {
    this.walkedLines = [];
    this.asked = {};
    for (const name of this.ready) this.begin(name);
  }

  changed(): void {
    for (const name of this.ready) this.tell(name, { kind: "changed" });
  }

  /** What the phone keeps over a reload, to be given back with `restore`. */
  state(path: string): unknown {
    return this.kept.get(`phone ${path}`);
  }

  restore(path: string, state: unknown): void {
    this.kept.set(`phone ${path}`, state);
  }

  private begin(name: FrameName): void {
    const title = this.studio.title();
    if (!title) return; // no script is open yet: the frame begins with the first
    this.tell(name, { kind: "start", title, sound: this.studio.sound, state: this.kept.get(`${name} ${title}`) });
    if (name === "graph") this.tell("graph", { kind: "walked", lines: this.walkedLines });
  }

  private tell(name: FrameName, message: FromHost): void {
    this.frames[name].contentWindow?.postMessage(message, location.origin);
  }

  private receive(event: MessageEvent): void {
    const names = Object.keys(this.frames) as FrameName[];
    const name = names.find((one) => this.frames[one].contentWindow === event.source);
    if (!name || event.origin !== location.origin) return;
    const message = event.data as ToHost;
    switch (message?.kind) {
      case "ready":
        this.ready.add(name);
        this.begin(name);
        break;
      case "ask":
        void this.answer(name, message.id, message.method, message.params);
        break;
      case "reveal":
        this.studio.reveal(message.location);
        break;
      case "insert":
        this.studio.insert(message.text);
        break;
      case "walked":
        this.walkedLines = message.lines;
        this.studio.walked(message.lines);
        this.tell("graph", { kind: "walked", lines: message.lines });
        break;
      case "keep":
        this.kept.set(`${name} ${this.studio.title()}`, message.state);
        break;
    }
  }

  private async answer(name: FrameName, id: number, method: string, params: object): Promise<void> {
    if (!METHODS.includes(method)) return this.tell(name, { kind: "answer", id, error: `${method} cannot be asked here` });
    try {
      const result = await this.studio.ask(method, params);
      if (method === "nccodsl/call") {
        const { tape, at } = result as { tape: string[]; at: string | null };
        this.asked = { ...params, asked: undefined, enter: undefined, tape, at };
        this.called();
      }
      this.tell(name, { kind: "answer", id, result });
    } catch (error) {
      this.tell(name, { kind: "answer", id, error: (error as Error).message });
    }
  }
}

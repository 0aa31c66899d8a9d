/** The language services in a worker of the page (services_worker.ts). */

import type { Transport } from "@codemirror/lsp-client";

import { servicesWorker } from "./services_loader";
import type { FromServices, ToServices } from "./services_protocol";

export class WorkerConnection implements Transport {
  private readonly handlers = new Set<(message: string) => void>();
  private readonly worker: Worker;
  private why: string | null = null;
  private told: (why: string) => void = () => undefined;
  /** Settled when Python has started. */
  readonly ready: Promise<void>;

  /** Start them. `base` is the address that their files are below. */
  constructor(script: string, base: string) {
    this.worker = servicesWorker(new URL(script, base).href);
    this.ready = new Promise((started) => {
      this.worker.onmessage = ({ data }: MessageEvent<FromServices>) => {
        if (typeof data === "string") for (const handler of [...this.handlers]) handler(data);
        else if ("kind" in data && data.kind === "ready") started();
        else if ("kind" in data && data.kind === "failed") this.failed(data.why);
      };
    });
    this.worker.onerror = (event) => this.failed(event.message || "the worker cannot be loaded");
    this.tell({ kind: "start", base });
  }

  /** What is called where they have ended, or will end. */
  set lost(told: (why: string) => void) {
    this.told = told;
    if (this.why !== null) told(this.why);
  }

  private failed(why: string): void {
    this.why ??= why;
    this.told(this.why);
  }

  /** A file is written, or gone. */
  write(path: string, text: string | null): void {
    this.tell({ kind: "file", path, text });
  }

  send(message: string): void {
    this.tell(message);
  }

  private tell(message: ToServices): void {
    this.worker.postMessage(message);
  }

  subscribe(handler: (message: string) => void): void {
    this.handlers.add(handler);
  }

  unsubscribe(handler: (message: string) => void): void {
    this.handlers.delete(handler);
  }
}

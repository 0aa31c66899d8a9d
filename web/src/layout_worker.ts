/** Starts the layout: in a worker, or in the page where the host allows none. */

import ELK, { type ElkNode } from "elkjs/lib/elk-api.js";

declare global {
  // eslint-disable-next-line no-var
  var nccodslLayout: (new () => Worker) | undefined;
}

const PATIENCE = 3000; // milliseconds until a worker that says nothing counts as forbidden

/** Lays graphs out. `script` is the element that loaded the page: it says where `layout.js` is, and its nonce. */
export class Layouts {
  private elk: Promise<InstanceType<typeof ELK>> | null = null;
  private readonly url: string;
  private readonly nonce: string;

  constructor(script: HTMLScriptElement | null) {
    this.url = script?.dataset["layout"] ?? "layout.js";
    this.nonce = script?.nonce ?? "";
  }

  async of(graph: ElkNode): Promise<ElkNode> {
    this.elk ??= this.started();
    return (await this.elk).layout(graph);
  }

  private async started(): Promise<InstanceType<typeof ELK>> {
    const worker = (await this.worker().catch(() => null)) ?? (await this.inThePage());
    return new ELK({ workerFactory: () => worker });
  }

  /** A worker from a blob, since the address of a webview's files is not that of the page. */
  private async worker(): Promise<Worker | null> {
    const text = await (await fetch(this.url)).text();
    const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const worker = new Worker(url);
    const ready = new Promise<boolean>((answer) => {
      worker.onmessage = () => answer(true);
      worker.onerror = () => answer(false);
      setTimeout(() => answer(false), PATIENCE);
      worker.postMessage({ id: -1, cmd: "options" });
    });
    if (await ready) return worker;
    worker.terminate();
    return null;
  }

  private inThePage(): Promise<Worker> {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      if (this.nonce) script.nonce = this.nonce;
      script.src = this.url;
      script.onload = () =>
        globalThis.nccodslLayout ? resolve(new globalThis.nccodslLayout()) : reject(new Error("layout.js is wrong"));
      script.onerror = () => reject(new Error("layout.js cannot be loaded"));
      document.head.append(script);
    });
  }
}

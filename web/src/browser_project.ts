/** Scripts without a server: those of the site, and what this browser has saved. */

import type { LiveNow } from "./live";
import { ChangedMeanwhile, type Project, type ProjectList, type ScriptText, uriIn } from "./project";
import { WorkerConnection } from "./worker_connection";

const ROOT = "file:///project/";
const BASE = new URL(".", location.href).href;
const KEY = `nccodsl files ${new URL(BASE).pathname}`;

interface Offered {
  name: string;
  texts: Record<string, string>;
}

export class BrowserProject implements Project {
  readonly where = "in this browser";
  readonly linksWork = "opens for anyone who has it";
  readonly welcome = "Everything here runs in your browser: nothing is sent. Choose an example at the top, and press the keys of the phone.";
  readonly loading = "What checks and plays scripts is being loaded. You can read and edit meanwhile.";
  readonly lasting = true;
  readonly patience = 600_000; // the services are loaded first
  private readonly services: WorkerConnection;
  private readonly offered: Promise<Offered>;
  private texts = new Map<string, string>();

  /** `script`: the address of the worker. */
  constructor(script: string) {
    this.offered = fetch("scripts.json").then((answer) => {
      if (!answer.ok) throw new Error("The scripts cannot be loaded: the site is not complete.");
      return answer.json() as Promise<Offered>;
    });
    this.services = new WorkerConnection(script, BASE);
    void this.services.ready.then(keepOffline);
  }

  async list(): Promise<ProjectList> {
    const { name, texts } = await this.offered;
    this.texts = new Map(Object.entries(texts));
    const all = new Map([...this.texts, ...saved()]);
    for (const [path, text] of all) this.services.write(path, text);
    return { project: name, root: ROOT, files: [...all.keys()].filter((path) => path.endsWith(".call")), live: false };
  }

  read(path: string): Promise<ScriptText> {
    const text = saved().get(path) ?? this.texts.get(path);
    return text === undefined ? Promise.reject(new Error(`${path} does not exist.`)) : Promise.resolve(scriptText(path, text));
  }

  async save(path: string, text: string, known: string | null): Promise<ScriptText> {
    const before = saved();
    // Another tab may have saved it.
    if ((before.get(path) ?? this.texts.get(path) ?? null) !== known) throw new ChangedMeanwhile(path);
    if (text === this.texts.get(path)) before.delete(path);
    else before.set(path, text);
    try {
      localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(before)));
    } catch {
      throw new Error("This browser has no room for it. Download the script to keep it.");
    }
    this.services.write(path, text);
    return scriptText(path, text);
  }

  original(path: string): string | null {
    return this.texts.get(path) ?? null;
  }

  remove(path: string): void {
    const left = saved();
    left.delete(path);
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(left)));
    this.services.write(path, null);
  }

  live(): Promise<LiveNow> {
    return Promise.reject(new Error("There is no server."));
  }

  connect(lost: (why: string) => void): Promise<WorkerConnection> {
    this.services.lost = (why) => lost(`What checks the script does not run here: ${why}. You can still edit and save; reload the page to try again.`);
    return Promise.resolve(this.services);
  }
}

/** The text stands for itself. */
function scriptText(path: string, text: string): ScriptText {
  return { path, uri: uriIn(ROOT, path), text, hash: text };
}

function saved(): Map<string, string> {
  try {
    const found = Object.entries(JSON.parse(localStorage.getItem(KEY) ?? "{}") as object);
    return new Map(found.filter((one): one is [string, string] => typeof one[1] === "string"));
  } catch {
    return new Map();
  }
}

/** Let the page open without a network from now on, where the browser allows that. */
function keepOffline(): void {
  navigator.serviceWorker?.register("service-worker.js").catch(() => undefined);
}

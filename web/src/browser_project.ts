/** Scripts without a server: those of the site, and what this browser has saved. */

import type { LiveNow } from "./live";
import { ChangedMeanwhile, type Project, type ProjectList, type ScriptText } from "./project";
import { WorkerConnection } from "./worker_connection";

const ROOT = "file:///project/";
const BASE = new URL(".", location.href).href.replace(/[?#].*/, "");
const KEY = `nccodsl files ${new URL(BASE).pathname}`;

interface Offered {
  name: string;
  texts: Record<string, string>;
}

export class BrowserProject implements Project {
  readonly where = "in this browser";
  readonly linksWork = "opens for anyone who has it";
  readonly welcome = "Everything here runs in your browser: nothing is sent. Choose an example at the top, and press the keys of the phone.";
  readonly patience = 600_000; // the services are loaded first
  private readonly services: WorkerConnection;
  private readonly offered: Promise<Offered>;
  private texts: Record<string, string> = {};

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
    this.texts = texts;
    const all = { ...texts, ...saved() };
    for (const [path, text] of Object.entries(all)) this.services.write(path, text);
    return { project: name, root: ROOT, files: Object.keys(all).filter((path) => path.endsWith(".call")), live: false };
  }

  read(path: string): Promise<ScriptText> {
    const text = saved()[path] ?? this.texts[path];
    return text === undefined ? Promise.reject(new Error(`${path} does not exist.`)) : Promise.resolve(scriptText(path, text));
  }

  async save(path: string, text: string, known: string | null): Promise<ScriptText> {
    const before = saved();
    // Another tab may have saved it.
    if ((before[path] ?? this.texts[path] ?? null) !== known) throw new ChangedMeanwhile(path);
    if (text === this.texts[path]) delete before[path];
    else before[path] = text;
    try {
      localStorage.setItem(KEY, JSON.stringify(before));
    } catch {
      throw new Error("This browser has no room for it. Download the script to keep it.");
    }
    this.services.write(path, text);
    return scriptText(path, text);
  }

  original(path: string): string | null {
    const text = this.texts[path];
    return text !== undefined && (saved()[path] ?? text) !== text ? text : null;
  }

  live(): Promise<LiveNow> {
    return Promise.reject(new Error("There is no server."));
  }

  connect(lost: (why: string) => void): Promise<WorkerConnection> {
    this.services.lost = (why) => lost(`What checks the script does not run here: ${why}. You can still edit and save.`);
    return Promise.resolve(this.services);
  }
}

/** The text stands for itself. */
function scriptText(path: string, text: string): ScriptText {
  return { path, uri: ROOT + path, text, hash: text };
}

function saved(): Record<string, string> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, string>;
  } catch {
    return {};
  }
}

/** Let the page open without a network from now on, where the browser allows that. */
function keepOffline(): void {
  navigator.serviceWorker?.register("service-worker.js").catch(() => undefined);
}

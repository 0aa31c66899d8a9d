/**
 * The language services in a worker, without a server: Python in WebAssembly (Pyodide) runs what `nccodsl lsp` runs.
 *
 * First comes `start`; then files of the project, and messages of the protocol, as text or as objects. Answers come as
 * the last message came. What comes before Python has started waits.
 *
 * It is a module: Pyodide does not start in other workers.
 */

import type { FromServices, Start, ToServices } from "./services_protocol";

interface Services {
  take(message: string): boolean;
  /** Seconds until the next step; undefined: there is nothing to do without a message. */
  step(): number | undefined;
  write(path: string, text: string | null): boolean;
}

interface Pyodide {
  unpackArchive(data: ArrayBuffer, format: "zip", options: { extractDir: string }): void;
  pyimport(module: string): { PageServices(send: (answer: string) => void, content: (name: string) => unknown, later: unknown): Services };
  toPy(value: unknown): unknown;
  runPython(code: string): string;
}

const tell = (message: FromServices): void => (postMessage as (message: FromServices) => void)(message);

let services: Services | null = null;
let ended = false;
let asObjects = false;
const waiting: ToServices[] = [];
let timer = 0;
// Steps are taken in tasks of their own: what has come meanwhile is seen before the next one.
const turns = new MessageChannel();
turns.port1.onmessage = () => step();
let planned = false;

onmessage = ({ data }: MessageEvent<ToServices>) => {
  if (isStart(data)) void start(data).catch(end);
  else if (services) take(services, data);
  else if (!ended) waiting.push(data);
};

function isStart(data: ToServices): data is Start {
  return typeof data === "object" && "kind" in data && data.kind === "start";
}

async function start({ base }: Start): Promise<void> {
  // Pyodide never says that these are missing.
  for (const name of ["pyodide.asm.wasm", "python_stdlib.zip"]) void missing(`${base}pyodide/${name}`);
  const archive = fetched(`${base}python/core.zip`);
  const later = fetched(`${base}python/later.json`);
  const { loadPyodide } = (await import(`${base}pyodide/pyodide.mjs`)) as { loadPyodide(options: object): Promise<Pyodide> };
  const python = await loadPyodide({ indexURL: `${base}pyodide/` });
  python.unpackArchive(await (await archive).arrayBuffer(), "zip", { extractDir: python.runPython("import site; site.getsitepackages()[0]") });
  const { PageServices } = python.pyimport("nccodsl.playground.page_services");
  const content = (name: string): unknown => python.toPy(fetchedNow(`${base}python/${name}`));
  services = PageServices(answer, content, python.toPy(await (await later).json()));
  for (const message of waiting.splice(0)) take(services, message);
  tell({ kind: "ready" });
}

async function fetched(url: string): Promise<Response> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} cannot be loaded (${answer.status})`);
  return answer;
}

async function missing(url: string): Promise<void> {
  const { status } = await fetch(url, { method: "HEAD" }).catch(() => ({ status: 0 }));
  if (status === 404) end(`${url} is missing`);
}

/** The same at once: an import of Python cannot await. */
function fetchedNow(url: string): Uint8Array {
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.status !== 200) throw new Error(`${url} cannot be loaded (${request.status})`);
  return new Uint8Array(request.response as ArrayBuffer);
}

function take(of: Services, data: ToServices): void {
  if (typeof data === "object" && "kind" in data) {
    if (data.kind === "file") of.write(data.path, data.text);
    return;
  }
  asObjects = typeof data !== "string";
  if (of.take(typeof data === "string" ? data : JSON.stringify(data))) plan();
  else end("too many messages wait");
}

/** Nothing is answered any more. */
function end(why: unknown): void {
  if (ended) return;
  services = null;
  ended = true;
  waiting.length = 0;
  tell({ kind: "failed", why: said(why) });
}

function plan(): void {
  clearTimeout(timer);
  if (!planned) turns.port2.postMessage(null);
  planned = true;
}

function step(): void {
  planned = false;
  let wait: number | undefined;
  try {
    wait = services?.step();
  } catch (error) {
    return end(error);
  }
  if (wait === 0) plan();
  else if (wait !== undefined) timer = setTimeout(plan, wait * 1000) as unknown as number;
}

function answer(text: string): void {
  tell(asObjects ? (JSON.parse(text) as object) : text);
}

function said(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split("\n").pop() ?? "";
}

/** What a page and its services worker send each other. */

/** Start Python. `base` is the address that `pyodide/` and `python/` are below. */
export interface Start {
  kind: "start";
  base: string;
}

/** A file of the project is written, or gone. */
export interface FileWritten {
  kind: "file";
  path: string;
  text: string | null;
}

/** Anything else is a message of the Language Server Protocol, as text or as an object. */
export type ToServices = Start | FileWritten | string | object;

export type FromServices = { kind: "ready" } | { kind: "failed"; why: string } | string | object;

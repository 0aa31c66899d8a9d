/** The scripts that a page shows, wherever they are, and the language services for them. */

import type { Transport } from "@codemirror/lsp-client";

import type { LiveNow } from "./live";

export interface ScriptText {
  path: string;
  uri: string;
  text: string;
  /** What stands for the text that is saved; null for a file that was never saved. */
  hash: string | null;
}

export interface ProjectList {
  project: string;
  /** The address of the folder, with a slash behind it. */
  root: string;
  files: string[];
  /** Whether the calls of a running server can be watched. */
  live: boolean;
}

export interface Project {
  /** Where files are saved: "on disk", "in this browser". */
  readonly where: string;
  /** Who can open a link to a script. */
  readonly linksWork: string;
  /** What a person should know at the first visit, and while the services start; empty where there is nothing. */
  readonly welcome: string;
  readonly loading: string;
  /** Whether the browser is where scripts are: edits that are not saved are kept when the tab is closed, too. */
  readonly lasting: boolean;
  /** Milliseconds for an answer of the services. */
  readonly patience: number;
  list(): Promise<ProjectList>;
  read(path: string): Promise<ScriptText>;
  /** Save a file that is still what `known` stands for. Throws ChangedMeanwhile where it is not. */
  save(path: string, text: string, known: string | null): Promise<ScriptText>;
  /** The text that a file had at first, which can be brought back; null where there is none. */
  original(path: string): string | null;
  /** Forget a file that has no original. */
  remove(path: string): void;
  live(): Promise<LiveNow>;
  /** Connect to the services. `lost` is called where they have ended, with words for people. */
  connect(lost: (why: string) => void): Promise<Transport>;
}

/** The address of a path below a root, written as the server writes it. */
export function uriIn(root: string, path: string): string {
  const quoted = (part: string): string =>
    encodeURIComponent(part).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return root + path.split("/").map(quoted).join("/");
}

/** A file is not what was read before. */
export class ChangedMeanwhile extends Error {}

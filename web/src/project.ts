/** The files of the project, as the server has them. */

import type { LiveNow } from "./live";

export interface ScriptText {
  path: string;
  uri: string;
  text: string;
  /** What stands for the text on disk; null for a file that was never saved. */
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

/** A file is not what was read before. */
export class ChangedMeanwhile extends Error {}

const address = (path: string): string => `/files/${path.split("/").map(encodeURIComponent).join("/")}`;

export async function listFiles(): Promise<ProjectList> {
  return (await answered(await fetch("/files"))).json() as Promise<ProjectList>;
}

export async function readFile(path: string): Promise<ScriptText> {
  return (await answered(await fetch(address(path)))).json() as Promise<ScriptText>;
}

/** Save a file that is still what `known` stands for. Throws ChangedMeanwhile where it is not. */
export async function saveFile(path: string, text: string, known: string | null): Promise<ScriptText> {
  const body = JSON.stringify({ text, known });
  const answer = await fetch(address(path), { method: "PUT", body });
  return (await answered(answer)).json() as Promise<ScriptText>;
}

export async function liveNow(): Promise<LiveNow> {
  return (await answered(await fetch("/live"))).json() as Promise<LiveNow>;
}

async function answered(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  const said = (await answer.text()).trim();
  throw answer.status === 409 ? new ChangedMeanwhile(said) : new Error(said || `the server answers ${answer.status}`);
}

/** The files of a folder, as the server of the studio has them. */

import type { LiveNow } from "./live";
import { ChangedMeanwhile, type Project, type ProjectList, type ScriptText } from "./project";
import { SocketConnection } from "./socket_connection";

const address = (path: string): string => `/files/${path.split("/").map(encodeURIComponent).join("/")}`;
const ENDED = "The studio has ended. Start it again at the same port, and open its new address in this tab: your edits are kept.";

export class ServedProject implements Project {
  readonly where = "on disk";
  readonly linksWork = "opens in this browser while the studio runs";
  readonly welcome = "";
  readonly loading = "";
  readonly lasting = false;
  readonly patience = 30_000;

  async list(): Promise<ProjectList> {
    return (await answered(await fetch("/files"))).json() as Promise<ProjectList>;
  }

  async read(path: string): Promise<ScriptText> {
    return (await answered(await fetch(address(path)))).json() as Promise<ScriptText>;
  }

  async save(path: string, text: string, known: string | null): Promise<ScriptText> {
    const body = JSON.stringify({ text, known });
    const answer = await fetch(address(path), { method: "PUT", body });
    return (await answered(answer)).json() as Promise<ScriptText>;
  }

  original(): null {
    return null;
  }

  remove(): void {
    throw new Error("The studio removes no files.");
  }

  async live(): Promise<LiveNow> {
    return (await answered(await fetch("/live"))).json() as Promise<LiveNow>;
  }

  connect(lost: (why: string) => void): Promise<SocketConnection> {
    return SocketConnection.open(() => lost(ENDED));
  }
}

async function answered(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  const said = (await answer.text()).trim();
  throw answer.status === 409 ? new ChangedMeanwhile(said) : new Error(said || `the server answers ${answer.status}`);
}

// The files of the workspace, as the language services have them.
import { Uri, workspace } from 'vscode';
import { ELSEWHERE } from '../tests';
import { addressOf, pathOf, placeOf } from './paths';
import { Services } from './services';

/** What scripts are made of: themselves, and translations. */
const FILES = '**/*.{call,po}';

function folders(): Uri[] {
  return (workspace.workspaceFolders ?? []).map(({ uri }) => uri);
}

/** The address that the services know a file by. */
export function toServices(uri: Uri): string {
  const path = pathOf(folders(), uri);
  return path === undefined ? uri.toString() : addressOf(path);
}

/** The file that the services mean. */
export function fromServices(address: string): Uri {
  const place = placeOf(folders(), address);
  const folder = place && folders()[place.folder];
  return folder ? Uri.joinPath(folder, place.path) : Uri.parse(address);
}

/** Give the services a file as it is saved, or take it from them where it is gone. */
export async function send(services: Services, uri: Uri): Promise<void> {
  const path = pathOf(folders(), uri);
  if (path === undefined) return;
  const bytes = await workspace.fs.readFile(uri).then((read) => read, () => undefined);
  services.write(path, bytes ? new TextDecoder().decode(bytes) : null);
}

export async function sendAll(services: Services): Promise<void> {
  const found = await workspace.findFiles(FILES, ELSEWHERE);
  await Promise.all(found.map((uri) => send(services, uri)));
}

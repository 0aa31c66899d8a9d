// Where files of the workspace are for the language services: in a folder of their own. Knows nothing of the editor.

/** What a file or folder has of its address. */
export interface Place {
  scheme: string;
  authority: string;
  path: string;
}

/** The folder of the services (nccodsl/playground/page_services.py). */
const PROJECT = 'file:///project/';

/** The path in the project. With several folders, it begins with the number of one. Nothing for what is outside of the workspace. */
export function pathOf(folders: readonly Place[], file: Place): string | undefined {
  for (const [at, { scheme, authority, path }] of folders.entries()) {
    const top = path.endsWith('/') ? path : `${path}/`;
    if (scheme !== file.scheme || authority !== file.authority || !`${file.path}/`.startsWith(top)) continue;
    return (folders.length > 1 ? `${at}/` : '') + file.path.slice(top.length);
  }
  return undefined;
}

/** The address that the services know. */
export function addressOf(path: string): string {
  return PROJECT + path.split('/').map(encodeURIComponent).join('/');
}

/** Which folder an address of the services is in, and its path there. Nothing for what is not in the project. */
export function placeOf(folders: readonly Place[], address: string): { folder: number; path: string } | undefined {
  if (!address.startsWith(PROJECT)) return undefined;
  const path = decodeURIComponent(address.slice(PROJECT.length));
  if (folders.length < 2) return folders.length ? { folder: 0, path } : undefined;
  const [number = '', ...rest] = path.split('/');
  return number in folders ? { folder: Number(number), path: rest.join('/') } : undefined;
}

// Doing something after a pause.
import { Uri } from 'vscode';

/** Calls `act` for an address once nothing has asked for it during some milliseconds. */
export function later(milliseconds: number, act: (uri: Uri) => unknown): (uri: Uri) => void {
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  return (uri) => {
    const key = uri.toString();
    clearTimeout(timers.get(key));
    timers.set(key, setTimeout(() => {
      timers.delete(key);
      act(uri);
    }, milliseconds));
  };
}

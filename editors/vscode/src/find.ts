// Which `nccodsl` is started. The order: the setting, the workspace's virtual environment, the PATH.
import * as path from 'node:path';

export type Place = 'setting' | 'workspace' | 'PATH';
export interface Found {
  command: string;
  place: Place;
}
export interface Surroundings {
  /** The setting `nccodsl.path`; empty if there is none. */
  setting: string;
  /** The folders of the workspace, none of them if the workspace is not trusted. */
  folders: readonly string[];
  /** The directories of the PATH. */
  path: readonly string[];
  windows: boolean;
  /** Whether a file exists that can be run. */
  runs: (file: string) => boolean;
}

const ENVIRONMENTS = ['.venv', 'venv'];

function inSetting({ setting, folders }: Surroundings): string {
  const folder = folders[0] ?? '';
  const named = setting.replaceAll('${workspaceFolder}', folder);
  const relative = (named.includes('/') || named.includes('\\')) && !path.isAbsolute(named);
  return relative && folder ? path.join(folder, named) : named;
}

/** What to start, or nothing if it is found nowhere. A setting is taken at its word: a wrong one is an error, not a reason to start another. */
export function find(here: Surroundings): Found | undefined {
  if (here.setting) return { command: inSetting(here), place: 'setting' };
  const scripts = here.windows ? 'Scripts' : 'bin';
  const program = here.windows ? 'nccodsl.exe' : 'nccodsl';
  const within = (directories: readonly string[]) => directories.map((directory) => path.join(directory, program)).find(here.runs);
  const environments = here.folders.flatMap((folder) => ENVIRONMENTS.map((name) => path.join(folder, name, scripts)));
  const inWorkspace = within(environments);
  if (inWorkspace) return { command: inWorkspace, place: 'workspace' };
  const onPath = within(here.path.filter(path.isAbsolute));
  return onPath ? { command: onPath, place: 'PATH' } : undefined;
}

// The nccodsl of this machine: which one it is, and its language server.
import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { commands, env, LanguageStatusSeverity, window, workspace } from 'vscode';
import { LanguageClient } from 'vscode-languageclient/node';
import { callClient } from './client';
import { find, Found } from './find';
import { Server } from './server';

const CallClient = callClient(LanguageClient, ['nccodsl.debugTest']);
const PLACES = { setting: 'from the setting nccodsl.path', workspace: "from the workspace's environment", PATH: 'from the PATH' };
export const INSTALL = "pip install 'nccodsl[lsp]'";

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The nccodsl that is used; nothing if there is none. */
export function located(): Found | undefined {
  // Programs of a workspace run only if it is trusted.
  const folders = workspace.isTrusted ? (workspace.workspaceFolders ?? []).filter((one) => one.uri.scheme === 'file') : [];
  return find({
    setting: workspace.getConfiguration('nccodsl').get<string>('path', '').trim(),
    folders: folders.map((one) => one.uri.fsPath),
    path: (process.env.PATH ?? '').split(path.delimiter),
    windows: process.platform === 'win32',
    runs,
  });
}

async function version(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)(command, ['--version'], { timeout: 20_000 });
  return stdout.trim();
}

/** Tell that nccodsl is missing, or does not start, and how to install it. */
export async function hint(message: string): Promise<void> {
  const copy = 'Copy the install command';
  const set = 'Open the setting';
  const chosen = await window.showWarningMessage(message, copy, set);
  if (chosen === copy) await env.clipboard.writeText(INSTALL);
  if (chosen === set) await commands.executeCommand('workbench.action.openSettings', 'nccodsl.path');
}

export class ProgramServer extends Server {
  constructor() {
    super(['file']);
  }

  protected async start(): Promise<void> {
    const found = located();
    if (!found) {
      this.show('nccodsl not found', `Install it in .venv of the workspace: ${INSTALL}`, LanguageStatusSeverity.Warning);
      void hint(`nccodsl was not found in .venv of the workspace or in the PATH. Install it with ${INSTALL}, then restart the server.`);
      return;
    }
    const from = `${found.command}, ${PLACES[found.place]}`;
    try {
      const name = await version(found.command);
      this.log.info(`starting ${name}: ${from}`);
      await this.run(new CallClient('nccodsl', 'nccodsl', { command: found.command, args: ['lsp'] }, this.options()), name, from);
    } catch (error) {
      this.log.error(String(error));
      this.show('nccodsl did not start', from, LanguageStatusSeverity.Error);
      void hint(`${found.command} did not start as a language server (${INSTALL}). The log has the reason.`);
    }
  }
}

// Starts `nccodsl lsp` for `.call` files and shows which nccodsl that is. All that the editor knows of scripts comes from there.
import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import {
  commands, env, ExtensionContext, FileSystemWatcher, languages, LanguageStatusItem, LanguageStatusSeverity, LogOutputChannel, window, workspace,
} from 'vscode';
import { LanguageClient, State } from 'vscode-languageclient/node';
import { find, Found } from './find';

const SELECTOR = [{ language: 'call', scheme: 'file' }, { language: 'call', scheme: 'untitled' }];
const PLACES = { setting: 'from the setting nccodsl.path', workspace: "from the workspace's environment", PATH: 'from the PATH' };
const INSTALL = "pip install 'nccodsl[lsp]'";

let client: LanguageClient | undefined;
let status: LanguageStatusItem;
let log: LogOutputChannel;
let watchers: FileSystemWatcher[];
/** Starts and stops follow one another: a setting may change while the server starts. */
let queue: Promise<void> = Promise.resolve();

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function located(): Found | undefined {
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

function show(text: string, detail: string, severity = LanguageStatusSeverity.Information): void {
  status.text = text;
  status.detail = detail;
  status.severity = severity;
}

async function version(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)(command, ['--version'], { timeout: 20_000 });
  return stdout.trim();
}

async function hint(message: string): Promise<void> {
  const copy = 'Copy the install command';
  const set = 'Open the setting';
  const chosen = await window.showWarningMessage(message, copy, set);
  if (chosen === copy) await env.clipboard.writeText(INSTALL);
  if (chosen === set) await commands.executeCommand('workbench.action.openSettings', 'nccodsl.path');
}

async function start(): Promise<void> {
  const found = located();
  if (!found) {
    show('nccodsl not found', `Install it in .venv of the workspace: ${INSTALL}`, LanguageStatusSeverity.Warning);
    void hint(`nccodsl was not found in .venv of the workspace or in the PATH. Install it with ${INSTALL}, then restart the server.`);
    return;
  }
  const from = `${found.command}, ${PLACES[found.place]}`;
  try {
    const name = await version(found.command);
    log.info(`starting ${name}: ${from}`);
    client = new LanguageClient('nccodsl', 'nccodsl', { command: found.command, args: ['lsp'] }, {
      documentSelector: SELECTOR,
      outputChannel: log,
      synchronize: {
        configurationSection: 'nccodsl',
        fileEvents: watchers,
      },
    });
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) show(name, from);
      if (newState === State.Stopped) show('nccodsl stopped', from, LanguageStatusSeverity.Error);
    });
    await client.start();
  } catch (error) {
    log.error(String(error));
    show('nccodsl did not start', from, LanguageStatusSeverity.Error);
    void hint(`${found.command} did not start as a language server (${INSTALL}). The log has the reason.`);
  }
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  await running?.dispose().catch((error: unknown) => log.error(String(error)));
}

function restart(): Promise<void> {
  queue = queue.then(stop).then(start);
  return queue;
}

export async function activate(context: ExtensionContext): Promise<void> {
  log = window.createOutputChannel('nccodsl', { log: true });
  status = languages.createLanguageStatusItem('nccodsl', { language: 'call' });
  status.name = 'nccodsl';
  // Included files and translations change what is right in others.
  watchers = ['**/*.call', '**/*.po'].map((files) => workspace.createFileSystemWatcher(files));
  status.command = { command: 'nccodsl.restart', title: 'Restart' };
  context.subscriptions.push(
    log,
    status,
    ...watchers,
    commands.registerCommand('nccodsl.restart', restart),
    commands.registerCommand('nccodsl.showLog', () => log.show()),
    workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration('nccodsl.path')) void restart(); }),
    workspace.onDidGrantWorkspaceTrust(() => void restart()),
  );
  await restart();
}

export function deactivate(): Promise<void> {
  return stop();
}

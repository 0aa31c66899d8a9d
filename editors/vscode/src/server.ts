// The language server: which nccodsl it is, its start and stop, and what is asked of it.
import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import {
  CancellationToken, commands, Disposable, env, EventEmitter, languages, LanguageStatusItem, LanguageStatusSeverity, LogOutputChannel, Uri, window,
  workspace,
} from 'vscode';
import { LanguageClientOptions, State } from 'vscode-languageclient/node';
import { CallClient, DOCUMENTS, middleware, RunTests } from './client';
import { find, Found } from './find';
import { PushedResults, TEST_RESULTS } from './protocol';

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

export class Server implements Disposable {
  private readonly log: LogOutputChannel;
  private readonly status: LanguageStatusItem;
  private readonly started = new EventEmitter<void>();
  private readonly results = new EventEmitter<PushedResults>();
  // Included files and translations change what is right in others.
  private readonly watchers = ['**/*.call', '**/*.po'].map((files) => workspace.createFileSystemWatcher(files));
  private client: CallClient | undefined;
  /** Starts and stops follow one another: a setting may change while the server starts. */
  private queue: Promise<void> = Promise.resolve();
  /** When the server was started. */
  readonly onStarted = this.started.event;
  /** The results of tests that ran after a pause. */
  readonly onResults = this.results.event;
  /** What runs the tests of a lens; the server's own answer is a text. */
  runTests: RunTests = async () => undefined;

  constructor() {
    this.log = window.createOutputChannel('nccodsl', { log: true });
    this.status = languages.createLanguageStatusItem('nccodsl', DOCUMENTS);
    this.status.name = 'nccodsl';
    this.status.command = { command: 'nccodsl.restart', title: 'Restart' };
  }

  /** Ask about a document, which is opened for the server. Fails if no server runs, or if it answers with an error. */
  async ask<Answer>(method: string, uri: Uri, params: object = {}, token?: CancellationToken): Promise<Answer> {
    const document = await workspace.openTextDocument(uri);
    const client = this.client;
    if (!client?.isRunning()) throw new Error('nccodsl is not running');
    const asked = { ...params, textDocument: client.code2ProtocolConverter.asTextDocumentIdentifier(document) };
    // A token that is undefined would become a second param.
    return token ? client.sendRequest<Answer>(method, asked, token) : client.sendRequest<Answer>(method, asked);
  }

  restart(): Promise<void> {
    this.queue = this.queue.then(() => this.stop()).then(() => this.start());
    return this.queue;
  }

  showLog(): void {
    this.log.show();
  }

  async stop(): Promise<void> {
    const running = this.client;
    this.client = undefined;
    await running?.dispose().catch((error: unknown) => this.log.error(String(error)));
  }

  dispose(): void {
    [this.log, this.status, this.started, this.results, ...this.watchers].forEach((one) => one.dispose());
  }

  private async start(): Promise<void> {
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
      const client = new CallClient(found.command, this.options());
      client.onDidChangeState(({ newState }) => {
        if (newState === State.Running) this.show(name, from);
        if (newState === State.Stopped) this.show('nccodsl stopped', from, LanguageStatusSeverity.Error);
      });
      client.onNotification(TEST_RESULTS, (pushed: PushedResults) => this.results.fire(pushed));
      this.client = client;
      await client.start();
      this.started.fire();
    } catch (error) {
      this.log.error(String(error));
      this.show('nccodsl did not start', from, LanguageStatusSeverity.Error);
      void hint(`${found.command} did not start as a language server (${INSTALL}). The log has the reason.`);
    }
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: DOCUMENTS,
      outputChannel: this.log,
      synchronize: { configurationSection: 'nccodsl', fileEvents: this.watchers },
      middleware: middleware((uri, titles) => this.runTests(uri, titles)),
    };
  }

  private show(text: string, detail: string, severity = LanguageStatusSeverity.Information): void {
    this.status.text = text;
    this.status.detail = detail;
    this.status.severity = severity;
  }
}

// The language server, wherever it runs: its start and stop, and what is asked of it.
import {
  CancellationToken, Disposable, EventEmitter, languages, LanguageStatusItem, LanguageStatusSeverity, LogOutputChannel, Uri, window, workspace,
} from 'vscode';
import { BaseLanguageClient, LanguageClientOptions, State } from 'vscode-languageclient';
import { jsonsOf, Kinds, middleware, RunTests, scriptsOf } from './client';
import { PushedResults, TEST_RESULTS } from './protocol';
import { UriOf } from './shapes';

export abstract class Server implements Disposable {
  protected readonly log: LogOutputChannel;
  private readonly status: LanguageStatusItem;
  private readonly started = new EventEmitter<void>();
  private readonly results = new EventEmitter<PushedResults>();
  // Included files and translations change what is right in others.
  private readonly watchers = ['**/*.call', '**/*.po'].map((files) => workspace.createFileSystemWatcher(files));
  private client: BaseLanguageClient | undefined;
  /** Starts and stops follow one another: a setting may change while the server starts. */
  private queue: Promise<void> = Promise.resolve();
  /** When the server was started. */
  readonly onStarted = this.started.event;
  /** The results of tests that ran after a pause. */
  readonly onResults = this.results.event;
  /** Which documents are scripts. */
  readonly scripts: Kinds;
  private readonly documents: Kinds;
  /** What runs the tests of a lens; the server's own answer is a text. */
  runTests: RunTests = async () => undefined;
  readonly uriOf: UriOf = (address) => Uri.parse(address);

  /** For files of these schemes. */
  constructor(schemes: readonly string[]) {
    this.scripts = scriptsOf(schemes);
    this.documents = [...this.scripts, ...jsonsOf(schemes)];
    this.log = window.createOutputChannel('nccodsl', { log: true });
    this.status = languages.createLanguageStatusItem('nccodsl', this.documents);
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

  protected abstract start(): Promise<void>;

  /** Start a client. `name` and `from` say what runs, and where it is. */
  protected async run(client: BaseLanguageClient, name: string, from: string): Promise<void> {
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) this.show(name, from);
      if (newState === State.Stopped) this.show('nccodsl stopped', from, LanguageStatusSeverity.Error);
    });
    client.onNotification(TEST_RESULTS, (pushed: PushedResults) => this.results.fire(pushed));
    this.client = client;
    await client.start();
    this.started.fire();
  }

  protected options(): LanguageClientOptions {
    return {
      documentSelector: this.documents,
      outputChannel: this.log,
      synchronize: { configurationSection: 'nccodsl', fileEvents: this.watchers },
      middleware: middleware((uri, titles) => this.runTests(uri, titles), this.uriOf),
    };
  }

  protected show(text: string, detail: string, severity = LanguageStatusSeverity.Information): void {
    this.status.text = text;
    this.status.detail = detail;
    this.status.severity = severity;
  }
}

// The tests of scripts in the editor's own view: found, run, run again while one types, debugged; and what they cover.
import {
  CancellationToken, CancellationTokenSource, Disposable, FileCoverage, FileCoverageDetail, languages, Position, StatementCoverage, TestController, TestItem, TestMessage,
  TestMessageStackFrame, TestRun, TestRunProfile, TestRunProfileKind, TestRunRequest, tests, TextDocument, Uri, workspace,
} from 'vscode';
import { later } from './later';
import { CoveredFile, PushedResults, RUN_TESTS, TestPlace, TestResult, TestResults, TESTS } from './protocol';
import { chosen, mayHaveTests, merged } from './runs';
import { Server } from './server';
import { location, range, UriOf } from './shapes';

export const ELSEWHERE = '**/{node_modules,.venv,venv,.git}/**';
/** Milliseconds without an edit, until the tests of a script are looked up or run again. */
const PAUSE = 400;

export type DebugTest = (uri: Uri, title: string, token: CancellationToken) => Promise<void>;

export class ScriptTests implements Disposable {
  private readonly controller: TestController;
  private readonly disposables: Disposable[];
  private readonly details = new WeakMap<FileCoverage, FileCoverageDetail[]>();
  private readonly running: TestRunProfile;
  /** What was pushed last, by script: the same again is no news. */
  private readonly known = new Map<string, string>();
  /** Requests to run tests at each change. */
  private readonly continuous = new Set<TestRunRequest>();

  /** Without `debugTest`, tests cannot be debugged. */
  constructor(private readonly server: Server, debugTest?: DebugTest) {
    this.controller = tests.createTestController('nccodsl', 'nccodsl');
    this.controller.resolveHandler = (item) => (item?.uri ? this.look(item.uri) : this.discover());
    this.controller.refreshHandler = () => this.discover();
    const profile = (label: string, kind: TestRunProfileKind, run: (request: TestRunRequest, token: CancellationToken) => Promise<void>) =>
      this.controller.createRunProfile(label, kind, run, kind !== TestRunProfileKind.Debug, undefined, kind !== TestRunProfileKind.Debug);
    this.running = profile('Run', TestRunProfileKind.Run, (request, token) => this.begin(request, token, false));
    if (debugTest) profile('Debug', TestRunProfileKind.Debug, (request, token) => this.debug(debugTest, request, token));
    const covering = profile('Run with Coverage', TestRunProfileKind.Coverage, (request, token) => this.begin(request, token, true));
    covering.loadDetailedCoverage = async (_run, file) => this.details.get(file) ?? [];
    const files = workspace.createFileSystemWatcher('**/*.call');
    const changed = later(PAUSE, (uri) => this.look(uri));
    this.disposables = [
      this.controller,
      files,
      files.onDidCreate((uri) => void this.consider(uri)),
      files.onDidChange((uri) => void this.consider(uri)),
      files.onDidDelete((uri) => this.controller.items.delete(uri.toString())),
      workspace.onDidOpenTextDocument((document) => this.opened(document)),
      workspace.onDidChangeTextDocument(({ document }) => { if (this.isScript(document)) changed(document.uri); }),
      server.onStarted(() => this.restarted()),
      server.onResults((pushed) => this.pushed(pushed)),
    ];
    server.runTests = (uri, titles) => this.runTitles(uri, titles);
  }

  dispose(): void {
    this.disposables.forEach((one) => one.dispose());
  }

  // ---- what there is

  private isScript(document: TextDocument): boolean {
    return languages.match(this.server.scripts, document) > 0;
  }

  private async discover(): Promise<void> {
    const found = await workspace.findFiles('**/*.call', ELSEWHERE);
    await Promise.all(found.map((uri) => this.consider(uri)));
  }

  /** Show a file that may have tests; which they are is asked when they are shown or run. */
  private async consider(uri: Uri): Promise<void> {
    const known = this.controller.items.get(uri.toString());
    if (known && known.children.size) return this.look(uri);
    const bytes = await workspace.fs.readFile(uri).then((read) => read, () => undefined);
    if (bytes && mayHaveTests(new TextDecoder().decode(bytes))) this.file(uri).canResolveChildren = true;
    else this.controller.items.delete(uri.toString());
  }

  private restarted(): void {
    for (const [, item] of this.controller.items) item.error = undefined;
    workspace.textDocuments.forEach((document) => this.opened(document));
  }

  private opened(document: TextDocument): void {
    if (this.isScript(document)) void this.look(document.uri);
  }

  private file(uri: Uri): TestItem {
    const known = this.controller.items.get(uri.toString());
    if (known) return known;
    const item = this.controller.createTestItem(uri.toString(), workspace.asRelativePath(uri), uri);
    this.controller.items.add(item);
    return item;
  }

  /** Ask for the tests of a script. One that has none is not shown. */
  private async look(uri: Uri): Promise<void> {
    try {
      const { tests: found } = await this.server.ask<{ tests: TestPlace[] }>(TESTS, uri);
      this.place(uri, found);
    } catch (error) {
      const known = this.controller.items.get(uri.toString());
      if (known) known.error = String(error);
    }
  }

  private place(uri: Uri, found: readonly TestPlace[]): void {
    if (!found.length) {
      this.controller.items.delete(uri.toString());
      return;
    }
    const file = this.file(uri);
    file.error = undefined;
    file.children.replace(found.map((one) => {
      const item = file.children.get(one.title) ?? this.controller.createTestItem(one.title, one.title, uri);
      item.range = range(one.selectionRange);
      return item;
    }));
  }

  // ---- runs

  private async begin(request: TestRunRequest, token: CancellationToken, covers: boolean): Promise<void> {
    if (!request.continuous) return this.run(request, token, covers);
    const again = later(PAUSE, (uri) => this.runAgain(request, uri, token, covers));
    const edits = workspace.onDidChangeTextDocument(({ document }) => { if (this.isScript(document)) again(document.uri); });
    this.continuous.add(request);
    token.onCancellationRequested(() => {
      this.continuous.delete(request);
      edits.dispose();
    });
  }

  /** Run what a change of a script may change: its own tests; all, if it has none and others include it. */
  private runAgain(request: TestRunRequest, uri: Uri, token: CancellationToken, covers: boolean): Promise<void> {
    if (token.isCancellationRequested) return Promise.resolve();
    const file = this.controller.items.get(uri.toString());
    const include = this.included(request).filter((one) => !file || one === file || one.parent === file);
    // The editor shows one run for each request.
    const part = new TestRunRequest(include, request.exclude, request.profile, true, true);
    return include.length ? this.run(part, token, covers) : Promise.resolve();
  }

  private included(request: TestRunRequest): readonly TestItem[] {
    return request.include ?? [...this.controller.items].map(([, item]) => item);
  }

  private async run(request: TestRunRequest, token: CancellationToken, covers: boolean): Promise<void> {
    const run = this.controller.createTestRun(request);
    const covered: CoveredFile[] = [];
    for (const [file, wanted] of chosen(this.included(request), request.exclude ?? [], childrenOf)) {
      if (token.isCancellationRequested) break;
      covered.push(...await this.runFile(run, file, wanted, token));
    }
    if (covers) merged(covered).forEach((one) => this.cover(run, one));
    run.end();
  }

  private async runFile(run: TestRun, file: TestItem, wanted: readonly TestItem[] | undefined, token: CancellationToken): Promise<CoveredFile[]> {
    if (!file.uri) return [];
    if (!file.children.size) await this.look(file.uri);
    const items = wanted ?? childrenOf(file);
    this.known.delete(file.id);
    items.forEach((one) => run.started(one));
    try {
      const titles = wanted && { titles: wanted.map((one) => one.id) };
      const results = await this.server.ask<TestResults>(RUN_TESTS, file.uri, titles, token);
      this.tell(run, items, results);
      return results.coverage;
    } catch (error) {
      const message = new TestMessage(error instanceof Error ? error.message : String(error));
      if (!token.isCancellationRequested) items.forEach((one) => run.errored(one, message));
      return [];
    }
  }

  /** Say of each test how it ended. */
  private tell(run: TestRun, items: readonly TestItem[], { tests: ended, problem }: TestResults): void {
    const byTitle = new Map(ended.map((one) => [one.title, one]));
    if (problem) run.appendOutput(`${problem}\n`.replaceAll('\n', '\r\n'));
    for (const item of items) {
      const result = byTitle.get(item.id);
      if (problem) run.errored(item, new TestMessage(problem));
      else if (!result) run.skipped(item);
      else if (result.passed) run.passed(item, result.seconds * 1000);
      else run.failed(item, messageOf(result, this.server.uriOf), result.seconds * 1000);
      if (result) run.appendOutput(lineOf(result), undefined, item);
    }
  }

  private cover(run: TestRun, { uri, lines }: CoveredFile): void {
    const details = lines.map(({ line, count }) => new StatementCoverage(count, new Position(line, 0)));
    const file = FileCoverage.fromDetails(this.server.uriOf(uri), details);
    this.details.set(file, details);
    run.addCoverage(file);
  }

  /** Show what the server ran after a pause, unless the tests run continuously anyway. */
  private pushed(pushed: PushedResults): void {
    const uri = this.server.uriOf(pushed.uri);
    const document = workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
    if (this.continuous.size || !document || (pushed.version !== null && document.version !== pushed.version) || pushed.problem) return;
    this.place(uri, pushed.tests.map((one) => ({ selectionRange: one.range, ...one })));
    const news = JSON.stringify(pushed.tests.map(({ title, passed, message, location: at }) => [title, passed, message, at]));
    const items = childrenOf(this.file(uri));
    if (!items.length || this.known.get(uri.toString()) === news) return;
    this.known.set(uri.toString(), news);
    // As if continuous: no view opens while one types.
    const run = this.controller.createTestRun(new TestRunRequest(items, undefined, this.running, true, true), undefined, false);
    this.tell(run, items, pushed);
    run.end();
  }

  private async runTitles(uri: Uri, titles: string[] | undefined): Promise<void> {
    await this.look(uri);
    const file = this.controller.items.get(uri.toString());
    const items = file && (titles ? childrenOf(file).filter((one) => titles.includes(one.id)) : [file]);
    if (!items?.length) return;
    const request = new TestRunRequest(items, undefined, this.running, false, true);
    await this.run(request, new CancellationTokenSource().token, false);
  }

  private async debug(debugTest: DebugTest, request: TestRunRequest, token: CancellationToken): Promise<void> {
    const run = this.controller.createTestRun(request);
    for (const [file, wanted] of chosen(this.included(request), request.exclude ?? [], childrenOf)) {
      if (file.uri && !file.children.size) await this.look(file.uri);
      for (const item of wanted ?? childrenOf(file)) {
        if (file.uri && !token.isCancellationRequested) await debugTest(file.uri, item.id, token);
      }
    }
    run.end();
  }
}

function childrenOf(file: TestItem): TestItem[] {
  return [...file.children].map(([, item]) => item);
}

function messageOf(result: TestResult, uriOf: UriOf): TestMessage {
  const message = new TestMessage(result.message ?? 'failed');
  if (result.location) message.location = location(result.location, uriOf);
  message.stackTrace = result.related.map((one) => {
    const place = location(one.location, uriOf);
    return new TestMessageStackFrame(one.message, place.uri, place.range.start);
  });
  return message;
}

function lineOf(result: TestResult): string {
  const line = `${result.passed ? '✓' : '✗'} ${result.title} (${Math.ceil(result.seconds * 1000)} ms)\n${result.passed ? '' : `${result.message}\n`}`;
  return line.replaceAll('\n', '\r\n');
}

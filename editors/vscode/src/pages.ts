// The phone and the graph: panels beside the script. What they ask goes to the language server.
import { Disposable, Location, Position, Uri, ViewColumn, WebviewPanel, window, workspace, WorkspaceEdit } from 'vscode';
import { later } from './later';
import { nonce, page } from './page';
import * as protocol from './protocol';
import { Server } from './server';
import { location } from './shapes';

/** Where a call begins, or what of a graph is shown. */
export interface Beginning {
  test?: string;
  step?: string;
}
export type Kind = 'phone' | 'graph';

type FromPage =
  | { kind: 'ready' }
  | { kind: 'ask'; id: number; method: string; params: object }
  | { kind: 'reveal'; location: protocol.Location }
  | { kind: 'insert'; text: string }
  | { kind: 'walked'; lines: protocol.Location[] };

const TITLES: Record<Kind, string> = { phone: 'Phone', graph: 'Graph' };
/** What pages may ask. */
const METHODS = ['nccodsl/call', 'nccodsl/saveCall', 'nccodsl/graph'];
/** Milliseconds without an edit, until the pages hear of it. */
const PAUSE = 150;

export class Pages implements Disposable {
  private readonly open = new Map<string, WebviewPanel>();
  /** The script of the page that is in front. */
  current: Uri | undefined;
  /** The way of the call that was played last, by script: a graph that is opened later shows it too. */
  private readonly walked = new Map<string, FromPage>();
  private readonly beginnings = new Map<WebviewPanel, Beginning>();
  private readonly disposables: Disposable[];

  constructor(private readonly server: Server, private readonly built: Uri) {
    const files = workspace.createFileSystemWatcher('**/*.{call,po}');
    // A script may include any other, so all pages hear of all changes.
    const changed = later(PAUSE, () => this.open.forEach((panel) => void panel.webview.postMessage({ kind: 'changed' })));
    this.disposables = [
      files, files.onDidChange(changed), files.onDidCreate(changed), files.onDidDelete(changed),
      workspace.onDidChangeTextDocument(({ document }) => { if (document.languageId === 'call') changed(document.uri); }),
      server.onStarted(() => changed(built)),
    ];
  }

  dispose(): void {
    [...this.open.values(), ...this.disposables].forEach((one) => one.dispose());
  }

  /** Show the phone or the graph of a script, from a beginning. */
  show(kind: Kind, uri: Uri, beginning: Beginning): void {
    const key = `${kind} ${uri.toString()}`;
    const known = this.open.get(key);
    if (known) {
      this.beginnings.set(known, beginning);
      known.reveal(undefined, true);
      this.start(known, uri);
      return;
    }
    const title = `${TITLES[kind]}: ${workspace.asRelativePath(uri)}`;
    // The graph shows the way of the call in the phone, so both are seen at once.
    const other = this.open.get(`${kind === 'phone' ? 'graph' : 'phone'} ${uri.toString()}`)?.viewColumn;
    const viewColumn = other ? other + 1 : ViewColumn.Beside;
    const panel = window.createWebviewPanel(`nccodsl.${kind}`, title, { viewColumn, preserveFocus: true }, {
      enableScripts: true, localResourceRoots: [this.built],
    });
    this.open.set(key, panel);
    this.beginnings.set(panel, beginning);
    panel.onDidChangeViewState(() => { if (panel.active) this.current = uri; });
    panel.onDidDispose(() => this.open.delete(key));
    panel.webview.onDidReceiveMessage((message: FromPage) => this.receive(panel, uri, message));
    panel.webview.html = this.html(kind, panel, title);
  }

  private html(kind: Kind, { webview }: WebviewPanel, title: string): string {
    const address = (name: string) => webview.asWebviewUri(Uri.joinPath(this.built, name)).toString();
    return page({
      title,
      source: webview.cspSource,
      nonce: nonce(),
      styles: [address(`${kind}.css`)],
      scripts: [{ src: address(`${kind}.js`), data: kind === 'graph' ? { layout: address('layout.js') } : {} }],
      body: '<div id="page"></div>',
    });
  }

  private start(panel: WebviewPanel, uri: Uri): void {
    void panel.webview.postMessage({ kind: 'start', title: workspace.asRelativePath(uri), ...this.beginnings.get(panel) });
  }

  private receive(panel: WebviewPanel, uri: Uri, message: FromPage): unknown {
    switch (message.kind) {
      case 'ready': return this.begin(panel, uri);
      case 'ask': return this.answer(panel, uri, message);
      case 'reveal': return reveal(location(message.location, this.server.uriOf));
      case 'insert': return append(uri, message.text);
      case 'walked':
        this.walked.set(uri.toString(), message);
        return this.open.get(`graph ${uri.toString()}`)?.webview.postMessage(message);
    }
  }

  private begin(panel: WebviewPanel, uri: Uri): void {
    this.start(panel, uri);
    const walked = this.walked.get(uri.toString());
    if (walked && panel === this.open.get(`graph ${uri.toString()}`)) void panel.webview.postMessage(walked);
  }

  private async answer(panel: WebviewPanel, uri: Uri, asked: Extract<FromPage, { kind: 'ask' }>): Promise<void> {
    const answer = { kind: 'answer', id: asked.id };
    try {
      if (!METHODS.includes(asked.method)) throw new Error(`${asked.method} is not for pages`);
      const result = await this.server.ask(asked.method, uri, asked.params);
      await panel.webview.postMessage({ ...answer, result });
    } catch (error) {
      await panel.webview.postMessage({ ...answer, error: error instanceof Error ? error.message : String(error) });
    }
  }
}

async function reveal({ uri, range }: Location): Promise<void> {
  const known = window.visibleTextEditors.find((one) => one.document.uri.toString() === uri.toString());
  await window.showTextDocument(uri, { selection: range, viewColumn: known?.viewColumn ?? ViewColumn.One, preserveFocus: true });
}

/** Add a block at the end of a script, behind an empty line. */
async function append(uri: Uri, text: string): Promise<void> {
  const document = await workspace.openTextDocument(uri);
  const last = document.lineAt(document.lineCount - 1);
  const edit = new WorkspaceEdit();
  const end = last.range.end;
  edit.insert(uri, end, `${last.isEmptyOrWhitespace ? '' : '\n'}\n${text.trim()}\n`);
  await workspace.applyEdit(edit);
  await reveal(new Location(uri, new Position(end.line + 1, 0)));
}

/** The files that were opened, with what was edited in them: the server knows them all, the editor shows one. */

import { type LSPClient, LSPPlugin, Workspace, type WorkspaceFile } from "@codemirror/lsp-client";
import { type ChangeSet, Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";

import { type Project, uriIn } from "./project";
import type { Position, Range } from "./protocol";

export interface TextEdit {
  range: Range;
  newText: string;
}

/** A file and what it is now; `saved` is the text that is saved, `hash` stands for it. */
export class Draft implements WorkspaceFile {
  languageId: string;
  version = 0;
  doc: Text;
  view: EditorView | null = null;
  saved: string;
  hash: string | null;

  constructor(
    readonly path: string,
    readonly uri: string,
    text: string,
    { saved, hash }: { saved: string; hash: string | null },
  ) {
    this.languageId = path.endsWith(".po") ? "po" : "call";
    this.doc = textOf(text);
    this.lineEnd = saved.includes("\r\n") ? "\r\n" : "\n";
    this.saved = saved;
    this.hash = hash;
  }

  private readonly lineEnd: string;

  getView(): EditorView | null {
    return this.view;
  }

  get text(): string {
    return (this.view?.state.doc ?? this.doc).sliceString(0, undefined, this.lineEnd);
  }

  get isEdited(): boolean {
    // The editor knows one kind of line end in a file.
    const now = this.view?.state.doc ?? this.doc;
    return this.hash === null || !now.eq(this.before());
  }

  private known: { saved: string; doc: Text } | null = null;

  private before(): Text {
    if (this.known?.saved !== this.saved) this.known = { saved: this.saved, doc: textOf(this.saved) };
    return this.known.doc;
  }
}

function textOf(text: string): Text {
  return Text.of(text.split(/\r\n?|\n/));
}

export class Drafts extends Workspace {
  files: Draft[] = [];
  /** The address of the folder. */
  root = "";

  constructor(
    client: LSPClient,
    private readonly project: Project,
    private readonly display: (draft: Draft) => EditorView,
  ) {
    super(client);
  }

  override getFile(uri: string): Draft | null {
    return this.files.find((one) => one.uri === uri) ?? null;
  }

  at(path: string): Draft | null {
    return this.files.find((one) => one.path === path) ?? null;
  }

  add(draft: Draft): Draft {
    this.files.push(draft);
    if (this.client.connected) this.client.didOpen(draft);
    return draft;
  }

  /** Forget a file. */
  forget(draft: Draft): void {
    this.files = this.files.filter((one) => one !== draft);
    draft.view = null;
    this.client.didClose(draft.uri);
  }

  /** A file by its path, read where it is not known yet. */
  async load(path: string): Promise<Draft> {
    const known = this.at(path);
    if (known) return known;
    const found = await this.project.read(path);
    return this.at(path) ?? this.add(new Draft(found.path, found.uri, found.text, { saved: found.text, hash: found.hash }));
  }

  override async requestFile(uri: string): Promise<Draft | null> {
    const known = this.getFile(uri);
    const path = known ? null : this.pathOf(uri);
    return known ?? (path === null ? null : this.load(path).catch(() => null));
  }

  override syncFiles(): { file: Draft; prevDoc: Text; changes: ChangeSet }[] {
    const found = [];
    for (const file of this.files) {
      const plugin = file.view && LSPPlugin.get(file.view);
      if (!file.view || !plugin || plugin.unsyncedChanges.empty) continue;
      found.push({ file, prevDoc: file.doc, changes: plugin.unsyncedChanges });
      file.doc = file.view.state.doc;
      file.version += 1;
      plugin.clear();
    }
    return found;
  }

  override openFile(uri: string, _language: string, view: EditorView): void {
    const file = this.getFile(uri);
    if (file) file.view = view;
  }

  override closeFile(uri: string, view: EditorView): void {
    const file = this.getFile(uri);
    if (file?.view !== view) return;
    this.client.sync();
    file.doc = view.state.doc;
    file.view = null;
  }

  override async displayFile(uri: string): Promise<EditorView | null> {
    const file = await this.requestFile(uri);
    return file && this.display(file);
  }

  /** Make edits in several files, shown or not: in all of them, or in none. Throws where a text has changed since. */
  async edit(changes: Record<string, TextEdit[]>, doc: Text): Promise<void> {
    const files = await Promise.all(
      Object.entries(changes).map(async ([uri, edits]) => {
        const file = await this.requestFile(uri);
        if (!file) throw new Error(`${this.pathOf(uri) ?? uri} is not a file of this folder: nothing was renamed`);
        return { file, edits };
      }),
    );
    for (const { file } of files) if (file.view && file.view.state.doc !== doc) throw new Error("The script has changed: try again.");
    for (const { file, edits } of files) {
      if (file.view) file.view.dispatch({ changes: placed(doc, edits), userEvent: "input.rename" });
      else this.editUnseen(file, edits);
    }
    this.client.sync();
  }

  private editUnseen(file: Draft, edits: TextEdit[]): void {
    // From the last to the first, so that offsets stay as they are.
    for (const { from, to, insert } of placed(file.doc, edits).sort((a, b) => b.from - a.from)) {
      file.doc = file.doc.replace(from, to, Text.of(insert.split("\n")));
    }
    file.version += 1;
    this.client.notification("textDocument/didChange", {
      textDocument: { uri: file.uri, version: file.version },
      contentChanges: [{ text: file.doc.toString() }],
    });
  }

  private pathOf(uri: string): string | null {
    if (!uri.startsWith(this.root)) return null;
    try {
      return decodeURIComponent(uri.slice(this.root.length));
    } catch {
      return null;
    }
  }

  uriOf(path: string): string {
    return uriIn(this.root, path);
  }
}

/** Edits of the protocol as changes of a text, which must be the one that they were made for. */
export function placed(doc: Text, edits: TextEdit[]): { from: number; to: number; insert: string }[] {
  return edits.map(({ range, newText }) => ({ from: offset(doc, range.start), to: offset(doc, range.end), insert: newText }));
}

export function offset(doc: Text, { line, character }: Position): number {
  if (line >= doc.lines) return doc.length;
  const found = doc.line(line + 1);
  return Math.min(found.from + character, found.to);
}

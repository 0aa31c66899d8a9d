/** The studio: a script, its call in a phone, its graph, its JSON, its tests, and what an edit changes. */

import { LSPClient, LSPPlugin } from "@codemirror/lsp-client";
import type { EditorView } from "@codemirror/view";

import { BrowserProject } from "./browser_project";
import { el, part } from "./dom";
import { Frames } from "./frames";
import { JsonPanel, showChanges, showTests } from "./panels";
import { type Problem, Problems } from "./problems";
import { callers, type LiveNow, showLive } from "./live";
import { ChangedMeanwhile, type Project } from "./project";
import type { CallDocuments, CallerChanges, Location, TestResults } from "./protocol";
import { safeHtml } from "./safe_html";
import { ScriptEditor } from "./script_editor";
import { ServedProject } from "./served_project";
import { packed, unpacked } from "./share";
import { CHECKING, layout, TABS, type Tab, TITLES } from "./studio_layout";
import { Draft, Drafts, offset, placed, type TextEdit } from "./workspace";

const PAUSE = 150; // milliseconds without an edit until the other panels follow
const SOON = 250; // milliseconds without an edit until problems are looked for
const LIVE = 1000; // milliseconds between two looks at the calls of a server
const STALE = new Set([-32800, -32801, -32802]); // cancelled, the content was modified, the server cancelled
const SHORT = 60; // characters of a title in the list of files
const NARROW = "(max-width: 859px)";
const SCRIPT = document.currentScript as HTMLScriptElement;
const NEW_SCRIPT = `step main {
  talk "Welcome. Press 1 to hear this again, or any other key to end the call."
  input dtmf max_digits=1 {
    on "1" -> main
    otherwise { talk "Goodbye." }
  }
}
`;

/** What is kept over a reload: texts that are not saved, and where one was. */
interface Kept {
  path: string;
  tab: Tab;
  drafts: { path: string; text: string; saved: string; hash: string | null }[];
  /** The call of the script at `path`. */
  phone: unknown;
}

class Studio {
  private readonly project: Project;
  private readonly client: LSPClient;
  private readonly editor: ScriptEditor;
  private readonly problems: Problems;
  private readonly frames: Frames;
  private readonly json: JsonPanel;
  private drafts!: Drafts;
  private current: Draft | null = null;
  private tab: Tab = "phone";
  private paths: string[] = [];
  private results = new Map<string, TestResults>();
  private saving = false;
  /** Whether the services answer. */
  private started = false;
  /** What is said where there is nothing else to say. */
  private greeting = "";
  private saying = "";
  /** Why they do not any more, in words for people. */
  private ended = "";
  private end!: (error: Error) => void;
  private readonly over = new Promise<never>((_, reject) => (this.end = reject));
  private timer = 0;
  private soon = 0;

  constructor() {
    const { services } = SCRIPT.dataset;
    this.project = services === undefined ? new ServedProject() : new BrowserProject(services);
    document.body.append(...layout());
    const reveal = (location: Location): void => void this.reveal(location, true);
    this.client = new LSPClient({
      timeout: this.project.patience,
      sanitizeHTML: safeHtml,
      workspace: (client) => (this.drafts = new Drafts(client, this.project, (draft) => this.show(draft))),
      extensions: [
        {
          clientCapabilities: { experimental: { testResults: true } },
          notificationHandlers: {
            "nccodsl/testResults": (_client, params) => this.tested(params as TestResults),
          },
        },
      ],
    });
    this.editor = new ScriptEditor(part("editor"), SCRIPT.dataset["nonce"] ?? "", {
      edited: () => this.edited(),
      moved: (line) => this.json.mark(this.current?.uri ?? "", line),
      save: () => void this.save(),
    });
    this.problems = new Problems(part("problems"), () => this.count());
    this.json = new JsonPanel(part("panel-json"), reveal);
    this.frames = new Frames(
      {
        sound: SCRIPT.dataset["sound"] !== undefined,
        title: () => this.current?.path ?? "",
        ask: (method, params) => this.ask(method, params),
        reveal,
        insert: (test) => this.editor.append(test),
        walked: (lines) => this.editor.walked(lines.filter((one) => one.uri === this.current?.uri).map((one) => one.range.start.line)),
      },
      () => this.follow(),
    );
    part("panel-phone").append(this.frames.of("phone"));
    part("panel-graph").append(this.frames.of("graph"));
    this.over.catch(() => undefined); // it is said once
    this.listen();
  }

  private listen(): void {
    for (const tab of TABS) part(`tab-${tab}`).addEventListener("click", () => this.openTab(tab));
    part("tabs").addEventListener("keydown", (event) => this.walkTabs(event));
    part("save").addEventListener("click", () => void this.save());
    part("share").addEventListener("click", () => void this.share());
    part("new").addEventListener("click", () => void this.create());
    part("original").addEventListener("click", () => this.bringBack());
    part("remove").addEventListener("click", () => this.remove());
    part("download").addEventListener("click", () => this.download());
    part<HTMLSelectElement>("files").addEventListener("change", ({ target }) => void this.openPath((target as HTMLSelectElement).value));
    part("rename-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.rename(part<HTMLInputElement>("new-name").value);
    });
    part("help").addEventListener("click", () => part<HTMLDialogElement>("helping").showModal());
    document.addEventListener("keydown", (event) => {
      if (event.defaultPrevented) return; // the editor has done it
      const held = event.ctrlKey || event.metaKey;
      if (held && event.key.toLowerCase() === "s") void this.save();
      else if (event.key === "F2") this.askName();
      else return;
      event.preventDefault();
    });
    window.addEventListener("beforeunload", () => this.keep());
    window.addEventListener("hashchange", () => void this.follows());
    // What was asked of a text that has changed since is refused, and the next answer is awaited instead.
    window.addEventListener("unhandledrejection", (event) => {
      if (isStale(event.reason)) event.preventDefault();
    });
    window.matchMedia(NARROW).addEventListener("change", () => this.openTab(this.tab));
  }

  // ---- the beginning

  async begin(): Promise<void> {
    const asked = fromHash();
    this.clearAddress();
    const { project, root, files, live } = await this.project.list();
    this.drafts.root = root;
    part("tab-live").hidden = !live;
    part("download").hidden = !this.project.lasting;
    this.paths = files;
    part("project").textContent = project;
    document.title = `${project} · nccodsl studio`;
    this.client.connect(await this.project.connect((why) => this.lost(why)));
    void this.client.initializing.then(() => {
      this.started = !this.ended;
      if (this.saying === this.project.loading) this.idle();
    });
    const kept = this.kept();
    for (const one of kept?.drafts ?? []) this.drafts.add(new Draft(one.path, this.drafts.uriOf(one.path), one.text, one));
    if (kept) this.frames.restore(kept.path, kept.phone);
    if (asked?.shared) await this.openShared(asked.shared);
    else await this.openFirst(asked?.path ?? this.known(kept?.path));
    this.greeting = kept || asked ? "" : this.project.welcome;
    if (!asked) this.idle();
    this.openTab(kept?.tab && (live || kept.tab !== "live") ? kept.tab : "phone");
    if (live) void this.watch();
  }

  /** Show the calls of the server, again and again. */
  private async watch(): Promise<void> {
    let now: LiveNow | null = null;
    try {
      now = await this.project.live();
    } catch {
      // The studio has ended; it says so.
    }
    const { current } = this;
    if (now && current) {
      const hash = current.isEdited ? null : current.hash;
      const here = now.lines.filter((one) => one.hash === hash && one.here > 0);
      this.editor.live(new Map(here.map((one) => [one.line - 1, callers(one.here)])));
      part("tab-live").textContent = now.calls ? `${TITLES.live} (${now.calls})` : TITLES.live;
      if (this.tab === "live") showLive(part("panel-live"), now, hash, current.text.split(/\r?\n/), (line) => this.toLine(line));
    }
    window.setTimeout(() => void this.watch(), LIVE);
  }

  private toLine(line: number): void {
    const { doc } = this.editor.view.state;
    const { from } = doc.line(Math.min(line, doc.lines));
    if (window.matchMedia(NARROW).matches) this.openTab("script");
    this.editor.reveal(from, from, true);
  }

  /** Say how the services are, where that is worth a word. */
  private idle(): void {
    if (this.ended) this.say("wrong", this.ended);
    else this.say("done", this.started ? this.greeting : this.project.loading);
  }

  /** The services have ended: what was asked of them is not answered. */
  private lost(why: string): void {
    this.started = false;
    this.ended = why;
    this.end(new Error(why));
    this.say("wrong", why);
    this.count();
  }

  /** The token has become a cookie, and what was shared a script: neither need stay in the address. */
  private clearAddress(): void {
    window.history.replaceState(null, "", location.pathname);
  }

  /** A link was opened in a page that shows something already. */
  private async follows(): Promise<void> {
    const asked = fromHash();
    if (!asked) return;
    this.clearAddress();
    if (asked.shared) await this.openShared(asked.shared);
    else if (asked.path) await this.openFirst(asked.path);
  }

  private async openFirst(path: string | null): Promise<void> {
    const known = this.known(path ?? undefined);
    const first = known ?? this.paths[0];
    if (first) await this.openPath(first);
    else this.add("first.call", NEW_SCRIPT);
    if (path && !known) this.say("wrong", `There is no script ${path.slice(0, SHORT)} here.`);
  }

  /** A path that was open once, if it is still there. */
  private known(path: string | undefined): string | null {
    return path !== undefined && (this.drafts.at(path) || this.paths.includes(path)) ? path : null;
  }

  private async openPath(path: string): Promise<void> {
    try {
      this.show(await this.drafts.load(path));
    } catch (error) {
      this.say("wrong", (error as Error).message);
    }
  }

  private show(draft: Draft): EditorView {
    if (this.current !== draft) {
      this.greeting = "";
      this.idle();
      this.problems.clear();
      this.current = draft;
      this.editor.open(draft.text, draft.uri, this.client);
      draft.view = this.editor.view;
      this.results.delete(draft.uri);
      this.frames.start();
      this.listFiles();
      this.marks();
      this.follow();
      void this.findProblems();
      void this.runTests(true);
    }
    return this.editor.view;
  }

  /** A file that is not on disk yet. */
  private add(path: string, text: string): void {
    const uri = this.drafts.uriOf(path);
    this.show(this.drafts.add(new Draft(path, uri, text, { saved: "", hash: null })));
  }

  // ---- what the server says

  private async findProblems(): Promise<void> {
    try {
      const found = await this.askOfThis<{ items?: Problem[] }>("textDocument/diagnostic", {});
      if (!found) return;
      const before = this.problems.counts?.errors;
      await this.problems.take(this.client, this.editor.view, found.items ?? []);
      if (!before && this.problems.counts?.errors) void this.runTests(true); // says why no test can run
    } catch (error) {
      // Where an edit came between, another look follows.
      if (!isStale(error) && !this.ended) this.say("wrong", `The script cannot be checked: ${(error as Error).message}.`);
    }
  }

  private tested(results: TestResults): boolean {
    this.results.set(results.uri, results);
    if (results.uri === this.current?.uri) {
      this.marks();
      void this.findProblems(); // failed tests are problems, too
    }
    return true;
  }

  private marks(): void {
    const { current } = this;
    const results = current ? (this.results.get(current.uri) ?? null) : null;
    const lines = results?.coverage.find((one) => one.uri === current?.uri)?.lines ?? [];
    this.editor.covered(new Map(results?.tests.length ? lines.map((one) => [one.line, one.count]) : []));
    showTests(part("panel-tests"), results, (location) => void this.reveal(location, true), () => void this.runTests(false));
    const failed = results?.tests.filter((one) => !one.passed).length ?? 0;
    part("tab-tests").textContent = failed ? `${TITLES.tests} (${failed} failed)` : TITLES.tests;
  }

  // ---- what the person does

  private edited(): void {
    this.shownAsEdited();
    if (part("said").className === "done") this.say("", "");
    clearTimeout(this.timer);
    clearTimeout(this.soon);
    this.soon = window.setTimeout(() => void this.findProblems(), SOON);
    this.timer = window.setTimeout(() => {
      this.keep();
      this.frames.changed();
      this.follow();
    }, PAUSE);
  }

  /** Let the panel that is open show the script as it is. */
  private follow(): void {
    if (this.tab === "json") void this.showJson();
    if (this.tab === "changes") void this.showChanges();
  }

  private async showJson(): Promise<void> {
    try {
      const found = await this.askOfThis<CallDocuments>("nccodsl/documents", this.frames.asked);
      if (!found) return;
      this.json.show(found);
      this.json.mark(this.current?.uri ?? "", this.editor.line);
    } catch {
      // An edit came between: what follows it shows the JSON.
    }
  }

  private async showChanges(): Promise<void> {
    try {
      const found = await this.askOfThis<CallerChanges>("nccodsl/changes", { saved: this.current?.saved ?? "" });
      if (found) showChanges(part("panel-changes"), found, (line) => this.toLine(line));
    } catch {
      // An edit came between.
    }
  }

  private async runTests(quiet: boolean): Promise<void> {
    const uri = this.current?.uri ?? "";
    try {
      const results = await this.askOfThis<Omit<TestResults, "uri">>("nccodsl/runTests", {});
      if (results) this.tested({ ...results, uri });
    } catch (error) {
      if (!quiet) this.say("wrong", (error as Error).message);
    }
  }

  private async save(): Promise<void> {
    const draft = this.current;
    if (!draft || this.saving) return;
    this.saving = true;
    try {
      if (this.started) await this.format().catch((error: unknown) => this.ended || Promise.reject(error));
      await this.write(draft);
    } catch (error) {
      if (error instanceof ChangedMeanwhile) this.conflict(draft);
      else this.say("wrong", (error as Error).message);
    } finally {
      this.saving = false;
    }
  }

  private async write(draft: Draft): Promise<void> {
    const saved = await this.project.save(draft.path, draft.text, draft.hash);
    [draft.saved, draft.hash] = [saved.text, saved.hash];
    if (!this.paths.includes(draft.path)) this.paths.push(draft.path);
    this.listFiles();
    this.keep();
    this.follow();
    this.say("done", `Saved ${draft.path} ${this.project.where}.`);
  }

  /** The file on disk is another one by now: the person chooses which text it gets. */
  private conflict(draft: Draft): void {
    const settle = async (take: boolean): Promise<void> => {
      try {
        const found = await this.project.read(draft.path);
        [draft.saved, draft.hash] = [found.text, found.hash];
        if (!take) return await this.write(draft);
        if (this.current === draft) this.editor.replace(found.text);
        this.listFiles();
        this.say("done", `This is ${draft.path} as it is ${this.project.where}. Undo brings your text back.`);
      } catch (error) {
        this.say("wrong", (error as Error).message);
      }
    };
    this.say("wrong", `${draft.path} has changed ${this.project.where} since it was opened.`, [
      el("button", { type: "button", text: "Take that text", on: { click: () => void settle(true) } }),
      el("button", { type: "button", text: "Save over it", on: { click: () => void settle(false) } }),
    ]);
  }

  /** Format the script as `nccodsl fmt` does; one with errors, or that is edited meanwhile, stays as it is. */
  private async format(): Promise<void> {
    const options = { tabSize: 2, insertSpaces: true };
    const edits = await this.askOfThis<TextEdit[]>("textDocument/formatting", { options });
    const { view } = this.editor;
    if (edits?.length) view.dispatch({ changes: placed(view.state.doc, edits), userEvent: "format" });
  }

  private async create(): Promise<void> {
    const name = window.prompt("Name of the new script", "new.call")?.trim();
    if (!name) return;
    const path = name.endsWith(".call") ? name : `${name}.call`;
    if (path.length > SHORT || !/^[\w-]+(?:[./][\w-]+)*$/.test(path)) {
      return this.say("wrong", `“${path.slice(0, SHORT)}” is not a name for a script: use at most ${SHORT} letters, digits, - and _, and / after a folder.`);
    }
    if (this.drafts.at(path) || this.paths.includes(path)) return this.openPath(path);
    const file = [...this.paths, ...this.drafts.files.map((one) => one.path)].find((one) => path.startsWith(`${one}/`));
    if (file) return this.say("wrong", `“${file}” is a script, and not a folder.`);
    this.add(path, NEW_SCRIPT);
    this.keep();
  }

  private async reveal({ uri, range }: Location, focus: boolean): Promise<void> {
    const view = await this.drafts.displayFile(uri);
    if (!view) return this.say("wrong", "That place is in a file that is not part of this project.");
    if (window.matchMedia(NARROW).matches) this.openTab("script");
    this.editor.reveal(offset(view.state.doc, range.start), offset(view.state.doc, range.end), focus);
  }

  private download(): void {
    const { current } = this;
    if (!current) return;
    const url = URL.createObjectURL(new Blob([current.text], { type: "text/plain" }));
    el("a", { href: url, download: current.path.split("/").pop() }).click();
    URL.revokeObjectURL(url);
  }

  /** An example as it was at first; saving it forgets what was saved before. */
  private bringBack(): void {
    const text = this.project.original(this.current?.path ?? "");
    if (text === null) return;
    this.editor.replace(text);
    this.say("done", "This is the example as it was at first. Undo brings your text back.");
  }

  /** Remove a script that was written here. */
  private remove(): void {
    const { current } = this;
    if (!current || !window.confirm(`Delete ${current.path}?`)) return;
    this.project.remove(current.path);
    this.drafts.forget(current);
    this.paths = this.paths.filter((one) => one !== current.path);
    void this.openFirst(null);
  }

  // ---- renaming

  private askName(): void {
    const { state } = this.editor.view;
    const word = state.wordAt(state.selection.main.head);
    if (!word) return this.say("wrong", "Put the cursor on a name to rename it.");
    const name = state.sliceDoc(word.from, word.to);
    part("old-name").textContent = `Rename “${name}” in all files of the folder`;
    part("rename-wrong").textContent = "";
    part<HTMLInputElement>("new-name").value = name;
    part<HTMLDialogElement>("rename").showModal();
    part<HTMLInputElement>("new-name").select();
  }

  private async rename(newName: string): Promise<void> {
    const { state } = this.editor.view;
    const position = LSPPlugin.get(this.editor.view)?.toPosition(state.selection.main.head);
    try {
      const found = await this.askOfThis<{ changes?: Record<string, TextEdit[]> }>("textDocument/rename", { position, newName });
      if (!found?.changes) throw new Error("There is nothing to rename here.");
      await this.drafts.edit(found.changes, state.doc);
      const files = Object.keys(found.changes).length;
      this.listFiles();
      part<HTMLDialogElement>("rename").close();
      this.say("done", files > 1 ? `Renamed in ${files} files. They are not saved yet.` : "Renamed.");
      this.editor.view.focus();
    } catch (error) {
      part("rename-wrong").textContent = (error as Error).message;
    }
  }

  // ---- sharing

  private async share(): Promise<void> {
    const { current } = this;
    if (!current) return;
    const shared = await packed({ path: current.path, text: current.text, phone: this.frames.state(current.path) });
    const link = `${location.origin}${location.pathname}#share=${shared}`;
    const what = `It holds the script and the call, and ${this.project.linksWork}.`;
    try {
      await navigator.clipboard.writeText(link);
      this.say("done", `The link is in the clipboard. ${what} Values of private params are left out.`);
    } catch {
      window.history.replaceState(null, "", link);
      this.say("done", `The address of this page is the link now: copy it. ${what} Values of private params are left out.`);
    }
  }

  /** A path that no file has: `menu.call`, `menu-2.call` … */
  private freePath(stem: string): string {
    for (let number = 1; ; number += 1) {
      const path = `${stem}${number > 1 ? `-${number}` : ""}.call`;
      if (!this.drafts.at(path) && !this.paths.includes(path)) return path;
    }
  }

  /** A file of this name, or of this name and a number, that has this text. */
  private async withText(stem: string, text: string): Promise<string | null> {
    const isOne = (path: string): boolean => path.startsWith(stem) && /^(?:-\d+)?\.call$/.test(path.slice(stem.length));
    for (const path of new Set([...this.paths, ...this.drafts.files.map((one) => one.path)].filter(isOne))) {
      if ((this.drafts.at(path) ?? (await this.project.read(path))).text === text) return path;
    }
    return null;
  }

  private async openShared(shared: string): Promise<void> {
    try {
      const { path, text, phone } = await unpacked(shared);
      // A file of this name stays what it is: the shared script is one of its own.
      const name = (path.split("/").pop() ?? "").replace(/\.call$/, "").replace(/[^\w-]/g, "-");
      const same = await this.withText(name || "script", text);
      if (same) {
        if (phone !== undefined) this.frames.restore(same, phone);
        return await this.openPath(same);
      }
      const free = this.freePath(name || "script");
      if (phone !== undefined) this.frames.restore(free, phone);
      this.add(free, text);
      this.say("done", `This is a shared script. Save keeps it as ${free}.`);
    } catch {
      await this.openFirst(null);
      this.say("wrong", "The link is not complete.");
    }
  }

  // ---- what is shown

  private openTab(wanted: Tab): void {
    const narrow = window.matchMedia(NARROW).matches;
    this.tab = wanted === "script" && !narrow ? "phone" : wanted;
    for (const tab of TABS) {
      const on = tab === this.tab;
      part(`tab-${tab}`).setAttribute("aria-selected", String(on));
      part(`tab-${tab}`).tabIndex = on ? 0 : -1;
      if (tab !== "script") part(`panel-${tab}`).hidden = !on;
    }
    document.body.classList.toggle("script-shown", this.tab === "script");
    this.follow();
    this.keep();
  }

  private walkTabs(event: KeyboardEvent): void {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    const shown = TABS.filter((tab) => part(`tab-${tab}`).offsetParent !== null);
    const next = shown[(shown.indexOf(this.tab) + step + shown.length) % shown.length];
    if (!next) return;
    this.openTab(next);
    part(`tab-${next}`).focus();
    event.preventDefault();
  }

  private listFiles(): void {
    // New scripts, and translations that a rename has edited, are in no list of the server.
    const edited = this.drafts.files.filter((one) => one.isEdited).map((one) => one.path);
    const options = [...new Set([...this.paths, ...edited])].map((path) =>
      el("option", { value: path, text: nameOf(path, edited.includes(path)), selected: path === this.current?.path }),
    );
    part("files").replaceChildren(...options);
    this.shownAsEdited();
  }

  private shownAsEdited(): void {
    const edited = this.current?.isEdited ?? false;
    part<HTMLButtonElement>("save").classList.toggle("primary", edited);
    part("save").textContent = edited ? "Save" : "Saved";
    this.shownAsOwn();
    const option = part<HTMLSelectElement>("files").selectedOptions[0];
    if (option && this.current) option.textContent = nameOf(this.current.path, edited);
  }

  /** What can be brought back, or removed. */
  private shownAsOwn(): void {
    const { current } = this;
    const original = current ? this.project.original(current.path) : null;
    part("original").hidden = original === null || original === current?.text;
    part("remove").hidden = !this.project.lasting || original !== null || !current;
  }

  private count(): void {
    const { errors, warnings } = this.problems.counts ?? { errors: 0, warnings: 0 };
    const say = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
    const parts = [errors ? say(errors, "error") : "", warnings ? say(warnings, "warning") : ""].filter(Boolean);
    part("count").textContent = this.ended ? "Not checked" : this.problems.counts ? parts.join(", ") || "No problems" : CHECKING;
    part("problems-area").classList.toggle("none", !errors && !warnings);
  }

  private say(kind: "" | "done" | "wrong", text: string, more: HTMLElement[] = []): void {
    this.saying = text;
    const box = part("said");
    box.className = kind;
    const close = el("button", { type: "button", class: "quiet", text: "Close", on: { click: () => this.say("", "") } });
    box.replaceChildren(...(text ? [el("span", { text }), ...more, close] : []));
  }

  /** Ask the services about the script that is open. Rejects with words for people. */
  private async ask(method: string, params: object): Promise<unknown> {
    const { current } = this;
    if (!current) throw new Error("no script is open");
    this.client.sync();
    try {
      return await Promise.race([this.client.request(method, { ...params, textDocument: { uri: current.uri } }), this.over]);
    } catch (error) {
      const { message, code } = error as { message?: string; code?: number };
      throw Object.assign(new Error(message ?? String(error)), { code });
    }
  }

  /** The same, of the script as it is now; null where it was edited, or another one was opened, before the answer. */
  private async askOfThis<Answer>(method: string, params: object): Promise<Answer | null> {
    const { current } = this;
    const { doc } = this.editor.view.state;
    const answer = (await this.ask(method, params)) as Answer | null;
    return this.current === current && this.editor.view.state.doc === doc ? answer : null;
  }

  // ---- what is kept over a reload

  private get key(): string {
    return `studio ${location.pathname} ${this.drafts.root}`;
  }

  private keep(): void {
    const { current } = this;
    if (!current) return;
    const edited = this.drafts.files.filter((one) => one.isEdited);
    const kept: Kept = {
      path: current.path,
      tab: this.tab,
      drafts: edited.map(({ path, text, saved, hash }) => ({ path, text, saved, hash })),
      phone: this.frames.state(current.path),
    };
    const text = JSON.stringify(kept);
    for (const store of this.stores()) {
      try {
        store.setItem(this.key, text);
      } catch {
        store.removeItem(this.key);
        this.say("wrong", "Your edits are too large to be kept over a reload: save them.");
      }
    }
  }

  private kept(): Kept | null {
    for (const store of this.stores()) {
      try {
        const found = JSON.parse(store.getItem(this.key) ?? "null") as Kept | null;
        if (found) return found;
      } catch {
        // What others have written there is not ours.
      }
    }
    return null;
  }

  /** Where it is kept: for this tab, and for the next one if that is wanted. A browser may forbid both. */
  private stores(): Storage[] {
    try {
      return this.project.lasting ? [sessionStorage, localStorage] : [sessionStorage];
    } catch {
      return [];
    }
  }
}

function isStale(error: unknown): boolean {
  return STALE.has((error as { code?: number } | null)?.code ?? 0);
}

/** What a link asks for: `#share=…` a script that it holds, `#open=PATH` one of the project. */
function fromHash(): { shared?: string; path?: string } | null {
  const [kind, value] = location.hash.split(/=(.*)/s);
  if (kind === "#share" && value) return { shared: value };
  return kind === "#open" && value ? { path: decoded(value) } : null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A file in the list; a dot marks edits that are not saved. */
function nameOf(path: string, edited: boolean): string {
  return `${edited ? "● " : ""}${path.slice(-SHORT)}`;
}

new Studio().begin().catch((error: Error) => {
  part("said").className = "wrong";
  part("said").textContent = error.message;
});

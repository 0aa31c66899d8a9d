// The debugger: starts `nccodsl dap`, and fills in what a configuration leaves open.
import {
  CancellationToken, commands, debug, DebugAdapterDescriptorFactory, DebugAdapterExecutable, DebugConfiguration, DebugConfigurationProvider, DebugSession, Disposable,
  SourceBreakpoint, Uri, window, workspace,
} from 'vscode';
import { script } from './commands';
import { hint, INSTALL, located } from './program';

const TYPE = 'nccodsl';
/** What is heard stands in the console, and what one does is typed there. */
const CONSOLE = { internalConsoleOptions: 'openOnSessionStart' };

const adapter: DebugAdapterDescriptorFactory = {
  createDebugAdapterDescriptor(session: DebugSession) {
    const found = located();
    if (!found) {
      void hint(`nccodsl was not found. Install it with ${INSTALL}.`);
      throw new Error('nccodsl was not found');
    }
    const cwd = session.workspaceFolder?.uri.fsPath;
    return new DebugAdapterExecutable(found.command, ['dap'], cwd ? { cwd } : {});
  },
};

const configurations: DebugConfigurationProvider = {
  /** Without a launch.json, the script in the editor is called. */
  async resolveDebugConfiguration(_folder, config) {
    if (config.request === 'attach') return withToken(config);
    if (config.type || config.request || config.name) return { ...CONSOLE, ...config };
    const document = window.activeTextEditor?.document;
    if (document?.languageId === 'call' && document.uri.scheme === 'file') return launch(document.uri);
    void window.showInformationMessage('Open a .call script to debug its call.');
    return undefined;
  },
};

/** A token that a configuration leaves out is asked for, unless the adapter finds it in its environment. */
async function withToken(config: DebugConfiguration): Promise<DebugConfiguration | undefined> {
  if (config.token || process.env.NCCODSL_ATTACH_TOKEN) return config;
  const prompt = 'The token that `nccodsl serve --allow-attach` printed';
  const token = await window.showInputBox({ title: config.name, prompt, password: true, ignoreFocusOut: true });
  return token ? { ...config, token } : undefined;
}

/** Stops at the first line, unless breakpoints of the script say where to stop. */
function launch(uri: Uri, more: Partial<DebugConfiguration> = {}): DebugConfiguration {
  const stops = debug.breakpoints.some((one) => one instanceof SourceBreakpoint && one.enabled && one.location.uri.toString() === uri.toString());
  const name = `Call ${workspace.asRelativePath(uri)}`;
  return { ...CONSOLE, type: TYPE, request: 'launch', name, program: uri.fsPath, stopOnEntry: !stops, ...more };
}

async function debugCall(uri: Uri): Promise<void> {
  await debug.startDebugging(workspace.getWorkspaceFolder(uri), launch(uri));
}

/** Debug a test, until the session ends, or until `token` cancels it. */
export async function debugTest(uri: Uri, title: string, token?: CancellationToken): Promise<void> {
  const config = launch(uri, { name: `Test ${title}`, test: title });
  let session: DebugSession | undefined;
  let end: () => void;
  const ended = new Promise<void>((resolve) => { end = resolve; });
  const listeners = Disposable.from(
    debug.onDidStartDebugSession((one) => { if (one.name === config.name) session = one; }),
    debug.onDidTerminateDebugSession((one) => { if (one === session) end(); }),
    token?.onCancellationRequested(() => debug.stopDebugging(session)) ?? new Disposable(() => undefined),
  );
  if (await debug.startDebugging(workspace.getWorkspaceFolder(uri), config)) await ended;
  listeners.dispose();
}

/** What the person at the phone does, in the session that is active. */
export async function enter(line: string): Promise<void> {
  const session = debug.activeDebugSession;
  if (session?.type !== TYPE) return;
  const answer = await session.customRequest('evaluate', { expression: line, context: 'repl' }) as { result: string };
  if (answer.result) debug.activeDebugConsole.appendLine(answer.result);
}

export function contributeDebugger(): Disposable {
  return Disposable.from(
    debug.onDidStartDebugSession(({ type, configuration }) => {
      // A call that is only watched takes no keys.
      if (type === TYPE && configuration.request === 'launch') void commands.executeCommand('nccodsl.keypad.open', { preserveFocus: true });
    }),
    debug.registerDebugAdapterDescriptorFactory(TYPE, adapter),
    debug.registerDebugConfigurationProvider(TYPE, configurations),
    commands.registerCommand('nccodsl.debugCall', async (given: unknown) => {
      const uri = script(given);
      if (uri) await debugCall(uri);
    }),
    commands.registerCommand('nccodsl.debugTestAtCursor', () => commands.executeCommand('testing.debugAtCursor')),
    commands.registerCommand('nccodsl.debugTest', (uri: string, title: string) => debugTest(Uri.parse(uri), title)),
  );
}

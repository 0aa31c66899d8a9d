// The debugger: starts `nccodsl dap`, and fills in what a configuration leaves open.
import {
  commands, debug, DebugAdapterDescriptorFactory, DebugAdapterExecutable, DebugConfiguration, DebugConfigurationProvider, DebugSession, Disposable,
  SourceBreakpoint, TestRun, Uri, window, workspace,
} from 'vscode';
import { hint, INSTALL, located } from './server';

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

export async function debugCall(uri: Uri): Promise<void> {
  await debug.startDebugging(workspace.getWorkspaceFolder(uri), launch(uri));
}

/** Debug a test, until the session ends. */
export async function debugTest(uri: Uri, title: string, run?: TestRun): Promise<void> {
  const config = launch(uri, { name: `Test ${title}`, test: title });
  let ended: Disposable | undefined;
  const ending = new Promise<void>((resolve) => {
    ended = debug.onDidTerminateDebugSession((session) => { if (session.name === config.name) resolve(); });
  });
  if (await debug.startDebugging(workspace.getWorkspaceFolder(uri), config, run && { testRun: run })) await ending;
  ended?.dispose();
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
    commands.registerCommand('nccodsl.debugTest', (uri: string, title: string) => debugTest(Uri.parse(uri), title)),
  );
}

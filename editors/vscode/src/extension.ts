// The extension on the desktop. All that it knows of scripts comes from `nccodsl lsp` and `nccodsl dap`.
import { ExtensionContext, tasks, Uri, window, workspace } from 'vscode';
import { contribute } from './contribute';
import { contributeDebugger, debugTest } from './debug';
import { Keypad } from './keypad';
import { ProgramServer } from './program';
import { taskProvider } from './tasks';

let server: ProgramServer;

export async function activate(context: ExtensionContext): Promise<void> {
  server = new ProgramServer();
  contribute(context, server, debugTest);
  context.subscriptions.push(
    contributeDebugger(),
    tasks.registerTaskProvider('nccodsl', taskProvider),
    window.registerWebviewViewProvider('nccodsl.keypad', new Keypad(Uri.joinPath(context.extensionUri, 'media'))),
    workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration('nccodsl.path')) void server.restart(); }),
    workspace.onDidGrantWorkspaceTrust(() => void server.restart()),
  );
  await server.restart();
}

export function deactivate(): Promise<void> {
  return server.stop();
}

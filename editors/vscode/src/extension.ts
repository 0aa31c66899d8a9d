// What the extension brings to the editor. All that it knows of scripts comes from `nccodsl lsp` and `nccodsl dap`.
import { ExtensionContext, tasks, Uri, window, workspace } from 'vscode';
import { contributeCommands } from './commands';
import { contributeDebugger, debugTest } from './debug';
import { Keypad } from './keypad';
import { Pages } from './pages';
import { Server } from './server';
import { taskProvider } from './tasks';
import { ScriptTests } from './tests';

let server: Server;

export async function activate(context: ExtensionContext): Promise<void> {
  server = new Server();
  const pages = new Pages(server, Uri.joinPath(context.extensionUri, 'dist', 'pages'));
  context.subscriptions.push(
    server,
    pages,
    new ScriptTests(server, debugTest),
    contributeCommands(server, pages),
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

// The extension in the browser, where no program can be started: no debugger and no tasks.
import { commands, ExtensionContext, Uri, workspace } from 'vscode';
import { contribute } from '../contribute';
import { WebServer } from './server';

let server: WebServer;

export async function activate(context: ExtensionContext): Promise<void> {
  // What needs a program is not shown (package.json).
  await commands.executeCommand('setContext', 'nccodsl.inBrowser', true);
  const { version } = context.extension.packageJSON as { version: string };
  server = new WebServer(Uri.joinPath(context.extensionUri, 'dist', 'web'), version);
  contribute(context, server);
  context.subscriptions.push(workspace.onDidChangeWorkspaceFolders(() => void server.restart()));
  await server.restart();
}

export function deactivate(): Promise<void> {
  return server.stop();
}

// What the extension brings to the editor on the desktop and in the browser alike.
import { ExtensionContext, Uri } from 'vscode';
import { contributeCommands } from './commands';
import { Pages } from './pages';
import { Server } from './server';
import { DebugTest, ScriptTests } from './tests';

export function contribute(context: ExtensionContext, server: Server, debugTest?: DebugTest): void {
  const pages = new Pages(server, Uri.joinPath(context.extensionUri, 'dist', 'pages'));
  context.subscriptions.push(server, pages, new ScriptTests(server, debugTest), contributeCommands(server, pages));
}

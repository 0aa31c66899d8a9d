// The commands of menus and of the palette. Without an address they are about the script in the editor.
import { CodeAction, commands, Disposable, Range, Uri, window, workspace } from 'vscode';
import { Beginning, Kind, Pages } from './pages';
import { Server } from './server';
import { UriOf } from './shapes';

/** The script that a command is about: a menu gives its address, a lens gives it as text. A page belongs to a script. */
export function script(given: unknown, uriOf: UriOf = Uri.parse, pages?: Pages): Uri | undefined {
  if (typeof given === 'string') return uriOf(given);
  if (given instanceof Uri && given.scheme !== 'webview-panel') return given;
  return window.activeTextEditor?.document.uri ?? pages?.current;
}

/** JSON becomes a script beside it: the server offers it as a code action. */
async function convert(given: unknown): Promise<void> {
  const uri = script(given);
  if (!uri) return;
  const document = await workspace.openTextDocument(uri);
  const whole = new Range(0, 0, document.lineCount, 0);
  const found = await commands.executeCommand<CodeAction[]>('vscode.executeCodeActionProvider', uri, whole, 'refactor.rewrite');
  const action = found.find((one) => one.title === 'Convert to a script');
  const [made] = action?.edit?.entries().at(-1) ?? [];
  if (!action?.edit || !made) {
    void window.showWarningMessage(`${workspace.asRelativePath(uri)} cannot be converted. Its problems are in the Problems view.`);
  } else if (await workspace.fs.stat(made).then(() => true, () => false)) {
    void window.showWarningMessage(`${workspace.asRelativePath(made)} exists already.`);
  } else if (await workspace.applyEdit(action.edit)) {
    await window.showTextDocument(made);
  }
}

export function contributeCommands(server: Server, pages: Pages): Disposable {
  const show = (kind: Kind) => (given: unknown, beginning?: unknown) => {
    const uri = script(given, server.uriOf, pages);
    if (uri) pages.show(kind, uri, isBeginning(beginning) ? beginning : {});
  };
  return Disposable.from(
    commands.registerCommand('nccodsl.restart', () => server.restart()),
    commands.registerCommand('nccodsl.showLog', () => server.showLog()),
    commands.registerCommand('nccodsl.openPhone', show('phone')),
    commands.registerCommand('nccodsl.showGraph', show('graph')),
    commands.registerCommand('nccodsl.convertToScript', convert),
    commands.registerCommand('nccodsl.runTestAtCursor', () => commands.executeCommand('testing.runAtCursor')),
  );
}

/** A menu gives its own second argument, which says nothing of where to begin. */
function isBeginning(given: unknown): given is Beginning {
  return typeof given === 'object' && given !== null && ('test' in given || 'step' in given);
}

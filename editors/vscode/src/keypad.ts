// The keypad beside a call that is debugged: a key is what one would type into the debug console.
import { Uri, WebviewView, WebviewViewProvider, window } from 'vscode';
import { enter } from './debug';
import { nonce, page } from './page';

const KEYS = '123456789*0#';

export class Keypad implements WebviewViewProvider {
  constructor(private readonly media: Uri) {}

  resolveWebviewView({ webview }: WebviewView): void {
    webview.options = { enableScripts: true, localResourceRoots: [this.media] };
    const address = (name: string) => webview.asWebviewUri(Uri.joinPath(this.media, name)).toString();
    webview.onDidReceiveMessage(({ line }: { line: unknown }) => typeof line === 'string' && enter(line).catch(
      (error: Error) => window.showWarningMessage(error.message),
    ));
    webview.html = page({
      title: 'Keypad',
      source: webview.cspSource,
      nonce: nonce(),
      styles: [address('keypad.css')],
      scripts: [{ src: address('keypad.js') }],
      body: `<div class="keys">${[...KEYS].map((key) => `<button data-line="${key}">${key}</button>`).join('')}</div>
<div class="rest"><button data-line="">Silence</button><button data-line="hang up">Hang up</button><button data-line="/undo">Undo</button></div>
<form><input type="text" placeholder="Say something" aria-label="Say something"><button>Say</button></form>`,
    });
  }
}

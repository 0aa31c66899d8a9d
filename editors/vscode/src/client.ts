// What the language client does otherwise than the library: JSON documents, and commands that this editor runs itself.
import { CodeLens, Uri } from 'vscode';
import {
  DocumentSelector, DynamicFeature, LanguageClient, LanguageClientOptions, Middleware, ServerCapabilities, StaticFeature,
} from 'vscode-languageclient/node';
import { EXPERIMENTAL, Location, Position } from './protocol';
import { location, position } from './shapes';

export const SCRIPTS = [{ language: 'call', scheme: 'file' }, { language: 'call', scheme: 'untitled' }];
/** NCCO documents and bodies of calls: the names that the server judges. */
export const JSONS = [{ scheme: 'file', pattern: '**/*.{ncco,call}.json' }];
export const DOCUMENTS = [...SCRIPTS, ...JSONS];
/** What JSON documents get. The editor's own JSON formats them, and has their outline. */
const OF_JSON = /^textDocument\/(did|diagnostic|codeAction)/;

/** Runs the tests with these titles, or all of a script. */
export type RunTests = (uri: Uri, titles: string[] | undefined) => Promise<void>;

export class CallClient extends LanguageClient {
  constructor(command: string, options: LanguageClientOptions) {
    super('nccodsl', 'nccodsl', { command, args: ['lsp'] }, options);
    this.registerFeature({
      fillClientCapabilities: (capabilities) => { capabilities.experimental = EXPERIMENTAL; },
      initialize: () => undefined,
      getState: () => ({ kind: 'static' }),
      clear: () => undefined,
    });
  }

  override registerFeature(feature: StaticFeature | DynamicFeature<unknown>): void {
    const method = 'registrationType' in feature ? feature.registrationType.method : '';
    if (method.startsWith('textDocument/') && !OF_JSON.test(method)) {
      const initialize = feature.initialize.bind(feature);
      feature.initialize = (capabilities: ServerCapabilities, selector: DocumentSelector | undefined) => initialize(capabilities, selector && SCRIPTS);
    }
    super.registerFeature(feature);
  }
}

export function middleware(runTests: RunTests): Middleware {
  return {
    executeCommand: (command, args, next) => {
      const [uri, title] = args as [string, string | undefined];
      if (command === 'nccodsl.runTest' && title !== undefined) return runTests(Uri.parse(uri), [title]);
      if (command === 'nccodsl.runTests') return runTests(Uri.parse(uri), undefined);
      return next(command, args);
    },
    provideCodeLenses: async (document, token, next) => (await next(document, token))?.map(shown),
  };
}

/** A lens whose arguments are objects of the editor where its command wants them. */
function shown(lens: CodeLens): CodeLens {
  if (lens.command?.command === 'editor.action.showReferences') {
    const [uri, at, places] = lens.command.arguments as [string, Position, Location[]];
    lens.command.arguments = [Uri.parse(uri), position(at), places.map(location)];
  }
  return lens;
}

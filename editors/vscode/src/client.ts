// What the language client does otherwise than the library: JSON documents, and commands that this editor runs itself.
import { CodeLens, Uri } from 'vscode';
import { DocumentSelector, DynamicFeature, Middleware, ServerCapabilities, StaticFeature } from 'vscode-languageclient';
import { COMMANDS, Location, Position } from './protocol';
import { location, position, UriOf } from './shapes';

/** Which documents: those of one of these kinds. */
export type Kinds = { scheme: string; language?: string; pattern?: string }[];

/** Scripts: files of these schemes, and those that are not saved yet. */
export function scriptsOf(schemes: readonly string[]): Kinds {
  return [...schemes, 'untitled'].map((scheme) => ({ language: 'call', scheme }));
}

/** NCCO documents and bodies of calls: the names that the server judges. */
export function jsonsOf(schemes: readonly string[]): Kinds {
  return schemes.map((scheme) => ({ scheme, pattern: '**/*.{ncco,call}.json' }));
}

/** What JSON documents get. The editor's own JSON formats them, and has their outline. */
const OF_JSON = /^textDocument\/(did|diagnostic|codeAction)/;

/** Runs the tests with these titles, or all of a script. */
export type RunTests = (uri: Uri, titles: string[] | undefined) => Promise<void>;

interface Registers {
  registerFeature(feature: StaticFeature | DynamicFeature<unknown>): void;
}
/** TypeScript lets a class of this type be extended, and no narrower one. */
type Client = new (...given: any[]) => Registers;

/** A client of the library, for the desktop or for the browser, that does so. `commands` are those of lenses that it runs besides. */
export function callClient<Of extends Client>(Library: Of, commands: readonly string[] = []) {
  return class extends Library {
    constructor(...given: any[]) {
      super(...given);
      const experimental = { commands: { commands: [...commands, ...COMMANDS] }, testResults: true };
      this.registerFeature({
        fillClientCapabilities: (capabilities) => { capabilities.experimental = experimental; },
        initialize: () => undefined,
        getState: () => ({ kind: 'static' }),
        clear: () => undefined,
      });
    }

    override registerFeature(feature: StaticFeature | DynamicFeature<unknown>): void {
      const method = 'registrationType' in feature ? feature.registrationType.method : '';
      if (method.startsWith('textDocument/') && !OF_JSON.test(method)) {
        const initialize = feature.initialize.bind(feature);
        feature.initialize = (capabilities: ServerCapabilities, selector: DocumentSelector | undefined) =>
          initialize(capabilities, selector?.filter((one) => typeof one !== 'string' && 'language' in one));
      }
      super.registerFeature(feature);
    }
  };
}

export function middleware(runTests: RunTests, uriOf: UriOf): Middleware {
  return {
    executeCommand: (command, args, next) => {
      const [uri, title] = args as [string, string | undefined];
      if (command === 'nccodsl.runTest' && title !== undefined) return runTests(uriOf(uri), [title]);
      if (command === 'nccodsl.runTests') return runTests(uriOf(uri), undefined);
      return next(command, args);
    },
    provideCodeLenses: async (document, token, next) => (await next(document, token))?.map((lens) => shown(lens, uriOf)),
  };
}

/** A lens whose arguments are objects of the editor where its command wants them. */
function shown(lens: CodeLens, uriOf: UriOf): CodeLens {
  if (lens.command?.command === 'editor.action.showReferences') {
    const [uri, at, places] = lens.command.arguments as [string, Position, Location[]];
    lens.command.arguments = [uriOf(uri), position(at), places.map((place) => location(place, uriOf))];
  }
  return lens;
}

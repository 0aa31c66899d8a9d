// Prints the tokens of scripts as JSON: for each text of the JSON list on standard input, its [start, end, scopes…], with
// offsets in UTF-16 units. For tests that compare them with those of the parser.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { INITIAL, Registry, parseRawGrammar } = require('vscode-textmate');
const oniguruma = require('vscode-oniguruma');

const wasm = readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'));
const onigLib = oniguruma.loadWASM(wasm).then(() => ({
  createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
  createOnigString: (text) => new oniguruma.OnigString(text),
}));
const path = new URL('../syntaxes/call.tmLanguage.json', import.meta.url);
const loadGrammar = async (scope) => (scope === 'source.call' ? parseRawGrammar(readFileSync(path, 'utf8'), path.pathname) : null);
const grammar = await new Registry({ onigLib, loadGrammar }).loadGrammar('source.call');

function tokens(text) {
  const found = [];
  let stack = INITIAL;
  let offset = 0;
  for (const line of text.split('\n')) {
    const read = grammar.tokenizeLine(line, stack);
    for (const { startIndex, endIndex, scopes } of read.tokens) {
      found.push([offset + startIndex, offset + Math.min(endIndex, line.length), ...scopes.slice(1)]);
    }
    stack = read.ruleStack;
    offset += line.length + 1;
  }
  return found;
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(tokens)));

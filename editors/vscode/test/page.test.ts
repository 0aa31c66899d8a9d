import assert from 'node:assert/strict';
import { test } from 'node:test';
import { page } from '../src/page';

const html = page({
  title: 'a <b> & "c"',
  source: 'https://host.test',
  nonce: 'abc123',
  styles: ['https://host.test/graph.css'],
  scripts: [{ src: 'https://host.test/graph.js?a=1&b=2', data: { layout: 'https://host.test/layout.js' } }],
  body: '<div id="page"></div>',
});
const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';

test('a page runs its own scripts only', () => {
  assert.match(policy, /^default-src 'none'; /);
  assert.match(policy, /script-src 'nonce-abc123';/);
  assert.doesNotMatch(policy, /unsafe|\*/);
  assert.deepEqual(html.match(/<script[^>]*>/g), [
    '<script nonce="abc123" src="https://host.test/graph.js?a=1&#38;b=2" data-layout="https://host.test/layout.js">',
  ]);
});

test('names of files are text', () => {
  assert.match(html, /<title>a &#60;b&#62; &#38; &#34;c&#34;<\/title>/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chosen, mayHaveTests, merged } from '../src/runs';

interface Node {
  id: string;
  parent: Node | undefined;
  tests: Node[];
}

function file(id: string, ...titles: string[]): Node {
  const made: Node = { id, parent: undefined, tests: [] };
  made.tests = titles.map((title) => ({ id: title, parent: made, tests: [] }));
  return made;
}

const testsOf = (one: Node) => one.tests;
const menu = file('menu.call', 'one', 'two');
const order = file('order.call', 'three');

function titles(include: Node[], exclude: Node[] = []): Record<string, string[] | undefined> {
  return Object.fromEntries([...chosen(include, exclude, testsOf)].map(([one, found]) => [one.id, found?.map((test) => test.id)]));
}

test('a file stands for all of its tests', () => {
  assert.deepEqual(titles([menu, order]), { 'menu.call': undefined, 'order.call': undefined });
});

test('tests are asked for by their files', () => {
  assert.deepEqual(titles([menu.tests[1], order.tests[0]]), { 'menu.call': ['two'], 'order.call': ['three'] });
  assert.deepEqual(titles([menu, menu.tests[0]]), { 'menu.call': undefined });
});

test('what is excluded is left out', () => {
  assert.deepEqual(titles([menu, order], [order]), { 'menu.call': undefined });
  assert.deepEqual(titles([menu], [menu.tests[0]]), { 'menu.call': ['two'] });
  assert.deepEqual(titles([menu.tests[0]], [menu.tests[0]]), {});
  assert.deepEqual(titles([menu.tests[0]], [menu]), {});
});

test('coverage of two scripts counts what both include', () => {
  const shared = 'file:///shared.call';
  assert.deepEqual(
    merged([
      { uri: 'file:///a.call', lines: [{ line: 3, count: 1 }] },
      { uri: shared, lines: [{ line: 2, count: 1 }, { line: 5, count: 0 }] },
      { uri: shared, lines: [{ line: 2, count: 2 }, { line: 1, count: 4 }] },
    ]),
    [
      { uri: 'file:///a.call', lines: [{ line: 3, count: 1 }] },
      { uri: shared, lines: [{ line: 1, count: 4 }, { line: 2, count: 3 }, { line: 5, count: 0 }] },
    ],
  );
});

test('a script is looked at if a line begins with test', () => {
  assert.ok(mayHaveTests('step main {\n}\n\ntest "a" {'));
  assert.ok(mayHaveTests('  test\n  "a" {'));
  assert.ok(!mayHaveTests('step test_mode {\n  talk "a test"\n}'));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf, pathOf, placeOf, Place } from '../src/web/paths';

const REPOSITORY: Place = { scheme: 'vscode-vfs', authority: 'github', path: '/someone/calls' };
const OTHER: Place = { ...REPOSITORY, path: '/someone/calls-too' };
const within = (folder: Place, path: string): Place => ({ ...folder, path: `${folder.path}/${path}` });

test('a file is known by its path in the folder', () => {
  assert.equal(pathOf([REPOSITORY], within(REPOSITORY, 'shared/a.call')), 'shared/a.call');
  assert.equal(pathOf([{ scheme: 'file', authority: '', path: '/' }], { scheme: 'file', authority: '', path: '/a.call' }), 'a.call');
});

test('the folder itself is the project', () => {
  assert.equal(pathOf([REPOSITORY], REPOSITORY), '');
  assert.equal(addressOf(''), 'file:///project/');
});

test('what is elsewhere has none', () => {
  assert.equal(pathOf([REPOSITORY], within(OTHER, 'a.call')), undefined);
  assert.equal(pathOf([REPOSITORY], { ...within(REPOSITORY, 'a.call'), scheme: 'git' }), undefined);
  assert.equal(pathOf([], { scheme: 'untitled', authority: '', path: 'Untitled-1' }), undefined);
});

test('several folders have numbers', () => {
  assert.equal(pathOf([REPOSITORY, OTHER], within(OTHER, 'a.call')), '1/a.call');
  assert.deepEqual(placeOf([REPOSITORY, OTHER], 'file:///project/1/b/a.call'), { folder: 1, path: 'b/a.call' });
  assert.equal(placeOf([REPOSITORY, OTHER], 'file:///project/2/a.call'), undefined);
});

test('an address leads back to its file', () => {
  for (const path of ['a.call', 'a b/ä#?.call', '100 %.po']) {
    assert.deepEqual(placeOf([REPOSITORY], addressOf(path)), { folder: 0, path });
  }
  assert.equal(placeOf([REPOSITORY], 'untitled:Untitled-1'), undefined);
  assert.equal(placeOf([], 'file:///project/a.call'), undefined);
});

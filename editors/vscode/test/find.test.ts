import assert from 'node:assert/strict';
import * as path from 'node:path';
import { test } from 'node:test';
import { find, Surroundings } from '../src/find';

function here(files: string[], more: Partial<Surroundings> = {}): Surroundings {
  return { setting: '', folders: ['/project'], path: ['/usr/bin', '/opt/bin'], windows: false, runs: (file) => files.includes(file), ...more };
}

const VENV = path.join('/project', '.venv', 'bin', 'nccodsl');
const USR = path.join('/usr/bin', 'nccodsl');
const OPT = path.join('/opt/bin', 'nccodsl');

test('the setting comes first, and is taken at its word', () => {
  assert.deepEqual(find(here([VENV, USR], { setting: '/elsewhere/nccodsl' })), { command: '/elsewhere/nccodsl', place: 'setting' });
});

test('the setting may name the folder of the workspace, or a place in it', () => {
  assert.equal(find(here([], { setting: '${workspaceFolder}/env/nccodsl' }))?.command, '/project/env/nccodsl');
  assert.equal(find(here([], { setting: 'env/nccodsl' }))?.command, path.join('/project', 'env', 'nccodsl'));
  assert.equal(find(here([], { setting: 'nccodsl' }))?.command, 'nccodsl');
});

test('then the environment of the workspace', () => {
  assert.deepEqual(find(here([VENV, USR])), { command: VENV, place: 'workspace' });
  const other = path.join('/other', 'venv', 'bin', 'nccodsl');
  assert.equal(find(here([other, USR], { folders: ['/project', '/other'] }))?.command, other);
});

test('not if the workspace is not trusted', () => {
  assert.deepEqual(find(here([VENV, USR], { folders: [] })), { command: USR, place: 'PATH' });
});

test('then the PATH, in its order', () => {
  assert.deepEqual(find(here([OPT, USR])), { command: USR, place: 'PATH' });
  assert.deepEqual(find(here([OPT])), { command: OPT, place: 'PATH' });
});

test('a relative directory of the PATH is left out: it depends on where one stands', () => {
  assert.equal(find(here([path.join('bin', 'nccodsl')], { path: ['bin', ''] })), undefined);
});

test('else nothing', () => {
  assert.equal(find(here([])), undefined);
});

test('on Windows, programs have an ending', () => {
  const program = path.join('/project', '.venv', 'Scripts', 'nccodsl.exe');
  assert.deepEqual(find(here([program], { windows: true })), { command: program, place: 'workspace' });
});

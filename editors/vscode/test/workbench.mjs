// Uses the extension in a workbench, as a person does, and takes pictures: `node workbench.mjs URL CHROMIUM FOLDER [PART …]`.
// It stops at the first thing that does not appear. tests/proofs/workbench.py makes the workspace, and runs this.
// Where the URL names an `extension`, that is installed as a web extension, and what needs a program is left out.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';

const [address, executablePath, folder, ...wanted] = process.argv.slice(2);
// Playwright is where the workbench is installed, not where this file is.
const { chromium } = createRequire(path.join(process.cwd(), 'package.json'))('playwright-core');
const QUIET = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const MILLISECONDS = 60_000;
const WORKSPACE = new URL(address).searchParams.get('folder');
const EXTENSION = new URL(address).searchParams.get('extension');
const NEED_PROGRAMS = ['debugged_test', 'debug', 'task'];

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath, args: QUIET });
const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
page.setDefaultTimeout(MILLISECONDS);

let number = 0;
async function shot(name) {
  number += 1;
  const file = `${String(number).padStart(2, '0')}-${name}.png`;
  await page.waitForTimeout(500);
  await page.screenshot({ path: path.join(folder, file) });
  process.stdout.write(`${file}\n`);
}

const appears = (selector, hasText) => page.locator(selector, hasText ? { hasText } : {}).first().waitFor();
const goes = (selector) => page.locator(selector).first().waitFor({ state: 'hidden' });
const lines = (text) => page.locator('.editor-instance .view-line', { hasText: text });
/** A word of a line of the editor. */
const word = (line, text) => lines(line).locator('span', { hasText: text }).last();
const press = (keys) => page.keyboard.press(keys);

async function quickInput(text) {
  await page.locator('.quick-input-widget input').fill(text);
}

async function command(title) {
  await press('F1');
  await quickInput(`>${title}`);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().click();
}

async function install(path) {
  await command('Developer: Install Extension from Location...');
  await quickInput(new URL(path, address).href);
  await press('Enter');
}

async function open(name) {
  await press('Control+P');
  await quickInput(name);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click();
  await appears('.tab.active', name);
}

/** The cursor at the end of the first line with a text, which comes into view. */
async function behind(text) {
  const script = readFileSync(path.join(WORKSPACE, 'menu.call'), 'utf8');
  await press('Control+G');
  await quickInput(`:${script.split('\n').findIndex((line) => line.includes(text)) + 1}`);
  await press('Enter');
  // The focus goes back to where it was.
  await lines(text).first().click();
  await press('End');
}

async function back(keys) {
  for (let key = 0; key < keys; key += 1) await press('Backspace');
}

/** The frame of a webview that has what a selector names. Webviews are frames in frames. */
async function webview(selector) {
  for (let tries = 0; tries < MILLISECONDS / 500; tries += 1) {
    for (const frame of page.frames()) {
      if (frame.url().includes('fake.html') && await frame.locator(selector).count().catch(() => 0)) return frame;
    }
    await page.waitForTimeout(500);
  }
  throw new Error(`no webview has ${selector}`);
}

const parts = {
  async script() {
    await page.goto(address, { waitUntil: 'domcontentloaded' });
    await page.getByRole('treeitem', { name: /menu\.call/ }).first().waitFor();
    if (EXTENSION) await install(EXTENSION);
    await page.getByRole('treeitem', { name: /menu\.call/ }).first().dblclick();
    await appears('.editor-instance .view-line', 'step main');
    await appears('.editor-instance .view-line', '2.6 s');
    await appears('.codelens-decoration', 'Call from here');
    await shot('script-with-seconds');
  },

  async squiggle() {
    await behind('I am connecting you with sales.');
    await page.keyboard.type(' lop=2');
    await appears('.squiggly-error');
    await press('Escape');
    await word('lop=2', 'lop').hover();
    await appears('.monaco-hover', 'did you mean');
    await shot('squiggle');
    await press('Escape');
    await press('Control+.');
    await appears('.action-widget', 'loop');
    await shot('fix');
    await press('Escape');
    await back(' lop=2'.length);
    await goes('.squiggly-error');
  },

  async hover() {
    await behind('input dtmf speech');
    await word('input dtmf speech', 'max_digits').hover();
    await appears('.monaco-hover', 'Maximum number of keys');
    await shot('hover');
    await press('Escape');
  },

  async completion() {
    await behind('I am connecting you with the workshop.');
    await page.keyboard.type(' ');
    await press('Control+Space');
    await appears('.suggest-widget', 'loop');
    await shot('completion');
    await press('Escape');
    await press('Escape');
    await back(1);
  },

  async rename() {
    await behind('step voicemail');
    await word('step voicemail', 'voicemail').click();
    await press('F2');
    await page.locator('.rename-box input').fill('mailbox');
    await shot('rename');
    await press('Enter');
    await appears('.editor-instance .view-line', '-> mailbox');
    await shot('renamed');
    await press('Control+Z');
    await appears('.editor-instance .view-line', '-> voicemail');
  },

  async references() {
    await behind('step voicemail');
    await page.locator('.codelens-decoration a', { hasText: '3 references' }).click();
    await appears('.reference-zone-widget .monaco-list-row', 'voicemail');
    await shot('references');
    await press('Escape');
    await goes('.reference-zone-widget');
  },

  async tests() {
    await command('Test: Run All Tests with Coverage');
    await appears('.test-output-peek-tree .monaco-list-row', 'repairs by voice');
    await behind('step sales');
    await appears('.coverage-deco-gutter.coverage-deco-miss');
    await shot('coverage');
    await command('View: Show Testing');
    await page.locator('.test-explorer .monaco-list-row', { hasText: 'menu.call' }).first().click();
    await appears('.test-explorer .monaco-list-row', 'repairs by voice');
    await behind('test "sales by key"');
    await page.mouse.move(800, 400);
    await page.waitForTimeout(500);
    await shot('test-gutter');
    await command('View: Show Explorer');
    await behind('hear "Thank you for calling Harbour Bikes"');
    await press('ArrowLeft');
    await page.keyboard.type(' and cars');
    await press('Escape');
    await appears('.codelens-decoration', 'expected to hear');
    await shot('failed-test');
    await back(' and cars'.length);
    await goes('.squiggly-error');
    await page.waitForTimeout(1000);
    await command('View: Hide Panel');
  },

  async continuous() {
    await command('View: Show Testing');
    const row = page.locator('.test-explorer .monaco-list-row', { hasText: 'menu.call' }).first();
    await row.hover();
    await row.locator('[aria-label^="Turn on Continuous Run"]').click();
    await behind('hear "Thank you for calling Harbour Bikes"');
    await press('ArrowLeft');
    await page.keyboard.type(' and cars');
    await press('Escape');
    await appears('.test-explorer .monaco-list-row .codicon-testing-failed-icon');
    await appears('.squiggly-error');
    await shot('continuous-run');
    await back(' and cars'.length);
    await goes('.test-explorer .monaco-list-row .codicon-testing-failed-icon');
    await row.hover();
    await row.locator('[aria-label^="Turn off Continuous Run"]').click();
    await command('View: Show Explorer');
  },

  async debugged_test() {
    await behind('test "repairs by voice"');
    await page.locator('.codelens-decoration a', { hasText: 'Debug' }).last().click();
    await appears('.debug-toolbar');
    await appears('.repl .monaco-list-row', 'hears');
    for (let stops = 0; stops < 4; stops += 1) {
      await page.locator('.debug-toolbar [aria-label^="Step Into"]').click();
      await page.waitForTimeout(300);
    }
    await shot('debugged-test');
    await stop();
    await behind('test "repairs by voice"');
    await command('nccodsl: Debug Test at Cursor');
    await appears('.debug-call-stack', 'step main');
    await stop();
  },

  async debug() {
    await behind('I am connecting you with sales.');
    await press('F9');
    await command('nccodsl: Debug Call');
    await appears('.repl .monaco-list-row', 'The call waits for keys or words');
    await appears('.debug-call-stack', 'step main');
    const keypad = await webview('.keys button');
    await shot('debug-waits');
    await keypad.getByRole('button', { name: '1', exact: true }).click();
    await appears('.debug-call-stack', 'step sales');
    await shot('debug-stopped');
    await page.locator('.debug-toolbar [aria-label^="Step Back"]').click();
    await appears('.debug-call-stack', 'step main');
    await shot('debug-back');
    await stop();
    await behind('I am connecting you with sales.');
    await press('F9');
  },

  async pages() {
    await command('nccodsl: Open Phone');
    const phone = await webview('#page button');
    await phone.getByText('For sales, press 1').first().waitFor();
    await shot('phone');
    await phone.getByRole('button', { name: /^1/ }).first().click();
    await phone.getByText('connecting you with sales').first().waitFor();
    await command('nccodsl: Show Graph');
    const graph = await webview('#page svg');
    await graph.locator('svg text', { hasText: 'voicemail' }).first().waitFor();
    await shot('phone-and-graph');
    await command('View: Close All Editors');
    await open('menu.call');
  },

  /** A file that no editor shows is included, and changes. */
  async included() {
    const file = path.join(WORKSPACE, 'closing.call');
    const before = readFileSync(file, 'utf8');
    await open('short.call');
    await appears('.codelens-decoration', 'Call from here');
    await page.waitForTimeout(2000);
    await goes('.squiggly-error');
    writeFileSync(file, before.replace('step closing', 'step closed'));
    await appears('.squiggly-error');
    await shot('included');
    writeFileSync(file, before);
    await goes('.squiggly-error');
    await command('View: Close All Editors');
    await open('menu.call');
  },

  async status() {
    await page.locator('#status\\.languageStatus').hover();
    await appears('.hover-language-status', /^nccodsl/);
    await shot('status');
  },

  async json() {
    await open('greeting.ncco.json');
    await appears('.squiggly-error');
    await page.locator('.editor-instance .view-line', { hasText: 'lop' }).locator('span', { hasText: 'lop' }).last().hover();
    await appears('.monaco-hover', 'nccodsl');
    await shot('json');
    await press('Escape');
    await lines('lop').first().click();
    await press('Control+.');
    await appears('.action-widget', 'loop');
    await press('Enter');
    await goes('.squiggly-error');
    await command('nccodsl: Convert JSON to Script');
    await appears('.tab.active', 'greeting.call');
    await appears('.editor-instance .view-line', 'Thank you for calling.');
    await shot('converted');
  },

  async task() {
    await command('Tasks: Run Task');
    for (const row of ['nccodsl', 'check']) await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: row }).first().click();
    await appears('.terminal-wrapper');
    await page.waitForTimeout(3000);
    await shot('task');
    await command('View: Hide Panel');
  },

  async walkthrough() {
    await command('Welcome: Open Walkthrough');
    await quickInput('Write a Phone Call');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Write a Phone Call' }).first().click();
    await page.locator('.gettingStartedContainer .step-title', { hasText: 'Write a script' }).first().click();
    await appears('.gettingStartedContainer', 'New script');
    await page.waitForTimeout(1000);
    await shot('walkthrough');
  },
};

async function stop() {
  await page.locator('.debug-toolbar [aria-label^="Stop"]').click();
  await goes('.debug-toolbar');
  await command('View: Hide Panel');
  await command('View: Show Explorer');
}

for (const [name, part] of Object.entries(parts)) {
  if (name !== 'script' && wanted.length && !wanted.includes(name)) continue;
  if (EXTENSION && NEED_PROGRAMS.includes(name)) continue;
  try {
    await part();
  } catch (error) {
    await shot(`failed-${name}`);
    process.stderr.write(`${name}: ${error}\n`);
    process.exitCode = 1;
    break;
  }
}
await browser.close();

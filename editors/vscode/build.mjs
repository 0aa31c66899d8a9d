// Bundles the extension into dist: its entries for the desktop and for the browser, and what both show and start.
// With NCCODSL_SITE, a folder that `nccodsl studio --build` has written, it has language services in the browser too.
import { cpSync, existsSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { build } from 'esbuild';

const PAGES = '../../nccodsl/studio/static';
const WEB = 'dist/web';
const bundled = { bundle: true, minify: true, logLevel: 'warning' };
const extension = { ...bundled, format: 'cjs', external: ['vscode'] };
const site = process.env.NCCODSL_SITE;

/** The services of a built site: the worker, Python and its archives, and the licenses of all of it. */
function copyServices() {
  const files = { 'static/services_worker.js': 'services_worker.js', python: 'python', pyodide: 'pyodide', 'LICENSES.md': 'LICENSES.md' };
  for (const [from, to] of Object.entries(files)) {
    if (!existsSync(path.join(site, from))) throw new Error(`NCCODSL_SITE: ${path.join(site, from)} does not exist. Build the site with \`nccodsl studio --build\`.`);
    cpSync(path.join(site, from), path.join(WEB, to), { recursive: true });
  }
}

for (const folder of ['dist/pages', WEB]) rmSync(folder, { recursive: true, force: true });
cpSync(PAGES, 'dist/pages', { recursive: true, filter: (from) => from === PAGES || /^(phone|graph|layout)\./.test(path.basename(from)) });
await build({ ...extension, entryPoints: ['src/extension.ts'], platform: 'node', target: 'node20', outfile: 'dist/extension.js' });
await build({ ...extension, entryPoints: ['src/web/extension.ts'], platform: 'browser', target: 'es2022', define: { SERVICES: String(Boolean(site)) }, outfile: `${WEB}/extension.js` });
await build({ ...bundled, entryPoints: ['src/web/bridge.ts'], platform: 'browser', target: 'es2022', format: 'iife', outfile: `${WEB}/bridge.js` });
if (site) copyServices();
else console.log('Without language services in the browser: NCCODSL_SITE does not name a site that `nccodsl studio --build` has written.');

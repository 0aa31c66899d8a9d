// Runs Pyodide once, where Node is found, and compiles what Python imports at its start:
// node precompile.mjs PYODIDE ARCHIVE SCRIPT
// replaces two archives: python_stdlib.zip in the folder PYODIDE, and ARCHIVE.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, core, script] = process.argv.slice(2);
try {
  const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
  const python = await loadPyodide({ indexURL: `${folder}/` });
  const library = python.runPython("import site; site.getsitepackages()[0]");
  const archives = { "/stdlib.zip": `${folder}/python_stdlib.zip`, "/core.zip": core };
  python.unpackArchive(new Uint8Array(readFileSync(core)), "zip", { extractDir: library });
  for (const [inside, path] of Object.entries(archives)) python.FS.writeFile(inside, readFileSync(path));
  const { precompile } = python.pyimport("nccodsl.playground.precompile");
  precompile(readFileSync(script, "utf8"), python.toPy(Object.keys(archives)));
  for (const [inside, path] of Object.entries(archives)) writeFileSync(path, python.FS.readFile(inside));
} catch (error) {
  // Its stack has lines of megabytes.
  console.error(error.message);
  process.exitCode = 1;
}

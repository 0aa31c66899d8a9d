// Writes the licenses of the packages that the studio's bundle holds beside it.
import { readFileSync, writeFileSync } from "node:fs";

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const texts = Object.entries(packages)
  .filter(([path, { dev }]) => path && !dev && path !== "node_modules/elkjs")
  .map(([path]) => {
    const { name, version, license } = JSON.parse(readFileSync(`${path}/package.json`, "utf8"));
    let text = "";
    for (const file of ["LICENSE", "LICENSE.md", "License.txt", "license"]) {
      try {
        text ||= readFileSync(`${path}/${file}`, "utf8").trim();
      } catch {}
    }
    return `## ${name} ${version} (${license})\n\n${text}\n`;
  });
writeFileSync("../nccodsl/studio/static/studio.LICENSES.md", `# What the bundle of the studio holds\n\n${texts.join("\n")}`);

// Which tests a request is about, and what several runs covered. Knows nothing of the editor.
import { CoveredFile } from './protocol';

/** An item of the tree of tests: a file, or a test in it. */
export interface Item<Self> {
  id: string;
  parent: Self | undefined;
}

/** The files of a request, each with its tests that are wanted; undefined stands for all of them. */
export function chosen<One extends Item<One>>(
  include: readonly One[], exclude: readonly One[], testsOf: (file: One) => readonly One[],
): Map<One, readonly One[] | undefined> {
  const found = new Map<One, readonly One[] | undefined>();
  for (const file of new Set(include.map((one) => one.parent ?? one))) {
    const whole = include.includes(file);
    if (exclude.includes(file)) continue;
    if (whole && !exclude.some((one) => one.parent === file)) {
      found.set(file, undefined);
      continue;
    }
    const tests = testsOf(file).filter((one) => (whole || include.includes(one)) && !exclude.includes(one));
    if (tests.length) found.set(file, tests);
  }
  return found;
}

/** Coverage of several runs as one: a file that two scripts include is counted for both. */
export function merged(runs: readonly CoveredFile[]): CoveredFile[] {
  const files = new Map<string, Map<number, number>>();
  for (const { uri, lines } of runs) {
    const counts = files.get(uri) ?? new Map<number, number>();
    files.set(uri, counts);
    for (const { line, count } of lines) counts.set(line, (counts.get(line) ?? 0) + count);
  }
  return [...files].map(([uri, counts]) => ({
    uri,
    lines: [...counts].sort(([a], [b]) => a - b).map(([line, count]) => ({ line, count })),
  }));
}

/** Whether a script may have tests: a cheap look, so that not every script of a workspace is opened. */
export function mayHaveTests(text: string): boolean {
  return /^[ \t]*test\b/m.test(text);
}

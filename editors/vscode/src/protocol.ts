// What the language server is asked beyond the Language Server Protocol, and what it answers.
// The positions are UTF-16, as the editor's own are.
export interface Position {
  line: number;
  character: number;
}
export interface Range {
  start: Position;
  end: Position;
}
export interface Location {
  uri: string;
  range: Range;
}

/** A test of a script. `selectionRange` is its title. */
export interface TestPlace {
  title: string;
  range: Range;
  selectionRange: Range;
}
/** How a test ended. `location` is the line that failed, `related` what led to it. */
export interface TestResult {
  title: string;
  range: Range;
  passed: boolean;
  seconds: number;
  message: string | null;
  location: Location | null;
  related: { message: string; location: Location }[];
}
/** How often tests came through the lines of a file. `line` counts from 0. */
export interface CoveredFile {
  uri: string;
  lines: { line: number; count: number }[];
}
/** What came of some tests. `problem` is why none could run. */
export interface TestResults {
  tests: TestResult[];
  coverage: CoveredFile[];
  problem: string | null;
}
/** Tests that ran after a pause. */
export interface PushedResults extends TestResults {
  uri: string;
  version: number | null;
}

export const TESTS = 'nccodsl/tests';
export const RUN_TESTS = 'nccodsl/runTests';
export const TEST_RESULTS = 'nccodsl/testResults';

/** The commands of lenses that each client runs: the server offers no others. */
export const COMMANDS = ['nccodsl.openPhone', 'nccodsl.showGraph', 'editor.action.showReferences'];

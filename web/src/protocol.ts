/**
 * What the pages ask of the services: the requests `nccodsl/call`, `nccodsl/saveCall`, `nccodsl/callSound`,
 * `nccodsl/documents`, `nccodsl/changes` and `nccodsl/graph`.
 *
 * The answers are made by `nccodsl/editor/services/phone_call.py`, `call_documents.py`, `caller_changes.py` and
 * `call_graph.py`, and by `nccodsl/lsp/sound_request.py`. Positions are those of the
 * Language Server Protocol, lines from 0. Times are seconds since the beginning of the call, in virtual time.
 */

export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

/** A place in a file: the script, or a file that it includes. */
export interface Location {
  uri: string;
  range: Range;
}

/** What a call begins with. Without `test` and `step`, it begins as the script does. */
export interface Beginning {
  /** The title of a test: its values are used, unless `values` has others. */
  test?: string | null;
  /** The name of a step: the call begins there, without what happens before. */
  step?: string | null;
}

/** The params of `nccodsl/call`. The host adds `textDocument`. */
export interface CallParams extends Beginning {
  /** What the person did, as lines of `nccodsl simulate`: `1`, `12#`, `say sales`, `!1`, `wait 3s`, `busy`, JSON, `hang up`. */
  tape: string[];
  /** One more line. It joins the tape if it does something in the call; otherwise `answers` say why not. */
  enter?: string | null;
  /** The values of params, as texts or JSON. */
  values?: Record<string, unknown>;
  /** When the call begins, as ISO date and time, for scripts that read the clock. Without it: now. */
  at?: string | null;
  /** `asked` of the last answer: tells where an edited script asks otherwise. */
  asked?: Asked[];
}

/** The params of `nccodsl/saveCall`. */
export interface SaveCallParams extends CallParams {
  title: string;
}

/** What the call asked before an entry of the tape; a page keeps these and gives them back unchanged. */
export interface Asked {
  what: string;
  prompt: string;
  subject: string;
  step: string;
  /** Whether the entry of the tape did something. */
  moved: boolean;
}

/** A param of the script. */
export interface Param {
  name: string;
  /** The type as the script writes it: `text`, `phone`, `number`, `date` … */
  type: string;
  required: boolean;
  private: boolean;
  /** The default or the value of the test, as text; null where there is none, or where it must not be shown. */
  value: string | null;
  doc: string | null;
  /** Why the value does not fit, or that there is none. */
  problem: string | null;
}

/** What stands in a line of the transcript.
 *
 * `heard`: what the call, or another leg, says to the person. `sound`: music, tones, an audio file. `said` and
 * `pressed`: what the person at the phone does; `did`: an outcome, a reply, a silence. `event`: what happens to a leg,
 * what is fetched, sent or recorded. `step`: the call enters a step. `failure`: the script failed here.
 */
export type LineKind = "heard" | "sound" | "said" | "pressed" | "did" | "event" | "step" | "failure";

export interface Line {
  kind: LineKind;
  at: number;
  /** When it ended, of what lasts. */
  until: number | null;
  /** Who speaks or acts: empty for the call itself, `you`, or the name of another leg. */
  who: string;
  text: string;
  /** The language of a text that is said, such as `en-GB`. */
  language: string | null;
  /** Whether it was cut short. */
  cut: boolean;
  /** How many entries of the tape there were before: the tape is cut to these to go back here. */
  entries: number;
  location: Location | null;
}

/** What the call waits for. */
export interface Waits {
  /** `input`, `recording`, `talk` (with another person), `connect` (how does it go?) or `fetch` (what does it bring?). */
  what: "input" | "recording" | "talk" | "connect" | "fetch";
  at: number;
  /** Whether keys are taken, and whether words are. */
  keys: boolean;
  words: boolean;
  /** How many keys an `input` takes at most, and whether `#` ends them. */
  mostKeys: number | null;
  submitOnHash: boolean;
  /** Whether a prompt is being said that keys or words can interrupt: `!1`. */
  interrupts: boolean;
  /** The endpoint that is called, or the address that is fetched. */
  subject: string;
  /** Possible answers: what the branches name, outcomes; replies of the script's tests. */
  choices: string[];
  /** What else can be entered, in words. */
  help: string;
  step: string;
  location: Location | null;
}

/** Where an edited script changes the call. */
export interface Altered {
  text: string;
  /** How many entries of the tape the call still takes. */
  entries: number;
  location: Location | null;
}

/** The answer to `nccodsl/call`. Where there is a `problem`, there is no call, and its lists are empty. */
export interface CallState {
  problem: string | null;
  /** Where the problem is. */
  location: Location | null;
  params: Param[];
  /** The names of params that have no value, or one that does not fit. */
  missing: string[];
  /** What a call can begin with. */
  tests: string[];
  steps: string[];
  /** Whether the script reads the clock; then `at` is when the call began, and is given with the next request. */
  readsClock: boolean;
  at: string | null;
  /** The part of the tape that the call took, with `enter` if that did something. */
  tape: string[];
  asked: Asked[];
  /** What the phone answers to `enter`, if that did nothing in the call. */
  answers: string[];
  altered: Altered | null;
  lines: Line[];
  /** null where the call is over. */
  waits: Waits | null;
  over: boolean;
  seconds: number;
  /** How the call ended; empty while it runs. */
  ended: string;
  /** The names that the script can read now, with their values; private ones are hidden. */
  names: { name: string; value: string }[];
  /** The statements that the call came through, in order. */
  walked: Location[];
}

/** The answer to `nccodsl/saveCall`: a `test` block, or why there is none. */
export interface SavedCall {
  test: string | null;
  problem: string | null;
}

/** The answer to `nccodsl/callSound`, whose params are CallParams: the call as a voice plays it, or why there is none. */
export interface CallSound {
  /** The sound as mp3, in Base64. */
  mp3: string | null;
  /** When each line of the transcript is heard, in seconds of the sound: a voice takes its own time. */
  times: number[];
  problem: string | null;
}

/** A step of the graph, or a handler of the call. */
export interface GraphStep {
  name: string;
  title: string;
  kind: "step" | "handler";
  /** The node that it begins with. */
  first: string;
  nodes: string[];
  location: Location;
}

/** A statement; or where the call begins (`start`) or ends (`end`). `step` is null for what stands in no step. */
export interface GraphNode {
  id: string;
  step: string | null;
  kind: string;
  text: string;
  /** Whether what follows is chosen by an answer. */
  waits: boolean;
  location: Location;
}

export interface GraphEdge {
  from: string;
  to: string;
  label: string;
  /** Whether the platform asks the script how to go on. */
  webhook: boolean;
  /** What a retry says before. */
  says: string;
}

/** The answer to `nccodsl/graph`. Where there is a `problem`, the lists are empty. */
export interface CallGraph {
  problem: string | null;
  location: Location | null;
  name: string;
  start: string;
  steps: GraphStep[];
  nodes: GraphNode[];
  edges: GraphEdge[];
}

/** JSON of a call, and the statement that makes it. */
export interface MadeJson {
  json: string;
  location: Location | null;
}

/** An NCCO that the call was given; `because` is the webhook that asked for it. */
export interface GivenNcco {
  at: number;
  because: string;
  actions: MadeJson[];
}

/** The answer to `nccodsl/documents`: the params are those of `nccodsl/call`. `request` is null for an inbound call. */
export interface CallDocuments {
  problem: string | null;
  location: Location | null;
  /** The create request, without its NCCO. */
  request: MadeJson | null;
  nccos: GivenNcco[];
}

/** What callers notice of an edit. `line` counts from 1. */
export interface CallerChange {
  kind: "added" | "removed" | "changed";
  text: string;
  line: number | null;
}

/** The answer to `nccodsl/changes`, whose params have `saved`, the text of the script before. */
export interface CallerChanges {
  problem: string | null;
  location: Location | null;
  verdict: string;
  changes: CallerChange[];
  notCompared: string[];
}

/** How a test went. */
export interface RanTest {
  title: string;
  range: Range;
  passed: boolean;
  seconds: number;
  message: string | null;
  location: Location | null;
}

/** `nccodsl/testResults`, which the server sends after a pause, and the answer to `nccodsl/runTests`. */
export interface TestResults {
  uri: string;
  tests: RanTest[];
  coverage: { uri: string; lines: { line: number; count: number }[] }[];
  problem: string | null;
}

/** The layout of graphs, ELK, in a file of its own: it is large, and runs in a worker where the host allows one. */

import { Worker as InThePage } from "elkjs/lib/elk-worker.min.js";

// In a worker, ELK has begun to listen by now. In the page, this is what the graph takes instead of a worker.
if (typeof document !== "undefined") Object.assign(globalThis, { nccodslLayout: InThePage });

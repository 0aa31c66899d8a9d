/**
 * The script that a services worker begins with: it loads the services (services_worker.ts), and keeps what comes before
 * they are there.
 *
 * It is to be a blob: such a worker has the policy of its page, and its origin. `import(…)` counts as a script in that
 * policy; an import at the top would count as a worker, which editors allow from fewer places.
 */
const loader = (address: string): string => `const early = [];
onmessage = (event) => early.push(event);
import(${JSON.stringify(address)}).then(
  () => early.forEach((event) => onmessage(event)),
  ({ message }) => postMessage({ kind: "failed", why: message }),
);`;

/** A worker that loads the services at this address. Sent messages wait until they are there. */
export function servicesWorker(address: string): Worker {
  const script = new Blob([loader(address)], { type: "text/javascript" });
  return new Worker(URL.createObjectURL(script), { type: "module" });
}

// A worker that starts the language services in another one: they need a module, and the editor starts classic scripts only.
// The message that starts them brings a port: what comes through it goes to the services, and what they answer comes back.
import type { FromServices, Start, Told } from './told';

/**
 * Loads the services, keeping what comes before they are there. `import(…)` is a script for the editor's policy, which may
 * come from the extension's origin; an import at the top would be a worker, which may not.
 */
const module = (address: string) => `const early = [];
onmessage = (event) => early.push(event);
import(${JSON.stringify(address)}).then(
  () => early.forEach((event) => onmessage(event)),
  ({ message }) => postMessage({ kind: "failed", why: message }),
);`;

onmessage = ({ data: start, ports: [port] }: MessageEvent<Start>) => {
  const script = new Blob([module(`${start.base}services_worker.js`)], { type: 'text/javascript' });
  const services = new Worker(URL.createObjectURL(script), { type: 'module' });
  services.onmessage = ({ data }: MessageEvent<FromServices>) => (isTold(data) ? tell(data) : port?.postMessage(data));
  services.onerror = ({ message }) => tell({ kind: 'failed', why: message || 'the services cannot be started' });
  services.postMessage(start);
  if (port) port.onmessage = ({ data }: MessageEvent<unknown>) => services.postMessage(data);
};

function isTold(data: FromServices): data is Told {
  return typeof data === 'object' && 'kind' in data;
}

function tell(told: Told): void {
  postMessage(told);
}

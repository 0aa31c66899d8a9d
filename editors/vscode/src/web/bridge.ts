// A worker that starts the language services in another one: they need a module, and the editor starts classic scripts only.
// The message that starts them brings a port: what comes through it goes to the services, and what they answer comes back.
import { servicesWorker } from '../../../../web/src/services_loader';
import type { FromServices, Start, Told } from './told';

onmessage = ({ data: start, ports: [port] }: MessageEvent<Start>) => {
  const services = servicesWorker(`${start.base}services_worker.js`);
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

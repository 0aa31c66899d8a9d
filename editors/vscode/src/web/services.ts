// The language services in a worker (web/src/services_worker.ts).
import { Disposable, Uri } from 'vscode';
import { BrowserMessageReader, BrowserMessageWriter, MessageTransports } from 'vscode-languageclient/browser';
import type { FileWritten, Start, Told } from './told';

export class Services implements Disposable {
  private readonly worker: Worker;
  private readonly port: MessagePort;
  /** Settled when Python has started, or cannot. */
  readonly ready: Promise<void>;
  /** Called where they have ended later. */
  lost: (why: string) => void = () => undefined;

  /** Start them. `folder` has their files. */
  constructor(folder: Uri) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    // As the editor wants it: a worker's address is not encoded.
    this.worker = new Worker(Uri.joinPath(folder, 'bridge.js').toString(true));
    this.ready = new Promise((started, failed) => {
      this.worker.onmessage = ({ data }: MessageEvent<Told>) => {
        if (data.kind === 'ready') return started();
        failed(new Error(data.why));
        this.lost(data.why);
      };
      this.worker.onerror = (event) => failed(new Error(event.message || 'the worker cannot be loaded'));
    });
    const start: Start = { kind: 'start', base: `${folder.toString(true)}/` };
    this.worker.postMessage(start, [port2]);
  }

  /** A file of the project is written, or gone. */
  write(path: string, text: string | null): void {
    const file: FileWritten = { kind: 'file', path, text };
    this.port.postMessage(file);
  }

  /** What a language client talks to. */
  async transports(): Promise<MessageTransports> {
    await this.ready;
    return { reader: new BrowserMessageReader(this.port), writer: new BrowserMessageWriter(this.port) };
  }

  dispose(): void {
    this.worker.terminate();
  }
}

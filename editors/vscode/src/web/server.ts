// The language server in the browser: the services of a site of `nccodsl studio --build`, in a worker.
import { LanguageStatusSeverity, Uri, window, workspace } from 'vscode';
import { LanguageClient, LanguageClientOptions } from 'vscode-languageclient/browser';
import { callClient } from '../client';
import { Server } from '../server';
import { UriOf } from '../shapes';
import { fromServices, send, sendAll, toServices } from './project';
import { Services } from './services';

const CallClient = callClient(LanguageClient);
const FROM = 'in this browser';
/** Whether the extension was built with them (build.mjs). */
declare const SERVICES: boolean;

export class WebServer extends Server {
  private services: Services | undefined;
  override readonly uriOf: UriOf = fromServices;

  /** `built` is the folder of the services. */
  constructor(private readonly built: Uri, private readonly version: string) {
    super([...new Set(['file', ...(workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme)])]);
  }

  override async stop(): Promise<void> {
    await super.stop();
    this.services?.dispose();
    this.services = undefined;
  }

  protected async start(): Promise<void> {
    if (!SERVICES) return this.failed('nccodsl does not run here', 'this build of the extension has no language services for the browser');
    this.show('nccodsl is starting', FROM);
    const services = new Services(this.built);
    this.services = services;
    try {
      await Promise.all([sendAll(services), services.ready]);
      await this.run(new CallClient('nccodsl', 'nccodsl', () => services.transports(), this.options()), `nccodsl ${this.version}`, FROM);
      services.lost = (why) => this.failed('nccodsl stopped', why);
    } catch (error) {
      this.failed('nccodsl did not start', error instanceof Error ? error.message : String(error));
    }
  }

  protected override options(): LanguageClientOptions {
    const options = super.options();
    return {
      ...options,
      uriConverters: { code2Protocol: toServices, protocol2Code: fromServices },
      middleware: {
        ...options.middleware,
        // The services read a file as it was sent last.
        workspace: {
          didChangeWatchedFile: async (event, next) => {
            if (this.services) await send(this.services, fromServices(event.uri));
            await next(event);
          },
        },
      },
    };
  }

  private failed(text: string, why: string): void {
    this.log.error(why);
    this.show(text, why, LanguageStatusSeverity.Error);
    void window.showWarningMessage(`${text}: ${why}`);
  }
}

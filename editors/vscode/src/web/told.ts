// What the services and a page send each other besides the messages of the Language Server Protocol.
import type { FromServices } from '../../../../web/src/services_protocol';

export type { FileWritten, FromServices, Start } from '../../../../web/src/services_protocol';
/** What the services say of themselves. */
export type Told = Extract<FromServices, { kind: string }>;

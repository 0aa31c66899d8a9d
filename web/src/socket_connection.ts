/** The language services over a WebSocket: a message of the protocol in each frame. */

import type { Transport } from "@codemirror/lsp-client";

export class SocketConnection implements Transport {
  private readonly handlers = new Set<(message: string) => void>();

  private constructor(private readonly socket: WebSocket) {
    socket.addEventListener("message", ({ data }) => {
      for (const handler of [...this.handlers]) handler(String(data));
    });
  }

  /** Connect. `lost` is called once, when the server has gone. */
  static open(lost: () => void): Promise<SocketConnection> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/session`);
      let opened = false;
      socket.addEventListener("open", () => {
        opened = true;
        resolve(new SocketConnection(socket));
      });
      socket.addEventListener("close", () => (opened ? lost() : reject(new Error("the server does not answer"))));
    });
  }

  send(message: string): void {
    this.socket.send(message);
  }

  subscribe(handler: (message: string) => void): void {
    this.handlers.add(handler);
  }

  unsubscribe(handler: (message: string) => void): void {
    this.handlers.delete(handler);
  }
}

import { once } from "node:events";
import WebSocket from "ws";

/** A WebSocket client that remembers what came, for tests that wait for it. */
export class Client {
  readonly messages: string[] = [];
  private readonly arrived: (() => void)[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;

  private constructor(readonly socket: WebSocket) {
    socket.on("message", (data, binary) => {
      const bytes = Buffer.isBuffer(data) ? data : Buffer.alloc(0);
      this.messages.push(binary ? `binary ${bytes.toString("hex")}` : bytes.toString());
      for (const tell of this.arrived.splice(0)) tell();
    });
    this.closed = new Promise((resolve) => {
      socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** Connects; rejects with the status that the handshake was refused with. */
  static async connect(url: string, protocols: string[] = [], headers: Record<string, string> = {}): Promise<Client> {
    const socket = new WebSocket(url, protocols, { headers });
    const client = new Client(socket);
    await once(socket, "open");
    return client;
  }

  /** The message with this index, as soon as it is there. */
  async message(index: number): Promise<string> {
    for (;;) {
      const message = this.messages[index];
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => this.arrived.push(resolve));
    }
  }

  /** Returns the first message that a test is about, as soon as it is there; others may come before it. */
  async first(isIt: (message: string) => boolean): Promise<string> {
    for (let index = 0; ; index++) {
      const message = await this.message(index);
      if (isIt(message)) return message;
    }
  }

  /** Sends a message and waits for the next one to come. */
  async ask(message: string | Buffer): Promise<string> {
    const next = this.messages.length;
    this.socket.send(message);
    return this.message(next);
  }

  async close(code?: number, reason?: string): Promise<void> {
    this.socket.close(code, reason);
    await this.closed;
  }
}

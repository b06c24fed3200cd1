/** Exchanges bytes with a port, below every library that would correct them. */
import { connect } from "node:net";

/** The milliseconds for which an answer is waited for: a body of megabytes takes seconds, and a busy machine far longer. */
const PATIENCE = 120_000;

/** The bytes that came back on a connection until its end, or the reason why it did not end. */
export type Exchange = { readonly received: Buffer } | { readonly failure: string };

/**
 * Opens a connection, sends bytes and reads until the connection ends.
 *
 * @param finished says after each piece whether enough came; the sending side is then closed. Without it, it is closed at
 * once, which tells the server that no more will come.
 */
export function exchange(
  port: number,
  bytes: Buffer,
  finished?: (received: Buffer, send: (more: Buffer) => void) => boolean,
): Promise<Exchange> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const pieces: Buffer[] = [];
    const tired = setTimeout(() => {
      socket.destroy();
      resolve({ failure: "it keeps the connection and does not answer" });
    }, PATIENCE);
    const send = (more: Buffer) => void socket.write(more);
    if (finished) socket.write(bytes);
    else socket.end(bytes);
    socket.on("data", (piece: Buffer) => {
      pieces.push(piece);
      if (finished && !socket.writableEnded && finished(Buffer.concat(pieces), send)) socket.end();
    });
    // A server may cut off whom it does not want to hear: what it said before counts.
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (!["ECONNRESET", "EPIPE"].includes(error.code ?? "")) resolve({ failure: error.message });
    });
    socket.on("close", () => {
      clearTimeout(tired);
      resolve({ received: Buffer.concat(pieces) });
    });
  });
}

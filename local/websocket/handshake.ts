import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

const KEY = /^[+/0-9A-Za-z]{22}==$/;
/** A subprotocol is a token; see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Returns whether the `ws` library will accept a handshake, so that a request which it refuses never reaches the
 * `$connect` function, which would store a connection that is never made; see RFC 6455, section 4.2.1.
 */
export function isHandshake({ method, headers }: IncomingMessage): boolean {
  return (
    method === "GET" &&
    headers.upgrade?.toLowerCase() === "websocket" &&
    headers["sec-websocket-version"] === "13" &&
    KEY.test(headers["sec-websocket-key"] ?? "") &&
    areSubprotocols(headers["sec-websocket-protocol"])
  );
}

/** Returns whether a header, if it is there, lists tokens that are all different. */
function areSubprotocols(header: string | undefined): boolean {
  if (header === undefined) return true;
  const protocols = header.split(",").map((protocol) => protocol.trim());
  return protocols.every((protocol) => TOKEN.test(protocol)) && new Set(protocols).size === protocols.length;
}

/** Refuses a handshake with an HTTP response whose body is JSON. */
export function refuseHandshake(socket: Duplex, status: number, body: string): void {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nconnection: close\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

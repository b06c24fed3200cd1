/** Makes and plays WebSocket connections: handshakes and frames as bytes, right and wrong. */
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { hostile } from "../support/arbitrary-request";
import { exchange } from "./exchange";
import { bytes, headerValue, jsonText } from "./hostile";

/** A frame; see RFC 6455, section 5.2. */
interface Frame {
  readonly final: boolean;
  readonly reserved: number;
  readonly opcode: number;
  readonly masked: boolean;
  readonly payload: Buffer;
  /** The form of the length: as short as it can be, in two or eight bytes, or a lie. */
  readonly length: "shortest" | "two bytes" | "eight bytes" | "all bits" | "more than comes";
}

export interface WebSocketCase {
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly frames: readonly Frame[];
}

const mostly = <Value>(right: fc.Arbitrary<Value>, other: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 8, arbitrary: right }, { weight: 1, arbitrary: other });

const payload = fc.oneof(
  { weight: 4, arbitrary: jsonText.map((text) => Buffer.from(text)) },
  { weight: 2, arbitrary: hostile.map((text) => Buffer.from(text)) },
  { weight: 2, arbitrary: bytes },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(0, 125, 126, 32 * 1024, 32 * 1024 + 1, 70_000, 128 * 1024 + 1)
      .map((size) => Buffer.alloc(size, "a")),
  },
);
const CLOSE = 8;
const frame: fc.Arbitrary<Frame> = fc.record({
  final: mostly(fc.constant(true), fc.constant(false)),
  reserved: mostly(fc.constant(0), fc.integer({ min: 1, max: 7 })),
  opcode: fc.oneof(
    { weight: 8, arbitrary: fc.constant(1) },
    { weight: 3, arbitrary: fc.constantFrom(0, 2, CLOSE, 9, 10) },
    { weight: 1, arbitrary: fc.integer({ min: 3, max: 15 }) },
  ),
  masked: mostly(fc.constant(true), fc.constant(false)),
  payload,
  length: mostly(
    fc.constant("shortest" as const),
    fc.constantFrom("two bytes", "eight bytes", "all bits", "more than comes" as const),
  ),
});

export const webSocketCases = (stage: string): fc.Arbitrary<WebSocketCase> =>
  fc.record({
    target: mostly(
      fc.constantFrom(stage, "/", `${stage}/`, `${stage}?ticket=a&ticket=%ff`),
      hostile.map((text) => `/${text.replace(/[^\x21-\xff]/g, "").slice(0, 5_000)}`),
    ),
    headers: mostly(
      fc.constant({}),
      fc
        .tuple(
          fc.constantFrom(
            "sec-websocket-key",
            "sec-websocket-version",
            "sec-websocket-protocol",
            "sec-websocket-extensions",
            "upgrade",
            "origin",
            "host",
            "user-agent",
            "__proto__",
          ),
          headerValue,
        )
        .map(([name, value]) => ({ [name]: value })),
    ),
    frames: fc.array(frame, { maxLength: 6 }),
  });

/** Writes a frame down as a client sends it. */
function frameBytes({ final, reserved, opcode, masked, payload, length }: Frame): Buffer {
  const first = (final ? 0x80 : 0) | (reserved << 4) | opcode;
  const announced = payload.length + (length === "more than comes" ? 9 : 0);
  const wide = length === "eight bytes" || length === "all bits" || announced > 0xffff;
  const short = wide ? 127 : length === "two bytes" || announced > 125 ? 126 : announced;
  const extended = Buffer.alloc(wide ? 8 : short === 126 ? 2 : 0);
  if (length === "all bits") extended.fill(0xff);
  else if (wide) extended.writeBigUInt64BE(BigInt(announced));
  else if (short === 126) extended.writeUInt16BE(announced);
  const mask = masked ? randomBytes(4) : Buffer.alloc(0);
  const body = masked ? payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)) : payload;
  return Buffer.concat([Buffer.from([first, short | (masked ? 0x80 : 0)]), extended, mask, body]);
}

const text = (payload: string): Frame => ({
  ...{ final: true, reserved: 0, opcode: 1, masked: true, length: "shortest" },
  payload: Buffer.from(payload),
});
/** Echoed once everything before it is done with. */
const FENCE = "that was all";

/** Returns what the server sent after the handshake: the frames' opcodes and payloads, as far as they are complete. */
function framesIn(received: Buffer): { readonly opcode: number; readonly payload: string }[] {
  const frames = [];
  let position = received.indexOf("\r\n\r\n") + 4;
  while (position + 2 <= received.length) {
    const opcode = (received[position] ?? 0) & 0x0f;
    const short = (received[position + 1] ?? 0) & 0x7f;
    const start = position + 2 + (short === 127 ? 8 : short === 126 ? 2 : 0);
    if (start > received.length) break;
    const size =
      short === 127
        ? Number(received.readBigUInt64BE(position + 2))
        : short === 126
          ? received.readUInt16BE(position + 2)
          : short;
    if (start + size > received.length) break;
    frames.push({ opcode, payload: received.toString("utf8", start, start + size) });
    position = start + size;
  }
  return frames;
}

/** Plays a case. Returns what is wrong with what came back, if anything is. */
export async function playWebSocket(
  { target, headers, frames }: WebSocketCase,
  port: number,
): Promise<string | undefined> {
  const all: Record<string, string> = {
    host: `localhost:${port}`,
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": randomBytes(16).toString("base64"),
    ...headers,
  };
  const lines = [`GET ${target} HTTP/1.1`, ...Object.entries(all).map(([name, value]) => `${name}: ${value}`)];
  const handshake = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`);
  // After a length that is a lie the rest is read as something else, and nothing says when that is over.
  const cut = frames.some(({ length }) => length === "more than comes" || length === "all bits");
  const sent = [...frames, ...(cut ? [] : [text(FENCE)])].map(frameBytes);
  let accepted = false;
  const result = await exchange(port, handshake, (received, send) => {
    const head = received.toString("latin1", 0, 1_000);
    if (!head.includes("\r\n\r\n")) return false;
    if (!head.startsWith("HTTP/1.1 101")) return true;
    if (!accepted) send(Buffer.concat(sent));
    accepted = true;
    return cut || framesIn(received).some(({ opcode, payload }) => opcode === CLOSE || payload === FENCE);
  });
  if ("failure" in result) return result.failure;
  const answer = result.received.toString("latin1");
  if (!accepted) {
    const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(answer) ?? [];
    return status === undefined || Number(status) >= 500 ? `the handshake gets ${answer.slice(0, 300)}` : undefined;
  }
  const failed = framesIn(result.received).find(({ payload }) => payload.includes("Internal server error"));
  return failed && `a message gets ${failed.payload.slice(0, 300)}`;
}

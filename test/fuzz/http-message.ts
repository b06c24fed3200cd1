/** HTTP requests as bytes, right and wrong, and what may come back. */
import fc from "fast-check";
import { body, headerValue } from "./hostile";
import type { FuzzedPlatform, Signable } from "./platform";

export interface HttpCase {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly framing: "length" | "chunks" | "cut off" | "no length" | "mutated";
  /** Places in the message and the bytes that are put there, if it is mutated. */
  readonly mutations: readonly (readonly [number, number])[];
  readonly signed: boolean;
}

export interface HttpCases {
  readonly targets: fc.Arbitrary<string>;
  readonly headers: fc.Arbitrary<Record<string, string>>;
  readonly bodies?: fc.Arbitrary<Buffer>;
  readonly methods?: fc.Arbitrary<string>;
}

const anyMethod = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD") },
  { weight: 1, arbitrary: fc.constantFrom("TRACE", "CONNECT", "get", "PURGE", "M-SEARCH", "X", "SOURCE") },
);

/** Makes requests to a port. */
export const httpCases = ({
  targets,
  headers,
  bodies = body,
  methods = anyMethod,
}: HttpCases): fc.Arbitrary<HttpCase> =>
  fc.record({
    method: methods,
    target: targets,
    headers: fc
      .tuple(headers, fc.option(fc.tuple(fc.constantFrom(...HEADERS), headerValue), { freq: 3 }))
      .map(([right, other]) => (other === null ? right : { ...right, [other[0]]: other[1] })),
    body: bodies,
    framing: fc.oneof(
      { weight: 8, arbitrary: fc.constant("length" as const) },
      { weight: 3, arbitrary: fc.constantFrom("chunks", "cut off", "no length", "mutated" as const) },
    ),
    mutations: fc.array(fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }),
    signed: fc.boolean(),
  });

const HEADERS = [
  "accept",
  "authorization",
  "content-encoding",
  "content-type",
  "cookie",
  "expect",
  "host",
  "origin",
  "range",
  "transfer-encoding",
  "upgrade",
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-security-token",
  "x-amz-target",
  "x-forwarded-for",
  "__proto__",
];

/** Writes a request down. */
export async function messageOf(
  { method, target, headers, body, framing, mutations, signed }: HttpCase,
  port: number,
  service: Signable["service"],
  sign: FuzzedPlatform["sign"],
): Promise<Buffer> {
  const plain = { host: `localhost:${port}`, ...headers };
  const [path = ""] = target.split("?");
  const all = signed ? await sign({ method, path, headers: plain, body, service }) : plain;
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...Object.entries(all).map(([name, value]) => `${name}: ${value}`),
    "connection: close",
  ];
  const length = body.length + (framing === "cut off" ? 10 : 0);
  if (framing === "chunks") lines.push("transfer-encoding: chunked");
  else if (framing !== "no length") lines.push(`content-length: ${length}`);
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`);
  const message = Buffer.concat([head, ...(framing === "chunks" ? chunksOf(body) : [body])]);
  if (framing === "mutated") for (const [place, byte] of mutations) message[place % message.length] = byte;
  return message;
}

function chunksOf(body: Buffer): Buffer[] {
  const half = Math.ceil(body.length / 2);
  const chunk = (part: Buffer) =>
    Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n")]);
  const parts = [body.subarray(0, half), body.subarray(half)].filter(({ length }) => length > 0);
  return [...parts.map(chunk), Buffer.from("0\r\n\r\n")];
}

/** Traces of the program's inside, which no answer may show. */
const INTERNAL =
  /node:internal|node_modules|\.[cm]?[jt]s:\d|(Type|Range|Reference)Error|Cannot read propert|\[object Object\]/;

/** The bytes that a server has read before it answers. It may hang up on the rest; see RFC 9112, section 9.6. */
const READ_FIRST = 64 * 1024;

/** Returns whether a request is complete, so that it has to get an answer. */
export const isSound = ({ framing, method, headers, body }: HttpCase): boolean =>
  // Node.js hangs up on CONNECT.
  ["length", "chunks"].includes(framing) &&
  method !== "CONNECT" &&
  !("upgrade" in headers) &&
  body.length <= READ_FIRST;

/** Returns what is wrong with the answer to a request, if anything is. */
export function judge(request: HttpCase, received: Buffer): string | undefined {
  const text = received.toString("latin1");
  const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(text) ?? [];
  if (status === undefined) return isSound(request) || text !== "" ? `no answer: ${text.slice(0, 100)}` : undefined;
  // 501 is the API's own answer to a method that it does not know.
  if (Number(status) >= 500 && status !== "501") return `status ${status}: ${text.slice(-300)}`;
  // The page of the documentation is a program.
  const [internal] = text.includes("content-type: text/html") ? [] : (INTERNAL.exec(text) ?? []);
  return internal === undefined ? undefined : `the answer says "${internal}": ${text.slice(-300)}`;
}

import { createHmac } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { InvalidCursor } from "../../../api/errors";
import { type Binding, createCursors } from "../../../api/http/cursor";
import type { Position } from "../../../domain/shared/page";
import { SigningUnavailable } from "../../../runtime/errors";
import type { GenerateMac } from "../../../runtime/kms/generate-mac";
import { createSigningKey } from "../../../runtime/kms/signing-key";
import { anyText } from "../../support/arbitrary-text";

const NOW = Date.UTC(2026, 10, 15, 12);
const DAY = 24 * 60 * 60 * 1_000;

const binding: Binding = { route: "GET /posts/{id}/comments", caller: "alice", filter: { post: "p1" } };
const position: Position = { id: "c7", post_id: "p1", created_at: "2026-11-15T11:59:00.000Z" };

const answers: GenerateMac = async (_keyId, message) => createHmac("sha256", "in KMS").update(message).digest();
const fails: GenerateMac = () => Promise.reject(new Error("throttled"));

function instance(generateMac: GenerateMac = answers) {
  const clock = { time: NOW };
  const now = () => clock.time;
  return { clock, ...createCursors({ signingKey: createSigningKey({ keyId: "key", generateMac, now }), now }) };
}
const cursors = instance();

/** Signs any text in the documented format, also text that `encode` never makes. */
function signed(text: string, version = "2026-11", bound = '["GET /posts/{id}/comments","alice",[["post","p1"]]]') {
  const key = createHmac("sha256", "in KMS").update(`terrace/cursor/v1/${version}`).digest();
  const mac = createHmac("sha256", key).update(`${bound}\0${text}`).digest();
  return Buffer.concat([mac, Buffer.from(text)]).toString("base64url");
}
const inADay = NOW / 1_000 + 86_400;

/** Decodes a text that must be refused in the one way. */
async function refusal(text: string, other: Partial<Binding> = {}, where: { decode: typeof cursors.decode } = cursors) {
  const outcome: unknown = await where.decode({ ...binding, ...other }, text).catch((error: unknown) => error);
  if (!(outcome instanceof InvalidCursor)) throw new Error(`not refused: ${JSON.stringify(text)}`, { cause: outcome });
  const { name, message, cause } = outcome;
  expect([name, message, cause]).toEqual(["InvalidCursor", new InvalidCursor().message, undefined]);
}

const words = anyText({ maxLength: 20 });
const positions = fc
  .dictionary(words, words, { maxKeys: 6, noNullPrototype: true })
  .filter((candidate) => !Object.hasOwn(candidate, "__proto__"));
/** A few similar texts, so that two bindings often differ only in where one text ends and the next begins. */
const pieces = fc.constantFrom("", "a", "b", "ab", "null", ",", '"', "\0", "\ud800", "__proto__");
const bindings: fc.Arbitrary<Binding> = fc.record(
  {
    route: pieces,
    caller: fc.option(pieces, { nil: undefined }),
    filter: fc.dictionary(pieces, pieces, { maxKeys: 3, noNullPrototype: true }),
  },
  { noNullPrototype: true },
);

describe("a cursor", () => {
  test("gives back any position, in any instance", async () => {
    await fc.assert(
      fc.asyncProperty(bindings, positions, async (bound, any) => {
        const text = await cursors.encode(bound, any);
        expect(text).toMatch(/^[A-Za-z0-9_-]{1,2048}$/);
        expect(await instance().decode(bound, text)).toEqual(any);
      }),
    );
  });

  test("is of the documented format", async () => {
    const text = await cursors.encode(binding, position);
    expect(text).toBe(signed(`2026-11${JSON.stringify({ exp: inADay, key: position })}`));
  });

  test("does not show what it is bound to", async () => {
    const secret = { route: "the route", caller: "the caller", filter: { "the name": "the value" } };
    const bytes = Buffer.from(await cursors.encode(secret, position), "base64url").toString("latin1");
    expect(bytes).not.toContain("the ");
  });

  test("does not depend on the order of the filter", async () => {
    const text = await cursors.encode({ ...binding, filter: { tag: "x", author: "y" } }, position);
    const reversed = { ...binding, filter: { author: "y", tag: "x" } };
    expect(await cursors.decode(reversed, text)).toEqual(position);
  });

  test("is not made longer than what is accepted", async () => {
    const longest = { id: "x".repeat(1_463) };
    const text = await cursors.encode(binding, longest);
    expect(text).toHaveLength(2_048);
    expect(await cursors.decode(binding, text)).toEqual(longest);
    await expect(cursors.encode(binding, { id: "x".repeat(1_464) })).rejects.toThrow(RangeError);
  });

  test("is of use until a day has passed", async () => {
    const there = instance();
    const text = await there.encode(binding, position);
    there.clock.time = NOW + DAY - 1;
    expect(await there.decode(binding, text)).toEqual(position);
    there.clock.time = NOW + DAY;
    await refusal(text, {}, there);
  });

  test("outlives the change of the key", async () => {
    const there = instance();
    there.clock.time = Date.UTC(2026, 11, 1) - 1;
    const text = await there.encode(binding, position);
    there.clock.time += 1;
    expect(await there.decode(binding, text)).toEqual(position);
    expect(await there.encode(binding, position)).not.toBe(text);
  });
});

describe("refuses a cursor", () => {
  test("of which any one bit is flipped", async () => {
    const bytes = Buffer.from(await cursors.encode(binding, position), "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      await refusal(flipped.toString("base64url"));
    }
  });

  test("of which any one character is another, is missing or is one too many", async () => {
    const text = await cursors.encode(binding, position);
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length), fc.constantFrom(..."Az09-_+/= .\0ł"), async (at, character) => {
        const [before, after] = [text.slice(0, at), text.slice(at + 1)];
        for (const changed of [before + character + after, before + after, before + character + text.slice(at)])
          if (changed !== text) await refusal(changed);
      }),
      { numRuns: 300 },
    );
  });

  test("that is cut off anywhere", async () => {
    const text = await cursors.encode(binding, position);
    for (let length = 0; length < text.length; length += 1) await refusal(text.slice(0, length));
  });

  test("that something follows", async () => {
    const text = await cursors.encode(binding, position);
    await fc.assert(fc.asyncProperty(anyText({ minLength: 1 }), (more) => refusal(text + more)));
  });

  test("that was made up", async () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString("base64url"));
    const headed = fc
      .tuple(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.json())
      .map(([mac, json]) => Buffer.concat([mac, Buffer.from(`2026-11${json}`)]).toString("base64url"));
    await fc.assert(fc.asyncProperty(fc.oneof(anyText(), bytes, headed), (text) => refusal(text)));
  });

  test("of any other binding", async () => {
    await fc.assert(
      fc.asyncProperty(bindings, bindings, async (one, other) => {
        fc.pre(!isDeepStrictEqual(one, other));
        await refusal(await cursors.encode(one, position), other);
      }),
      { numRuns: 500 },
    );
  });

  test.each<[string, Partial<Binding>]>([
    ["route", { route: "GET /posts" }],
    ["caller", { caller: "bob" }],
    ["caller, who is anonymous", { caller: undefined }],
    ["filter", { filter: { post: "p2" } }],
    ["filter, which is empty", { filter: {} }],
    ["filter, which says more", { filter: { post: "p1", tag: "x" } }],
  ])("of another %s", async (_what, other) => {
    await refusal(await cursors.encode(binding, position), other);
  });

  test.each(["", "null", "undefined", "anonymous"])("of an anonymous caller, in the hands of %j", async (caller) => {
    await refusal(await cursors.encode({ ...binding, caller: undefined }, position), { caller });
  });

  test("of the month before last and of a month to come", async () => {
    const content = JSON.stringify({ exp: inADay, key: position });
    for (const version of ["2026-09", "2026-12"]) await refusal(signed(`${version}${content}`, version));
    expect(await cursors.decode(binding, signed(`2026-10${content}`, "2026-10"))).toEqual(position);
  });

  test("that names another key than it is signed with", async () => {
    const content = JSON.stringify({ exp: inADay, key: position });
    await refusal(signed(`2026-10${content}`, "2026-11"));
  });

  test("of another deployment, whose KMS key is another", async () => {
    const elsewhere = instance(async (_keyId, message) => createHmac("sha256", "other").update(message).digest());
    await refusal(await elsewhere.encode(binding, position));
  });

  test("that is too long, without decoding it or asking KMS", async () => {
    const { decode } = instance(() => Promise.reject(new Error("asked")));
    await refusal("A".repeat(2_049), {}, { decode });
    await refusal("A".repeat(6_000_000), {}, { decode });
    await refusal(signed(`2026-11${JSON.stringify({ exp: inADay, key: { id: "x".repeat(1_464) } })}`));
  });

  test("in base64 instead of base64url, or with padding or space", async () => {
    // The two alphabets make different texts of these bytes.
    const text = await cursors.encode(binding, { id: "???>>>~~~" });
    const base64 = Buffer.from(text, "base64url").toString("base64");
    expect(base64).toMatch(/[+/]/);
    for (const other of [base64, base64.replaceAll("=", ""), `${text}=`, `${text}==`, `${text}\n`, ` ${text}`])
      await refusal(other);
  });

  test("whose last character holds bits that no byte has", async () => {
    for (const id of ["", "x", "xx"]) {
      const text = await cursors.encode(binding, { id });
      const bytes = Buffer.from(text, "base64url");
      for (const last of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") {
        const other = text.slice(0, -1) + last;
        if (other !== text && Buffer.from(other, "base64url").equals(bytes)) await refusal(other);
      }
    }
  });

  test.each([
    ["another field", `{"exp":${inADay},"key":{"id":"c7"},"more":1}`],
    ["a field twice", `{"exp":${inADay},"exp":${inADay},"key":{"id":"c7"}}`],
    ["a key twice", `{"exp":${inADay},"key":{"id":"c7","id":"c7"}}`],
    ["__proto__ beside the fields", `{"exp":${inADay},"key":{"id":"c7"},"__proto__":{"admin":true}}`],
    ["__proto__ as a key", `{"exp":${inADay},"key":{"__proto__":"c7"}}`],
    ["__proto__ as the position", `{"exp":${inADay},"key":{"__proto__":{"id":"c7"}}}`],
    ["no exp", '{"key":{"id":"c7"}}'],
    ["no key", `{"exp":${inADay}}`],
    ["the fields in another order", `{"key":{"id":"c7"},"exp":${inADay}}`],
    ["white space", `{"exp":${inADay}, "key":{"id":"c7"}}`],
    ["a number in another spelling", `{"exp":${inADay}.0,"key":{"id":"c7"}}`],
    ["a number that is none", '{"exp":1e999,"key":{"id":"c7"}}'],
    ["a fraction", `{"exp":${inADay}.5,"key":{"id":"c7"}}`],
    ["text as exp", `{"exp":"${inADay}","key":{"id":"c7"}}`],
    ["an escape that is not needed", `{"exp":${inADay},"key":{"id":"\\u0063"}}`],
    ["a number as a value", `{"exp":${inADay},"key":{"id":7}}`],
    ["null as a value", `{"exp":${inADay},"key":{"id":null}}`],
    ["an object as a value", `{"exp":${inADay},"key":{"id":{}}}`],
    ["a list as the position", `{"exp":${inADay},"key":["c7"]}`],
    ["null as the position", `{"exp":${inADay},"key":null}`],
    ["two documents", `{"exp":${inADay},"key":{}}{}`],
    ["broken JSON", `{"exp":${inADay},"key":{`],
    ["a version and nothing else", ""],
    ["a time long past", '{"exp":0,"key":{"id":"c7"}}'],
  ])("that holds %s, although it is signed", async (_what, json) => {
    await refusal(signed(`2026-11${json}`));
    expect(Object.prototype).not.toHaveProperty("admin");
  });

  test("whose JSON is not UTF-8, although it is signed", async () => {
    const bytes = Buffer.from(signed(`2026-11{"exp":${inADay},"key":{"id":"\uFFFD"}}`), "base64url");
    const text = Buffer.concat([bytes.subarray(32, bytes.indexOf("\uFFFD")), Buffer.from([0xff]), Buffer.from('"}}')]);
    const key = createHmac("sha256", "in KMS").update("terrace/cursor/v1/2026-11").digest();
    const mac = createHmac("sha256", key).update('["GET /posts/{id}/comments","alice",[["post","p1"]]]\0').update(text);
    await refusal(Buffer.concat([mac.digest(), text]).toString("base64url"));
  });
});

describe("while KMS fails", () => {
  test("a cursor can be neither made nor judged, and that is not the caller's fault", async () => {
    const { encode, decode } = instance(fails);
    await expect(encode(binding, position)).rejects.toBeInstanceOf(SigningUnavailable);
    await expect(decode(binding, await cursors.encode(binding, position))).rejects.toBeInstanceOf(SigningUnavailable);
  });

  test("what cannot be a cursor is refused all the same", async () => {
    const { decode } = instance(fails);
    for (const text of ["", "nonsense", "=".repeat(100), signed("2026-09{}")]) await refusal(text, {}, { decode });
  });

  test("an instance that has its key goes on", async () => {
    let healthy = true;
    const there = instance((...request) => (healthy ? answers : fails)(...request));
    const text = await there.encode(binding, position);
    healthy = false;
    expect(await there.decode(binding, text)).toEqual(position);
  });
});

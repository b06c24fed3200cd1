import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { bearerToken, createIdTokenReader } from "../../../api/authentication/id-token";
import { InvalidToken } from "../../../api/errors";
import { anyText } from "../../support/arbitrary-text";
import { claims, encode, PROJECT_ID } from "../../support/doubles/servers/certificate-server";

/** Returns the code of the InvalidToken that a call throws, or any other error itself. */
function refusal(call: () => unknown): unknown {
  try {
    return ["accepted", call()];
  } catch (error) {
    return error instanceof InvalidToken ? error.code : error;
  }
}

const BASE64URL = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"];
const part = fc.string({ unit: fc.constantFrom(...BASE64URL), minLength: 1, maxLength: 30 });
const jwt = fc.tuple(part, part, part).map((parts) => parts.join("."));

describe("the Authorization header", () => {
  test("gives the token after the scheme, in any case and after any number of spaces", () => {
    const scheme = fc.mixedCase(fc.constant("bearer"));
    const spaces = fc.integer({ min: 1, max: 5 }).map((count) => " ".repeat(count));
    fc.assert(
      fc.property(scheme, spaces, jwt, (word, space, token) => {
        expect(bearerToken(word + space + token)).toBe(token);
      }),
    );
  });

  test("is refused, and nothing else happens, whatever else it is", () => {
    const nearly = fc
      .tuple(
        fc.constantFrom("Bearer", "bearer ", "Basic ", ""),
        fc.array(fc.oneof(jwt, part, fc.string()), { maxLength: 3 }),
      )
      .map(([scheme, tokens]) => scheme + tokens.join(" "));
    fc.assert(
      fc.property(fc.oneof(anyText(), nearly), (header) => {
        fc.pre(!/^bearer +[\w-]+\.[\w-]+\.[\w-]+$/i.test(header));
        expect(refusal(() => bearerToken(header))).toBe("token_malformed");
      }),
    );
  });

  test.each([
    ["nothing", ""],
    ["the scheme alone", "Bearer"],
    ["the scheme and a space", "Bearer "],
    ["another scheme", "Basic YTpi"],
    ["a token without a scheme", "a.b.c"],
    ["the scheme joined to the token", "Bearera.b.c"],
    ["a tab for a space", "Bearer\ta.b.c"],
    ["two tokens", "Bearer a.b.c d.e.f"],
    ["two headers that were joined", "Bearer a.b.c, Bearer a.b.c"],
    ["two tokens under one scheme", "Bearer a.b.c,d.e.f"],
    ["the scheme twice", "Bearer Bearer a.b.c"],
    ["a token in quotes", 'Bearer "a.b.c"'],
    ["space before the scheme", " Bearer a.b.c"],
    ["space after the token", "Bearer a.b.c "],
    ["a second line", "Bearer a.b.c\nBearer d.e.f"],
    ["a parameter", "Bearer token=a.b.c"],
    ["a JWT without a signature", "Bearer a.b."],
    ["a JWT of two parts", "Bearer a.b"],
    ["an encrypted token of five parts", "Bearer a.b.c.d.e"],
    ["base64 that is not URL-safe", "Bearer a+/=.b.c"],
    ["a look-alike of the scheme", "Bеarer a.b.c"],
  ])("is refused if it holds %s", (_, header) => {
    expect(refusal(() => bearerToken(header))).toBe("token_malformed");
  });

  test("may have 8,192 characters and no more", () => {
    const header = (length: number) => `Bearer a.${"b".repeat(length - "Bearer a..c".length)}.c`;
    expect(header(8_192)).toHaveLength(8_192);
    expect(bearerToken(header(8_192))).toHaveLength(8_185);
    expect(refusal(() => bearerToken(header(8_193)))).toBe("token_malformed");
    expect(refusal(() => bearerToken(header(6_000_000)))).toBe("token_malformed");
  });
});

describe("a token's claims", () => {
  const NOW = 1_800_000_000;
  const read = createIdTokenReader(PROJECT_ID);
  const header = encode({ alg: "RS256", kid: "k1", typ: "JWT" });
  const token = (changes: Record<string, unknown> = {}) => `${header}.${encode(claims(changes))}.c2ln`;

  beforeEach(() => void jest.spyOn(Date, "now").mockReturnValue(NOW * 1000 + 999));
  afterEach(() => void jest.restoreAllMocks());

  test("say who is calling", () => {
    expect(read(token())).toEqual({ uid: "alice", anonymous: false, tokenEndsAt: NOW + 3_540 });
  });

  test("show the anonymous provider", () => {
    const firebase = { identities: {}, sign_in_provider: "anonymous" };
    const caller = read(token({ firebase, email: undefined, email_verified: undefined }));
    expect(caller).toMatchObject({ uid: "alice", anonymous: true });
  });

  test("may name a user with any text of 1 to 128 characters", () => {
    for (const sub of ["1", "a/b c", "漢字", "__proto__", "u".repeat(128)]) expect(read(token({ sub })).uid).toBe(sub);
  });

  test.each<[string, Record<string, unknown>]>([
    ["no sub", { sub: undefined }],
    ["an empty sub", { sub: "" }],
    ["a sub of 129 characters", { sub: "u".repeat(129) }],
    ["a number for a sub", { sub: 7 }],
    ["null for a sub", { sub: null }],
    ["a list for a sub", { sub: ["alice"] }],
    ["a sub that no UTF-8 can carry", { sub: "alice\ud800" }],
    ["no sub and the event of a text message", { sub: undefined, event_type: "beforeSendSms" }],
    ["no sub and the event of an e-mail", { sub: undefined, event_type: "beforeSendEmail" }],
    ["another project's aud", { aud: "other" }],
    ["an aud of several projects", { aud: [PROJECT_ID, "other"] }],
    ["an object for an aud", { aud: { toString: 1 } }],
    ["no aud", { aud: undefined }],
    ["another project's iss", { iss: "https://securetoken.google.com/other" }],
    ["an iss with a slash at the end", { iss: `https://securetoken.google.com/${PROJECT_ID}/` }],
    ["the iss of a session cookie", { iss: `https://session.firebase.google.com/${PROJECT_ID}` }],
    ["no exp", { exp: undefined }],
    ["text for an exp", { exp: String(NOW + 3_540) }],
    ["an exp beyond all numbers", { exp: 1e300 }],
    ["no iat", { iat: undefined }],
    ["an iat 61 seconds ahead", { iat: NOW + 61 }],
    ["no auth_time", { auth_time: undefined }],
    ["an auth_time 61 seconds ahead", { auth_time: NOW + 61 }],
    ["no firebase", { firebase: undefined }],
    ["no provider", { firebase: { identities: {} } }],
  ])("are refused with %s", (_, changes) => {
    expect(refusal(() => read(token(changes)))).toBe("token_invalid");
  });

  test("may be dated up to 60 seconds ahead", () => {
    expect(read(token({ iat: NOW + 60, auth_time: NOW + 60 })).uid).toBe("alice");
  });

  test("end in the second of exp", () => {
    expect(read(token({ exp: NOW + 1 })).uid).toBe("alice");
    expect(refusal(() => read(token({ exp: NOW })))).toBe("token_expired");
    expect(refusal(() => read(token({ exp: NOW - 1 })))).toBe("token_expired");
  });

  test.each([
    ["alg none", { alg: "none", kid: "k1" }],
    ["alg None", { alg: "None", kid: "k1" }],
    ["alg HS256", { alg: "HS256", kid: "k1" }],
    ["alg ES256", { alg: "ES256", kid: "k1" }],
    ["no alg", { kid: "k1" }],
    ["no kid", { alg: "RS256" }],
    ["an empty kid", { alg: "RS256", kid: "" }],
    ["a number for a kid", { alg: "RS256", kid: 0 }],
    ["a list for a kid", { alg: "RS256", kid: ["k1"] }],
    ["null", null],
    ["a text", "RS256"],
  ])("are refused under a header with %s", (_, changed) => {
    expect(refusal(() => read(`${encode(changed)}.${encode(claims())}.c2ln`))).toBe("token_invalid");
  });

  test("are refused if they are not an object", () => {
    for (const payload of [null, 1, "alice", [], [claims()]])
      expect(refusal(() => read(`${header}.${encode(payload)}.c2ln`))).toBe("token_invalid");
  });

  test("are refused if they are not JSON", () => {
    expect(refusal(() => read(`${header}.bm90IGpzb24.c2ln`))).toBe("token_malformed");
    expect(refusal(() => read(`e.${encode(claims())}.c2ln`))).toBe("token_malformed");
  });

  test("are accepted or refused with a code, whatever they are", () => {
    const payload = fc.record({ aud: fc.json(), iss: fc.json(), sub: fc.json(), exp: fc.json(), firebase: fc.json() });
    const parts = fc.oneof(payload, fc.json().map(JSON.parse)).map((value) => `${header}.${encode(value)}.c2ln`);
    fc.assert(
      fc.property(fc.oneof(parts, jwt), (value) => {
        expect(refusal(() => read(value))).toMatch(/^token_(malformed|invalid|expired)$/);
      }),
    );
  });
});

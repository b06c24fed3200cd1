import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { promisify } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { readBody } from "../../../local/http/messages";
import type { AccessKey } from "../../../local/iam/access-keys";
import { SignatureVerifier, type SignedRequest, type Verdict } from "../../../local/iam/signature";
import { wellFormedText } from "../../support/arbitrary-text";
import { FakeClock } from "../fake-clock";
import { Sha256 } from "../sha256";

const NOW = Date.parse("2026-03-04T05:06:07Z");
const identity = { arn: "arn:aws:iam::111122223333:user/developer", userId: "AIDA", policy: undefined };
const developer: AccessKey = { accessKeyId: "AKIADEV", secretAccessKey: "secret", sessionToken: undefined, identity };
const session: AccessKey = { accessKeyId: "ASIAFUN", secretAccessKey: "other", sessionToken: "token", identity };
const verifier = (now = NOW) =>
  new SignatureVerifier([developer, session], "eu-west-1", "execute-api", new FakeClock(now));
const refusal = (verdict: Verdict) => ("refusal" in verdict ? verdict.refusal : "accepted");

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Record<string, string | string[]>;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly key?: AccessKey;
  readonly region?: string;
  readonly service?: string;
  readonly at?: number;
}

/** A request as the AWS SDK would sign and send it. */
async function signed(asked: Asked = {}): Promise<SignedRequest> {
  const { key = developer, region = "eu-west-1", service = "execute-api", body = "{}" } = asked;
  const { accessKeyId, secretAccessKey, sessionToken } = key;
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256 });
  const { path = "/dev/broadcast/comments", query = {}, method = "POST" } = asked;
  const headers = { host: "localhost:3001", "content-type": "application/json", ...asked.headers };
  const request = { protocol: "http:", hostname: "localhost", port: 3001, method, path, query, headers, body };
  const result = await signer.sign(request, { signingDate: new Date(asked.at ?? NOW) });
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((item) => `${encode(name)}=${encode(item)}`),
  );
  return {
    method,
    target: pairs.length === 0 ? path : `${path}?${pairs.join("&")}`,
    rawHeaders: Object.entries(result.headers).flat(),
    body: Buffer.from(body),
  };
}

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const withHeader = (request: SignedRequest, name: string, value: string): SignedRequest => {
  const rawHeaders = [...request.rawHeaders];
  const index = rawHeaders.findIndex((header, position) => position % 2 === 0 && header.toLowerCase() === name);
  if (index < 0) rawHeaders.push(name, value);
  else rawHeaders[index + 1] = value;
  return { ...request, rawHeaders };
};
const headerOf = ({ rawHeaders }: SignedRequest, name: string) =>
  rawHeaders[rawHeaders.findIndex((header, position) => position % 2 === 0 && header.toLowerCase() === name) + 1] ?? "";

describe("a request signed with the AWS SDK's signer", () => {
  test("names the key that signed it", async () => {
    expect(verifier().verify(await signed())).toEqual({ key: developer });
    expect(verifier().verify(await signed({ key: session }))).toEqual({ key: session });
  });

  test.each([
    "/",
    "/dev/@connections/L0SM9cOFvHcCIhw%3D",
    "/a%20b/c",
    "//double//slash/",
    "/dots/../and/./more",
    "/ünï",
  ])("is accepted for the path %s", async (path) => {
    expect(refusal(verifier().verify(await signed({ path })))).toBe("accepted");
  });

  test("is accepted with any query, header and body", async () => {
    const text = wellFormedText();
    // For a parameter of this one name the signer signs the text "[object Object]".
    const name = text.filter((candidate) => candidate !== "__proto__");
    const value = fc.stringMatching(/^[ -~]*$/);
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(name, fc.oneof(text, fc.array(text, { minLength: 2 }))),
        value,
        text,
        async (query, header, body) => {
          expect(refusal(verifier().verify(await signed({ query, body, headers: { "x-custom": header } })))).toBe(
            "accepted",
          );
        },
      ),
    );
  });
});

describe("a request is refused", () => {
  test.each<[string, Asked, string]>([
    [
      "signed with a secret that is not the key's",
      { key: { ...developer, secretAccessKey: "guess" } },
      "The signature does not match",
    ],
    [
      "signed with an unknown key",
      { key: { ...developer, accessKeyId: "AKIAOTHER" } },
      "The access key is not one of the local keys.",
    ],
    ["signed for another region", { region: "us-east-1" }, "sign for eu-west-1."],
    ["signed for another service", { service: "lambda" }, "sign for execute-api."],
    ["signed more than five minutes ago", { at: NOW - 300_001 }, "older than five minutes"],
    ["signed more than five minutes ahead", { at: NOW + 301_000 }, "older than five minutes"],
    ["without the session token of its key", { key: { ...session, sessionToken: undefined } }, "x-amz-security-token"],
    ["with another session token", { key: { ...session, sessionToken: "guess" } }, "x-amz-security-token"],
  ])("%s", async (_, asked, message) => {
    expect(refusal(verifier().verify(await signed(asked)))).toContain(message);
  });

  test("that is not signed, or signed in a way that is no Signature Version 4", async () => {
    const request = await signed();
    expect(refusal(verifier().verify({ ...request, rawHeaders: ["host", "localhost:3001"] }))).toBe(
      "The request is not signed.",
    );
    for (const authorization of ["", "Bearer token", "AWS4-HMAC-SHA256 Credential=a/b", "AWS3 x"])
      expect(refusal(verifier().verify(withHeader(request, "authorization", authorization)))).toContain(
        "AWS4-HMAC-SHA256",
      );
  });

  test("that was changed after it was signed, in any part", async () => {
    const request = await signed({ query: { a: "1" } });
    const changes: SignedRequest[] = [
      { ...request, method: "PUT" },
      { ...request, target: request.target.replace("a=1", "a=2") },
      { ...request, target: request.target.replace("comments", "posts") },
      withHeader(request, "content-type", "text/plain"),
      withHeader(request, "host", "localhost:3002"),
      withHeader(request, "x-amz-date", "20260304T050608Z"),
    ];
    for (const changed of changes)
      expect(refusal(verifier().verify(changed))).toContain("The signature does not match");
    expect(refusal(verifier().verify({ ...request, body: Buffer.from("{ }") }))).toContain("not the hash of the body");
  });

  test("whose signature has any other digit", async () => {
    const request = await signed();
    const authorization = headerOf(request, "authorization");
    const digits = fc.integer({ min: 1, max: 64 });
    fc.assert(
      fc.property(digits, fc.integer({ min: 1, max: 15 }), (fromEnd, shift) => {
        const index = authorization.length - fromEnd;
        const digit = ((Number.parseInt(authorization.charAt(index), 16) + shift) % 16).toString(16);
        const forged = authorization.slice(0, index) + digit + authorization.slice(index + 1);
        expect(refusal(verifier().verify(withHeader(request, "authorization", forged)))).toContain("does not match");
      }),
    );
  });

  test("whose host or x-amz- headers are not part of what was signed", async () => {
    const request = await signed();
    expect(refusal(verifier().verify(withHeader(request, "x-amz-meta", "1")))).toBe(
      "The x-amz-meta header has to be signed.",
    );
    const unsigned = headerOf(request, "authorization").replace("host;", "");
    expect(refusal(verifier().verify(withHeader(request, "authorization", unsigned)))).toBe(
      "The host header has to be signed.",
    );
  });

  test("whose body is not covered", async () => {
    const request = await signed({ headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } });
    expect(refusal(verifier().verify(request))).toContain("UNSIGNED-PAYLOAD");
  });
});

test("curl signs requests that are accepted", async () => {
  let request: SignedRequest | undefined;
  const server = createServer(async (incoming, response) => {
    const { method = "", url: target = "", rawHeaders } = incoming;
    request = { method, target, rawHeaders, body: (await readBody(incoming, 1000)) ?? Buffer.alloc(0) };
    response.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const url = `http://127.0.0.1:${port}/dev/broadcast/comments`;
  const signing = ["--aws-sigv4", "aws:amz:eu-west-1:execute-api", "--user", "AKIADEV:secret"];
  const body = [
    "-X",
    "POST",
    "-H",
    "content-type: application/json",
    "-d",
    '{"type":"test","data":{"message":"test"}}',
  ];
  const ran = await promisify(execFile)("curl", ["-sS", "--noproxy", "*", ...signing, ...body, url]).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false; // This machine has no curl.
      throw error;
    },
  );
  server.close();
  if (ran) expect(request && refusal(verifier(Date.now()).verify(request))).toBe("accepted");
});

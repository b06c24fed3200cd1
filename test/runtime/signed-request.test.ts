import { createHash, createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { documentClient } from "../../runtime/aws-clients";
import { signedPost } from "../../runtime/signed-request";
import { awsVariables } from "../support/doubles/dynamo";
import { type Listening, serve } from "../support/doubles/servers/http-server";

const json = '{"text":"日本 🎌","escaped":"\\u3042"}';
const never = new AbortController().signal;

interface Received {
  readonly headers: Record<string, unknown>;
  readonly path: string;
  readonly body: Buffer;
}

let server: Listening;
let received: Received[];
let status: number | "hang";
beforeEach(async () => {
  Object.assign(process.env, awsVariables, { AWS_SESSION_TOKEN: "session" });
  received = [];
  status = 200;
  server = await serve((request, response) => {
    received.push(request);
    if (status !== "hang") response.writeHead(status, { location: "/elsewhere" }).end('{"message":"answer"}');
  });
});
afterEach(() => server.stop());

const post = (signal = never) =>
  signedPost(documentClient().config)(
    `${server.url}/staging/broadcast/comments`,
    json,
    { "x-request-id": "r1" },
    signal,
  );

/** Computes Signature Version 4 as any verifier does. It is written from the specification and shares no code with ours. */
function signatureOf({ headers, path, body }: Received, signedHeaders: readonly string[], date: string): string {
  const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
  const hmac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();
  const canonical = [
    "POST",
    path,
    "",
    ...signedHeaders.map((name) => `${name}:${headers[name]}`),
    "",
    signedHeaders.join(";"),
    sha256(body),
  ].join("\n");
  const scope = `${date.slice(0, 8)}/ap-northeast-1/execute-api/aws4_request`;
  const key = scope.split("/").reduce<string | Buffer>((previous, part) => hmac(previous, part), "AWS4test");
  return createHmac("sha256", key)
    .update(["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n"))
    .digest("hex");
}

describe("signedPost", () => {
  test("sends exactly the bytes it signed, to exactly the path and host it signed", async () => {
    expect(await post()).toBe(200);
    const [request] = received;
    if (!request) throw new Error("nothing was received");
    const { headers, body } = request;
    expect(body.toString()).toBe(json);
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "x-request-id": "r1",
      "x-amz-security-token": "session",
    });
    const [, signed = "", signature] =
      /SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(String(headers.authorization)) ?? [];
    expect(signed.split(";")).toEqual(
      expect.arrayContaining(["host", "x-amz-date", "x-amz-security-token", "x-request-id"]),
    );
    expect(signature).toBe(signatureOf(request, signed.split(";"), String(headers["x-amz-date"])));
  });

  test.each([403, 500, 301])("returns the status %i and follows nothing", async (code) => {
    status = code;
    expect(await post()).toBe(code);
    expect(received).toHaveLength(1);
  });

  test("rejects when the signal aborts", async () => {
    status = "hang";
    await expect(post(AbortSignal.timeout(30))).rejects.toThrow();
  });

  test("rejects when nobody listens", async () => {
    await server.stop();
    await expect(post()).rejects.toThrow();
  });
});

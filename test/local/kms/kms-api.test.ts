import fs from "node:fs";
import { createServer } from "node:http";
import os from "node:os";
import path from "node:path";
import { GenerateMacCommand, KMSClient, VerifyMacCommand } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { AccessKey } from "../../../local/iam/access-keys";
import { authenticateBySignature } from "../../../local/iam/authentication";
import { readPolicy } from "../../../local/iam/policy";
import { SignatureVerifier } from "../../../local/iam/signature";
import { KmsApi } from "../../../local/kms/kms-api";
import { systemClock } from "../../../local/shared/clock";
import { type Listening, listen } from "../../support/doubles/servers/http-server";

const KEY = "arn:aws:kms:eu-central-1:000000000000:key/one";
const OTHER = "arn:aws:kms:eu-central-1:000000000000:key/other";
const Statement = [{ Effect: "Allow", Action: "kms:GenerateMac", Resource: KEY }];
const hints: string[] = [];
const developer: AccessKey = {
  accessKeyId: "AKIADEVELOPER",
  secretAccessKey: "the developer's",
  sessionToken: undefined,
  identity: { arn: "arn:aws:iam::000000000000:user/developer", userId: "AIDA", policy: undefined },
};
const identity = {
  arn: "arn:aws:sts::000000000000:assumed-role/api/api",
  userId: "AROA:api",
  policy: readPolicy(JSON.stringify({ Statement }), "test"),
};

const api: AccessKey = { accessKeyId: "ASIAAPI", secretAccessKey: "secret", sessionToken: "token", identity };

let folder: string;
let server: Listening;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-kms-"));
  const verifier = new SignatureVerifier([api, developer], "eu-central-1", "kms", systemClock);
  const authenticate = authenticateBySignature(verifier, (text) => hints.push(text));
  const kms = new KmsApi({ folder, keyArns: [KEY, OTHER], authenticate });
  server = await listen(
    createServer((request, response) => {
      if (kms.serves(request)) void kms.handle(request, response);
      else response.writeHead(404).end();
    }),
  );
});
afterAll(async () => {
  await server.stop();
  fs.rmSync(folder, { recursive: true });
});

function clientOf({ accessKeyId, secretAccessKey, sessionToken }: AccessKey): KMSClient {
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  return new KMSClient({ endpoint: server.url, region: "eu-central-1", credentials, maxAttempts: 1 });
}

const macWith = async (key: AccessKey, KeyId: string) => {
  const command = new GenerateMacCommand({ KeyId, Message: Buffer.from("message"), MacAlgorithm: "HMAC_SHA_256" });
  return (await clientOf(key).send(command)).Mac;
};

describe("KMS", () => {
  test("makes MACs for a function with the key that its policy names, and with no other", async () => {
    expect(await macWith(api, KEY)).toHaveLength(32);
    await expect(macWith(api, OTHER)).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining(`not authorized to perform: kms:GenerateMac on resource: ${OTHER} because`),
    });
  });

  test("refuses a function what its policy does not name", async () => {
    const message = { KeyId: KEY, Message: Buffer.from("message"), Mac: Buffer.from("mac") };
    const verify = new VerifyMacCommand({ ...message, MacAlgorithm: "HMAC_SHA_256" });
    await expect(clientOf(api).send(verify)).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  test("lets the developer use every key, and emulates nothing but MACs", async () => {
    expect(await macWith(developer, OTHER)).toHaveLength(32);
    const message = { KeyId: KEY, Message: Buffer.from("message"), Mac: Buffer.from("mac") };
    const verify = new VerifyMacCommand({ ...message, MacAlgorithm: "HMAC_SHA_256" });
    await expect(clientOf(developer).send(verify)).rejects.toMatchObject({ name: "UnknownOperationException" });
  });

  test.each<[string, Partial<AccessKey>, string]>([
    ["a key that nobody gave out", { accessKeyId: "AKIAANYBODY" }, "UnrecognizedClientException"],
    ["another secret", { secretAccessKey: "guess" }, "InvalidSignatureException"],
    ["another session token", { sessionToken: "guess" }, "UnrecognizedClientException"],
  ])("refuses %s, and tells the developer what to do", async (_, changed, name) => {
    hints.length = 0;
    await expect(macWith({ ...api, ...changed }, KEY)).rejects.toMatchObject({ name });
    expect(hints).toEqual([
      expect.stringMatching(/^TrentService\.GenerateMac is refused: .* Sign it with a local key/),
    ]);
  });

  test("refuses a request that is too large", async () => {
    const headers = { "x-amz-target": "TrentService.GenerateMac" };
    const { status } = await fetch(server.url, { method: "POST", headers, body: "x".repeat(64 * 1024 + 1) });
    expect(status).toBe(413);
  });

  test("refuses a key that is no text, whoever asks", async () => {
    for (const caller of [api, developer]) {
      const kms = new KmsApi({ folder, keyArns: [KEY], authenticate: () => ({ identity: caller.identity }) });
      const { url, stop } = await listen(createServer((request, response) => void kms.handle(request, response)));
      const response = await fetch(url, {
        method: "POST",
        headers: { "x-amz-target": "TrentService.GenerateMac" },
        body: '{"KeyId":{"toString":1,"valueOf":1}}',
      });
      expect(await response.json()).toMatchObject({
        __type: caller === api ? "AccessDeniedException" : "ValidationException",
      });
      await stop();
    }
  });

  test("wants a signature", async () => {
    const response = await fetch(server.url, {
      method: "POST",
      headers: { "x-amz-target": "TrentService.GenerateMac" },
      body: JSON.stringify({ KeyId: KEY }),
    });
    expect([response.status, await response.json()]).toEqual([
      400,
      { __type: "MissingAuthenticationTokenException", message: "Request is missing Authentication Token" },
    ]);
  });

  test("leaves other services' requests alone", async () => {
    const { status } = await fetch(server.url, { headers: { "x-amz-target": "DynamoDB_20120810.GetItem" } });
    expect(status).toBe(404);
  });
});

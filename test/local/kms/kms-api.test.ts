import fs from "node:fs";
import { createServer } from "node:http";
import os from "node:os";
import path from "node:path";
import { GenerateMacCommand, KMSClient, VerifyMacCommand } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readPolicy } from "../../../local/iam/policy";
import { KmsApi } from "../../../local/kms/kms-api";
import { type Listening, listen } from "../../support/doubles/http-server";

const KEY = "arn:aws:kms:eu-central-1:000000000000:key/one";
const OTHER = "arn:aws:kms:eu-central-1:000000000000:key/other";
const Statement = [{ Effect: "Allow", Action: "kms:GenerateMac", Resource: KEY }];
const identity = {
  arn: "arn:aws:sts::000000000000:assumed-role/api/api",
  userId: "AROA:api",
  policy: readPolicy(JSON.stringify({ Statement }), "test"),
};

let folder: string;
let server: Listening;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-kms-"));
  const keys = [{ accessKeyId: "ASIAAPI", secretAccessKey: "secret", sessionToken: "token", identity }];
  const kms = new KmsApi({ folder, keyArns: [KEY, OTHER], keys });
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

function clientOf(accessKeyId: string): KMSClient {
  const credentials = { accessKeyId, secretAccessKey: "secret" };
  return new KMSClient({ endpoint: server.url, region: "eu-central-1", credentials, maxAttempts: 1 });
}

const macWith = async (accessKeyId: string, KeyId: string) => {
  const command = new GenerateMacCommand({ KeyId, Message: Buffer.from("message"), MacAlgorithm: "HMAC_SHA_256" });
  return (await clientOf(accessKeyId).send(command)).Mac;
};

describe("KMS", () => {
  test("makes MACs for a function with the key that its policy names, and with no other", async () => {
    expect(await macWith("ASIAAPI", KEY)).toHaveLength(32);
    await expect(macWith("ASIAAPI", OTHER)).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining(`not authorized to perform: kms:GenerateMac on resource: ${OTHER} because`),
    });
  });

  test("refuses a function what its policy does not name", async () => {
    const message = { KeyId: KEY, Message: Buffer.from("message"), Mac: Buffer.from("mac") };
    const verify = new VerifyMacCommand({ ...message, MacAlgorithm: "HMAC_SHA_256" });
    await expect(clientOf("ASIAAPI").send(verify)).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  test("lets the developer use every key, and emulates nothing but MACs", async () => {
    expect(await macWith("AKIADEVELOPER", OTHER)).toHaveLength(32);
    const message = { KeyId: KEY, Message: Buffer.from("message"), Mac: Buffer.from("mac") };
    const verify = new VerifyMacCommand({ ...message, MacAlgorithm: "HMAC_SHA_256" });
    await expect(clientOf("AKIADEVELOPER").send(verify)).rejects.toMatchObject({ name: "UnknownOperationException" });
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

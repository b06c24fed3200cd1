import http from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { documentClient } from "../../../runtime/aws-clients";
import { SigningUnavailable } from "../../../runtime/errors";
import { createGenerateMac, type GenerateMac, kmsEndpoint } from "../../../runtime/kms/generate-mac";
import { createSigningKey } from "../../../runtime/kms/signing-key";

type Answer = (response: http.ServerResponse) => void;

const KEY_ID = "arn:aws:kms:eu-central-1:123456789012:key/one";
const MAC = Buffer.alloc(32, 7);

const json =
  (status: number, body: unknown): Answer =>
  (response) =>
    void response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
const good = json(200, { KeyId: KEY_ID, Mac: MAC.toString("base64"), MacAlgorithm: "HMAC_SHA_256" });
const trouble = json(500, { __type: "KMSInternalException" });
const resets: Answer = (response) => void response.destroy();
const hangs: Answer = () => undefined;

const before = { ...process.env };
const requests: { target: unknown; body: unknown }[] = [];
let answers: Answer[] = [];
let server: http.Server;
let generateMac: GenerateMac;

beforeAll(async () => {
  server = http.createServer(async (request, response) => {
    requests.push({ target: request.headers["x-amz-target"], body: JSON.parse(await text(request)) });
    (answers.shift() ?? good)(response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_KMS: `http://127.0.0.1:${port}`,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
  generateMac = createGenerateMac(documentClient().config);
});

afterAll(async () => {
  process.env = before;
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

beforeEach(() => {
  requests.length = 0;
  answers = [];
});

const call = (signal = new AbortController().signal) => generateMac(KEY_ID, Buffer.from("a message"), signal);

describe("GenerateMac", () => {
  test("is called as KMS expects it", async () => {
    expect(Buffer.from((await call()) ?? [])).toEqual(MAC);
    const Message = Buffer.from("a message").toString("base64");
    expect(requests).toEqual([
      { target: "TrentService.GenerateMac", body: { KeyId: KEY_ID, Message, MacAlgorithm: "HMAC_SHA_256" } },
    ]);
  });

  test("is called again when KMS is in trouble or the connection breaks", async () => {
    answers = [trouble, resets];
    expect(Buffer.from((await call()) ?? [])).toEqual(MAC);
    expect(requests).toHaveLength(3);
  });

  test("is called again when something on the way to KMS answers in HTML", async () => {
    answers = [(response) => void response.writeHead(502).end("<html>Bad Gateway</html>")];
    expect(Buffer.from((await call()) ?? [])).toEqual(MAC);
    expect(requests).toHaveLength(2);
  });

  test("is given up after three attempts", async () => {
    answers = [trouble, trouble, trouble];
    await expect(call()).rejects.toHaveProperty("name", "KMSInternalException");
    expect(requests).toHaveLength(3);
  });

  test("is called once when KMS refuses", async () => {
    answers = [json(400, { __type: "AccessDeniedException", message: "no" })];
    await expect(call()).rejects.toHaveProperty("name", "AccessDeniedException");
    expect(requests).toHaveLength(1);
  });

  test("ends when its signal says so", async () => {
    const controller = new AbortController();
    answers = [() => controller.abort()];
    await expect(call(controller.signal)).rejects.toHaveProperty("name", "AbortError");
    expect(requests).toHaveLength(1);
  });

  test("is called again when KMS does not answer", async () => {
    answers = [hangs];
    expect(Buffer.from((await call()) ?? [])).toEqual(MAC);
    // On a machine that is slower than the client's patience it may be called once more.
    expect(requests.length).toBeGreaterThanOrEqual(2);
  });
});

test.each(["eu-central-1", "us-gov-west-1", "cn-north-1"])(
  "KMS is called in %s where the SDK's own client calls it",
  async (region) => {
    const url = process.env.AWS_ENDPOINT_URL_KMS;
    delete process.env.AWS_ENDPOINT_URL_KMS;
    try {
      const { endpointProvider } = new DynamoDBClient({ region }).config;
      const expected = new KMSClient({ region }).config.endpointProvider({ Region: region });
      expect(await kmsEndpoint({ region: async () => region, endpointProvider })).toEqual(expected.url);
    } finally {
      process.env.AWS_ENDPOINT_URL_KMS = url;
    }
  },
);

test("a signing key calls KMS when a key is needed, and not before", async () => {
  const key = createSigningKey({ keyId: KEY_ID, generateMac });
  expect(requests).toEqual([]);
  expect((await key.current()).key.export()).toEqual(MAC);
  answers = [json(400, { __type: "DisabledException", message: "the key is disabled" })];
  await expect(createSigningKey({ keyId: KEY_ID, generateMac }).current()).rejects.toBeInstanceOf(SigningUnavailable);
});

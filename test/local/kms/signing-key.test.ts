import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { DescribeKeyCommand, GenerateMacCommand, KMSClient, NotFoundException } from "@aws-sdk/client-kms";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createKms, type Kms } from "../../../local/kms/signing-key";
import { StartError } from "../../../local/shared/errors";

const ONE = "arn:aws:kms:eu-central-1:000000000000:key/one";
const OTHER = "arn:aws:kms:eu-central-1:000000000000:key/other";
const keyArns = [ONE, OTHER];

let folder: string;
let kms: Kms;
let server: http.Server;
let client: KMSClient;

beforeEach(() => {
  folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "kms-")), "data");
  kms = createKms({ folder, keyArns });
});

afterEach(() => {
  fs.rmSync(path.dirname(folder), { recursive: true });
});

beforeAll(async () => {
  server = http.createServer(async (request, response) => {
    const { status, body } = kms.handle(String(request.headers["x-amz-target"]), await text(request));
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  client = new KMSClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: "eu-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
});

afterAll(async () => {
  client.destroy();
  await new Promise((closed) => server.close(closed));
});

async function mac(keyId: string, message: string): Promise<string> {
  const command = new GenerateMacCommand({ KeyId: keyId, Message: Buffer.from(message), MacAlgorithm: "HMAC_SHA_256" });
  const { Mac, KeyId, MacAlgorithm } = await client.send(command);
  expect([KeyId, MacAlgorithm, Mac?.length]).toEqual([keyId, "HMAC_SHA_256", 32]);
  return Buffer.from(Mac ?? []).toString("hex");
}

describe("the SDK's client", () => {
  test("gets the same MAC for the same message, and another for any other message or key", async () => {
    const first = await mac(ONE, "a message");
    expect(await mac(ONE, "a message")).toBe(first);
    expect(new Set([first, await mac(ONE, "another"), await mac(OTHER, "a message")]).size).toBe(3);
  });

  test("gets the same MAC after a restart, and another from another data folder", async () => {
    const before = await mac(ONE, "a message");
    kms = createKms({ folder, keyArns });
    expect(await mac(ONE, "a message")).toBe(before);
    kms = createKms({ folder: `${folder}-elsewhere`, keyArns });
    expect(await mac(ONE, "a message")).not.toBe(before);
  });

  test("is told which keys there are when it asks for another", async () => {
    const error = await mac("arn:aws:kms:eu-central-1:000000000000:key/no", "a message").catch((thrown) => thrown);
    expect(error).toBeInstanceOf(NotFoundException);
    expect(error.message).toContain(ONE);
    expect(error.$metadata.httpStatusCode).toBe(400);
  });

  test("is told that an operation is not emulated", async () => {
    await expect(client.send(new DescribeKeyCommand({ KeyId: ONE }))).rejects.toMatchObject({
      name: "UnknownOperationException",
      message: "TrentService.DescribeKey is not emulated: only TrentService.GenerateMac is.",
    });
  });

  test("is told that an algorithm is not the key's", async () => {
    const command = new GenerateMacCommand({ KeyId: ONE, Message: Buffer.from("m"), MacAlgorithm: "HMAC_SHA_512" });
    await expect(client.send(command)).rejects.toHaveProperty("name", "InvalidKeyUsageException");
  });
});

describe("a request", () => {
  const good = { KeyId: ONE, Message: "bQ==", MacAlgorithm: "HMAC_SHA_256" };
  const failure = (body: string, target = "TrentService.GenerateMac") => {
    const answer = kms.handle(target, body);
    expect(answer.status).toBe(400);
    return JSON.parse(answer.body).__type;
  };

  test("with a message of 1 to 4,096 bytes is answered", () => {
    for (const length of [1, 4_096]) {
      const body = JSON.stringify({ ...good, Message: Buffer.alloc(length).toString("base64") });
      expect(kms.handle("TrentService.GenerateMac", body).status).toBe(200);
    }
  });

  test.each([[undefined], [7], [""], ["bQ"], ["b-_="], ["bQ==\n"], [Buffer.alloc(4_097).toString("base64")]])(
    "with another message is refused (%#)",
    (Message) => {
      expect(failure(JSON.stringify({ ...good, Message }))).toBe("ValidationException");
    },
  );

  test.each(['{"toString":1,"valueOf":1}', "[]", "7", "null"])("whose KeyId is %s is refused", (KeyId) => {
    expect(failure(JSON.stringify({ ...good, KeyId: JSON.parse(KeyId) }))).toBe("ValidationException");
  });

  test("with a field that is not emulated is refused", () => {
    expect(failure(JSON.stringify({ ...good, DryRun: true }))).toBe("ValidationException");
  });

  test.each(["", "{", "null", "[]", "7"])("whose body is %j is refused", (body) => {
    expect(failure(body)).toBe("SerializationException");
  });

  test.each(["TrentService.Decrypt", "DynamoDB_20120810.GenerateMac", "GenerateMac", "", "__proto__"])(
    "for the target %j is refused",
    (target) => {
      expect(failure(JSON.stringify(good), target)).toBe("UnknownOperationException");
    },
  );

  test("without a target is refused", () => {
    expect(kms.handle(undefined, JSON.stringify(good)).body).toContain("UnknownOperationException");
  });
});

describe("the file with the key", () => {
  const generate = (kms: Kms) =>
    kms.handle(
      "TrentService.GenerateMac",
      JSON.stringify({ KeyId: ONE, Message: "bQ==", MacAlgorithm: "HMAC_SHA_256" }),
    ).body;

  test("can be read by its owner only", () => {
    expect(fs.statSync(path.join(folder, "kms.key")).mode & 0o777).toBe(0o600);
  });

  test("may be one of an older version, which has the bytes as they are", () => {
    const file = path.join(folder, "kms.key");
    const { root } = JSON.parse(fs.readFileSync(file, "utf8"));
    const before = generate(kms);
    fs.writeFileSync(file, Buffer.from(root, "base64"));
    expect(generate(createKms({ folder, keyArns }))).toBe(before);
  });

  test("is refused when it has lost bytes, wherever it was cut off", () => {
    const file = path.join(folder, "kms.key");
    const whole = fs.readFileSync(file);
    for (let length = 0; length < whole.length - 1; length++) {
      fs.writeFileSync(file, whole.subarray(0, length));
      expect(() => createKms({ folder, keyArns })).toThrow(StartError);
    }
    expect(() => createKms({ folder, keyArns })).toThrow(
      /kms\.key is damaged: .*Cursors given out before are then refused\.$/,
    );
  });

  test.each(['{"root":7}', '{"root":"c2hvcnQ="}', "{}", "[]"])("is refused when it holds %s", (content) => {
    fs.writeFileSync(path.join(folder, "kms.key"), content);
    expect(() => createKms({ folder, keyArns })).toThrow(StartError);
  });
});

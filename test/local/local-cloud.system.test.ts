import { generateKeyPairSync } from "node:crypto";
import fs from "node:fs";
import { connect } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { readDefinition } from "../../local/definition/definition";
import { loadAccessKeys } from "../../local/iam/access-keys";
import { saveSigningKeys } from "../../local/identity/signing-keys";
import { createKms } from "../../local/kms/signing-key";
import { type LocalCloud, startLocalCloud } from "../../local/local-cloud";
import type { LocalCloudOptions } from "../../local/options";
import { StartError } from "../../local/shared/errors";
import { FILE, resourceOf, synthesized } from "./definition/synthesized";
import { ask } from "./serving";

const DIST = path.resolve(__dirname, "../../dist");
const { functions, place, signingKeys } = readDefinition(fs.readFileSync(FILE, "utf8"), FILE);
const { privateKey } = generateKeyPairSync("ec", {
  namedCurve: "P-256",
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

let data: string;
let shown: string;
let clouds: LocalCloud[];
beforeEach(() => {
  data = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-local-cloud-"));
  shown = "";
  clouds = [];
});
afterEach(async () => {
  jest.restoreAllMocks();
  for (const cloud of clouds) await cloud.stop();
  fs.rmSync(data, { recursive: true });
});

const defaults = { definition: FILE, dist: DIST, ports: { api: 0, gateway: 0, dynamodb: 0 } };
async function start(options: Partial<LocalCloudOptions> = {}): Promise<LocalCloud> {
  const output = { write: (text: string) => (shown += text) };
  const cloud = await startLocalCloud({ ...defaults, data, output, ...options });
  clouds.push(cloud);
  return cloud;
}
const portOf = (url: string) => ({ number: Number(new URL(url).port) });

describe("a page", () => {
  let cloud: LocalCloud;
  let folder: string;
  let said = "";
  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-local-cloud-"));
    cloud = await startLocalCloud({ ...defaults, data: folder, output: { write: (text) => (said += text) } });
  });
  afterAll(async () => {
    await cloud.stop();
    fs.rmSync(folder, { recursive: true });
  });

  const HOST = ["host", "evil.example"];
  /** Sends a request with exactly these lines and returns the response. */
  const askAs = (url: string, lines: readonly string[]) =>
    new Promise<string>((resolve) => {
      const socket = connect(portOf(url).number, "127.0.0.1");
      socket.write(`${lines.join("\r\n")}\r\nconnection: close\r\n\r\n`);
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk;
      });
      socket.on("close", () => resolve(text));
    });

  test("whose host name resolves to this machine is refused at every port, with the way to open it, and no function is called", async () => {
    const { apiUrl, gatewayUrl, dynamodbUrl } = cloud;
    const host = HOST.join(": ");
    const upgrade = [
      ...["connection: upgrade", "upgrade: websocket", "sec-websocket-version: 13"],
      "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==",
    ];
    const target = "x-amz-target: DynamoDB_20120810.ListTables";
    for (const [url, lines] of [
      [apiUrl, ["GET /api/v1/posts HTTP/1.1", host]],
      [gatewayUrl, ["GET /health HTTP/1.1", host]],
      [gatewayUrl, ["POST /_local/tokens HTTP/1.1", host]],
      [gatewayUrl, ["GET /development HTTP/1.1", host, ...upgrade]],
      [dynamodbUrl, ["POST / HTTP/1.1", host, target]],
      [dynamodbUrl, ["POST / HTTP/1.1", host, "x-amz-target: TrentService.GenerateMac"]],
    ] as const) {
      const answer = await askAs(url, lines);
      expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
      expect(answer).toContain('not at \\"evil.example\\": TERRACE_OPEN adds a name.');
    }
    expect(said).not.toContain("evil");
  });

  test("whose host name resolves to this machine is served at a name that the developer opens the ports to", async () => {
    const { apiUrl } = await start({ openTo: ["evil.example"] });
    expect(await askAs(apiUrl, ["GET /health HTTP/1.1", HOST.join(": ")])).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  test("of another origin is left to CORS at the API, and refused at DynamoDB and at the tokens", async () => {
    const { apiUrl, gatewayUrl, dynamodbUrl } = cloud;
    const headers = ["origin", "https://evil.example"];
    const api = await ask(portOf(apiUrl), { path: "/health", headers });
    expect([api.status, api.headers["access-control-allow-origin"]]).toEqual([200, undefined]);
    const requests = [
      ask(portOf(gatewayUrl), { method: "POST", path: "/_local/tokens", headers, body: '{"uid":"alice"}' }),
      ask(portOf(gatewayUrl), { method: "DELETE", path: "/development/@connections/x", headers }),
      ask(portOf(dynamodbUrl), { method: "POST", headers, body: "{}" }),
    ];
    for (const { status, body } of await Promise.all(requests))
      expect([status, body]).toEqual([403, expect.stringContaining("may not call this address")]);
  });
});

describe("a damaged file of secrets", () => {
  const FILES = ["credentials.json", "identity-provider.json", "kms.key"];
  const contents = () =>
    fs.readdirSync(data, { recursive: true, encoding: "utf8" }).map((name) => {
      const file = path.join(data, name);
      return [name, fs.statSync(file).isFile() ? fs.readFileSync(file, "base64") : "folder"];
    });
  beforeEach(() => {
    loadAccessKeys(path.join(data, "credentials.json"), functions, place);
    saveSigningKeys(path.join(data, "identity-provider.json"), [{ privateKey, publishedAt: 1_800_000_000 }]);
    createKms({ folder: data, keyArns: signingKeys });
  });

  const damages: Record<string, (file: string) => void> = {
    truncated: (file) => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2)),
    emptied: (file) => fs.truncateSync(file, 0),
    flipped: (file) => {
      const bytes = fs.readFileSync(file);
      // The character after the first colon and quote is part of a secret, or of its name.
      const index = bytes.indexOf('": "') + 6;
      bytes[index] = (bytes[index] ?? 0) ^ 1;
      fs.writeFileSync(file, bytes);
    },
    "replaced by a folder": (file) => {
      fs.rmSync(file);
      fs.mkdirSync(file);
    },
  };
  test.each(FILES.flatMap((name) => Object.keys(damages).map((damage) => [name, damage] as const)))(
    "stops the start with one sentence, and is left as it is: %s %s",
    async (name, damage) => {
      const file = path.join(data, name);
      damages[damage]?.(file);
      const before = contents();
      const error = await start().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StartError);
      const { message } = Object(error);
      expect(message).toContain(`${file} is `);
      expect(message).toMatch(/move it away to start with a new one\. [A-Z].* are then refused\.$/);
      expect(contents()).toEqual(before);
    },
  );

  test("that was moved away is made anew, and the others stay", async () => {
    const [moved = "", ...rest] = FILES;
    fs.rmSync(path.join(data, moved));
    const others = rest.map((name) => fs.readFileSync(path.join(data, name), "utf8"));
    const cloud = await start();
    expect((await fetch(`${cloud.apiUrl}/health`)).status).toBe(200);
    expect(rest.map((name) => fs.readFileSync(path.join(data, name), "utf8"))).toEqual(others);
    expect(JSON.parse(fs.readFileSync(path.join(data, moved), "utf8"))).toMatchObject({
      developer: cloud.credentials,
    });
  });
});

test("a strict local cloud refuses a definition of which something has no effect here; another one runs it", async () => {
  const stack = synthesized();
  Object.assign(resourceOf(stack, "aws_dynamodb_table", "-posts"), { deletion_protection_enabled: true });
  const definition = path.join(data, "cdk.tf.json");
  fs.writeFileSync(definition, JSON.stringify(stack));
  await expect(start({ definition, strict: true })).rejects.toThrow(
    new StartError(
      `With --strict the local cloud does not run ${definition}, of which some has no effect here:\n` +
        "aws_dynamodb_table.posts: deletion_protection_enabled is true. Whoever may delete the table can.",
    ),
  );
  await start({ definition });
});

describe("a data folder", () => {
  test("that has a file called logs costs the logs and one warning, and nothing else", async () => {
    fs.writeFileSync(path.join(data, "logs"), "mine");
    const cloud = await start();
    for (let request = 0; request < 2; request++)
      expect((await fetch(`${cloud.apiUrl}/api/v1/posts`)).status).toBe(200);
    await cloud.stop();
    expect(shown.match(/api\.log cannot be written \(.*\), and its lines are lost: free space/g)).toHaveLength(1);
    expect(fs.readFileSync(path.join(data, "logs"), "utf8")).toBe("mine");
  });

  test("that is a file stops the start with one sentence", async () => {
    const file = path.join(data, "file");
    fs.writeFileSync(file, "");
    await expect(start({ data: file })).rejects.toThrow(
      /^The data folder \S+file cannot be written to \(EEXIST: .*\): make it a writable folder, or set TERRACE_DATA to another one\.$/,
    );
  });

  test("that is read-only stops the start with one sentence", async () => {
    jest.spyOn(fs, "accessSync").mockImplementation(() => {
      throw Object.assign(new Error("EROFS: read-only file system, access"), { code: "EROFS" });
    });
    await expect(start()).rejects.toThrow(
      new StartError(
        `The data folder ${data} cannot be written to (EROFS: read-only file system, access): ` +
          "make it a writable folder, or set TERRACE_DATA to another one.",
      ),
    );
  });

  test("on a full disk stops the start with one sentence", async () => {
    jest.spyOn(fs, "writeFileSync").mockImplementation(() => {
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    });
    await expect(start()).rejects.toThrow(
      /credentials\.json cannot be written \(ENOSPC: .*\): free space or make its folder writable, or set TERRACE_DATA to another folder\.$/,
    );
  });
});

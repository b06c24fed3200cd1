import fs from "node:fs";
import { createServer, request } from "node:http";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { IdentityApi } from "../../../local/identity/api";
import { saveSigningKeys } from "../../../local/identity/signing-keys";
import { systemClock } from "../../../local/shared/clock";
import { StartError } from "../../../local/shared/errors";
import { rsaKeys } from "../../support/doubles/rsa-keys";
import { type Listening, listen } from "../../support/doubles/servers/http-server";

const CERTIFICATES = "/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com";

let folder: string;
let identity: IdentityApi;
let server: Listening;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-identity-"));
  const key = { privateKey: rsaKeys.first.privatePem, publishedAt: Math.floor(Date.now() / 1000) };
  saveSigningKeys(path.join(folder, "identity-provider.json"), [key]);
  identity = new IdentityApi({ folder, projectId: "blogapp-test", clock: systemClock });
  server = await listen(createServer((request, response) => void identity.handle(request, response)));
});
afterAll(async () => {
  await server.stop();
  fs.rmSync(folder, { recursive: true });
});

/** `fetch` chooses its own Host. */
function ask(method: string, path: string, headers: Record<string, string> = {}, body = "") {
  return new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; body: string }>(
    (resolve, reject) => {
      request(server.url + path, { method, headers }, async (response) => {
        resolve({ status: response.statusCode, headers: response.headers, body: await text(response) });
      })
        .on("error", reject)
        .end(body);
    },
  );
}
const alice = '{"uid":"alice"}';
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

describe("the identity provider's port", () => {
  test("issues a token of the project, as JSON or as nothing but the token", async () => {
    const { status, headers, body } = await ask("POST", "/_local/tokens", {}, alice);
    expect([status, headers["content-type"], headers["cache-control"]]).toEqual([200, "application/json", "no-store"]);
    const { token, expires_in } = JSON.parse(body);
    expect(token).toMatch(JWT);
    expect(expires_in).toBe(3_600);
    expect(JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString())).toMatchObject({
      aud: "blogapp-test",
      sub: "alice",
    });
    const plain = await ask("POST", "/_local/tokens", { accept: "text/plain" }, alice);
    expect([plain.status, plain.headers["content-type"], plain.headers["cache-control"]]).toEqual([
      200,
      "text/plain",
      "no-store",
    ]);
    expect(plain.body).toMatch(JWT);
  });

  test("says what is wrong with a request, whatever answer was asked for", async () => {
    for (const body of ["", "{}", "x".repeat(20_000)]) {
      const answer = await ask("POST", "/_local/tokens", { accept: "text/plain" }, body);
      expect([answer.status, JSON.parse(answer.body).message]).toEqual([
        400,
        expect.stringMatching(/^The body must be/),
      ]);
    }
    expect((await ask("GET", "/_local/tokens")).status).toBe(404);
  });

  test("lets no web page read a token", async () => {
    const { headers } = await ask("POST", "/_local/tokens", { origin: "http://localhost:3000" }, alice);
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    const preflight = { origin: "http://localhost:3000", "access-control-request-method": "POST" };
    expect((await ask("OPTIONS", "/_local/tokens", preflight)).status).toBe(404);
  });

  test("shows the certificates under the name of Google's host", async () => {
    const { status, body } = await ask("GET", CERTIFICATES, { host: "www.googleapis.com" });
    expect([status, Object.values(JSON.parse(body))]).toEqual([200, [expect.stringContaining("BEGIN PUBLIC KEY")]]);
  });

  test("is refused at the start if the provider's keys are damaged", () => {
    const damaged = fs.mkdtempSync(path.join(folder, "damaged-"));
    const file = path.join(damaged, "identity-provider.json");
    fs.writeFileSync(file, "{}");
    const start = () => new IdentityApi({ folder: damaged, projectId: "blogapp-test", clock: systemClock });
    expect(start).toThrow(
      new StartError(
        `${file} is damaged: put back a copy of it, or move it away to start with a new one. ` +
          "ID tokens issued before are then refused.",
      ),
    );
    expect(fs.readFileSync(file, "utf8")).toBe("{}");
  });

  test("tries again to open the provider after a failure, such as a full disk", async () => {
    const other = new IdentityApi({ folder: path.join(folder, "full"), projectId: "blogapp-test", clock: systemClock });
    const failures: unknown[] = [];
    const port = await listen(
      createServer((request, response) => {
        other.handle(request, response).catch((error: unknown) => {
          failures.push(error);
          response.writeHead(500).end();
        });
      }),
    );
    const certificates = async () => (await fetch(port.url + CERTIFICATES)).status;
    const full = jest.spyOn(fs, "writeFileSync").mockImplementation(() => {
      throw new Error("ENOSPC: no space left on device, write");
    });
    expect(await certificates()).toBe(500);
    expect(failures).toEqual([expect.objectContaining({ message: expect.stringContaining("free space") })]);
    full.mockRestore();
    expect(await certificates()).toBe(200);
    await port.stop();
  });

  test("serves its two paths and leaves every other to others", () => {
    expect(
      ["/_local/tokens", CERTIFICATES, "/", "/_local", "/_local/tokens/"].map((path) => identity.serves(path)),
    ).toEqual([true, true, false, false, false]);
  });
});

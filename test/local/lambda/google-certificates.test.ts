import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import type { AddressInfo, LookupFunction } from "node:net";
import os from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { CERTIFICATES_PATH } from "../../../local/identity/api";
import { type IdentityProvider, openIdentityProvider } from "../../../local/identity/provider";
import { redirectGoogleCertificates } from "../../../local/lambda/google-certificates";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "certificates-"));
let provider: IdentityProvider;
const server = http.createServer((request, response) => {
  if (request.url !== CERTIFICATES_PATH) response.writeHead(404);
  response.end(JSON.stringify(provider.certificates()));
});

/** The program of the thread: the redirection first, then the API's authenticator as it is deployed. */
const program = `
  import { parentPort, workerData } from "node:worker_threads";
  import { CERTIFICATES_PATH } from "../../../local/identity/api";
import { redirectGoogleCertificates } from "./local/lambda/google-certificates";

  const { port, token } = workerData;

  async function run() {
    redirectGoogleCertificates(port);
    const { createFirebaseAuthenticator } = await import("./api/authentication/authenticator");
    const authenticator = createFirebaseAuthenticator({ projectId: "blogapp-test" });
    parentPort.postMessage(await authenticator.authenticate("Bearer " + token));
  }
  run();
`;

/** Returns where a connection goes: "redirected", or "alone" if it would have left this machine. */
function destination(host: string, port: number): Promise<string> {
  const lookup: LookupFunction = (_host, _options, callback) => callback(new Error("alone"), "");
  return new Promise((resolve) => {
    const request = https.get({ host, port, lookup, agent: new https.Agent() }, () => {
      request.destroy();
      resolve("redirected");
    });
    request.on("error", (error) => resolve(error.message));
  });
}

beforeAll(async () => {
  provider = await openIdentityProvider(path.join(folder, "identity-provider.json"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  fs.rmSync(folder, { recursive: true });
});

test("in a thread, the deployed authenticator verifies the local issuer's tokens", async () => {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: path.join(__dirname, "../../.."), loader: "ts" },
    bundle: true,
    platform: "node",
    format: "cjs",
    write: false,
  });
  const { port } = server.address() as AddressInfo;
  const token = provider.issueToken({ projectId: "blogapp-test", uid: "alice" });
  const worker = new Worker(outputFiles[0]?.text ?? "", { eval: true, workerData: { port, token } });
  const [caller] = await once(worker, "message");
  await worker.terminate();
  expect(caller).toEqual({ uid: "alice", anonymous: false, tokenEndsAt: expect.any(Number) });
});

test("connections to Google's certificates are redirected until that ends, and no others ever", async () => {
  const { port } = server.address() as AddressInfo;
  const endRedirection = redirectGoogleCertificates(port);
  expect(await destination("www.googleapis.com", 443)).toBe("redirected");
  expect(await destination("www.googleapis.com", 8443)).toBe("alone");
  expect(await destination("dynamodb.eu-west-1.amazonaws.com", 443)).toBe("alone");
  endRedirection();
  expect(await destination("www.googleapis.com", 443)).toBe("alone");
});

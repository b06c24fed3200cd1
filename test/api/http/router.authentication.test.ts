import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { createFirebaseAuthenticator } from "../../../api/authentication/authenticator";
import { type Api, apiInMemory } from "../../support/api";
import {
  type CertificateServer,
  claims,
  encode,
  PROJECT_ID,
  published,
  signToken,
  startCertificateServer,
  stranger,
} from "../../support/doubles/servers/certificate-server";
import { problemIn } from "../../support/responses";

const { kid } = published;
const now = Date.now();
const seconds = Math.floor(now / 1_000);

let server: CertificateServer;
let api: Api;
beforeEach(async () => {
  jest.spyOn(Date, "now").mockReturnValue(now);
  server = await startCertificateServer([published]);
  api = apiInMemory(() => ({ authenticator: createFirebaseAuthenticator({ projectId: PROJECT_ID }) }));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await server.close();
});

const publish = (authorization: string) =>
  api.send("POST", "/api/v1/posts", { headers: { authorization }, body: { title: "t", content: "c" } });
const read = (authorization: string) => api.send("GET", "/api/v1/posts", { headers: { authorization } });

describe("a token", () => {
  test.each(["Bearer", "bearer", "BEARER"])("after the word %s makes its user the author", async (scheme) => {
    const response = await publish(`${scheme} ${signToken(published)}`);
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ author_id: "alice" });
  });

  test("is not asked for where anyone may read, and then nobody asks for certificates", async () => {
    for (const path of ["/", "/health", "/api/v1/posts", "/api/v1/websocket/connections"])
      expect((await api.send("GET", path)).status).toBe(200);
    expect(server.requests).toBe(0);
  });

  test("is not even looked at where nobody is asked who they are", async () => {
    expect((await api.send("GET", "/health", { headers: { authorization: "Bearer nonsense" } })).status).toBe(200);
  });

  test.each<[string, string, () => string]>([
    ["no scheme", "token_malformed", () => signToken(published)],
    ["another scheme", "token_malformed", () => `Basic ${signToken(published)}`],
    ["two tokens", "token_malformed", () => `Bearer ${signToken(published)} ${signToken(published)}`],
    ["nothing", "token_malformed", () => "Bearer "],
    ["9 KB", "token_malformed", () => `Bearer ${signToken(published, claims({ role: "x".repeat(9_000) }))}`],
    ["expired", "token_expired", () => `Bearer ${signToken(published, claims({ exp: seconds - 1 }))}`],
    ["of another project", "token_invalid", () => `Bearer ${signToken(published, claims({ aud: "other" }))}`],
    ["of a stranger", "token_invalid", () => `Bearer ${signToken({ ...stranger, kid })}`],
    ["of an unknown key", "token_invalid", () => `Bearer ${signToken(stranger)}`],
    ["dated ahead", "token_invalid", () => `Bearer ${signToken(published, claims({ iat: seconds + 70 }))}`],
    ["of nobody", "token_invalid", () => `Bearer ${signToken(published, claims({ sub: "" }))}`],
    ["of an emulator", "token_malformed", () => `Bearer ${encode({ alg: "none", typ: "JWT" })}.${encode(claims())}.`],
  ])("(%s) that proves nothing is refused, be it to write or only to read", async (_, code, header) => {
    for (const response of [await publish(header()), await read(header())]) {
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
      expect(await problemIn(response)).toMatchObject({ code });
    }
  });

  test("of an anonymous sign-in is good for reading only", async () => {
    const token = signToken(published, claims({ firebase: { identities: {}, sign_in_provider: "anonymous" } }));
    expect((await read(`Bearer ${token}`)).status).toBe(200);
    expect((await publish(`Bearer ${token}`)).status).toBe(403);
  });

  test("that cannot be checked now is answered with 503, never with 401", async () => {
    server.fault = (_, response) => response.writeHead(404).end();
    const response = await publish(`Bearer ${signToken(published)}`);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(response.headers.get("www-authenticate")).toBeNull();
    expect(api.services.log.at("error")).toHaveLength(1);
    expect((await api.send("GET", "/api/v1/posts")).status).toBe(200);
    server.fault = undefined;
    expect((await publish(`Bearer ${signToken(published)}`)).status).toBe(201);
  });
});

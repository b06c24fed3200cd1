import { describe, expect, test } from "@jest/globals";
import type { IdentityProvider, TokenRequest } from "../../../local/identity/provider";
import { identityProviderRoutes } from "../../../local/identity/routes";

const asked: TokenRequest[] = [];
const provider: IdentityProvider = {
  issueToken(request) {
    asked.push(request);
    return "a.b.c";
  },
  certificates: () => ({ k1: "PEM" }),
  rotateKey: async () => undefined,
};
const answer = identityProviderRoutes(provider, "blogapp-test");
const post = (body: string) => answer({ method: "POST", path: "/_local/tokens", body });

test("the certificates are where firebase-admin fetches them, and may be kept for an hour", () => {
  const path = "/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com";
  expect(answer({ method: "GET", path, body: "" })).toEqual({
    status: 200,
    body: { k1: "PEM" },
    headers: ["cache-control", "public, max-age=3600, must-revalidate"],
  });
});

test("every other request is left to others", () => {
  for (const [method, path] of [
    ["GET", "/"],
    ["GET", "/_local/tokens"],
    ["POST", "/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com"],
    ["POST", "/_local/tokens/"],
    [undefined, "/_local/tokens"],
  ] as const)
    expect(answer({ method, path, body: '{"uid":"alice"}' })).toBeUndefined();
});

describe("POST /_local/tokens", () => {
  test("issues a token of the project for an hour", () => {
    expect(post('{"uid":"alice"}')).toEqual({
      status: 200,
      body: { token: "a.b.c", expires_in: 3600 },
      headers: ["cache-control", "no-store"],
    });
    expect(asked.at(-1)).toEqual({ projectId: "blogapp-test", uid: "alice", lifetimeSeconds: 3600 });
  });

  test("passes on what is asked for", () => {
    post('{"uid":"bob","email":"bob@example.com","anonymous":true,"expires_in":5}');
    expect(asked.at(-1)).toEqual({
      projectId: "blogapp-test",
      uid: "bob",
      email: "bob@example.com",
      anonymous: true,
      lifetimeSeconds: 5,
    });
  });

  test.each([
    "",
    "alice",
    "[]",
    "{}",
    '{"uid":""}',
    `{"uid":"${"u".repeat(129)}"}`,
    '{"uid":7}',
    '{"uid":"alice","email":"nowhere"}',
    '{"uid":"alice","anonymous":"yes"}',
    '{"uid":"alice","expires_in":0}',
    '{"uid":"alice","expires_in":3601}',
    '{"uid":"alice","admin":true}',
  ])("answers %j with what the body may be", (body) => {
    expect(post(body)).toEqual({
      status: 400,
      headers: [],
      body: {
        message:
          'The body must be JSON such as {"uid":"alice"}: "uid" (1 to 128 characters), and optionally "email", ' +
          '"anonymous" (true or false) and "expires_in" (1 to 3600 seconds).',
      },
    });
  });
});

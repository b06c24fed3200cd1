import { createHmac } from "node:crypto";
import type { ServerResponse } from "node:http";
import { inspect } from "node:util";
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { Authenticator, createFirebaseAuthenticator as Create } from "../../../api/authentication/authenticator";
import { InvalidToken } from "../../../api/errors";
import {
  type CertificateServer,
  claims,
  encode,
  next,
  PROJECT_ID,
  published,
  type SigningKey,
  signToken,
  startCertificateServer,
  stranger,
} from "../doubles/servers/certificate-server";

/** What an authenticator does with every token there is, whichever way firebase-admin came to it. */
export function authenticatorContract(
  load: () => Promise<{ readonly createFirebaseAuthenticator: typeof Create }>,
): void {
  let createFirebaseAuthenticator: typeof Create;
  beforeAll(async () => {
    ({ createFirebaseAuthenticator } = await load());
  });

  const alice = expect.objectContaining({ uid: "alice" });

  let server: CertificateServer;
  let authenticator: Authenticator;

  const now = Date.now();

  beforeEach(async () => {
    jest.spyOn(Date, "now").mockReturnValue(now);
    // Only setTimeout and performance.now stand still; sockets go on, and so do the promises that wait for them.
    jest.useFakeTimers({ doNotFake: ["Date", "hrtime", "nextTick", "queueMicrotask", "setImmediate", "setInterval"] });
    server = await startCertificateServer([published]);
    authenticator = createFirebaseAuthenticator({ projectId: PROJECT_ID });
  });

  afterEach(async () => {
    jest.useRealTimers();
    jest.restoreAllMocks();
    delete process.env.FIREBASE_AUTH_EMULATOR_HOST;
    await server.close();
  });

  const authenticate = (token: string, by = authenticator) => by.authenticate(`Bearer ${token}`);

  /** Lets time pass, 10 ms with each turn of the event loop, until the promise is settled. */
  async function whileTimePasses<Value>(promise: Promise<Value>): Promise<Value> {
    let settled = false;
    const end = () => {
      settled = true;
    };
    promise.then(end, end);
    while (!settled) {
      await new Promise((resolve) => setImmediate(resolve));
      await jest.advanceTimersByTimeAsync(10);
    }
    return promise;
  }

  /**
   * Returns the caller that a token led to, the code of its refusal, or the name of another error, and checks that no error
   * holds any of the token.
   */
  async function outcome(token: string, by = authenticator): Promise<unknown> {
    try {
      return await authenticate(token, by);
    } catch (error) {
      const shown = inspect(error, { depth: 10, showHidden: true });
      for (const part of token.split(".").filter((text) => text.length > 8)) expect(shown).not.toContain(part);
      return error instanceof InvalidToken ? error.code : error instanceof Error && error.name;
    }
  }

  /** Makes a token that is not signed as its header says. */
  function withSignature(header: object, makeSignature: (content: string) => string): string {
    const content = `${encode(header)}.${encode(claims())}`;
    return `${content}.${makeSignature(content)}`;
  }

  describe("authenticates", () => {
    test("nobody without the header, and asks for no certificates", async () => {
      await expect(authenticator.authenticate(undefined)).resolves.toBeUndefined();
      expect(server.requests).toBe(0);
    });

    test("the user of a token that a published key signed", async () => {
      await expect(authenticate(signToken(published))).resolves.toEqual({
        uid: "alice",
        anonymous: false,
        tokenEndsAt: expect.any(Number),
      });
    });

    test("an anonymous user as one", async () => {
      const firebase = { identities: {}, sign_in_provider: "anonymous" };
      const token = signToken(published, claims({ firebase, email: undefined, email_verified: undefined }));
      await expect(authenticate(token)).resolves.toMatchObject({ uid: "alice", anonymous: true });
    });

    test("with two authenticators of different projects beside each other", async () => {
      const other = createFirebaseAuthenticator({ projectId: "other" });
      const token = signToken(published);
      const othersToken = signToken(published, claims({ aud: "other", iss: "https://securetoken.google.com/other" }));
      expect(await outcome(token)).toEqual(alice);
      expect(await outcome(othersToken, other)).toEqual(alice);
      expect(await outcome(token, other)).toBe("token_invalid");
      expect(await outcome(othersToken)).toBe("token_invalid");
    });
  });

  describe("refuses", () => {
    const seconds = Math.floor(now / 1_000);
    const { kid } = published;

    test.each<[string, string, () => string]>([
      ["an expired token", "token_expired", () => signToken(published, claims({ exp: seconds - 1 }))],
      ["a token in the second of its end", "token_expired", () => signToken(published, claims({ exp: seconds }))],
      ["a token dated ahead", "token_invalid", () => signToken(published, claims({ iat: seconds + 70 }))],
      ["a sign-in dated ahead", "token_invalid", () => signToken(published, claims({ auth_time: seconds + 70 }))],
      ["a token that is not valid yet", "token_invalid", () => signToken(published, claims({ nbf: seconds + 30 }))],
      ["a token with text for nbf", "token_invalid", () => signToken(published, claims({ nbf: "soon" }))],
      ["a token without exp", "token_invalid", () => signToken(published, claims({ exp: undefined }))],
      ["another project's token", "token_invalid", () => signToken(published, claims({ aud: "other" }))],
      ["another issuer's token", "token_invalid", () => signToken(published, claims({ iss: "https://example.com" }))],
      ["a token without sub", "token_invalid", () => signToken(published, claims({ sub: undefined }))],
      ["a sub of 129 characters", "token_invalid", () => signToken(published, claims({ sub: "u".repeat(129) }))],
      [
        "a token without sub for a text message",
        "token_invalid",
        () => signToken(published, claims({ sub: undefined, event_type: "beforeSendSms" })),
      ],
      ["an unknown key's token", "token_invalid", () => signToken(stranger)],
      ["a stranger's signature under a published kid", "token_invalid", () => signToken({ ...stranger, kid })],
      ["a kid of __proto__", "token_invalid", () => signToken({ ...published, kid: "__proto__" })],
      ["a kid of constructor", "token_invalid", () => signToken({ ...published, kid: "constructor" })],
      ["a token without kid", "token_invalid", () => signToken(published, claims(), { kid: undefined })],
      ["an unsigned token", "token_malformed", () => withSignature({ alg: "none", kid, typ: "JWT" }, () => "")],
      ["alg none with a signature", "token_invalid", () => withSignature({ alg: "none", kid }, () => "c2ln")],
      ["RS256 with a signature of nothing", "token_invalid", () => withSignature({ alg: "RS256", kid }, () => "c2ln")],
      [
        "HS256 with the certificate for a secret",
        "token_invalid",
        () =>
          withSignature({ alg: "HS256", kid, typ: "JWT" }, (content) =>
            createHmac("sha256", published.certificate).update(content).digest("base64url"),
          ),
      ],
      [
        "claims changed after the signature",
        "token_invalid",
        () => {
          const [header, , signature] = signToken(published).split(".");
          return `${header}.${encode(claims({ sub: "bob" }))}.${signature}`;
        },
      ],
      ["a custom token", "token_invalid", () => signToken(published, { uid: "alice", aud: "identitytoolkit" })],
      ["a token of 9 KB", "token_malformed", () => signToken(published, claims({ role: "x".repeat(9_000) }))],
      [
        "claims that are not JSON",
        "token_malformed",
        () => `${encode({ alg: "RS256", kid })}.bm90IGpzb24.c2lnbmF0dXJl`,
      ],
    ])("%s", async (_, code, makeToken) => {
      expect(await outcome(makeToken())).toBe(code);
    });

    test("two tokens in one header", async () => {
      const token = signToken(published);
      await expect(authenticator.authenticate(`Bearer ${token}, Bearer ${token}`)).rejects.toThrow(InvalidToken);
    });

    test("what needs no key to be refused, without asking for certificates", async () => {
      expect(await outcome(signToken(published, claims({ exp: seconds - 1 })))).toBe("token_expired");
      expect(await outcome(signToken(published, claims({ aud: "other" })))).toBe("token_invalid");
      expect(server.requests).toBe(0);
    });
  });

  describe("the certificates", () => {
    test("are fetched once, however many tokens arrive at first", async () => {
      const callers = await Promise.all(Array.from({ length: 30 }, () => outcome(signToken(published))));
      expect(callers).toEqual(Array(30).fill(alice));
      expect(server.requests).toBe(1);
    });

    test("that were fetched for a token that is refused serve those that wait", async () => {
      const outcomes = await Promise.all(
        [stranger, published, stranger, published].map((key) => outcome(signToken(key))),
      );
      expect(outcomes).toEqual(["token_invalid", alice, "token_invalid", alice]);
      expect(server.requests).toBe(1);
    });

    test("may arrive when a token that waits for them has expired", async () => {
      const later = Date.now() + 3_600_000;
      server.fault = (_, response) => {
        jest.spyOn(Date, "now").mockReturnValue(later);
        response.end(JSON.stringify({ [published.kid]: published.certificate }));
      };
      const tokens = [later / 1000 + 60, Date.now() / 1000 + 60].map((exp) => claims({ exp: Math.floor(exp) }));
      const outcomes = await Promise.all(tokens.map((payload) => outcome(signToken(published, payload))));
      expect(outcomes).toEqual([alice, "token_expired"]);
    });

    test("are kept for their max-age, and fetched once after it", async () => {
      server.cacheControl = "public, max-age=600";
      expect(await outcome(signToken(published))).toEqual(alice);
      const start = Date.now();
      const clock = jest.spyOn(Date, "now").mockReturnValue(start + 590_000);
      expect(await outcome(signToken(published))).toEqual(alice);
      expect(server.requests).toBe(1);
      clock.mockReturnValue(start + 601_000);
      await Promise.all(Array.from({ length: 10 }, () => authenticate(signToken(published))));
      expect(server.requests).toBe(2);
    });

    test("are not fetched again for an unknown key before that", async () => {
      expect(await outcome(signToken(published))).toEqual(alice);
      for (let count = 0; count < 5; count++) expect(await outcome(signToken(stranger))).toBe("token_invalid");
      expect(server.requests).toBe(1);
    });

    test("follow a rotation of keys", async () => {
      server.keys = [next, published];
      expect(await outcome(signToken(published))).toEqual(alice);
      expect(await outcome(signToken(next))).toEqual(alice);
      server.keys = [next];
      jest.spyOn(Date, "now").mockReturnValue(Date.now() + 21_601_000);
      expect(await outcome(signToken(next))).toEqual(alice);
      expect(await outcome(signToken(published))).toBe("token_invalid");
      expect(server.requests).toBe(2);
    });
  });

  describe("while the certificates are out of reach", () => {
    const answer = (status: number, body: string) => (_: unknown, response: ServerResponse) => {
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    };

    test.each<[string, CertificateServer["fault"]]>([
      ["answers 503", answer(503, "")],
      [
        "answers 503 and asks for a second",
        (_, response) => void response.writeHead(503, { "retry-after": "1" }).end(),
      ],
      ["answers 500 with an error", answer(500, '{"error":"backend","error_description":"Firebase ID token has"}')],
      ["answers 404", answer(404, "<html>Not Found</html>")],
      [
        "answers with a redirect",
        (_, response) => void response.writeHead(302, { location: "https://example.com" }).end(),
      ],
      ["answers with a page", answer(200, "<html>Sign in to this network</html>")],
      ["answers with half of the JSON", answer(200, '{"k1":"-----BEGIN')],
      ["answers with nothing", answer(200, "")],
      ["answers with null", answer(200, "null")],
      ["answers with an error and 200", answer(200, '{"error":"backend"}')],
      [
        "answers with compression that is none",
        (_, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end("x"),
      ],
      ["resets the connection", (request) => void request.socket.resetAndDestroy()],
      [
        "ends in the middle",
        (_, response) => void response.writeHead(200, { "content-length": "100" }).write("{", () => response.destroy()),
      ],
      ["never answers", () => undefined],
      ["never finishes", (_, response) => void response.writeHead(200).write("{")],
    ])("is unavailable, never invalid, if the server %s", async (_, fault) => {
      server.fault = fault;
      expect(await whileTimePasses(outcome(signToken(published)))).toBe("AuthenticationUnavailable");
      server.fault = undefined;
      expect(await outcome(signToken(published))).toEqual(alice);
    });

    test("is unavailable if nothing listens", async () => {
      await server.refuseConnections();
      expect(await whileTimePasses(outcome(signToken(published)))).toBe("AuthenticationUnavailable");
    });

    test("survives one connection that stays silent", async () => {
      server.fault = () => {
        server.fault = undefined;
      };
      expect(await whileTimePasses(outcome(signToken(published)))).toEqual(alice);
      expect(server.requests).toBe(2);
    });

    test("survives one reset", async () => {
      server.fault = (request) => {
        server.fault = undefined;
        request.socket.resetAndDestroy();
      };
      expect(await whileTimePasses(outcome(signToken(published)))).toEqual(alice);
    });

    test("answers all that wait at one deadline, and tries again afterwards", async () => {
      server.fault = () => undefined;
      const started = performance.now();
      const outcomes = await whileTimePasses(
        Promise.all(Array.from({ length: 20 }, () => outcome(signToken(published)))),
      );
      expect(outcomes).toEqual(Array(20).fill("AuthenticationUnavailable"));
      // The one deadline is at 3,000 ms, and time passes in steps of 10 ms.
      expect(performance.now() - started).toBeLessThan(3_100);
      server.fault = undefined;
      expect(await outcome(signToken(published))).toEqual(alice);
    });

    test("goes on with the certificates it has", async () => {
      expect(await outcome(signToken(published))).toEqual(alice);
      server.fault = answer(503, "");
      expect(await outcome(signToken(published))).toEqual(alice);
    });

    test("still refuses what no certificate could save", async () => {
      server.fault = answer(503, "");
      expect(await outcome(signToken(published, claims({ aud: "other" })))).toBe("token_invalid");
      expect(server.requests).toBe(0);
    });

    test("says that it passes, and nothing of the trouble but in the cause", async () => {
      server.fault = answer(500, '{"error":"secret detail"}');
      const error = await whileTimePasses(authenticate(signToken(published)).catch((reason: unknown) => reason));
      expect(error).toMatchObject({ name: "AuthenticationUnavailable", reason: "unavailable" });
      expect(error).toHaveProperty("message", expect.not.stringContaining("secret"));
      expect(error).toHaveProperty("cause.message", expect.stringContaining("secret detail"));
    });
  });

  describe("FIREBASE_AUTH_EMULATOR_HOST", () => {
    const unsigned = (key: SigningKey) => `${encode({ alg: "none", kid: key.kid, typ: "JWT" })}.${encode(claims())}.`;

    test.each(["127.0.0.1:9099", ""])("set to %j keeps an authenticator from being made", (value) => {
      process.env.FIREBASE_AUTH_EMULATOR_HOST = value;
      expect(() => createFirebaseAuthenticator({ projectId: PROJECT_ID })).toThrow(
        "FIREBASE_AUTH_EMULATOR_HOST is set, with which unsigned tokens would be accepted: remove it.",
      );
    });

    test("set later is refused at the next token, signed or not", async () => {
      expect(await outcome(signToken(published))).toEqual(alice);
      process.env.FIREBASE_AUTH_EMULATOR_HOST = `127.0.0.1:${server.port}`;
      expect(await outcome(signToken(published))).toBe("Error");
      expect(await outcome(unsigned(published))).toBe("token_malformed");
      delete process.env.FIREBASE_AUTH_EMULATOR_HOST;
      expect(await outcome(signToken(published))).toEqual(alice);
    });

    test("set while a token is being checked does not let it through", async () => {
      const forged = authenticate(signToken(stranger)).catch((error: unknown) => error);
      process.env.FIREBASE_AUTH_EMULATOR_HOST = `127.0.0.1:${server.port}`;
      expect(await forged).toBeInstanceOf(Error);
      expect(server.requests).toBe(0);
    });
  });

  test("nothing is written to the console", async () => {
    const streams = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, "write"));
    await outcome(signToken(stranger));
    await outcome(signToken(published));
    server.fault = () => undefined;
    await whileTimePasses(outcome(signToken(published), createFirebaseAuthenticator({ projectId: PROJECT_ID })));
    for (const stream of streams) expect(stream).not.toHaveBeenCalled();
  });
}

import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Listening, serve } from "../support/doubles/servers/http-server";
import { firebaseUsers } from "./firebase-users";
import type { Users } from "./platform";

const requests: { readonly url: string | undefined; readonly body: unknown }[] = [];
let answer: { readonly status: number; readonly body: object };
let server: Listening;
let users: Users;
beforeAll(async () => {
  server = await serve(({ path, body }, response) => {
    requests.push({ url: path, body: JSON.parse(body.toString()) });
    response.writeHead(answer.status).end(JSON.stringify(answer.body));
  });
  users = firebaseUsers("key of the project", new URL(server.url).host);
});
afterAll(() => server.stop());
beforeEach(() => {
  requests.length = 0;
});

test("a user signs up with an address and a password that nobody knows", async () => {
  answer = { status: 200, body: { localId: "uid-1", idToken: "token-1", expiresIn: "3600" } };
  expect(await users.create()).toEqual({ uid: "uid-1", idToken: "token-1" });
  expect(requests).toEqual([
    {
      url: "/identitytoolkit.googleapis.com/v1/accounts:signUp?key=key%20of%20the%20project",
      body: {
        email: expect.stringMatching(/^verify-[0-9a-f-]{36}@example\.com$/),
        password: expect.stringMatching(/^[0-9a-f-]{36}$/),
        returnSecureToken: true,
      },
    },
  ]);
});

test("a user is removed with the token", async () => {
  answer = { status: 200, body: {} };
  await users.remove({ uid: "uid-1", idToken: "token-1" });
  expect(requests).toMatchObject([{ url: expect.stringContaining("accounts:delete"), body: { idToken: "token-1" } }]);
});

test.each([
  ["OPERATION_NOT_ALLOWED", "allow sign-in with e-mail and password in the project"],
  ["API key not valid. Please pass a valid API key.", "set FIREBASE_API_KEY to the Web API key of the project"],
  ["TOO_MANY_ATTEMPTS_TRY_LATER : Too many attempts.", "wait an hour"],
  ["SOMETHING_NEW", "see Firebase's console"],
])("a refusal with %s says what to do", async (message, remedy) => {
  answer = { status: 400, body: { error: { code: 400, message } } };
  await expect(users.create()).rejects.toThrow(`Firebase refuses accounts:signUp (${message}): ${remedy}.`);
});

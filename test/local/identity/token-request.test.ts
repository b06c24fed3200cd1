import { expect, test } from "@jest/globals";
import { parseTokenRequest, USAGE } from "../../../local/identity/token-request";

test("a user is enough: the token then lasts an hour", () => {
  expect(parseTokenRequest('{"uid":"alice"}')).toEqual({ uid: "alice", lifetimeSeconds: 3600 });
});

test("everything that may be asked for is passed on", () => {
  expect(parseTokenRequest('{"uid":"bob","email":"bob@example.com","anonymous":true,"expires_in":5}')).toEqual({
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
])("%j is no request", (body) => {
  expect(parseTokenRequest(body)).toBeUndefined();
});

test("the usage names every field with its limits", () => {
  expect(USAGE).toBe(
    'The body must be JSON such as {"uid":"alice"}: "uid" (1 to 128 characters), and optionally "email", ' +
      '"anonymous" (true or false) and "expires_in" (1 to 3600 seconds).',
  );
});

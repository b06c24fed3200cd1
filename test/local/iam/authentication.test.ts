import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "@jest/globals";
import { authenticateBySignature } from "../../../local/iam/authentication";
import type { Verdict } from "../../../local/iam/signature";

const identity = { arn: "arn:aws:iam::000000000000:user/developer", userId: "AIDA", policy: undefined };
const key = { accessKeyId: "AKIA", secretAccessKey: "secret", sessionToken: undefined, identity };

function authenticated(verdict: Verdict) {
  const hints: string[] = [];
  const authenticate = authenticateBySignature({ verify: () => verdict }, (text) => hints.push(text));
  const request = Object.assign(new IncomingMessage(new Socket()), {
    method: "POST",
    url: "/",
    headers: { "x-amz-target": "DynamoDB_20120810.Scan" },
  });
  return { authentication: authenticate(request, Buffer.from("{}")), hints };
}

test("the signer of a request is its caller", () => {
  expect(authenticated({ key })).toEqual({ authentication: { identity }, hints: [] });
});

test.each([
  ["missing", "MissingAuthenticationTokenException", "Request is missing Authentication Token"],
  ["unknown", "UnrecognizedClientException", "The security token included in the request is invalid."],
  [
    "invalid",
    "InvalidSignatureException",
    expect.stringMatching(/^The request signature we calculated does not match/),
  ],
] as const)("a signature that is %s is AWS's %s, and the developer is told why", (reason, type, message) => {
  expect(authenticated({ reason, refusal: "It does not count." })).toEqual({
    authentication: { error: { type, message } },
    hints: [
      "DynamoDB_20120810.Scan is refused: It does not count. Sign it with a local key: credentials.json has yours.",
    ],
  });
});

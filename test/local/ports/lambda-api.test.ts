import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { SignatureV4 } from "@smithy/signature-v4";
import type { AccessKey } from "../../../local/iam/access-keys";
import { authenticateBySignature } from "../../../local/iam/authentication";
import { readPolicy } from "../../../local/iam/policy";
import { SignatureVerifier } from "../../../local/iam/signature";
import { LambdaApi } from "../../../local/ports/lambda-api";
import type { Port } from "../../../local/ports/port";
import { systemClock } from "../../../local/shared/clock";
import { documentClient } from "../../../runtime/aws-clients";
import { type Answer, FUNCTION, resultOf } from "../event-sources/calls";
import { serving } from "../serving";

const keyOf = (name: string, resource?: string): AccessKey => ({
  accessKeyId: `AKIA${name.toUpperCase()}`,
  secretAccessKey: "secret",
  sessionToken: undefined,
  identity: {
    arn: `arn:aws:iam::123456789012:user/${name}`,
    userId: name,
    policy:
      resource === undefined
        ? undefined
        : readPolicy(
            JSON.stringify({ Statement: [{ Effect: "Allow", Action: "lambda:InvokeFunction", Resource: resource }] }),
            "test",
          ),
  },
});
const developer = keyOf("developer");
const other = keyOf("other", "arn:other");

let port: Port;
let events: string[];
let answer: Answer;
beforeEach(async () => {
  [events, answer] = [[], { done: true }];
  const verifier = new SignatureVerifier([developer, other], "eu-west-1", "lambda", systemClock);
  const api = new LambdaApi({
    functions: [FUNCTION],
    authenticate: authenticateBySignature(verifier, () => undefined),
    invoke: async (_, event) => {
      events.push(event);
      return resultOf(answer);
    },
  });
  port = await serving({
    request: (request, response) =>
      api.serves(request) ? api.handle(request, response) : void response.writeHead(418).end(),
  });
});
afterEach(() => port.stop());

async function invoke(name: string, { key = developer, headers = {}, body = "{}" } = {}) {
  const { accessKeyId, secretAccessKey } = key;
  const { sha256 } = documentClient().config;
  const signer = new SignatureV4({
    ...{ service: "lambda", region: "eu-west-1", sha256 },
    credentials: { accessKeyId, secretAccessKey },
  });
  const host = `localhost:${port.number}`;
  const path = `/2015-03-31/functions/${name}/invocations`;
  const signed = await signer.sign({
    ...{ method: "POST", protocol: "http:", hostname: "localhost", path, body },
    headers: { host, ...headers },
  });
  const response = await fetch(`http://${host}${path}`, { method: "POST", headers: signed.headers, body });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

test("a function is called with an event by its name or ARN, and its result is answered", async () => {
  expect(await invoke("work", { body: '{"a":1}' })).toMatchObject({ status: 200, body: { done: true } });
  expect((await invoke(encodeURIComponent(FUNCTION.arn), { body: "" })).status).toBe(200);
  expect(events).toEqual(['{"a":1}', "{}"]);
});

test("a function that fails is a 200 with the error, as from AWS", async () => {
  answer = "throws";
  const { status, headers, body } = await invoke("work");
  expect([status, headers.get("x-amz-function-error")]).toEqual([200, "Unhandled"]);
  expect(body).toEqual({ errorType: "Error", errorMessage: "no" });
});

test("what is not there, not allowed, not signed or not emulated is refused, and no function is called", async () => {
  const refusals = [
    await invoke("gone"),
    await invoke("work", { key: other }),
    await invoke("work", { key: { ...developer, accessKeyId: "AKIANOBODY" } }),
    await invoke("work", { headers: { "x-amz-invocation-type": "Event" } }),
  ];
  expect(refusals.map(({ status, headers }) => `${status} ${headers.get("x-amzn-errortype")}`)).toEqual([
    "404 ResourceNotFoundException",
    "403 AccessDeniedException",
    "403 UnrecognizedClientException",
    "400 InvalidParameterValueException",
  ]);
  expect(events).toEqual([]);
});

test("other requests are for other services", async () => {
  expect((await fetch(`http://localhost:${port.number}/`, { method: "POST" })).status).toBe(418);
});

import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, test } from "@jest/globals";
import { awsFailure, isDenied } from "../../../commands/errors/aws-failure";

/** What the SDK throws for an answer of STS. */
async function thrownFor(status: number, code: string, message: string): Promise<unknown> {
  const body = `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
  const client = new STSClient({
    region: "ap-northeast-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" },
    requestHandler: {
      handle: async () => ({
        response: { statusCode: status, headers: { "x-amzn-requestid": "r-1" }, body: Buffer.from(body) },
      }),
    },
  });
  return client.send(new GetCallerIdentityCommand({})).then(
    () => undefined,
    (error: unknown) => error,
  );
}

test.each([
  [403, "ExpiredToken", "AWS credentials: have expired; sign in to the environment's account"],
  [403, "InvalidClientTokenId", "AWS credentials: are not valid (InvalidClientTokenId); sign in"],
  [403, "AccessDenied", "AWS permissions: do not suffice: why; use the role that `terrace bootstrap` made"],
  [500, "InternalFailure", "AWS: answered InternalFailure: why; try again, or ask AWS's support about request r-1"],
])("an answer %i %s is shown as a sentence with a remedy", async (status, code, sentence) => {
  const error = await thrownFor(status, code, "why");
  expect(awsFailure(error)?.message).toContain(sentence);
  expect(isDenied(error)).toBe(code === "AccessDenied");
});

test("missing credentials and an unreachable network say what to look at", () => {
  const none = Object.assign(new Error("Could not load credentials from any providers"), {
    name: "CredentialsProviderError",
  });
  expect(awsFailure(none)?.message).toMatch(/^AWS credentials: cannot be loaded .*; sign in/);
  const offline = Object.assign(new Error("getaddrinfo ENOTFOUND sts"), { code: "ENOTFOUND" });
  expect(awsFailure(offline)?.message).toBe(
    "AWS: cannot be reached: getaddrinfo ENOTFOUND sts; check the network, the environment's region and any AWS_ENDPOINT_URL, and try again",
  );
});

test("an error of our own is no failure of AWS", () => {
  expect(awsFailure(new Error("mine"))).toBeUndefined();
});

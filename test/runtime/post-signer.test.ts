import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { describe, expect, test } from "@jest/globals";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { createPostSigner } from "../../runtime/post-signer";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const host = "abcdefghij.execute-api.eu-west-1.amazonaws.com";
const { sha256 } = new ApiGatewayManagementApiClient({ region: "eu-west-1", credentials }).config;

/** Signs the same post with the signer that AWS's SDK uses. */
async function signedByTheSdk(path: string, body: Uint8Array, time: Date, sessionToken: string | undefined) {
  const signer = new SignatureV4({
    service: "execute-api",
    region: "eu-west-1",
    credentials: { ...credentials, ...(sessionToken !== undefined && { sessionToken }) },
    sha256,
    applyChecksum: false,
  });
  const headers = { host, "content-type": "application/octet-stream" };
  const request = { method: "POST", protocol: "https:", hostname: host, path, headers, body };
  return (await signer.sign(request, { signingDate: time })).headers;
}

const fromPairs = (pairs: readonly string[]) =>
  Object.fromEntries(pairs.flatMap((name, place) => (place % 2 === 0 ? [[name, pairs[place + 1]]] : [])));

function signerAt(time: number, sessionToken?: string) {
  let asked = 0;
  const clock = { now: time };
  const config = {
    region: async () => "eu-west-1",
    credentials: async () => {
      asked += 1;
      return { ...credentials, ...(sessionToken !== undefined && { sessionToken }) };
    },
  };
  return { clock, sign: createPostSigner(config, "execute-api", host, () => clock.now), asked: () => asked };
}

const body = Buffer.from("{}");

describe("the signer of posts", () => {
  test("signs as AWS's own signer does, whatever the path, the body, the time and the credentials", async () => {
    await fc.assert(
      fc.asyncProperty(
        // Dots alone would be a step in a path, which the other signer takes; they are no connection's id.
        fc.string({ unit: "grapheme", maxLength: 40 }).filter((id) => !/^\.{1,2}$/.test(id)),
        fc.uint8Array({ maxLength: 200 }),
        fc.date({ min: new Date("2020-01-01"), max: new Date("2040-01-01"), noInvalidDate: true }),
        fc.option(fc.base64String({ minLength: 4 }), { nil: undefined }),
        async (id, bytes, time, sessionToken) => {
          const path = `/staging/@connections/${encodeURIComponent(id)}`;
          const { sign } = signerAt(time.getTime(), sessionToken);
          const { host: _, ...expected } = await signedByTheSdk(path, bytes, time, sessionToken);
          expect(fromPairs(await sign(path, bytes))).toEqual(expected);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("asks for the credentials once a second, however many it signs at once", async () => {
    const { asked, clock, sign } = signerAt(1_800_000_000_000);
    await Promise.all(Array.from({ length: 50 }, (_, n) => sign(`/${n}`, body)));
    clock.now += 999;
    await sign("/a", body);
    expect(asked()).toBe(1);
    clock.now += 1;
    const headers = fromPairs(await sign("/a", body));
    expect(asked()).toBe(2);
    const { host: _, ...expected } = await signedByTheSdk("/a", body, new Date(clock.now), undefined);
    expect(headers).toEqual(expected);
  });

  test("asks again for credentials that it could not get", async () => {
    let fails = true;
    const config = {
      region: async () => "eu-west-1",
      credentials: async () => {
        if (fails) throw new Error("no credentials yet");
        return credentials;
      },
    };
    const sign = createPostSigner(config, "execute-api", host, () => 1_800_000_000_000);
    await expect(Promise.all([sign("/a", body), sign("/b", body)])).rejects.toThrow("no credentials yet");
    fails = false;
    expect(fromPairs(await sign("/a", body))).toMatchObject({ "x-amz-date": "20270115T080000Z" });
  });
});

import { setTimeout as pause } from "node:timers/promises";
import type { DynamoDBClientResolvedConfig } from "@aws-sdk/client-dynamodb";
import { SignatureV4 } from "@smithy/signature-v4";
import { isTransient } from "../aws-errors";

/** Has KMS make the HMAC-SHA256 of a message of at most 4,096 bytes, with a key that never leaves KMS. */
export type GenerateMac = (keyId: string, message: Uint8Array, signal: AbortSignal) => Promise<Uint8Array | undefined>;

type Config = Pick<
  DynamoDBClientResolvedConfig,
  "credentials" | "region" | "sha256" | "requestHandler" | "streamCollector" | "endpointProvider"
>;

const ATTEMPTS = 3;
const ATTEMPT_MILLISECONDS = 1_000;
/** The longest pause before the second attempt. Each further one may be twice as long. */
const PAUSE_MILLISECONDS = 50;

/**
 * Creates a function that calls KMS's GenerateMac
 * (https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateMac.html), at most three times as long as the error
 * is one that may pass. It rejects with an error that has KMS's name.
 *
 * The request is made here, and with the parts of a client of DynamoDB, because that one has run already when the
 * request is: a client of KMS would be a second one to load and to compile for one call in a month. See
 * docs/decisions/cold-start.md.
 */
export function createGenerateMac(config: Config): GenerateMac {
  const signer = new SignatureV4({ ...config, service: "kms" });

  async function attempt(body: string, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const { protocol, hostname, host, port } = await kmsEndpoint(config);
    const request = await signer.sign({
      method: "POST",
      protocol,
      hostname,
      ...(port !== "" && { port: Number(port) }),
      path: "/",
      headers: { host, "content-type": "application/x-amz-json-1.1", "x-amz-target": "TrentService.GenerateMac" },
      body,
    });
    const { response } = await config.requestHandler.handle(request, {
      abortSignal: signal,
      requestTimeout: ATTEMPT_MILLISECONDS,
    });
    const text = Buffer.from(await config.streamCollector(response.body)).toString();
    // A proxy in between answers in HTML.
    const answer = text.startsWith("{") ? JSON.parse(text) : {};
    if (response.statusCode === 200) return Buffer.from(String(answer.Mac), "base64");
    throw Object.assign(new Error(`KMS answered ${response.statusCode}: ${answer.message ?? answer.Message}`), {
      name: String(answer.__type).replace(/^.*#/, ""),
      $metadata: { httpStatusCode: response.statusCode },
    });
  }

  return async (keyId, message, signal) => {
    const Message = Buffer.from(message).toString("base64");
    const body = JSON.stringify({ KeyId: keyId, Message, MacAlgorithm: "HMAC_SHA_256" });
    for (let tried = 1; ; tried++)
      try {
        return await attempt(body, signal);
      } catch (error) {
        if (tried === ATTEMPTS || signal.aborted || !isTransient(error)) throw error;
        await pause(Math.random() * PAUSE_MILLISECONDS * 2 ** (tried - 1), undefined, { signal });
      }
  };
}

/**
 * Returns the address of KMS: what the SDK's own variables say
 * (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html), or the region's, which differs from
 * DynamoDB's by the service alone.
 */
export async function kmsEndpoint({
  region,
  endpointProvider,
}: Pick<Config, "region" | "endpointProvider">): Promise<URL> {
  const given = process.env.AWS_ENDPOINT_URL_KMS || process.env.AWS_ENDPOINT_URL;
  if (given) return new URL(given);
  const { url } = endpointProvider({ Region: await region() });
  return new URL(url.href.replace("dynamodb", "kms"));
}

import { GenerateMacCommand, KMSClient } from "@aws-sdk/client-kms";
import type { GenerateMac } from "../signing-key";

const client = new KMSClient({
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 1_000,
    // Alone, `requestTimeout` only warns; `socketTimeout` covers a body that stalls.
    requestTimeout: 1_000,
    throwOnRequestTimeout: true,
    socketTimeout: 1_000,
  },
});

/**
 * KMS's GenerateMac (https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateMac.html). Endpoint, region and
 * credentials come from the SDK's own variables.
 */
export const generateMac: GenerateMac = async (keyId, message, signal) => {
  const command = new GenerateMacCommand({ KeyId: keyId, Message: message, MacAlgorithm: "HMAC_SHA_256" });
  const { Mac } = await client.send(command, { abortSignal: signal });
  return Mac;
};

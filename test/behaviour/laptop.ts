import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { LocalCloud } from "../../local/local-cloud";
import { addressesIn, readStack } from "./addresses.mjs";
import type { Platform, Users } from "./platform";

/** Returns the outputs that the stack would have if it was deployed to a local cloud. */
export const outputsOf = ({ apiUrl, websocketUrl, broadcastUrl }: LocalCloud) => ({
  FunctionUrlEndpoint: `${apiUrl}/`,
  WebSocketURL: websocketUrl,
  BroadcastApiUrl: broadcastUrl,
});

/** Returns the users of a local cloud: its token issuer believes whoever asks. */
export const usersOf = ({ tokensUrl }: LocalCloud): Users => ({
  async create() {
    const uid = `user-${randomUUID()}`;
    const response = await fetch(String(tokensUrl), {
      method: "POST",
      headers: { accept: "text/plain" },
      body: JSON.stringify({ uid }),
    });
    return { uid, idToken: await response.text() };
  },
  // The issuer keeps no accounts.
  remove: async () => undefined,
});

/** Returns a local cloud of an environment as a platform. */
export function laptop(cloud: LocalCloud, environment: string): Platform {
  const { credentials, dynamodbUrl: endpoint } = cloud;
  const stack = readStack(environment);
  const client = new DynamoDBClient({ credentials, endpoint, region: stack.region });
  return {
    ...stack,
    ...addressesIn(outputsOf(cloud), environment),
    users: usersOf(cloud),
    lambdaUrl: endpoint,
    database: DynamoDBDocumentClient.from(client),
  };
}

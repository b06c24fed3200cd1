import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { firebaseUsers } from "./firebase-users";
import type { Addresses, Platform } from "./platform";

/** Returns a deployed platform. Users and credentials come from the variables that verify.mjs found them in. */
export function deployed(addresses: Addresses, variables: NodeJS.ProcessEnv): Platform {
  const { FIREBASE_API_KEY = "", FIREBASE_AUTH_EMULATOR_HOST: emulator } = variables;
  return {
    ...addresses,
    lambdaUrl: variables.AWS_ENDPOINT_URL_LAMBDA ?? `https://lambda.${addresses.region}.amazonaws.com`,
    users: firebaseUsers(FIREBASE_API_KEY, emulator),
    database: DynamoDBDocumentClient.from(new DynamoDBClient({ region: addresses.region })),
  };
}

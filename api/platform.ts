import { randomUUID } from "node:crypto";
import { httpAnnounce } from "../domain/announce";
import { dynamoCommentStore } from "../domain/comments.dynamo";
import { createConnectionCounter } from "../domain/connection-count";
import { dynamoConnectionStore } from "../domain/connections.dynamo";
import { createCursors } from "../domain/cursor";
import { dynamoFavoriteStore } from "../domain/favorites.dynamo";
import { dynamoPostStore } from "../domain/posts.dynamo";
import { documentClient } from "../domain/runtime/clients";
import { generateMac } from "../domain/runtime/generate-mac";
import { createLog } from "../domain/runtime/logging";
import { signedPost } from "../domain/runtime/signed-request";
import { readVariables } from "../domain/runtime/variables";
import { createSigningKey } from "../domain/signing-key";
import { dynamoTicketStore } from "../domain/tickets.dynamo";
import { version } from "../package.json";
import { createApp } from "./app";
import { createFirebaseAuthenticator } from "./authentication";
import { refuseEmulator } from "./authentication/emulator";
import { urlHandler } from "./event-adapter";
import { variables } from "./variables";
import { warmUp } from "./warm-up";

/** The id of no post (https://www.rfc-editor.org/rfc/rfc9562#section-5.9). */
const NIL = "00000000-0000-0000-0000-000000000000";

/**
 * Makes the handler of the whole API, with its data in AWS, and warms it up.
 *
 * @throws Error for variables that are missing or wrong, all of them at once, and for the Firebase emulator's
 */
export async function createHandler(): Promise<ReturnType<typeof urlHandler>> {
  refuseEmulator();
  const environment = readVariables(variables);
  const log = createLog("api", environment);
  const client = documentClient();
  const tables = {
    posts: environment.APP_DYNAMODB_TABLE_POSTS,
    comments: environment.APP_DYNAMODB_TABLE_COMMENTS,
    favorites: environment.APP_DYNAMODB_TABLE_FAVORITES,
  };
  const posts = dynamoPostStore(client, tables.posts, log);
  const signingKey = createSigningKey({ keyId: environment.SIGNING_KEY_ID, generateMac });
  const connections = dynamoConnectionStore(client, environment.DYNAMODB_CONNECTIONS_TABLE);
  const now = () => new Date();
  const app = createApp({
    about: {
      environment: environment.APP_ENVIRONMENT,
      websocketEndpoint: environment.WEBSOCKET_URL,
      broadcastEndpoint: environment.APP_SERVERLESS_WEBSOCKET_ENDPOINT,
      version,
    },
    log,
    now,
    authenticator: createFirebaseAuthenticator({ projectId: environment.FIREBASE_PROJECT_ID }),
    posts,
    comments: dynamoCommentStore(client, tables, log),
    favorites: dynamoFavoriteStore(client, tables, log),
    tickets: dynamoTicketStore(client, environment.DYNAMODB_TICKETS_TABLE),
    countConnections: createConnectionCounter({ connections, now }),
    cursors: createCursors({ signingKey }),
    announce: httpAnnounce(environment.APP_SERVERLESS_WEBSOCKET_ENDPOINT, signedPost(client.config), log),
    newId: randomUUID,
    documented: environment.API_DOCS === "on",
  });
  await warmUp({ DynamoDB: () => posts.get(NIL), KMS: () => signingKey.current() }, log);
  return urlHandler(() => app, log);
}

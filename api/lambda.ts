import { randomUUID } from "node:crypto";
import { httpAnnounce } from "../domain/announce";
import { dynamoCommentStore } from "../domain/comments.dynamo";
import { createConnectionCounter } from "../domain/connection-count";
import { dynamoConnectionStore } from "../domain/connections.dynamo";
import { createCursors } from "../domain/cursor";
import { dynamoFavoriteStore } from "../domain/favorites.dynamo";
import { dynamoPostStore } from "../domain/posts.dynamo";
import { documentClient } from "../domain/runtime/clients";
import { createLog } from "../domain/runtime/logging";
import { signedPost } from "../domain/runtime/signed-request";
import { readVariables } from "../domain/runtime/variables";
import { createSigningKey } from "../domain/signing-key";
import { dynamoTicketStore } from "../domain/tickets.dynamo";
import { version } from "../package.json";
import { createApp } from "./app";
import { createFirebaseAuthenticator } from "./authentication";
import { urlHandler } from "./event-adapter";
import { variables } from "./variables";

const environment = readVariables(variables);
const log = createLog("api", environment);
const client = documentClient();
const now = () => new Date();
const tables = {
  posts: environment.APP_DYNAMODB_TABLE_POSTS,
  comments: environment.APP_DYNAMODB_TABLE_COMMENTS,
  favorites: environment.APP_DYNAMODB_TABLE_FAVORITES,
};

const app = createApp({
  posts: dynamoPostStore(client, tables.posts, log),
  comments: dynamoCommentStore(client, tables, log),
  favorites: dynamoFavoriteStore(client, tables, log),
  tickets: dynamoTicketStore(client, environment.DYNAMODB_TICKETS_TABLE),
  countConnections: createConnectionCounter({
    connections: dynamoConnectionStore(client, environment.DYNAMODB_CONNECTIONS_TABLE),
    now,
  }),
  cursors: createCursors({ signingKey: createSigningKey({ keyId: environment.SIGNING_KEY_ID }) }),
  authenticator: createFirebaseAuthenticator({ projectId: environment.FIREBASE_PROJECT_ID }),
  announce: httpAnnounce(environment.APP_SERVERLESS_WEBSOCKET_ENDPOINT, signedPost(client.config), log),
  log,
  now,
  newId: randomUUID,
  about: {
    environment: environment.APP_ENVIRONMENT,
    websocketEndpoint: environment.WEBSOCKET_URL,
    broadcastEndpoint: environment.APP_SERVERLESS_WEBSOCKET_ENDPOINT,
    version,
  },
  documented: environment.API_DOCS === "on",
});

/** Serves the REST API. Called by the function URL. */
export const handler = urlHandler(app, log);

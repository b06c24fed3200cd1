import { randomUUID } from "node:crypto";
import type { H3 } from "h3";
import type * as z from "zod/mini";
import { httpAnnounce } from "../domain/announce";
import { dynamoCommentStore } from "../domain/comments.dynamo";
import { createConnectionCounter } from "../domain/connection-count";
import { dynamoConnectionStore } from "../domain/connections.dynamo";
import { createCursors } from "../domain/cursor";
import { dynamoFavoriteStore } from "../domain/favorites.dynamo";
import { dynamoPostStore } from "../domain/posts.dynamo";
import { documentClient } from "../domain/runtime/clients";
import { signedPost } from "../domain/runtime/signed-request";
import { createSigningKey } from "../domain/signing-key";
import { dynamoTicketStore } from "../domain/tickets.dynamo";
import { createApp } from "./app";
import { createFirebaseAuthenticator } from "./authentication";
import type { Services } from "./services";
import type { variables } from "./variables";

/** What the API has without AWS. */
export type Shell = Pick<Services, "about" | "log" | "now">;

/** The whole API, with its data in AWS. */
export function createPlatform(shell: Shell, environment: z.output<typeof variables>): H3 {
  const { log, now } = shell;
  const client = documentClient();
  const tables = {
    posts: environment.APP_DYNAMODB_TABLE_POSTS,
    comments: environment.APP_DYNAMODB_TABLE_COMMENTS,
    favorites: environment.APP_DYNAMODB_TABLE_FAVORITES,
  };
  const connections = dynamoConnectionStore(client, environment.DYNAMODB_CONNECTIONS_TABLE);
  return createApp({
    ...shell,
    authenticator: createFirebaseAuthenticator({ projectId: environment.FIREBASE_PROJECT_ID }),
    posts: dynamoPostStore(client, tables.posts, log),
    comments: dynamoCommentStore(client, tables, log),
    favorites: dynamoFavoriteStore(client, tables, log),
    tickets: dynamoTicketStore(client, environment.DYNAMODB_TICKETS_TABLE),
    countConnections: createConnectionCounter({ connections, now }),
    cursors: createCursors({ signingKey: createSigningKey({ keyId: environment.SIGNING_KEY_ID }) }),
    announce: httpAnnounce(environment.APP_SERVERLESS_WEBSOCKET_ENDPOINT, signedPost(client.config), log),
    newId: randomUUID,
    documented: environment.API_DOCS === "on",
  });
}

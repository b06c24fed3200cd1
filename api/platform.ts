import { randomUUID } from "node:crypto";
import type { H3 } from "h3";
import type * as z from "zod/mini";
import { dynamoCommentStore } from "../domain/comments/comments.dynamo";
import { dynamoFavoriteStore } from "../domain/favorites/favorites.dynamo";
import { dynamoPostStore } from "../domain/posts/posts.dynamo";
import { httpAnnounce } from "../domain/realtime/announce.gateway";
import { createConnectionCounter } from "../domain/realtime/connection-count";
import { dynamoConnectionStore } from "../domain/realtime/connections.dynamo";
import { dynamoTicketStore } from "../domain/realtime/tickets.dynamo";
import { documentClient } from "../runtime/aws-clients";
import { createSigningKey } from "../runtime/kms/signing-key";
import { signedPost } from "../runtime/signed-request";
import { createApp } from "./app";
import { createFirebaseAuthenticator } from "./authentication/authenticator";
import { createCursors } from "./http/cursor";
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
  const connections = dynamoConnectionStore(client, environment.DYNAMODB_CONNECTIONS_TABLE, log);
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

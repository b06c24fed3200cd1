import { randomUUID } from "node:crypto";
import type * as z from "zod/mini";
import type { TicketStore } from "../domain/admission/tickets";
import { dynamoTicketStore } from "../domain/admission/tickets.dynamo";
import type { CommentStore } from "../domain/comments/comments";
import { dynamoCommentStore } from "../domain/comments/comments.dynamo";
import type { FavoriteStore } from "../domain/favorites/favorites";
import { dynamoFavoriteStore } from "../domain/favorites/favorites.dynamo";
import type { PostStore } from "../domain/posts/posts";
import { dynamoPostStore } from "../domain/posts/posts.dynamo";
import { createConnectionCounter } from "../domain/realtime/connection-count";
import { dynamoConnectionTally } from "../domain/realtime/connection-tally.dynamo";
import { version } from "../package.json";
import { documentClient } from "../runtime/aws-clients";
import { createGenerateMac } from "../runtime/kms/generate-mac";
import { createSigningKey } from "../runtime/kms/signing-key";
import type { Log } from "../runtime/log";
import { type Authenticator, createFirebaseAuthenticator } from "./authentication/authenticator";
import { type Cursors, createCursors } from "./http/cursor";
import type { variables } from "./variables";

/** Everything that routes work with. Tests give them doubles of it. */
export interface Services {
  readonly posts: PostStore;
  readonly comments: CommentStore;
  readonly favorites: FavoriteStore;
  readonly tickets: TicketStore;
  readonly countConnections: ReturnType<typeof createConnectionCounter>;
  readonly cursors: Cursors;
  readonly authenticator: Authenticator;
  readonly log: Log;
  now(): Date;
  newId(): string;
  /** The facts that `/health` shows. */
  readonly about: {
    readonly environment: string;
    readonly websocketEndpoint: string;
    readonly broadcastEndpoint: string;
    readonly version: string;
  };
  /** Says whether the API serves its own documentation. */
  readonly documented: boolean;
}

/**
 * Returns the services of the deployed API, with its data in AWS. Lambda's INIT calls it once for each instance. It makes
 * no network call, because an outage of another service must not keep the API from starting.
 *
 * @throws Error if FIREBASE_AUTH_EMULATOR_HOST is set
 */
export function createServices(environment: z.output<typeof variables>, log: Log): Services {
  const now = () => new Date();
  const client = documentClient();
  const tables = {
    posts: environment.APP_DYNAMODB_TABLE_POSTS,
    comments: environment.APP_DYNAMODB_TABLE_COMMENTS,
    favorites: environment.APP_DYNAMODB_TABLE_FAVORITES,
  };
  const tally = dynamoConnectionTally(client, environment.DYNAMODB_CONNECTION_TALLY_TABLE, log);
  return {
    posts: dynamoPostStore(client, tables.posts, log),
    comments: dynamoCommentStore(client, tables, log),
    favorites: dynamoFavoriteStore(client, tables, log),
    tickets: dynamoTicketStore(client, {
      tickets: environment.DYNAMODB_TICKETS_TABLE,
      users: environment.DYNAMODB_WEBSOCKET_USERS_TABLE,
    }),
    countConnections: createConnectionCounter({ tally, now }),
    cursors: createCursors({
      signingKey: createSigningKey({
        keyId: environment.SIGNING_KEY_ID,
        generateMac: createGenerateMac(client.config),
      }),
    }),
    authenticator: createFirebaseAuthenticator({ projectId: environment.FIREBASE_PROJECT_ID }),
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
  };
}

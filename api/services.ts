import type { CommentStore } from "../domain/comments";
import type { createConnectionCounter } from "../domain/connection-count";
import type { Cursors } from "../domain/cursor";
import type { FavoriteStore } from "../domain/favorites";
import type { Announce } from "../domain/message";
import type { PostStore } from "../domain/posts";
import type { Log } from "../domain/runtime/logging";
import type { TicketStore } from "../domain/tickets";
import type { Authenticator } from "./authentication";

/** What the API works with. */
export interface Services {
  readonly posts: PostStore;
  readonly comments: CommentStore;
  readonly favorites: FavoriteStore;
  readonly tickets: TicketStore;
  readonly countConnections: ReturnType<typeof createConnectionCounter>;
  readonly cursors: Cursors;
  readonly authenticator: Authenticator;
  readonly announce: Announce;
  readonly log: Log;
  now(): Date;
  newId(): string;
  /** What `/health` tells. */
  readonly about: {
    readonly environment: string;
    readonly websocketEndpoint: string;
    readonly broadcastEndpoint: string;
    readonly version: string;
  };
  /** Whether the API serves its own documentation. */
  readonly documented: boolean;
}

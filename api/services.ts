import type { CommentStore } from "../domain/comments/comments";
import type { FavoriteStore } from "../domain/favorites/favorites";
import type { PostStore } from "../domain/posts/posts";
import type { Announce } from "../domain/realtime/announce";
import type { createConnectionCounter } from "../domain/realtime/connection-count";
import type { TicketStore } from "../domain/realtime/tickets";
import type { Log } from "../runtime/log";
import type { Authenticator } from "./authentication/authenticator";
import type { Cursors } from "./http/cursor";

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

import type { EventHandler, H3Event } from "h3";
import type { CommentStore } from "../domain/comments";
import type { Announce } from "../domain/message";
import type { PostStore } from "../domain/posts";
import type { Log } from "../domain/runtime/logging";

/** What the API works with. */
export interface Services {
  readonly posts: PostStore;
  readonly comments: CommentStore;
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
}

/** One thing the API does. Its handler returns what is sent as JSON. */
export interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly handler: EventHandler;
}

declare module "h3" {
  interface H3EventContext {
    /** Names this request in the logs; returned as `x-request-id`. */
    requestId?: string;
    startedAt?: number;
  }
}

export const requestIdIn = (event: H3Event): string => event.context.requestId ?? "unknown";

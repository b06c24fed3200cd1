import type { Ticket } from "./api";
import type { Comment, Post, Topic } from "./events";
import type { Heard, State } from "./listeners";

/** What a page tells the client. */
export interface Settings {
  /** The address of the WebSocket API, such as `wss://….execute-api.eu-west-1.amazonaws.com/production`. */
  readonly url: string;
  /** The address of the API, such as `https://….lambda-url.eu-west-1.on.aws`. */
  readonly api: string;
  /** @default ["all"] */
  readonly topics?: readonly Topic[];
  /**
   * Returns the user's ID token, a fresh one if it ends within minutes: the connection ends with it. Without one, nobody
   * is signed in. @default - anonymous
   */
  readonly token?: () => Promise<string | undefined> | string | undefined;
  /** Takes a ticket for one connection, as the API gives it. @default - the API is asked for one, with the token */
  readonly ticket?: (signal: AbortSignal) => Promise<Ticket | undefined>;
  /** Ends it all. @default - it goes on for as long as the page is there */
  readonly signal?: AbortSignal;
}

/** What a page gets: a client that listens. */
export interface Listening {
  readonly state: State;
  /**
   * Listens to a topic too, across connections.
   *
   * @param known what the page has of the topic already, of which nothing is told unless it has changed since
   */
  subscribe(topic: Topic, known?: readonly (Post | Comment)[]): void;
  unsubscribe(topic: Topic): void;
  /** Calls for everything of one kind. Returns what ends that. */
  on<Kind extends keyof Heard>(kind: Kind, listener: (heard: Heard[Kind]) => void): () => void;
}

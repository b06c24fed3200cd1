import type { Change, Changes, Comment, Post } from "../../client/events";
import type { PageEvent, Socket, SocketEvents, Surroundings } from "../../client/surroundings";
import type { VirtualTime } from "./virtual-time";

/** Returns the id of the n-th post or comment that the platform has: p1, say, in the form of an id. */
export const idOf = (count: number, noun: "p" | "c" = "p"): string =>
  `${noun === "p" ? "00000000" : "cccccccc"}-0000-4000-8000-${String(count).padStart(12, "0")}`;

/** Returns an id's short name in the tests: p1, or c1. */
export const nameOf = (id: string): string => (id.startsWith("c") ? "c" : "p") + Number(id.slice(-12));

/** One connection, as the platform sees it. */
export interface Connection {
  readonly url: URL;
  readonly protocols: readonly string[];
  readonly topics: Set<string>;
  /** What the client sent. */
  readonly received: Record<string, unknown>[];
  isOpen: boolean;
  /** A dead connection takes what is sent to it and says nothing. */
  isDead: boolean;
  readonly events: SocketEvents;
}

export interface PlatformOptions {
  readonly time: VirtualTime;
  /** Returns numbers from 0 to just below 1; each test's own. @default - always 0.5 */
  readonly random?: () => number;
  /** Milliseconds by which the server's clock is ahead of the client's. @default 0 */
  readonly skew?: number;
  /** The longest that an announcement, a frame or an answer takes, in milliseconds. @default 0 */
  readonly latency?: number;
  /** The longest that a list lags behind, in milliseconds. @default 0 */
  readonly lag?: number;
  /** How often an announcement is made twice, from 0 to 1. @default 0 */
  readonly duplicates?: number;
}

/** A platform in memory that speaks the protocol: its API's lists, its changes, its WebSocket API, and a network. */
export class Platform {
  readonly connections: Connection[] = [];
  readonly requests: string[] = [];
  readonly posts = new Map<string, Post>();
  readonly comments = new Map<string, Comment>();
  /** Everything that was committed. */
  readonly changes: Change[] = [];
  /** What listeners threw. */
  readonly reported: unknown[] = [];
  /** False makes every handshake fail. */
  accepts = true;
  /** False makes every request fail as without a network; a number is the status of every answer. */
  api: boolean | number = true;
  /** Refuses to subscribe to these, and to whole connections that ask for one. */
  readonly refused = new Set<string>();
  /** False leaves pings and subscriptions without an answer. */
  answers = true;
  /** How long the connection of a ticket lasts at most. */
  connectionSeconds = 7_200;
  private tickets = 0;
  private readonly counts = { posts: 0, comments: 0, favorites: 0 };
  private readonly arrivals = new Map<object | string, number>();
  private heardOfPage: ((event: PageEvent) => void) | undefined;

  constructor(private readonly options: PlatformOptions) {}

  /** The browser of a client of this platform. */
  readonly surroundings: Surroundings = {
    connect: (url, protocols, events) => this.connect(url, protocols, events),
    fetch: (url, { method = "GET", headers = {}, signal }) => this.fetch(new URL(url), method, headers, signal),
    now: () => this.options.time.now(),
    after: (milliseconds, call) => this.options.time.after(milliseconds, call),
    random: () => this.random(),
    watchPage: (heard) => {
      this.heardOfPage = heard;
      return () => {
        this.heardOfPage = undefined;
      };
    },
    report: (error) => void this.reported.push(error),
  };

  page(event: PageEvent): void {
    this.heardOfPage?.(event);
  }

  get isWatched(): boolean {
    return this.heardOfPage !== undefined;
  }

  get open(): Connection[] {
    return this.connections.filter(({ isOpen }) => isOpen);
  }

  /** Ends every trouble but that of dead connections. */
  heal(): void {
    this.accepts = this.api = this.answers = true;
  }

  /** Ends a connection, which its client hears of. */
  drop(connection: Connection): void {
    if (!connection.isOpen) return;
    connection.isOpen = false;
    this.later(connection, () => connection.events.closed());
  }

  createPost(): Post {
    const at = this.at();
    const id = idOf(++this.counts.posts);
    const post = { id, title: "Title", content: "Text", author_id: "ann", version: 1, favorite_count: 0 };
    return this.writePost("post.created", { ...post, created_at: at, updated_at: at });
  }

  changePost(id: string): void {
    const post = this.posts.get(id);
    if (post) this.writePost("post.changed", { ...post, version: post.version + 1, updated_at: this.at() });
  }

  favor(id: string, by: number): void {
    const post = this.posts.get(id);
    if (!post) return;
    const favorites = Math.max(0, post.favorite_count + by);
    this.posts.set(id, { ...post, favorite_count: favorites });
    this.counts.favorites += 1;
    this.commit("favorites.changed", id, this.counts.favorites, { favorites });
  }

  deletePost(id: string): void {
    const post = this.posts.get(id);
    if (!post) return;
    this.posts.delete(id);
    this.commit("post.deleted", id, post.version, { id });
    for (const comment of this.comments.values()) if (comment.post_id === id) this.comments.delete(comment.id);
  }

  createComment(postId: string): Comment | undefined {
    if (!this.posts.has(postId)) return undefined;
    const at = this.at();
    const comment = {
      id: idOf(++this.counts.comments, "c"),
      post_id: postId,
      content: "Text",
      author_id: "ben",
      version: 1,
    };
    return this.writeComment("comment.created", { ...comment, created_at: at, updated_at: at });
  }

  changeComment(id: string): void {
    const comment = this.comments.get(id);
    if (comment)
      this.writeComment("comment.changed", { ...comment, version: comment.version + 1, updated_at: this.at() });
  }

  deleteComment(id: string): void {
    const comment = this.comments.get(id);
    if (!comment) return;
    this.comments.delete(id);
    this.commit("comment.deleted", comment.post_id, comment.version, { id });
  }

  /** Sends a message to every connection that listens to one of the topics. */
  announce(message: object, topics: readonly string[]): void {
    for (const connection of this.open)
      if (topics.some((topic) => connection.topics.has(topic))) this.send(connection, message);
  }

  send(connection: Connection, frame: object | string): void {
    const text = typeof frame === "string" ? frame : JSON.stringify(frame);
    this.later(connection, () => {
      if (connection.isOpen && !connection.isDead) connection.events.message(text);
    });
  }

  private writePost(type: "post.created" | "post.changed", post: Post): Post {
    this.posts.set(post.id, post);
    this.commit(type, post.id, post.version, post);
    return post;
  }

  private writeComment(type: "comment.created" | "comment.changed", comment: Comment): Comment {
    this.comments.set(comment.id, comment);
    this.commit(type, comment.post_id, comment.version, comment);
    return comment;
  }

  private commit<Type extends keyof Changes>(type: Type, post_id: string, version: number, data: Changes[Type]): void {
    const change = { id: `e${this.changes.length}`, type, at: this.at(), post_id, version, data } as Change;
    this.changes.push(change);
    const announce = () => this.announce(change, ["all", `post:${post_id}`]);
    const way = "id" in data ? data.id : post_id;
    this.later(way, () => {
      announce();
      if (this.random() < (this.options.duplicates ?? 0)) this.later(way, announce);
    });
  }

  private connect(address: string, protocols: readonly string[], events: SocketEvents): Socket {
    const url = new URL(address);
    const topics = new Set((url.searchParams.get("topics") ?? "all").split(",").filter(Boolean));
    const connection: Connection = { url, protocols, topics, received: [], isOpen: false, isDead: false, events };
    this.connections.push(connection);
    let isClosed = false;
    this.later(connection, () => {
      if (isClosed) return;
      if (!this.accepts || [...topics].some((topic) => this.refused.has(topic))) return events.closed();
      // It is stored before the client knows.
      connection.isOpen = true;
      this.later(connection, () => {
        if (!isClosed && connection.isOpen) events.opened();
      });
    });
    return {
      send: (text) => this.later(events, () => this.receive(connection, JSON.parse(text))),
      close: () => {
        isClosed = true;
        connection.isOpen = false;
      },
    };
  }

  private receive(connection: Connection, message: Record<string, unknown>): void {
    if (!connection.isOpen || connection.isDead) return;
    connection.received.push(message);
    if (!this.answers) return;
    this.send(connection, this.answerTo(connection, message));
  }

  private answerTo({ topics }: Connection, { action, topic, ref }: Record<string, unknown>): object {
    const name = String(topic);
    if (action === "ping") return { type: "pong", at: this.at() };
    if (this.refused.has(name)) return { type: "error", code: "refused", message: "No.", ref };
    if (action === "subscribe") topics.add(name);
    else topics.delete(name);
    return { type: `${action}d`, topic, ref };
  }

  private fetch(url: URL, method: string, headers: Readonly<Record<string, string>>, signal: AbortSignal) {
    return new Promise<Response>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      this.requests.push(`${method} ${url.pathname}${url.search}`);
      const way = {};
      this.later(way, () => {
        if (this.api === false) return reject(new TypeError("Failed to fetch"));
        if (this.api !== true)
          return resolve(new Response("{}", { status: this.api, headers: { "retry-after": "7" } }));
        const answer = this.answer(url, method, headers);
        this.later(way, () => resolve(answer));
      });
    });
  }

  private answer({ pathname, searchParams }: URL, method: string, headers: Readonly<Record<string, string>>): Response {
    if (method === "POST") {
      if (headers.authorization !== "Bearer TOKEN") return new Response("{}", { status: 401 });
      return Response.json(
        { ticket: `t${++this.tickets}`, connection_seconds: this.connectionSeconds },
        { status: 201 },
      );
    }
    const [, , , noun, id, list] = pathname.split("/");
    const post = this.posts.get(id ?? "");
    const comment = this.comments.get(id ?? "");
    if (noun === "posts" && id === undefined) return this.list([...this.posts.values()], searchParams);
    if (list !== undefined && post)
      return this.list(
        [...this.comments.values()].filter(({ post_id }) => post_id === id),
        searchParams,
      );
    const found = list !== undefined ? undefined : noun === "posts" ? post : comment;
    return found ? Response.json(found) : new Response("{}", { status: 404 });
  }

  private list(items: readonly (Post | Comment)[], query: URLSearchParams): Response {
    // What was just created is not in the list yet.
    const shown = new Date(
      this.options.time.now() + (this.options.skew ?? 0) - this.random() * (this.options.lag ?? 0),
    );
    const newest = items
      .filter(({ created_at }) => created_at <= shown.toISOString())
      .sort((one, other) => (one.created_at < other.created_at ? 1 : -1));
    const from = Number(query.get("cursor") ?? 0);
    const until = from + Number(query.get("limit"));
    return Response.json({
      items: newest.slice(from, until),
      next_cursor: until < newest.length ? String(until) : null,
    });
  }

  /** The time by the server's clock. */
  private at(): string {
    return new Date(this.options.time.now() + (this.options.skew ?? 0)).toISOString();
  }

  private random(): number {
    return this.options.random?.() ?? 0.5;
  }

  /** Calls when the network got there. What goes one way arrives in its order. */
  private later(way: object | string, call: () => void): void {
    const { time, latency = 0 } = this.options;
    const arrival = Math.max(this.arrivals.get(way) ?? 0, time.now() + this.random() * latency);
    this.arrivals.set(way, arrival);
    time.after(arrival - time.now(), call);
  }
}

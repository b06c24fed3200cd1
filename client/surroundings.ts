/** A socket, as far as it is used. */
export interface Socket {
  send(text: string): void;
  /** Closes it. Nothing is heard of it any more. */
  close(): void;
}

export interface SocketEvents {
  opened(): void;
  message(data: unknown): void;
  /** The socket closed, or was never opened: a browser does not tell a page why. */
  closed(): void;
}

/** A request, as far as one is made. */
export interface ApiRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cache: "no-store";
  readonly signal: AbortSignal;
}

/**
 * What happened to the page: it was put away, maybe to be shown again; it is shown; or there is reason to look after
 * the link, because the page was brought to the front, thawed or has a network again.
 */
export type PageEvent = "put away" | "shown" | "woken";

/** Everything that the client needs from a browser. Tests bring their own. */
export interface Surroundings {
  connect(url: string, protocols: readonly string[], events: SocketEvents): Socket;
  fetch(url: string, request: ApiRequest): Promise<Response>;
  /** Epoch milliseconds. It goes on while a machine sleeps; timers do not. */
  now(): number;
  /** Calls once after so many milliseconds, or later. Returns what cancels it. */
  after(milliseconds: number, call: () => void): () => void;
  /** From 0 to just below 1. */
  random(): number;
  /** Hears of the page. Returns what ends it. */
  watchPage(heard: (event: PageEvent) => void): () => void;
  /** Takes an error that a listener threw, which must not keep others from hearing. */
  report(error: unknown): void;
}

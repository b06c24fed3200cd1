import type { Dispatcher } from "undici";
// undici, because a post through it costs a third of the CPU of one through Node's own client, and its sockets can be cut.
import Pool from "undici/lib/dispatcher/pool.js";

/** The longest that a connection may take to be made, in milliseconds. */
const CONNECT_MILLISECONDS = 1_000;

export interface PostPool {
  /**
   * Posts once over a connection that is kept open, and waits for the whole answer. Rejects if there is none, if it
   * takes longer than the pool allows or if the signal aborts; then the connection is cut, and nobody waits for it.
   *
   * @param headers names and values in turn
   * @returns the status
   */
  post(path: string, headers: readonly string[], body: Uint8Array, signal: AbortSignal): Promise<number>;
}

/**
 * Creates a pool of connections to one server. It makes as many as there are posts under way, so no post ever waits for
 * another: how many are under way is the caller's to bound.
 *
 * A post costs no timer and no listener of its own. All have the same time, so that the oldest is always the next to be
 * late, and one timer waits for it; each signal is listened to once.
 *
 * @param milliseconds the longest that one post may take
 */
export function createPostPool(origin: string, milliseconds: number): PostPool {
  const pool = new Pool(origin, {
    connections: null,
    pipelining: 1,
    connect: { timeout: CONNECT_MILLISECONDS },
    // undici's own limits are exact to a second and say nothing of the whole.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  /** The posts under way, the oldest first. */
  const underWay = new Set<Post>();
  const heard = new WeakSet<AbortSignal>();
  let timer: NodeJS.Timeout | undefined;

  function stopLate(): void {
    timer = undefined;
    const now = performance.now();
    for (const post of underWay) {
      if (post.deadline > now) {
        wait(post.deadline - now);
        return;
      }
      post.stop(new Error(`There was no answer within ${milliseconds} ms.`));
    }
  }

  function wait(time: number): void {
    // The sockets keep the process alive as long as that makes sense.
    timer = setTimeout(stopLate, time).unref();
  }

  function listenTo(signal: AbortSignal): void {
    if (heard.has(signal)) return;
    heard.add(signal);
    const stop = () => {
      for (const post of underWay) if (post.signal === signal) post.stop(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
  }

  return {
    post: (path, headers, body, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        listenTo(signal);
        const post = new Post(resolve, reject, underWay, performance.now() + milliseconds, signal);
        underWay.add(post);
        if (timer === undefined) wait(milliseconds);
        pool.dispatch({ path, method: "POST", headers: headers as string[], body }, post);
      }),
  };
}

/** A post under way, as undici tells of it. */
class Post implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private status = 0;
  private stopped: Error | undefined;

  constructor(
    private readonly resolve: (status: number) => void,
    private readonly reject: (error: unknown) => void,
    private readonly underWay: Set<Post>,
    readonly deadline: number,
    readonly signal: AbortSignal,
  ) {}

  /** Gives the post up. Its connection is cut, as soon as there is one. */
  stop(error: Error): void {
    this.stopped = error;
    this.underWay.delete(this);
    this.reject(error);
    this.controller?.abort(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.stopped) controller.abort(this.stopped);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number): void {
    this.status = status;
  }

  onResponseData(): void {
    // Only an answer that has come whole counts, but what it says is in its status.
  }

  onResponseEnd(): void {
    this.underWay.delete(this);
    this.resolve(this.status);
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.underWay.delete(this);
    this.reject(error);
  }
}

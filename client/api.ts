import type { ApiRequest, Surroundings } from "./surroundings";

/** An answer of the API that is no success. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    /** Milliseconds after which the API asks to be tried again; 0 if it does not say. */
    readonly retryAfter: number,
  ) {
    super(`The API answered ${status}.`);
  }
}

/** A ticket, as the API gives it. */
export interface Ticket {
  readonly ticket: string;
  /** How long the connection lasts at most, in seconds: as long as the token that the ticket was taken with. */
  readonly connection_seconds: number;
}

/** The most items that a list gives at once. */
const LIMIT = 100;

/** A part of a list. It may be short, or empty, before the end. */
interface Part<Item> {
  readonly items: readonly Item[];
  /** What the next part is asked for with; null at the end. */
  readonly next_cursor: string | null;
}

/** The API, as far as a listener needs it. */
export class Api {
  /** @param base its address, such as `https://api.example` */
  constructor(
    private readonly base: string,
    private readonly fetch: Surroundings["fetch"],
  ) {}

  /** Takes a ticket for the holder of an ID token. @throws ApiError, and what `fetch` throws */
  ticket(token: string, signal: AbortSignal): Promise<Ticket> {
    const headers = { authorization: `Bearer ${token}` };
    return this.#ask("/websocket/tickets", { method: "POST", headers, signal });
  }

  /** Reads a post or a comment. Returns undefined if there is none. @throws ApiError, and what `fetch` throws */
  async read<Item>(path: string, signal: AbortSignal): Promise<Item | undefined> {
    try {
      return await this.#ask<Item>(path, { signal });
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Lists what is at a path, newest first, part by part. @throws ApiError, and what `fetch` throws */
  async *list<Item>(path: string, signal: AbortSignal): AsyncGenerator<Part<Item>> {
    let cursor: string | null = "";
    while (cursor !== null) {
      const from: string = cursor && `&cursor=${encodeURIComponent(cursor)}`;
      const part: Part<Item> = await this.#ask(`${path}?limit=${LIMIT}${from}`, { signal });
      yield part;
      cursor = part.next_cursor;
    }
  }

  async #ask<Answer>(path: string, request: Omit<ApiRequest, "cache">): Promise<Answer> {
    const response = await this.fetch(`${this.base}/api/v1${path}`, { ...request, cache: "no-store" });
    if (!response.ok)
      throw new ApiError(response.status, Number(response.headers.get("retry-after") ?? 0) * 1_000 || 0);
    return (await response.json()) as Answer;
  }
}

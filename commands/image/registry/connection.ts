import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { type Dispatcher, EnvHttpProxyAgent, request } from "undici";
import { CommandError } from "../../errors/command-error";
import type { Credentials } from "./credentials";
import { RegistryFailure } from "./failure";

export interface ConnectionSettings {
  /** The registry's address, such as `https://public.ecr.aws`, without a slash at the end. */
  readonly url: string;
  readonly credentials: Credentials;
  readonly signal?: AbortSignal | undefined;
  /** The first pause before a request is sent again; each one after it is twice as long. */
  readonly pauseMilliseconds?: number;
}

export interface Sending {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  /** A path of the registry, or a whole URL that it answered. */
  readonly path: string;
  /** The thing that is asked for, as errors name it: `the layer sha256:…`. */
  readonly what: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Readable;
}

export interface Answer {
  readonly status: number;
  readonly url: string;
  header(name: string): string | undefined;
  readonly body: Dispatcher.ResponseData["body"];
}

/** How often something is tried in all. */
const TRIES = 6;
const LONGEST_PAUSE = 30_000;

/** Sends requests to one registry. */
export class Connection {
  readonly url: string;
  readonly signal: AbortSignal | undefined;
  /** Sends through the proxies of HTTPS_PROXY and NO_PROXY, if there are any. */
  readonly dispatcher = new EnvHttpProxyAgent();
  private readonly credentials: Credentials;
  private readonly pause: number;

  constructor({ url, credentials, signal, pauseMilliseconds = 500 }: ConnectionSettings) {
    this.url = url;
    this.credentials = credentials;
    this.signal = signal;
    this.pause = pauseMilliseconds;
  }

  /** Does something that may be done twice until it succeeds, as long as what stopped it may pass. */
  async repeating<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let tried = 1; ; tried++) {
      try {
        return await work();
      } catch (error) {
        if (this.signal?.aborted || tried === TRIES || !passes(error)) throw named(error, this.url);
        const asked = error instanceof RegistryFailure ? error.retryAfter * 1000 : 0;
        const pause = Math.max(asked, this.pause * 2 ** (tried - 1) * (0.5 + Math.random() / 2));
        await sleep(Math.min(pause, LONGEST_PAUSE), undefined, this.signal ? { signal: this.signal } : {});
      }
    }
  }

  /**
   * Sends one request, and once more with new credentials if the registry refused the ones it got. Redirections are not
   * followed.
   *
   * @param expected - the statuses that are answers; the caller reads or drops the body.
   * @throws RegistryFailure for any other.
   */
  async send(sending: Sending, expected: readonly number[]): Promise<Answer> {
    const own = new URL(sending.path, this.url).origin === new URL(this.url).origin;
    const sent = own ? await this.credentials.current() : undefined;
    const first = await this.once(sending, sent);
    if (expected.includes(first.status)) return first;
    const refused = await failureOf(sending, first);
    // ECR answers 403 for a token that has expired, and not 401.
    if (!own || ![401, 403].includes(first.status) || isStream(sending.body)) throw refused;
    const renewed = await this.credentials.renew(sent, first.header("www-authenticate"), this);
    if (renewed === undefined) throw refused;
    const second = await this.once(sending, renewed);
    if (expected.includes(second.status)) return second;
    throw await failureOf(sending, second);
  }

  private async once({ method, path, headers = {}, body }: Sending, authorization: string | undefined) {
    const url = new URL(path, this.url).href;
    const {
      statusCode,
      headers: answered,
      body: answer,
    } = await request(url, {
      method,
      headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
      body: body ?? null,
      signal: this.signal ?? null,
      dispatcher: this.dispatcher,
    });
    const header = (name: string) => [answered[name]].flat()[0];
    return { status: statusCode, url, header, body: answer };
  }
}

async function failureOf({ what }: Sending, { status, body, header }: Answer): Promise<RegistryFailure> {
  return new RegistryFailure({ what, status, body: await body.text(), retryAfter: header("retry-after") });
}

function isStream(body: Sending["body"]): boolean {
  return body !== undefined && !(body instanceof Uint8Array);
}

/** Tells whether something may be tried again: the registry was busy, or the network failed. */
function passes(error: unknown): boolean {
  return error instanceof CommandError ? error instanceof RegistryFailure && error.passes : isNetworks(error);
}

/** Says which registry it was that the network failed on. */
function named(error: unknown, url: string): unknown {
  if (error instanceof CommandError || !isNetworks(error)) return error;
  return new CommandError({
    subject: new URL(url).host,
    mistake: `cannot be reached or broke off: ${error.message || error.code}`,
    remedy: "check the network, and run the command again; what was sent already is not sent again",
    cause: error,
  });
}

/** Tells errors of Node.js's and undici's from mistakes in programs: they have codes, such as ECONNRESET. */
function isNetworks(error: unknown): error is { readonly code: string; readonly message: string } {
  const { code, name }: { code?: unknown; name?: unknown } = Object(error);
  return typeof code === "string" && name !== "AbortError";
}

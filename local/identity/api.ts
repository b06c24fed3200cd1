import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody, sendJson, splitTarget } from "../http/messages";
import type { Clock } from "../shared/clock";
import { isObject } from "../shared/json";
import { CERTIFICATES_PATH, TOKENS_PATH } from "./paths";
import type { identityProviderRoutes } from "./routes";

/** Bytes of a request; it names a user and little more. */
const MAX_BYTES = 16 * 1024;
/** A web page elsewhere can have its own name resolve to this machine, but then that name is what it sends. */
const LOCAL_HOST = /^(localhost|127\.0\.0\.1)(:\d+)?$/i;

export interface IdentityApiSettings {
  /** Where the provider keeps its keys. */
  readonly folder: string;
  readonly projectId: string;
  readonly clock: Clock;
}

/**
 * The identity provider on a port that only this machine can connect to; see identity-routes.ts. It is opened by the
 * first request, so that the local cloud starts no later for it.
 */
export class IdentityApi {
  private routes: Promise<ReturnType<typeof identityProviderRoutes>> | undefined;

  constructor(private readonly settings: IdentityApiSettings) {}

  serves(path: string): boolean {
    return path === TOKENS_PATH || path === CERTIFICATES_PATH;
  }

  /** Throws a StartError if the provider's keys are damaged. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, headers } = request;
    const { path } = splitTarget(request.url ?? "/");
    const body = await readBody(request, MAX_BYTES);
    if (path === TOKENS_PATH && !LOCAL_HOST.test(headers.host ?? ""))
      return sendJson(response, 403, { message: "Tokens are for this machine only: ask for them at localhost." });
    this.routes ??= this.open().catch((error: unknown) => {
      this.routes = undefined;
      throw error;
    });
    const answer = (await this.routes)({ method, path, body: body?.toString() ?? "" });
    if (!answer) return sendJson(response, 404, { message: "Not Found" });
    const token = isObject(answer.body) && headers.accept === "text/plain" ? answer.body.token : undefined;
    if (typeof token !== "string") return sendJson(response, answer.status, answer.body, answer.headers);
    response.writeHead(answer.status, ["content-type", "text/plain", ...answer.headers]).end(token);
  }

  private async open() {
    const { folder, projectId, clock } = this.settings;
    const { openIdentityProvider } = await import("./provider");
    const { identityProviderRoutes } = await import("./routes");
    return identityProviderRoutes(await openIdentityProvider(folder, clock), projectId);
  }
}

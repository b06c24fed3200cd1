import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "./clock";
import { CERTIFICATES_PATH } from "./google-certificates";
import { readBody, sendJson, splitTarget } from "./http-messages";
import { openIdentityProvider } from "./identity-provider";
import { identityProviderRoutes, TOKENS_PATH } from "./identity-routes";
import { isObject } from "./json";

/** Bytes of a request; it names a user and little more. */
const MOST_BYTES = 16 * 1024;
/** A web page elsewhere can have its own name resolve to this machine, but then that name is what it sends. */
const LOCAL_HOST = /^(localhost|127\.0\.0\.1)(:\d+)?$/i;

/** The identity provider on a port that only this machine can connect to; see identity-routes.ts. */
export class IdentityApi {
  readonly tokensPath = TOKENS_PATH;

  private constructor(private readonly routes: ReturnType<typeof identityProviderRoutes>) {}

  /** Opens the provider, whose keys are in the folder. Throws a Problem if they are damaged. */
  static async open(folder: string, projectId: string, clock: Clock): Promise<IdentityApi> {
    return new IdentityApi(identityProviderRoutes(await openIdentityProvider(folder, clock), projectId));
  }

  serves(path: string): boolean {
    return path === TOKENS_PATH || path === CERTIFICATES_PATH;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, headers } = request;
    const { path } = splitTarget(request.url ?? "/");
    const body = await readBody(request, MOST_BYTES);
    if (path === TOKENS_PATH && !LOCAL_HOST.test(headers.host ?? ""))
      return sendJson(response, 403, { message: "Tokens are for this machine only: ask for them at localhost." });
    const answer = this.routes({ method, path, body: body?.toString() ?? "" });
    if (!answer) return sendJson(response, 404, { message: "Not Found" });
    const token = isObject(answer.body) && headers.accept === "text/plain" ? answer.body.token : undefined;
    if (typeof token !== "string") return sendJson(response, answer.status, answer.body, answer.headers);
    response.writeHead(answer.status, ["content-type", "text/plain", ...answer.headers]).end(token);
  }
}

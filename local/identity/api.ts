import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { readBody, sendJson, splitTarget } from "../http/messages";
import type { Clock } from "../shared/clock";
import { loadSigningKeys } from "./signing-keys";

/** The path at which the local cloud issues ID tokens. */
export const TOKENS_PATH = "/_local/tokens";
/** The path at which Google's host shows the certificates that ID tokens are verified with. */
export const CERTIFICATES_PATH = "/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com";

/** The most bytes of a request, which names a user and little more. */
const MAX_BYTES = 16 * 1024;

export interface IdentityApiSettings {
  /** The data folder. The provider keeps its keys there in `identity-provider.json`. */
  readonly folder: string;
  readonly projectId: string;
  readonly clock: Clock;
}

/**
 * Serves the identity provider: Google's certificates where firebase-admin fetches them, and `POST /_local/tokens`,
 * which issues a token of the project to whoever on this machine asks. The first request opens the provider, because
 * making a key takes longer than everything else at the start of the local cloud.
 */
export class IdentityApi {
  private readonly file: string;
  private opened: ReturnType<IdentityApi["open"]> | undefined;

  /** @throws StartError if the provider's keys are damaged */
  constructor(private readonly settings: IdentityApiSettings) {
    this.file = path.join(settings.folder, "identity-provider.json");
    loadSigningKeys(this.file);
  }

  /** Returns whether a path is one of the two. */
  serves(path: string): boolean {
    return path === TOKENS_PATH || path === CERTIFICATES_PATH;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { path } = splitTarget(request.url ?? "/");
    const body = await readBody(request, MAX_BYTES);
    this.opened ??= this.open().catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    const { provider, certificatesMaxAge, parseTokenRequest, USAGE } = await this.opened;
    if (request.method === "GET" && path === CERTIFICATES_PATH)
      return sendJson(response, 200, provider.certificates(), ["cache-control", certificatesMaxAge]);
    if (request.method !== "POST" || path !== TOKENS_PATH) return sendJson(response, 404, { message: "Not Found" });
    const wanted = parseTokenRequest(body?.toString() ?? "");
    if (!wanted) return sendJson(response, 400, { message: USAGE });
    const token = provider.issueToken({ projectId: this.settings.projectId, ...wanted });
    const uncached = ["cache-control", "no-store"];
    if (request.headers.accept === "text/plain")
      response.writeHead(200, ["content-type", "text/plain", ...uncached]).end(token);
    else sendJson(response, 200, { token, expires_in: wanted.lifetimeSeconds }, uncached);
  }

  private async open() {
    const { openIdentityProvider, CERTIFICATES_MAX_AGE_SECONDS } = await import("./provider");
    const tokenRequests = await import("./token-request");
    return {
      provider: await openIdentityProvider(this.file, this.settings.clock),
      certificatesMaxAge: `public, max-age=${CERTIFICATES_MAX_AGE_SECONDS}, must-revalidate`,
      ...tokenRequests,
    };
  }
}

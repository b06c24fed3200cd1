import { randomUUID } from "node:crypto";
import https from "node:https";
import type { Duplex } from "node:stream";
import { type Credential, initializeApp } from "firebase-admin/app";
import { getAuth } from "firebase-admin/auth";
import { AuthenticationUnavailable, InvalidToken } from "../errors";

/**
 * Returns a function that verifies a token's signature and times by firebase-admin, which keeps Google's
 * certificates for as long as Google's `cache-control` says. It resolves if the token is genuine, and otherwise
 * rejects with InvalidToken or AuthenticationUnavailable. One call has to end before the next.
 *
 * The tokens must have passed the reader of id-token.ts. No service account is needed, and so there is no check
 * whether the user was disabled or signed out everywhere since: a token is good for the hour that it lasts.
 *
 * @param deadlineMilliseconds the time that one call may take; one attempt at the certificates may take a third of it
 */
export function createVerifier(projectId: string, deadlineMilliseconds: number): (token: string) => Promise<void> {
  const httpAgent = new ImpatientAgent(deadlineMilliseconds / 3);
  const auth = getAuth(initializeApp({ projectId, httpAgent, credential: noCredential }, randomUUID()));
  return async (token) => {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done within ${deadlineMilliseconds} ms`)), deadlineMilliseconds);
    });
    httpAgent.closesAt = performance.now() + deadlineMilliseconds;
    try {
      await Promise.race([auth.verifyIdToken(token), tooLate]);
    } catch (error) {
      throw refusalOf(error) ?? new AuthenticationUnavailable(error);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Keeps firebase-admin from loading, and searching this machine for, the credentials of a service account. */
const noCredential: Credential = {
  getAccessToken: () => Promise.reject(new Error("There is no service account: ID tokens are verified without one.")),
};

/**
 * Bounds the fetching of certificates, for which firebase-admin has no bound: it waits as long as the connection stays
 * open, and goes on trying, for minutes if the server asks for that, when nobody waits any more.
 */
class ImpatientAgent extends https.Agent {
  /** The time, by `performance.now()`, from which on no connection is made. */
  closesAt = 0;

  constructor(private readonly connectionMilliseconds: number) {
    super({ keepAlive: false });
  }

  override createConnection(...parameters: Parameters<https.Agent["createConnection"]>): Duplex | null | undefined {
    if (performance.now() >= this.closesAt) throw new Error("nobody waits for the certificates any more");
    const socket = super.createConnection(...parameters);
    // ETIMEDOUT is one of the two codes after which firebase-admin tries again.
    const slow = Object.assign(new Error(`no answer in ${this.connectionMilliseconds} ms`), { code: "ETIMEDOUT" });
    const timer = setTimeout(() => socket?.destroy(slow), this.connectionMilliseconds);
    socket?.once("close", () => clearTimeout(timer));
    return socket;
  }
}

/**
 * Returns the reason for which firebase-admin refuses the token; undefined if it failed for another reason. A refused
 * token and unreachable certificates have one error code, `auth/argument-error`, and are told apart by the message. In
 * doubt it is an outage, which admits nobody and signs nobody out.
 */
function refusalOf(error: unknown): InvalidToken | undefined {
  if (typeof error !== "object" || error === null || !("code" in error) || !("message" in error)) return undefined;
  if (error.code === "auth/id-token-expired") return new InvalidToken("token_expired");
  return String(error.message).startsWith("Firebase ID token has ") ? new InvalidToken("token_invalid") : undefined;
}

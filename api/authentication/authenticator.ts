import type { Caller } from "../../domain/shared/authorization";
import { InvalidToken } from "../errors";
import { refuseEmulator } from "./emulator";
import { createVerifier } from "./firebase";
import { bearerToken, createIdTokenReader } from "./id-token";

/** Finds out who sent a request. */
export interface Authenticator {
  /**
   * @param authorization the request's `Authorization` header
   * @returns undefined for a request without that header
   * @throws InvalidToken for any header that does not prove who the caller is; AuthenticationUnavailable if that
   * cannot be found out at the moment
   */
  authenticate(authorization: string | undefined): Promise<Caller | undefined>;
}

export interface FirebaseAuthenticatorProps {
  /** The Firebase project whose users are the API's users. */
  readonly projectId: string;
  /**
   * The time that verifying may take, fetching Google's certificates included. One attempt at that may take a third of it.
   * @default 3000
   */
  readonly deadlineMilliseconds?: number;
}

/**
 * Authenticates by Firebase ID tokens. Nothing is fetched before the first token.
 *
 * @throws Error if FIREBASE_AUTH_EMULATOR_HOST is set; so does every later check of a token
 */
export function createFirebaseAuthenticator({
  projectId,
  deadlineMilliseconds = 3_000,
}: FirebaseAuthenticatorProps): Authenticator {
  refuseEmulator();
  const read = createIdTokenReader(projectId);
  const verify = createVerifier(projectId, deadlineMilliseconds);
  const inTurn = createQueue();

  return {
    async authenticate(authorization) {
      if (authorization === undefined) return undefined;
      const token = bearerToken(authorization);
      const caller = read(token);
      await inTurn(() => {
        refuseEmulator();
        return verify(token);
      });
      return caller;
    },
  };
}

/**
 * Returns a function that runs verifications one after the other. That costs nothing, because each takes a moment of the
 * one thread, unless the certificates have to be fetched: then the first fetches them for all that wait. If it cannot,
 * all of them fail with it, so that nobody waits for one deadline after the other.
 */
function createQueue(): (verification: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (verification) => {
    const turn = last.then(verification);
    const done = turn.catch((error) => {
      if (!(error instanceof InvalidToken)) throw error;
    });
    last = done;
    done.catch(() => {
      if (last === done) last = Promise.resolve();
    });
    return turn;
  };
}

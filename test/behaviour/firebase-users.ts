import { randomUUID } from "node:crypto";
import * as z from "zod/mini";
import type { User, Users } from "./platform";

const signedUp = z.object({ localId: z.string(), idToken: z.string() });
const refusal = z.object({ error: z.object({ message: z.string() }) });

/** Words of Firebase's refusals, and what to do about them. */
const REMEDIES: Readonly<Record<string, string>> = {
  OPERATION_NOT_ALLOWED: "allow sign-in with e-mail and password in the project",
  ADMIN_ONLY_OPERATION: "let users create accounts in the project",
  "API key not valid": "set FIREBASE_API_KEY to the Web API key of the project",
  TOO_MANY_ATTEMPTS_TRY_LATER: "wait an hour",
};

/**
 * Returns throw-away users of a Firebase project, with e-mail addresses that are nobody's; see
 * https://docs.cloud.google.com/identity-platform/docs/reference/rest/v1/accounts/signUp
 *
 * @param emulator the host and port of a stand-in for Firebase Auth, as in FIREBASE_AUTH_EMULATOR_HOST
 */
export function firebaseUsers(apiKey: string, emulator?: string): Users {
  const host = "identitytoolkit.googleapis.com";
  const base = emulator === undefined ? `https://${host}` : `http://${emulator}/${host}`;

  async function call(method: "signUp" | "delete", body: object): Promise<unknown> {
    const response = await fetch(`${base}/v1/accounts:${method}?key=${encodeURIComponent(apiKey)}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    if (response.ok) return answer;
    const { message } = refusal.parse(answer).error;
    const remedy = Object.entries(REMEDIES).find(([words]) => message.includes(words))?.[1] ?? "see Firebase's console";
    throw new Error(`Firebase refuses accounts:${method} (${message}): ${remedy}.`);
  }

  return {
    async create(): Promise<User> {
      const email = `verify-${randomUUID()}@example.com`;
      const answer = await call("signUp", { email, password: randomUUID(), returnSecureToken: true });
      const { localId: uid, idToken } = signedUp.parse(answer);
      return { uid, idToken };
    },
    async remove({ idToken }: User): Promise<void> {
      await call("delete", { idToken });
    },
  };
}

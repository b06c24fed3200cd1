/**
 * Throws if FIREBASE_AUTH_EMULATOR_HOST is set. With this variable firebase-admin accepts tokens that nobody signed. It
 * reads the variable at every check, so looking once is not enough.
 */
export function refuseEmulator(): void {
  if (process.env.FIREBASE_AUTH_EMULATOR_HOST !== undefined)
    throw new Error(
      "FIREBASE_AUTH_EMULATOR_HOST is set, with which unsigned tokens would be accepted: remove it. " +
        "The local cloud issues signed tokens itself and needs no emulator.",
    );
}

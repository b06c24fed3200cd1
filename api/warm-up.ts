import type { Log } from "../domain/runtime/logging";

/** INIT waits so many milliseconds at most. Lambda ends it after ten seconds. */
const LONGEST = 1_000;

/**
 * Does in INIT what an instance would otherwise do in its first request: finds its credentials, connects to other
 * services and runs the SDK's code for the first time, which is when V8 compiles it. INIT has a whole CPU; an invocation
 * at 512 MB has 0.29 of one.
 *
 * What fails or takes longer is logged, and is no reason not to start: the requests that need it try again.
 *
 * @param calls one cheap call of each service, by the service's name
 */
export async function warmUp(calls: Readonly<Record<string, () => Promise<unknown>>>, log: Log): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${LONGEST} ms`)), LONGEST);
  });
  const attempts = Object.entries(calls).map(([service, call]) =>
    Promise.race([call(), late]).catch((error: unknown) => {
      log.warn("A service could not be reached in INIT; the first request for it tries again", { service, error });
    }),
  );
  await Promise.all(attempts);
  clearTimeout(timer);
}

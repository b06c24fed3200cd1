import type { Log } from "../runtime/log";

/** The longest time that INIT waits, in milliseconds. Lambda ends INIT after ten seconds. */
const DEADLINE_MILLISECONDS = 1_000;

/**
 * Does in INIT the work that an instance would otherwise do in its first request: it finds the credentials, connects to
 * other services and runs code for the first time, the SDK's and the API's, which is when V8 compiles it. INIT has a whole
 * CPU; an invocation at 512 MB has 0.29 of one.
 *
 * A call that fails or takes longer is logged, and is no reason not to start: the requests that need it try again.
 *
 * @param calls one cheap call of each service and of the API itself, by the name
 */
export async function warmUp(calls: Readonly<Record<string, () => Promise<unknown>>>, log: Log): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${DEADLINE_MILLISECONDS} ms`)), DEADLINE_MILLISECONDS);
  });
  const attempts = Object.entries(calls).map(([service, call]) =>
    Promise.race([call(), late]).catch((error: unknown) => {
      // The key `service` is the logger's own.
      log.warn("A service could not be reached in INIT; the first request for it tries again", {
        called: service,
        error,
      });
    }),
  );
  await Promise.all(attempts);
  clearTimeout(timer);
}

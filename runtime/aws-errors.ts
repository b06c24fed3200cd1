/** Tells the errors of AWS clients apart, for those who call AWS and for those who answer a request that failed. */

const THROTTLED = /^(Throttling|ThrottlingException|ProvisionedThroughputExceededException|RequestLimitExceeded)$/;
const NETWORK = /^(ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

const property = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

/** Returns the name of an error, such as `ThrottlingException`. */
export const nameOf = (error: unknown): string => String(property(error, "name"));

/** Returns the HTTP status that an error came with. It is all there is to know the error by if the answer was empty. */
export function statusOf(error: unknown): number | undefined {
  const status = property(property(error, "$metadata"), "httpStatusCode");
  return typeof status === "number" ? status : undefined;
}

/**
 * Returns whether the same call may succeed later: it was throttled or not answered in time, or it met a service in
 * trouble or too many other writes. The client that threw the error has already tried again.
 */
export function isTransient(error: unknown): boolean {
  const status = statusOf(error) ?? 0;
  const name = nameOf(error);
  return (
    status >= 500 ||
    status === 429 ||
    name === "TimeoutError" ||
    isContended(error) ||
    THROTTLED.test(name) ||
    NETWORK.test(String(property(error, "code")))
  );
}

/** Returns whether a single write was refused because its condition does not hold. */
export const isConditionFailure = (error: unknown): boolean => nameOf(error) === "ConditionalCheckFailedException";

/** The codes that say why an item of a transaction was not written: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const CONDITION_FAILED = "ConditionalCheckFailed";
const CONTENDED: ReadonlySet<string> = new Set([
  "TransactionConflict",
  "ThrottlingError",
  "ProvisionedThroughputExceeded",
]);

/** Returns a code for each item of a cancelled transaction, or undefined if the error is another one. */
function cancellationCodesOf(error: unknown): readonly string[] | undefined {
  const reasons = property(error, "CancellationReasons");
  if (nameOf(error) !== "TransactionCanceledException" || !Array.isArray(reasons)) return undefined;
  return reasons.map((reason) => String(property(reason, "Code")));
}

/** Returns whether a write met another one to the same item, or was throttled in a transaction: it may succeed later. */
export function isContended(error: unknown): boolean {
  if (nameOf(error) === "TransactionConflictException") return true;
  const codes = cancellationCodesOf(error)?.filter((code) => code !== "None" && code !== CONDITION_FAILED) ?? [];
  return codes.length > 0 && codes.every((code) => CONTENDED.has(code));
}

/** Returns the places of the items whose conditions do not hold, if a transaction was cancelled for nothing else. */
export function conditionFailuresOf(error: unknown): ReadonlySet<number> | undefined {
  const codes = cancellationCodesOf(error);
  const failed = codes?.flatMap((code, place) => (code === CONDITION_FAILED ? [place] : []));
  if (!codes || !failed?.length) return undefined;
  return codes.every((code) => code === "None" || code === CONDITION_FAILED) ? new Set(failed) : undefined;
}

/** What the errors of AWS clients mean. */

const THROTTLED = /^(Throttling|ThrottlingException|ProvisionedThroughputExceededException|RequestLimitExceeded)$/;
const NETWORK = /^(ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

const property = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

export const nameOf = (error: unknown): string => String(property(error, "name"));

/** The HTTP status an error came with: all there is to know it by when the answer had no body. */
export function statusOf(error: unknown): number | undefined {
  const status = property(property(error, "$metadata"), "httpStatusCode");
  return typeof status === "number" ? status : undefined;
}

/** A service left work undone again and again. */
export class Overloaded extends Error {
  override readonly name = "Overloaded";
}

/**
 * Whether a call was throttled, not answered in time, met a service in trouble or too many rivals. It has then been
 * tried again already.
 */
export function isTransient(error: unknown): boolean {
  const status = statusOf(error) ?? 0;
  const name = nameOf(error);
  return (
    status >= 500 ||
    status === 429 ||
    name === "TimeoutError" ||
    name === "Overloaded" ||
    isContended(error) ||
    THROTTLED.test(name) ||
    NETWORK.test(String(property(error, "code")))
  );
}

export const isConditionFailure = (error: unknown): boolean => nameOf(error) === "ConditionalCheckFailedException";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const CONDITION_FAILED = "ConditionalCheckFailed";
const CONTENDED: ReadonlySet<string> = new Set([
  "TransactionConflict",
  "ThrottlingError",
  "ProvisionedThroughputExceeded",
]);

/** Why a transaction was cancelled, of each of its items; undefined of any other error. */
function reasonsOf(error: unknown): readonly string[] | undefined {
  const reasons = property(error, "CancellationReasons");
  if (nameOf(error) !== "TransactionCanceledException" || !Array.isArray(reasons)) return undefined;
  return reasons.map((reason) => String(property(reason, "Code")));
}

/** Whether a write met another one to the same item, or was throttled in a transaction: it may succeed later. */
export function isContended(error: unknown): boolean {
  if (nameOf(error) === "TransactionConflictException") return true;
  const codes = reasonsOf(error)?.filter((code) => code !== "None" && code !== CONDITION_FAILED) ?? [];
  return codes.length > 0 && codes.every((code) => CONTENDED.has(code));
}

/** The places of a transaction's items whose conditions do not hold, if it was cancelled for nothing else. */
export function conditionFailuresOf(error: unknown): ReadonlySet<number> | undefined {
  const codes = reasonsOf(error);
  const failed = codes?.flatMap((code, place) => (code === CONDITION_FAILED ? [place] : []));
  if (!codes || !failed?.length) return undefined;
  return codes.every((code) => code === "None" || code === CONDITION_FAILED) ? new Set(failed) : undefined;
}

/** What the errors of AWS clients mean. */

const THROTTLED = /^(Throttling|ThrottlingException|ProvisionedThroughputExceededException|RequestLimitExceeded)$/;
const NETWORK = /^(ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

/** The HTTP status an error came with: all there is to know it by when the answer had no body. */
export function statusOf(error: Error): number | undefined {
  const metadata: unknown = Reflect.get(error, "$metadata");
  if (typeof metadata !== "object" || metadata === null) return undefined;
  const status: unknown = Reflect.get(metadata, "httpStatusCode");
  return typeof status === "number" ? status : undefined;
}

/** Whether a call was throttled, not answered in time or met a service in trouble. The SDK has then tried again. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const status = statusOf(error) ?? 0;
  if (status >= 500 || status === 429 || THROTTLED.test(error.name) || error.name === "TimeoutError") return true;
  return "code" in error && NETWORK.test(String(error.code));
}

export const isConditionFailure = (error: unknown): boolean =>
  error instanceof Error && error.name === "ConditionalCheckFailedException";

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

/** Whether a call was throttled, not answered in time or met a service in trouble. The SDK has then tried again. */
export function isTransient(error: unknown): boolean {
  const status = statusOf(error) ?? 0;
  const name = nameOf(error);
  return (
    status >= 500 ||
    status === 429 ||
    name === "TimeoutError" ||
    THROTTLED.test(name) ||
    NETWORK.test(String(property(error, "code")))
  );
}

export const isConditionFailure = (error: unknown): boolean => nameOf(error) === "ConditionalCheckFailedException";

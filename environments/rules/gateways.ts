import type { Throttle } from "../environment";
import { fields, wholeNumber } from "./rule";

/** What the account has for all its gateways together; see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const ACCOUNT: Throttle = { requestsPerSecond: 10_000, burst: 5_000 };
const why = (limit: number) => `0 refuses every request, and ${limit} is all the account has`;

export const throttle = fields<Throttle>({
  requestsPerSecond: wholeNumber(1, ACCOUNT.requestsPerSecond, why(ACCOUNT.requestsPerSecond)),
  burst: wholeNumber(1, ACCOUNT.burst, why(ACCOUNT.burst)),
});

import { expect, test } from "@jest/globals";
import { staging } from "../../../environments/staging";
import { said } from "../said";

const whole = (minimum: number, maximum: number) => `is not a whole number from ${minimum} to ${maximum};`;

test.each<[string, Record<string, unknown>, string]>([
  [
    "a throttle of 0",
    { throttle: { ...staging.throttle, http: { requestsPerSecond: 0, burst: 10 } } },
    `throttle.http.requestsPerSecond: 0 ${whole(1, 10000)} 0 refuses every request, and 10000 is all the account has`,
  ],
  [
    "a throttle below 0",
    { throttle: { ...staging.throttle, http: { requestsPerSecond: -1, burst: 10 } } },
    `throttle.http.requestsPerSecond: -1 ${whole(1, 10000)} 0 refuses every request, and 10000 is all the account has`,
  ],
  [
    "a throttle above the account's",
    { throttle: { ...staging.throttle, websocket: { requestsPerSecond: 10_001, burst: 10 } } },
    `throttle.websocket.requestsPerSecond: 10001 ${whole(1, 10000)} 0 refuses every request, and 10000 is all the account has`,
  ],
  [
    "half a request as a burst",
    { throttle: { ...staging.throttle, websocket: { requestsPerSecond: 10, burst: 2.5 } } },
    `throttle.websocket.burst: 2.5 ${whole(1, 5000)} 0 refuses every request, and 5000 is all the account has`,
  ],
])("refuses %s", (_, change, line) => {
  expect(said(change)).toEqual([`staging.${line}`]);
});

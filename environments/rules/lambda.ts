import { type FunctionSize, RUNTIMES } from "../environment";
import { fields, oneOf, problem, type Rule, wholeNumber } from "./rule";

/** When Lambda retired each; see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-deprecated */
const RETIRED = new Map<unknown, string>([
  ["nodejs20.x", "30 April 2026"],
  ["nodejs18.x", "1 September 2025"],
  ["nodejs16.x", "12 June 2024"],
  ["nodejs14.x", "4 December 2023"],
  ["nodejs12.x", "31 March 2023"],
  ["nodejs10.x", "30 July 2021"],
]);

export const runtime: Rule = (value, path) => {
  const since = RETIRED.get(value);
  if (since === undefined) return oneOf(RUNTIMES)(value, path);
  return [problem(path, value, `was retired by Lambda on ${since}; write "${RUNTIMES[0]}"`)];
};

/** How long a WebSocket integration waits for an answer; an HTTP one waits 30 s. https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
const GATEWAY_PATIENCE = 29;

const memoryMegabytes = wholeNumber(128, 10240, "these are the megabytes Lambda offers");

/** Of a function that is called through its own URL. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const urlFunctionSize = fields<FunctionSize>({
  memoryMegabytes,
  timeoutSeconds: wholeNumber(1, 900, "Lambda stops a function after 900 seconds"),
});

/** Of a function behind a gateway, which would be stopped unheard if it took longer than the gateway waits. */
export const gatewayFunctionSize = fields<FunctionSize>({
  memoryMegabytes,
  timeoutSeconds: wholeNumber(1, GATEWAY_PATIENCE, `a WebSocket API waits ${GATEWAY_PATIENCE} seconds for an answer`),
});

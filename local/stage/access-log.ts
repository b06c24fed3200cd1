import { StartError } from "../shared/errors";

export type AccessLogKind = "http" | "websocket";

/** The values of one request, by their names after `$context.`. A value that is undefined is written as `-`. */
export type AccessLogContext = Readonly<Record<string, string | number | undefined>>;

/** Formats the line of one request. */
export type AccessLogFormat = (context: AccessLogContext) => string;

const COMMON =
  "apiId domainName error.message error.responseType extendedRequestId identity.sourceIp " +
  "identity.userAgent integration.error integration.latency integration.status integrationLatency requestId " +
  "requestTime requestTimeEpoch routeKey stage status";

/**
 * The variables that HTTP and WebSocket APIs give a value here:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html and
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
 */
export const VARIABLES: Readonly<Record<AccessLogKind, ReadonlySet<string>>> = {
  http: new Set(`${COMMON} accountId httpMethod identity.userArn path protocol responseLength`.split(" ")),
  websocket: new Set(`${COMMON} connectedAt connectionId eventType messageId`.split(" ")),
};

/**
 * Compiles the access-log format of a stage.
 *
 * @param where the stage's address, for errors
 * @throws StartError for a variable that is not emulated
 */
export function compileAccessLog(format: string, kind: AccessLogKind, where: string): AccessLogFormat {
  const parts = format.split(/\$context\.(\w+(?:\.\w+)*)/);
  const variables = parts.filter((_, index) => index % 2 === 1);
  const unknown = variables.find((name) => !VARIABLES[kind].has(name));
  if (unknown !== undefined) throw new StartError(`${where}: format: $context.${unknown} is not emulated.`);
  return (context) => {
    let line = parts[0] ?? "";
    for (let index = 1; index < parts.length; index += 2)
      line += `${escaped(context[parts[index] ?? ""] ?? "-")}${parts[index + 1]}`;
    return line;
  };
}

/** Escapes a value for a JSON string, since most formats are JSON and a client must not end a string or the line. */
function escaped(value: string | number): string | number {
  return typeof value === "string" && /["\\\p{Cc}]/u.test(value) ? JSON.stringify(value).slice(1, -1) : value;
}

import { StartError } from "../shared/errors";

export type AccessLogKind = "http" | "websocket";

/** The values of one request, by the names they have after `$context.`; what has no value is written as `-`. */
export type AccessLogContext = Readonly<Record<string, string | number | undefined>>;

/** Writes one line of an access log. */
export type AccessLogFormat = (context: AccessLogContext) => string;

const COMMON =
  "apiId domainName error.message error.responseType extendedRequestId identity.sourceIp " +
  "identity.userAgent integration.error integration.latency integration.status integrationLatency requestId " +
  "requestTime requestTimeEpoch routeKey stage status";

/**
 * The variables that have values here. Those of HTTP and WebSocket APIs:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html and
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
 */
const VARIABLES: Readonly<Record<AccessLogKind, ReadonlySet<string>>> = {
  http: new Set(`${COMMON} accountId httpMethod identity.userArn path protocol responseLength`.split(" ")),
  websocket: new Set(`${COMMON} connectedAt connectionId eventType messageId`.split(" ")),
};

/** Compiles a stage's access-log format. `where` names it in the StartError thrown for a variable that is not emulated. */
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

/** Most formats are JSON: what a client sends must not end its strings, or the line. */
function escaped(value: string | number): string | number {
  return typeof value === "string" && /["\\\p{Cc}]/u.test(value) ? JSON.stringify(value).slice(1, -1) : value;
}

/** Events as API Gateway sends them, field by field. */

const apiId = "abcdef1234";

/** A WebSocket API's event for one of its routes. */
export function websocketEvent(eventType: "CONNECT" | "MESSAGE" | "DISCONNECT", connectionId: string, body?: string) {
  const routeKey = { CONNECT: "$connect", MESSAGE: "$default", DISCONNECT: "$disconnect" }[eventType];
  return {
    ...(eventType === "CONNECT" && {
      headers: { Host: `${apiId}.execute-api.ap-northeast-1.amazonaws.com`, Origin: "https://blog.example" },
      multiValueHeaders: { Origin: ["https://blog.example"] },
    }),
    requestContext: {
      routeKey,
      eventType,
      extendedRequestId: "SAM-123=",
      requestTime: "01/Jan/2026:00:00:00 +0000",
      messageDirection: "IN",
      stage: "development",
      connectedAt: 1767225600000,
      requestTimeEpoch: 1767225600001,
      identity: { sourceIp: "192.0.2.1" },
      requestId: "SAM-123=",
      domainName: `${apiId}.execute-api.ap-northeast-1.amazonaws.com`,
      connectionId,
      apiId,
      ...(eventType === "MESSAGE" && { messageId: "SAM-456=" }),
      ...(eventType === "DISCONNECT" && { disconnectStatusCode: 1001, disconnectReason: "Going away" }),
    },
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  };
}

/** An HTTP API's event for `POST /broadcast/comments`, which asks for AWS_IAM. */
export function broadcastEvent(body: unknown, changed: Record<string, unknown> = {}) {
  const path = "/development/broadcast/comments";
  return {
    version: "2.0",
    routeKey: "POST /broadcast/comments",
    rawPath: path,
    rawQueryString: "",
    headers: { "content-type": "application/json", "x-request-id": "request-1" },
    requestContext: {
      accountId: "123456789012",
      apiId,
      authorizer: {
        iam: {
          accessKey: "ASIA1234567890EXAMPL",
          accountId: "123456789012",
          callerId: "AROA1234567890EXAMPL:api",
          cognitoIdentity: null,
          principalOrgId: "",
          userArn: "arn:aws:sts::123456789012:assumed-role/blogapp-development-api/api",
          userId: "AROA1234567890EXAMPL:api",
        },
      },
      domainName: `${apiId}.execute-api.ap-northeast-1.amazonaws.com`,
      domainPrefix: apiId,
      http: { method: "POST", path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "node" },
      requestId: "gateway-1",
      routeKey: "POST /broadcast/comments",
      stage: "development",
      time: "01/Jan/2026:00:00:00 +0000",
      timeEpoch: 1767225600000,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
    isBase64Encoded: false,
    ...changed,
  };
}

/** A function URL's event. */
export function urlEvent(method: string, path: string, changed: Record<string, unknown> = {}) {
  const [rawPath, rawQueryString = ""] = path.split("?");
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    headers: { host: `${apiId}.lambda-url.ap-northeast-1.on.aws`, "x-forwarded-proto": "https", accept: "*/*" },
    requestContext: {
      accountId: "anonymous",
      apiId,
      authorizer: null,
      domainName: `${apiId}.lambda-url.ap-northeast-1.on.aws`,
      domainPrefix: apiId,
      http: { method, path: rawPath, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "curl/8.0.0" },
      requestId: "lambda-1",
      routeKey: "$default",
      stage: "$default",
      time: "01/Jan/2026:00:00:00 +0000",
      timeEpoch: 1767225600000,
    },
    isBase64Encoded: false,
    ...changed,
  };
}

/** Returns Lambda's context with the given time left: by default so much that no machine is too slow for it. */
export const contextWith = (milliseconds = 600_000) => ({
  awsRequestId: "lambda-1",
  getRemainingTimeInMillis: () => milliseconds,
});

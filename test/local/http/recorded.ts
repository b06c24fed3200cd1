import type { Asking } from "../serving";

/**
 * One request as AWS's Function URLs and HTTP APIs pass it to a function.
 *
 * The shapes are those that vokerhttp/testdata of https://github.com/hotsock/voker recorded on 10 July 2026 (the files
 * functionurl-request.json and apigwv2-request.json): which members there are, what is decoded, where the cookies are.
 * The values are made up. Members that the recorder's types added, with empty values, are left out.
 */
export const recordedRequest: Asking = {
  method: "POST",
  path: "/posts/a%20title?tag=one&tag=two&back=https%3A%2F%2Fblog.example%2Fa&plus=a+b&encoded=a%2Bb&empty=",
  headers: [
    ...["user-agent", "test/1", "accept", "*/*", "x-twice", "first", "x-twice", "second"],
    ...["content-type", "application/json", "cookie", "session=abc; theme=dark"],
  ],
  body: '{"title":"λ"}',
};

const common = {
  version: "2.0",
  routeKey: "$default",
  rawQueryString: "tag=one&tag=two&back=https%3A%2F%2Fblog.example%2Fa&plus=a+b&encoded=a%2Bb&empty=",
  cookies: ["session=abc", "theme=dark"],
  queryStringParameters: { back: "https://blog.example/a", empty: "", encoded: "a+b", plus: "a b", tag: "one,two" },
  body: '{"title":"λ"}',
  isBase64Encoded: false,
};

const headers = {
  accept: "*/*",
  "content-length": "14",
  "content-type": "application/json",
  "user-agent": "test/1",
  "x-amzn-trace-id": "Root=1-5a5145aa-290a323a5de9a2e0636377d4",
  "x-forwarded-for": "192.0.2.1",
  "x-forwarded-port": "443",
  "x-forwarded-proto": "https",
  "x-twice": "first,second",
};

const http = {
  method: "POST",
  path: "/posts/a title",
  protocol: "HTTP/1.1",
  sourceIp: "192.0.2.1",
  userAgent: "test/1",
};

const time = { routeKey: "$default", stage: "$default", time: "10/Jul/2026:19:19:06 +0000", timeEpoch: 1783711146671 };

export const recordings = [
  {
    source: "function-url",
    event: {
      ...common,
      rawPath: "/posts/a%20title",
      headers: {
        ...headers,
        cookie: "session=abc; theme=dark",
        host: "abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-west-2.on.aws",
        "x-amzn-tls-cipher-suite": "TLS_AES_128_GCM_SHA256",
        "x-amzn-tls-version": "TLSv1.3",
      },
      requestContext: {
        accountId: "anonymous",
        apiId: "abcdefghijklmnopqrstuvwxyz012345",
        domainName: "abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-west-2.on.aws",
        domainPrefix: "abcdefghijklmnopqrstuvwxyz012345",
        http,
        requestId: "11111111-2222-3333-4444-555555555555",
        ...time,
      },
    },
  },
  {
    source: "http-api",
    event: {
      ...common,
      rawPath: "/posts/a title",
      headers: { ...headers, host: "abcdefghij.execute-api.us-west-2.amazonaws.com" },
      requestContext: {
        accountId: "111122223333",
        apiId: "abcdefghij",
        domainName: "abcdefghij.execute-api.us-west-2.amazonaws.com",
        domainPrefix: "abcdefghij",
        http,
        requestId: "L0SM9cOFvHcCIhw=",
        ...time,
      },
    },
  },
] as const;

/**
 * Paths as they were sent and as an HTTP API matched and passed them, with undefined for a path that it rejected. The
 * shapes are those of ingress-paths.json in the same folder.
 */
export const recordedPaths: readonly (readonly [sent: string, passed: string | undefined])[] = [
  ["/a/plain", "/a/plain"],
  ["/a/space%20b", "/a/space b"],
  ["/a/question%3Fb", "/a/question"],
  ["/a/percent%25dog", undefined],
  ["/a/hash%23b", "/a/hash#b"],
  ["/a/slash%2Fb", "/a/slash/b"],
  ["/a/unicode-%CE%BB-%E4%B8%96", "/a/unicode-λ-世"],
  ["/a/literal%252Fb", "/a/literal/b"],
  ["/a/literal%253Fb", "/a/literal?b"],
  ["/a/literal%2525b", "/a/literal%b"],
];

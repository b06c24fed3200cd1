/** Makes the HTTP requests that are sent to each port. */
import fc from "fast-check";
import { services } from "../../local/dynamodb/operations/operations";
import type { Json } from "../../local/shared/json";
import { encodeLoosely, hostile } from "../support/arbitrary-request";
import { body, broken, headerValue, scrap, vast } from "./hostile";
import { type HttpCases, httpCases } from "./http-message";
import type { FuzzedPlatform } from "./platform";

const TABLE = "blogapp-development-posts";
const KEY = { id: { S: "1" } };

/** Leaves out what would end a request line, and what is more than a byte. */
const withoutSpaces = (text: string) => text.replace(/[^\x21-\xff]/g, "");

/** Texts that a request may carry where a client chose them: as they are, or encoded. */
const pathPart = fc.oneof(
  hostile.map(withoutSpaces),
  hostile.map((text) => withoutSpaces(encodeLoosely(text))),
  fc.constantFrom("..", ".", "//", "%2e%2e", "%2f", "%", "%zz", "%25%32%65", "%c0%af", "@", "{id}", "a".repeat(9_000)),
);
const query = fc.oneof(
  fc.constant(""),
  fc.tuple(pathPart, pathPart).map(([name, value]) => `?${name}=${value}&${name}`),
);
const below = (...roots: string[]) =>
  fc
    .tuple(fc.constantFrom(...roots), fc.array(pathPart, { maxLength: 3 }), query)
    .map(([root, parts, rest]) => `${[root, ...parts].join("/")}${rest}`);

/** Makes bodies of which half are right ones with a part that is something else. */
const bodiesLike = (...right: readonly Json[]) =>
  fc.oneof(
    body,
    fc
      .tuple(fc.constantFrom(...right), fc.nat(9), scrap)
      .map(([value, place, by]) => Buffer.from(broken(value, [place], by))),
  );

const api = (token: string): HttpCases => ({
  targets: below(
    "",
    "/health",
    "/docs",
    "/api/v1/posts",
    "/api/v1/comments",
    "/api/v1/favorites",
    "/api/v1/posts/1/comments",
  ),
  headers: fc.record(
    {
      "content-type": fc.constantFrom("application/json", "text/plain", "multipart/form-data; boundary=x", ""),
      authorization: fc.oneof(
        fc.constant(`Bearer ${token}`),
        headerValue.map((text) => `Bearer ${text}`),
      ),
    },
    { requiredKeys: [] },
  ),
  bodies: bodiesLike({ title: "a", content: "b" }, { content: "b" }),
});

const gateway = (stage: string): HttpCases => ({
  targets: below(
    "",
    `${stage}/broadcast/comments`,
    `${stage}/@connections`,
    `${stage}/%40connections`,
    `${stage}/@connections/AAAAAAAAAAAAAAA=`,
    "/_local/tokens",
    "/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com",
    stage,
  ),
  headers: fc.record(
    { "content-type": fc.constantFrom("application/json", "application/octet-stream", "") },
    { requiredKeys: [] },
  ),
  bodies: bodiesLike({ uid: "a", email: "a@b" }, { type: "t", data: { message: "m" } }),
});

const word = fc.constantFrom(
  ..."( ) , . [ ] = <> < >= + - # : AND OR NOT BETWEEN IN SET REMOVE ADD DELETE a #n :v :v id size( contains( if_not_exists( 9 é".split(
    " ",
  ),
);
const expression = fc.oneof(
  fc.array(word, { maxLength: 14 }).map((words) => words.join(" ")),
  fc.constantFrom(
    "(".repeat(4_000),
    "NOT ".repeat(900),
    `a${"[0]".repeat(1_200)}`,
    "a".repeat(5_000),
    "a = :v ".repeat(600),
  ),
);
/** Requests that would be right if the expression were. */
const requests: Readonly<Record<string, (text: string) => Json>> = {
  PutItem: (text) => ({ TableName: TABLE, Item: { ...KEY, a: { L: [{ N: "1" }] } }, ConditionExpression: text }),
  UpdateItem: (text) => ({
    TableName: TABLE,
    Key: KEY,
    UpdateExpression: text,
    ExpressionAttributeValues: { ":v": { N: "1" } },
  }),
  Query: (text) => ({
    TableName: TABLE,
    KeyConditionExpression: text,
    ExpressionAttributeValues: { ":v": { S: "1" } },
  }),
  Scan: (text) => ({ TableName: TABLE, FilterExpression: text, Limit: 5 }),
  GetItem: (text) => ({ TableName: TABLE, Key: KEY, ProjectionExpression: text }),
  BatchWriteItem: () => ({ RequestItems: { [TABLE]: [{ PutRequest: { Item: KEY } }] } }),
  TransactWriteItems: (text) => ({
    TransactItems: [{ ConditionCheck: { TableName: TABLE, Key: KEY, ConditionExpression: text } }],
  }),
  UpdateTable: () => ({ TableName: "other" }),
  UpdateTimeToLive: () => ({ TableName: "other" }),
  TagResource: () => ({ ResourceArn: `arn:aws:dynamodb:ap-northeast-1:000000000000:table/${TABLE}`, Tags: [] }),
  GetRecords: () => ({ ShardIterator: "x" }),
  GetShardIterator: () => ({ StreamArn: "arn", ShardId: "x".repeat(30), ShardIteratorType: "LATEST" }),
};
/** All but DeleteTable: the API and the functions need the tables that there are. */
const operations = services.flatMap(({ target, operations: all }) =>
  [...all.keys()].filter((name) => name !== "DeleteTable").map((name) => `${target}.${name}`),
);
const inputs = fc
  .record({
    target: fc.constantFrom(...operations, "TrentService.GenerateMac", "TrentService.Sign"),
    text: expression,
    path: fc.array(fc.nat({ max: 20 }), { maxLength: 5 }),
    by: scrap,
    breaks: fc.boolean(),
  })
  .map(({ target, text, path, by, breaks }) => {
    const right = requests[target.split(".")[1] ?? ""]?.(text) ?? { TableName: TABLE, KeyId: "a", Message: "AQ==" };
    return { target, body: Buffer.from(breaks ? broken(right, path, by) : JSON.stringify(right)) };
  });

const JSON_1_0 = { "content-type": "application/x-amz-json-1.0" };
const cases = (given: HttpCases) => ({
  cases: httpCases(given),
  vast: fc.tuple(httpCases(given), vast).map(([request, body]) => ({ ...request, body, signed: true })),
});
const members = (size: number, name: string, value: string) =>
  Array.from({ length: size / (value.length + 10) }, (_, index) => `"${name}${index}":${value}`).join();
const elements = (size: number, value: string) => `[${`${value},`.repeat(size / (value.length + 1))}${value}]`;
const put = (members: string) => `{"TableName":"${TABLE}","Item":{"id":{"S":"1"},${members}}}`;
const update = (members: string) =>
  `{"TableName":"${TABLE}","Key":${JSON.stringify(KEY)},"UpdateExpression":"SET a = :v",${members}}`;
/** Requests of megabytes that are right but for their size, of the values that cost the most to read. */
const vastRequests: readonly (readonly [operation: string, body: (size: number) => string])[] = [
  ["PutItem", (size) => put(`"a":{"L":${elements(size, '{"N":"1"}')}}`)],
  ["PutItem", (size) => put(`"a":{"L":${elements(size, '{"S":""}')}}`)],
  ["PutItem", (size) => put(`"a":{"L":${elements(size, '{"M":{}}')}}`)],
  ["PutItem", (size) => put(`"a":{"M":{${members(size, "k", '{"N":"1"}')}}}`)],
  ["PutItem", (size) => put(members(size, "k", '{"N":"1"}'))],
  ["PutItem", (size) => put(`"a":{"NS":[${Array.from({ length: size / 9 }, (_, index) => `"${index}"`).join()}]}`)],
  ["UpdateItem", (size) => update(`"ExpressionAttributeValues":{${members(size, ":v", '{"N":"1"}')}}`)],
  ["UpdateItem", (size) => update(`"ExpressionAttributeNames":{${members(size, "#n", '"a"')}}`)],
  [
    "BatchWriteItem",
    (size) => {
      const item = (_: unknown, index: number) =>
        `{"PutRequest":{"Item":{"id":{"S":"${index}"},"a":{"L":${elements(size / 25, '{"N":"1"}')}}}}}`;
      return `{"RequestItems":{"${TABLE}":[${Array.from({ length: 25 }, item).join()}]}}`;
    },
  ],
];
const vastInputs = fc
  .tuple(fc.constantFrom(...vastRequests), fc.constantFrom(400_000, 3_600_000, 15_000_000))
  .map(([[operation, make], size]) => ({ target: `DynamoDB_20120810.${operation}`, body: Buffer.from(make(size)) }));

const authorized = <Case extends { readonly headers: Readonly<Record<string, string>> }>(
  request: Case,
  { target, body }: { readonly target: string; readonly body: Buffer },
) => ({
  ...request,
  body,
  headers: { ...request.headers, "x-amz-target": target },
  // Whoever is not known gets no further than the door.
  signed: true,
});

/** One side of a port, with what is sent to it. */
export const httpLanes = ({ ports, stage, token }: Pick<FuzzedPlatform, "ports" | "stage" | "token">) => ({
  api: { port: ports.api, service: "execute-api" as const, ...cases(api(token)) },
  gateway: { port: ports.gateway, service: "execute-api" as const, ...cases(gateway(stage)) },
  dynamodb: {
    port: ports.dynamodb,
    service: "dynamodb" as const,
    vast: fc
      .tuple(
        httpCases({ targets: fc.constant("/"), headers: fc.constant(JSON_1_0), methods: fc.constant("POST") }),
        vastInputs,
      )
      .map(([request, input]) => authorized(request, input)),
    cases: fc
      .tuple(
        httpCases({
          targets: fc.oneof({ weight: 9, arbitrary: fc.constant("/") }, { weight: 1, arbitrary: below("/") }),
          headers: fc.record({
            "content-type": fc.oneof(
              { weight: 9, arbitrary: fc.constant("application/x-amz-json-1.0") },
              { weight: 1, arbitrary: fc.constantFrom("application/x-amz-json-1.1", "", "text/plain") },
            ),
            "x-amz-target": fc.oneof(
              fc.constantFrom(...operations, "TrentService.GenerateMac"),
              headerValue.map((text) => text.replace(/[^\x20-\x7e]/g, "")),
            ),
          }),
          methods: fc.oneof(
            { weight: 9, arbitrary: fc.constant("POST") },
            { weight: 1, arbitrary: fc.constantFrom("GET", "PUT", "OPTIONS") },
          ),
        }),
        fc.option(inputs, { freq: 4 }),
      )
      .map(([request, input]) => (input ? authorized(request, input) : request)),
  },
});

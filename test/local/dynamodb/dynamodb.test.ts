import { once } from "node:events";
import fs from "node:fs";
import { connect } from "node:net";
import os from "node:os";
import path from "node:path";
import {
  BatchGetItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ListBackupsCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { TableDefinition } from "../../../local/definition/model";
import { DynamoDb } from "../../../local/dynamodb/dynamodb";
import type { Authenticate } from "../../../local/iam/authentication";
import { readPolicy } from "../../../local/iam/policy";
import type { Port } from "../../../local/ports/port";
import { FakeClock } from "../fake-clock";
import { ask, serving } from "../serving";
import { until } from "../until";

const place = { account: "000000000000", region: "eu-west-1", partition: "aws", suffix: "amazonaws.com" };
const ARN = "arn:aws:dynamodb:eu-west-1:000000000000:table/posts";
const posts: TableDefinition = {
  name: "posts",
  arn: ARN,
  key: { hash: "id", range: undefined },
  attributes: { id: "S", feed: "S" },
  indexes: [{ name: "by_feed", key: { hash: "feed", range: undefined }, projection: "ALL", nonKeyAttributes: [] }],
  timeToLive: undefined,
  stream: undefined,
};
const connections: TableDefinition = {
  ...posts,
  name: "connections",
  attributes: { id: "S" },
  indexes: [],
  timeToLive: "ttl",
};
const Statement = [
  { Effect: "Allow", Action: ["dynamodb:PutItem", "dynamodb:BatchGetItem"], Resource: ARN },
  { Effect: "Allow", Action: "dynamodb:Query", Resource: `${ARN}/index/by_feed` },
];
const identity = {
  arn: "arn:aws:sts::000000000000:assumed-role/api/api",
  userId: "AROA:api",
  policy: readPolicy(JSON.stringify({ Statement }), "test"),
};
const developer = { arn: "arn:aws:iam::000000000000:user/developer", userId: "AIDA", policy: undefined };
/** Tells callers apart by their access key; signatures have a test of their own. */
const authenticate: Authenticate = ({ headers: { authorization } }) => {
  if (authorization === undefined)
    return {
      error: { type: "MissingAuthenticationTokenException", message: "Request is missing Authentication Token" },
    };
  return { identity: authorization.includes("ASIAAPI") ? identity : developer };
};

const program = path.join(__dirname, "../../../dist/local/database.cjs");
const root = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-dynamodb-"));

let folder: string;
let stops: (() => Promise<void>)[];
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(root, "own-"));
  stops = [];
});
afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
});

/** A database for all tests that neither depend on what is in it nor change how it is. */
let shared: Awaited<ReturnType<typeof running>>;
beforeAll(async () => {
  folder = path.join(root, "shared");
  stops = [];
  shared = await running();
});
afterEach(() => {
  shared.hints.length = 0;
});
afterAll(async () => {
  await shared.stop();
  fs.rmSync(root, { recursive: true });
});

async function running(tables = [posts, connections], clock = new FakeClock(), more: object = {}) {
  const hints: string[] = [];
  const data = path.join(folder, "dynamodb");
  const database = await DynamoDb.start({
    program,
    folder: data,
    place,
    tables,
    authenticate,
    clock,
    hint: (text) => hints.push(text),
    ...more,
  });
  const port = await serving({ request: (request, response) => database.handle(request, response) });
  const client = (accessKeyId: string) =>
    new DynamoDBClient({
      endpoint: `http://127.0.0.1:${port.number}`,
      region: "eu-west-1",
      credentials: { accessKeyId, secretAccessKey: "any" },
      maxAttempts: 1,
    });
  const developer = client("AKIAANYBODY");
  const caller = client("ASIAAPI");
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    developer.destroy();
    caller.destroy();
    await port.stop();
    await database.stop();
  };
  stops.push(stop);
  return { developer, caller, port, clock, hints, stop };
}
const put = (id: string, more: object = {}) =>
  new PutItemCommand({ TableName: "posts", Item: { id: { S: id }, ...more } });

describe("the tables", () => {
  test("are those of the definition", async () => {
    const { developer } = shared;
    expect((await developer.send(new ListTablesCommand({}))).TableNames).toEqual(["connections", "posts"]);
    const { Table } = await developer.send(new DescribeTableCommand({ TableName: "posts" }));
    expect(Table).toMatchObject({
      TableArn: ARN,
      TableStatus: "ACTIVE",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [{ IndexName: "by_feed", IndexStatus: "ACTIVE", Projection: { ProjectionType: "ALL" } }],
    });
  });

  test("keep their items from run to run", async () => {
    const first = await running();
    await first.developer.send(put("1"));
    await first.stop();
    const { developer } = await running();
    const { Item } = await developer.send(new GetItemCommand({ TableName: "posts", Key: { id: { S: "1" } } }));
    expect(Item).toEqual({ id: { S: "1" } });
  });

  test("are made again if one was deleted", async () => {
    const first = await running();
    await first.developer.send(new DeleteTableCommand({ TableName: "posts" }));
    const names = async () => (await first.developer.send(new ListTablesCommand({}))).TableNames;
    while ((await names())?.includes("posts"));
    await first.stop();
    const { developer } = await running();
    expect((await developer.send(new ListTablesCommand({}))).TableNames).toContain("posts");
  });

  /** A data folder in which the table `posts` has an item. */
  const filled = path.join(root, "filled");
  beforeAll(async () => {
    folder = filled;
    const first = await running();
    await first.developer.send(put("1"));
    await first.stop();
  });

  test.each<[string, TableDefinition, string]>([
    ["key", { ...posts, key: { hash: "id", range: "feed" } }, "its key is id (S), not id (S), feed (S)"],
    ["key's type", { ...posts, attributes: { id: "N", feed: "S" } }, "its key is id (S), not id (N)"],
    [
      "indexes",
      { ...posts, attributes: { id: "S" }, indexes: [] },
      "its index by_feed is feed (S) with ALL, not missing",
    ],
    [
      "index",
      { ...posts, indexes: posts.indexes.map((index) => ({ ...index, projection: "KEYS_ONLY" as const })) },
      "its index by_feed is feed (S) with ALL, not feed (S) with KEYS_ONLY",
    ],
  ])(
    "keep their items when the definition has another %s: it says what differs and what to do",
    async (_, table, difference) => {
      fs.cpSync(filled, folder, { recursive: true });
      await expect(running([table, connections])).rejects.toThrow(
        `The table posts in ${folder}/dynamodb is not the one of the definition: ${difference}. Undo that change, or delete that folder`,
      );
      const { developer } = await running();
      expect((await developer.send(new ScanCommand({ TableName: "posts" }))).Count).toBe(1);
    },
  );
});

describe("the data folder", () => {
  test("cannot be used by two at once", async () => {
    folder = path.join(root, "shared");
    await expect(running()).rejects.toThrow(
      `The data in ${folder}/dynamodb is in use by another run of the local cloud: stop that one first.`,
    );
  });

  test("that is damaged is refused, with what to do", async () => {
    const first = await running();
    await first.stop();
    fs.writeFileSync(path.join(folder, "dynamodb", "level", "CURRENT"), "MANIFEST-999999\n");
    await expect(running()).rejects.toThrow(
      /^The data in .*dynamodb is damaged \(CURRENT was changed\): put a backup in its place, or move the folder away to start with empty tables\. Nothing in it was changed\.$/,
    );
  });
});

describe("a function", () => {
  test("may do what its policy allows, on tables and on indexes", async () => {
    const { caller } = shared;
    await caller.send(put("1", { feed: { S: "a" } }));
    const query = {
      TableName: "posts",
      IndexName: "by_feed",
      KeyConditionExpression: "feed = :a",
      ExpressionAttributeValues: { ":a": { S: "a" } },
    };
    expect((await caller.send(new QueryCommand(query))).Count).toBe(1);
  });

  test("is refused everything else, in AWS's words", async () => {
    const { caller } = shared;
    await expect(caller.send(new ScanCommand({ TableName: "posts" }))).rejects.toMatchObject({
      name: "AccessDeniedException",
      $metadata: { httpStatusCode: 400 },
      message: `User: arn:aws:sts::000000000000:assumed-role/api/api is not authorized to perform: dynamodb:Scan on resource: ${ARN} because no identity-based policy allows the dynamodb:Scan action`,
    });
    await expect(caller.send(new QueryCommand({ TableName: "posts" }))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
    await expect(
      caller.send(new PutItemCommand({ TableName: "connections", Item: { id: { S: "1" } } })),
    ).rejects.toMatchObject({ name: "AccessDeniedException" });
    await expect(caller.send(new ListTablesCommand({}))).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  test("is refused a batch if one of its tables is not allowed", async () => {
    const { caller } = shared;
    const Keys = [{ id: { S: "1" } }];
    await caller.send(new BatchGetItemCommand({ RequestItems: { posts: { Keys } } }));
    await expect(
      caller.send(new BatchGetItemCommand({ RequestItems: { posts: { Keys }, connections: { Keys } } })),
    ).rejects.toMatchObject({ name: "AccessDeniedException" });
  });
});

test("any other key is the developer's, who may do everything", async () => {
  const { developer } = shared;
  await developer.send(new PutItemCommand({ TableName: "connections", Item: { id: { S: "anybody's" } } }));
  const { Items } = await developer.send(new ScanCommand({ TableName: "connections" }));
  expect(Items).toEqual([{ id: { S: "anybody's" } }]);
});

describe("time to live", () => {
  const item = (id: string, ttl: number | string) =>
    new PutItemCommand({
      TableName: "connections",
      Item: { id: { S: id }, ttl: typeof ttl === "number" ? { N: String(ttl) } : { S: ttl } },
    });

  test("is what the definition says", async () => {
    const { developer } = shared;
    const describe = async (TableName: string) =>
      (await developer.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;
    expect(await describe("connections")).toEqual({ TimeToLiveStatus: "ENABLED", AttributeName: "ttl" });
    expect(await describe("posts")).toEqual({ TimeToLiveStatus: "DISABLED" });
    await expect(describe("gone")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    const update = (AttributeName: string) =>
      developer.send(
        new UpdateTimeToLiveCommand({
          TableName: "connections",
          TimeToLiveSpecification: { AttributeName, Enabled: true },
        }),
      );
    await expect(update("ttl")).rejects.toMatchObject({ message: "TimeToLive is already enabled" });
    await expect(update("other")).rejects.toMatchObject({
      message: "TimeToLive is active on a different AttributeName: current AttributeName is ttl",
    });
  });

  test("removes expired items in the background, and only those", async () => {
    const { developer, clock } = await running();
    const now = Math.floor(clock.now() / 1000);
    const years = 365 * 24 * 60 * 60;
    await developer.send(item("expired", now - 1));
    await developer.send(item("alive", now + 3600));
    await developer.send(item("text", String(now - 1)));
    await developer.send(item("milliseconds", now * 1000));
    await developer.send(item("mistaken", now - 6 * years));
    await developer.send(new PutItemCommand({ TableName: "connections", Item: { id: { S: "without" } } }));
    expect((await developer.send(new ScanCommand({ TableName: "connections" }))).Count).toBe(6);
    clock.advance(60_000);
    const scan = () => developer.send(new ScanCommand({ TableName: "connections" }));
    while ((await scan()).Count === 6);
    const { Items } = await scan();
    expect(Items?.map(({ id }) => id?.S).sort()).toEqual(["alive", "milliseconds", "mistaken", "text", "without"]);
  });
});

describe("what is not emulated is refused", () => {
  const post = (port: Port, headers: readonly string[], body = "{}") => ask(port, { method: "POST", headers, body });
  const signed = [
    "authorization",
    "AWS4-HMAC-SHA256 Credential=AKIAX/20260304/eu-west-1/x/aws4_request, SignedHeaders=host, Signature=0",
  ];

  test("an operation that is not in the table of operations, as AWS refuses it, with a hint", async () => {
    const { developer, hints } = shared;
    await expect(developer.send(new ListBackupsCommand({}))).rejects.toMatchObject({
      name: "UnknownOperationException",
      $metadata: { httpStatusCode: 400 },
    });
    expect(hints).toEqual(["DynamoDB's ListBackups is not emulated."]);
  });

  test("another service, by name", async () => {
    const { port } = shared;
    const answer = await post(port, [
      ...signed,
      "x-amz-target",
      "AmazonSNS.Publish",
      "content-type",
      "application/x-amz-json-1.0",
    ]);
    expect(answer).toMatchObject({
      status: 400,
      body: expect.stringContaining("The local cloud has DynamoDB, KMS and SQS only; this is AmazonSNS.Publish."),
    });
    expect((await ask(port)).body).toContain("this is something else");
  });

  test.each([
    ["without a signature", [], "{}", "MissingAuthenticationTokenException"],
    ["with a body that is no object", signed, "[]", "SerializationException"],
    ["with a body that is no JSON", signed, "{", "SerializationException"],
    [
      "as a form, which a web page could send unseen",
      [...signed, "content-type", "text/plain"],
      "{}",
      "UnknownOperationException",
    ],
  ])("a request %s", async (_, headers, body, type) => {
    const { port } = shared;
    const content = headers.includes("content-type") ? [] : ["content-type", "application/x-amz-json-1.0"];
    const answer = await post(port, ["x-amz-target", "DynamoDB_20120810.ListTables", ...content, ...headers], body);
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining(type) });
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
  });
});

test("an answer carries the checksum that AWS's clients look at", async () => {
  const { port } = shared;
  const headers = [
    "x-amz-target",
    "DynamoDB_20120810.ListTables",
    "content-type",
    "application/x-amz-json-1.0",
    "authorization",
    "AWS4-HMAC-SHA256 Credential=A/b",
  ];
  const answer = await ask(port, { method: "POST", headers, body: "{}" });
  expect(answer.body).toBe('{"TableNames":["connections","posts"]}');
  expect(answer.headers["x-amz-crc32"]).toBe("3721870833");
});

describe("a body that means harm", () => {
  const headers = [
    ...["x-amz-target", "DynamoDB_20120810.PutItem", "content-type", "application/x-amz-json-1.0"],
    ...["authorization", "AWS4-HMAC-SHA256 Credential=A/b"],
  ];
  const item = (value: string) => `{"TableName":"posts","Item":{"id":{"S":"1"},"v":${value}}}`;

  test.each([
    ["nested far deeper than any stack", `${"[".repeat(2e5)}${"]".repeat(2e5)}`, "SerializationException"],
    [
      "nested far deeper than any stack in a value",
      item(`${'{"L":['.repeat(2e5)}${"]}".repeat(2e5)}`),
      "ValidationException",
    ],
    ["with a number of a million digits", item(`{"N":"${"9".repeat(1e6)}"}`), "ValidationException"],
    ["with a number too large for JSON", item(`{"N":${"9".repeat(1e6)}}`), "SerializationException"],
    ["with a name of a million characters", `{"TableName":"${"x".repeat(1e6)}"}`, "ValidationException"],
    ["with half a character", item('{"X":"\\ud800"}'), "ValidationException"],
    ["that would change what all objects are", '{"__proto__":{"TableName":"posts"}}', "ValidationException"],
  ])("%s is refused", async (_, body, type) => {
    const { port, hints } = shared;
    const answer = await ask(port, { method: "POST", headers, body });
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining(type) });
    expect(hints).toEqual([]);
  });

  test("that its sender does not finish is no failure of the database", async () => {
    const { port, hints, developer } = shared;
    const socket = connect(port.number, "127.0.0.1");
    socket.end(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{`);
    await once(socket.resume(), "close");
    await developer.send(put("1"));
    expect(hints).toEqual([]);
  });

  test("larger than 16 MB is refused", async () => {
    const { port } = shared;
    const answer = await ask(port, { method: "POST", headers, body: Buffer.alloc(16 * 1024 * 1024 + 1, " ") });
    expect(answer.status).toBe(413);
  });
});

/** A program in which the disk is full, or every read takes for ever, as long as there is a file `full` or `stuck`. */
function disturbed(): string {
  const file = path.join(folder, "disturbed.cjs");
  const code = `
    const { createRequire } = require("node:module");
    const fs = require("node:fs");
    const { ClassicLevel } = createRequire(${JSON.stringify(program)})("classic-level");
    const is = (name) => fs.existsSync(${JSON.stringify(folder)} + "/" + name);
    const { batch } = ClassicLevel.prototype;
    ClassicLevel.prototype.batch = function (...changes) {
      return is("full") ? Promise.reject(new Error("IO error: No space left on device")) : batch.apply(this, changes);
    };
    const { getSync } = ClassicLevel.prototype;
    ClassicLevel.prototype.getSync = function (...key) {
      while (is("stuck")) fs.writeFileSync(${JSON.stringify(folder)} + "/waiting", "");
      return getSync.apply(this, key);
    };
    require(${JSON.stringify(program)});
  `;
  fs.writeFileSync(file, code);
  return file;
}
const begin = (disturbance: string) => fs.writeFileSync(path.join(folder, disturbance), "");
const end = (disturbance: string) => fs.rmSync(path.join(folder, disturbance));

describe("a full disk", () => {
  test("fails writes with AWS's own error and a hint, ends nothing, and is over when there is room again", async () => {
    const { developer, hints } = await running(undefined, undefined, { program: disturbed() });
    await developer.send(put("1"));
    begin("full");
    await expect(developer.send(put("2"))).rejects.toMatchObject({
      name: "InternalServerError",
      $metadata: { httpStatusCode: 500 },
    });
    expect(hints).toEqual(["DynamoDB answers 500: IO error: No space left on device"]);
    end("full");
    await developer.send(put("3"));
    const { Items } = await developer.send(new ScanCommand({ TableName: "posts" }));
    expect(Items?.map(({ id }) => id?.S).sort()).toEqual(["1", "3"]);
  });
});

describe("a request that takes long", () => {
  test("holds up nothing else in this process", async () => {
    const { developer } = await running(undefined, undefined, { program: disturbed() });
    begin("stuck");
    const answer = developer.send(put("1"));
    // If the database ran in this thread, nobody would be there to see it wait, nor to end that.
    await until(() => fs.existsSync(path.join(folder, "waiting")));
    end("stuck");
    await answer;
  });

  test("that needs more memory than the database has fails alone, and what was answered is kept", async () => {
    const { developer, port, hints } = await running(undefined, undefined, { heapMegabytes: 32 });
    await developer.send(put("1"));
    const body = `{"TableName":"posts","Item":{"id":{"S":"2"},"l":{"L":[${Array(600_000).fill('{"S":""}').join()}]}}}`;
    const answer = await ask(port, {
      method: "POST",
      headers: [
        ...["x-amz-target", "DynamoDB_20120810.PutItem", "content-type", "application/x-amz-json-1.0"],
        ...["authorization", "AWS4-HMAC-SHA256 Credential=AKIAANYBODY/20260304/eu-west-1/dynamodb/aws4_request"],
      ],
      body,
    });
    expect(answer.status).toBe(500);
    expect(hints.join()).toMatch(/The database ended \(.*memory.*\) and starts again/);
    const { Items } = await developer.send(new ScanCommand({ TableName: "posts" }));
    expect(Items).toEqual([{ id: { S: "1" } }]);
  });
});

describe("the streams of tables", () => {
  const streamingPosts: TableDefinition = { ...posts, stream: "NEW_IMAGE" };
  const post = async (port: Port, key: string, operation: string, input: object) => {
    const headers = [
      ...["x-amz-target", `DynamoDBStreams_20120810.${operation}`, "content-type", "application/x-amz-json-1.0"],
      ...["authorization", `AWS4-HMAC-SHA256 Credential=${key}/20260304/eu-west-1/x/aws4_request`],
    ];
    const { body } = await ask(port, { method: "POST", headers, body: JSON.stringify(input) });
    return JSON.parse(body);
  };

  test("are on the same port, and a function needs to be allowed to read them", async () => {
    const { port, developer } = await running([streamingPosts, connections]);
    await developer.send(put("1"));
    const { Streams } = await post(port, "AKIAANYBODY", "ListStreams", { TableName: "posts" });
    const [{ StreamArn }] = Streams;
    expect(StreamArn).toBe(`${ARN}/stream/2026-03-04T05:06:07.089`);
    expect((await post(port, "ASIAAPI", "DescribeStream", { StreamArn })).Message).toBe(
      `User: ${identity.arn} is not authorized to perform: dynamodb:DescribeStream on resource: ${StreamArn} because no identity-based policy allows the dynamodb:DescribeStream action`,
    );
    const { StreamDescription } = await post(port, "AKIAANYBODY", "DescribeStream", { StreamArn });
    const { ShardIterator } = await post(port, "AKIAANYBODY", "GetShardIterator", {
      StreamArn,
      ShardId: StreamDescription.Shards[0].ShardId,
      ShardIteratorType: "TRIM_HORIZON",
    });
    const { Records } = await post(port, "AKIAANYBODY", "GetRecords", { ShardIterator });
    expect(Records).toMatchObject([{ eventName: "INSERT", dynamodb: { NewImage: { id: { S: "1" } } } }]);
    expect((await post(port, "ASIAAPI", "GetRecords", { ShardIterator })).__type).toContain("AccessDeniedException");
  });
});

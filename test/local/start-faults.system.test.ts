/** Each kind of fault once in a running local cloud, and a run that is reproduced exactly. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { GenerateMacCommand, KMSClient } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { FaultScenario } from "../../local/faults/scenario";
import { type LocalCloud, startLocalCloud } from "../../local/local-cloud";
import { FILE } from "./definition/synthesized";
import { FakeClock } from "./fake-clock";
import { present } from "./gateway-fixtures";
import { until } from "./until";
import { Client } from "./websocket-client";

const DIST = path.resolve(__dirname, "../../dist");
const POSTS = "blogapp-development-posts";
const CONNECTIONS = "blogapp-development-websocket-connections";
const key = { id: { S: "post" } };
const gone = "L0SM9cOFvHcCIhw=";

/** A local cloud with faults, and the SDK's clients of the developer. They do not repeat what failed. */
async function start(data: string, faults: FaultScenario | string) {
  // The SDK signs with the machine's time.
  const clock = new FakeClock(Date.now());
  const shown: string[] = [];
  const cloud = await startLocalCloud({
    definition: FILE,
    dist: DIST,
    ports: { api: 0, gateway: 0, dynamodb: 0 },
    output: { write: (text) => shown.push(text) },
    ...{ data, clock, faults },
  });
  const { credentials, dynamodbUrl: endpoint, websocketUrl, definition } = cloud;
  const settings = { credentials, region: definition.place.region, maxAttempts: 1 };
  const connections = present(websocketUrl).replace("ws:", "http:");
  return {
    ...{ cloud, clock, shown },
    database: new DynamoDBClient({ ...settings, endpoint }),
    kms: new KMSClient({ ...settings, endpoint }),
    sends: new ApiGatewayManagementApiClient({ ...settings, endpoint: connections }),
  };
}
type Running = Awaited<ReturnType<typeof start>>;

/** Stops a local cloud whose clock stands still. */
async function stop({ cloud, clock, database, kms, sends }: Running): Promise<void> {
  for (const client of [database, kms, sends]) client.destroy();
  let stopped = false;
  const done = cloud.stop().then(() => {
    stopped = true;
  });
  await until(() => {
    clock.advance(500);
    return stopped;
  });
  await done;
}

/** What the cloud has shown. It shows what is logged a moment later. */
function shownBy({ clock, shown }: Running): string {
  clock.advance(1000);
  return shown.join("");
}
const connect = (cloud: LocalCloud) => Client.connect(present(cloud.websocketUrl));
const send = ({ sends }: Running, ConnectionId = gone) =>
  sends.send(new PostToConnectionCommand({ ConnectionId, Data: "hello" }));
const nameOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "done",
    (error: unknown) => String(Object(error).name),
  );

describe("in a running local cloud", () => {
  const developer = { function: "developer" };
  const dynamodb = (operation: string, nth = 1) => ({ service: "dynamodb" as const, ...developer, operation, nth });
  const sends = { service: "connections" as const, ...developer };
  const echo = { service: "lambda" as const, function: "websocket-default" };
  const scenario: FaultScenario = {
    seed: 1,
    faults: [
      {
        when: dynamodb("GetItem"),
        what: { kind: "error", error: "ProvisionedThroughputExceededException" },
      },
      { when: dynamodb("TransactWriteItems"), what: { kind: "error", error: "TransactionCanceledException" } },
      { when: dynamodb("PutItem"), what: { kind: "cut" } },
      { when: dynamodb("DeleteItem"), what: { kind: "hang" } },
      { when: dynamodb("Query"), what: { kind: "latency", milliseconds: 1000 } },
      { when: dynamodb("ListTables"), what: { kind: "jump", seconds: 3600 } },
      { when: { service: "kms", ...developer, nth: 1 }, what: { kind: "error", error: "KMSInternalException" } },
      { when: { ...sends, nth: 1 }, what: { kind: "error", error: "GoneException" } },
      { when: { ...sends, nth: { from: 2, to: 3 } }, what: { kind: "error", error: "LimitExceededException" } },
      { when: { ...sends, nth: 4 }, what: { kind: "lose" } },
      { when: { ...sends, nth: 5 }, what: { kind: "hang" } },
      { when: { ...echo, nth: 1 }, what: { kind: "crash" } },
      { when: { ...echo, nth: 3 }, what: { kind: "timeout" } },
      {
        when: { service: "dynamodb", function: "websocket-connect", operation: "TransactWriteItems", nth: 1 },
        what: { kind: "crash" },
      },
    ],
  };
  let folder: string;
  let running: Running;
  let client: Client;
  let connectionId: string;
  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-faulty-cloud-"));
    running = await start(folder, scenario);
  });
  afterAll(async () => {
    await stop(running);
    fs.rmSync(folder, { recursive: true });
  });
  const logged = () => fs.readFileSync(path.join(folder, "faults.log"), "utf8");
  const mac = () => {
    const [KeyId] = running.cloud.definition.signingKeys;
    const Message = Buffer.from("message");
    return running.kms.send(new GenerateMacCommand({ KeyId, MacAlgorithm: "HMAC_SHA_256", Message }));
  };
  const rows = async () => (await running.database.send(new ScanCommand({ TableName: CONNECTIONS }))).Items ?? [];

  test("a function crashes between its write and the answer: the handshake fails, the row is there", async () => {
    await expect(connect(running.cloud)).rejects.toThrow("Unexpected server response: 502");
    const [row] = await rows();
    expect(row).toMatchObject({ connectionId: { S: expect.any(String) } });
    expect(shownBy(running)).toMatch(/websocket-connect.*Runtime exited with error: signal: killed/);
    // The next call has an instance of its own.
    client = await connect(running.cloud);
    const ids = (await rows()).flatMap(({ connectionId: id, connectedAt }) => (connectedAt ? [id?.S] : []));
    connectionId = String(ids.find((id) => id !== row?.connectionId?.S));
  });

  test("a function crashes after its work: the client is told of an error", async () => {
    expect(JSON.parse(await client.ask("one"))).toMatchObject({ message: "Internal server error" });
    expect(shownBy(running)).toMatch(/websocket-default.*Runtime exited with error: signal: killed/);
  });

  test("a function runs out of its time", async () => {
    expect(await client.ask("two")).toBe("two");
    const answer = client.ask("three");
    await until(() => logged().includes('"timeout"'));
    running.clock.advance(30_000);
    expect(JSON.parse(await answer)).toMatchObject({ message: "Internal server error" });
    expect(shownBy(running)).toMatch(/websocket-default.*Task timed out after/);
    expect(await client.ask("four")).toBe("four");
  });

  test("a send finds its connection gone, and a burst of sends is too fast", async () => {
    const names = [];
    for (let count = 0; count < 3; count++) names.push(await nameOf(send(running, connectionId)));
    expect(names).toEqual(["GoneException", "LimitExceededException", "LimitExceededException"]);
  });

  test("a send is answered and never arrives, and one is never answered", async () => {
    const before = client.messages.length;
    expect(await nameOf(send(running, connectionId))).toBe("done");
    const abort = new AbortController();
    const { sends: gateway } = running;
    const hanging = gateway.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: "x" }), {
      abortSignal: abort.signal,
    });
    await until(() => logged().endsWith('"nth":5,"what":{"kind":"hang"}}\n'));
    expect(await nameOf(send(running, connectionId))).toBe("done");
    abort.abort();
    expect(await nameOf(hanging)).toBe("AbortError");
    await client.message(before);
    expect(client.messages.slice(before)).toEqual(["hello"]);
  });

  test("DynamoDB throttles a request and cancels a transaction for a conflict", async () => {
    const { database } = running;
    const get = new GetItemCommand({ TableName: POSTS, Key: key });
    expect(await nameOf(database.send(get))).toBe("ProvisionedThroughputExceededException");
    expect(await nameOf(database.send(get))).toBe("done");
    const Put = { TableName: POSTS, Item: key };
    const TransactItems = [{ Put }, { Put: { ...Put, Item: { id: { S: "other" } } } }];
    await expect(database.send(new TransactWriteItemsCommand({ TransactItems }))).rejects.toMatchObject({
      name: "TransactionCanceledException",
      message: expect.stringContaining("specific reasons [TransactionConflict, None]"),
      CancellationReasons: [{ Code: "TransactionConflict" }, { Code: "None" }],
    });
    expect((await database.send(get)).Item).toBeUndefined();
  });

  test("DynamoDB writes an item and does not answer", async () => {
    const { database } = running;
    await expect(database.send(new PutItemCommand({ TableName: POSTS, Item: key }))).rejects.toThrow(
      /hang up|ECONNRESET/,
    );
    expect((await database.send(new GetItemCommand({ TableName: POSTS, Key: key }))).Item).toEqual(key);
  });

  test("DynamoDB hangs without having done anything, and takes its time", async () => {
    const { database, clock } = running;
    const abort = new AbortController();
    const hanging = database.send(new DeleteItemCommand({ TableName: POSTS, Key: key }), { abortSignal: abort.signal });
    const slow = database.send(
      new QueryCommand({
        TableName: POSTS,
        KeyConditionExpression: "id = :id",
        ExpressionAttributeValues: { ":id": { S: "post" } },
      }),
    );
    let answered = false;
    void slow.then(() => {
      answered = true;
    });
    await until(() => logged().includes('"latency"') && logged().includes('"hang"'));
    expect(answered).toBe(false);
    clock.advance(1000);
    expect((await slow).Items).toEqual([key]);
    abort.abort();
    expect(await nameOf(hanging)).toBe("AbortError");
  });

  test("KMS is not available", async () => {
    expect(await nameOf(mac())).toBe("KMSInternalException");
    expect(await nameOf(mac())).toBe("done");
  });

  test("the clock jumps by an hour: signatures are out of date until the SDK has corrected its own clock", async () => {
    expect(await nameOf(mac())).toBe("done");
    expect(await nameOf(running.database.send(new ListTablesCommand({})))).toBe("done");
    expect(await nameOf(mac())).toBe("InvalidSignatureException");
    expect(await nameOf(mac())).toBe("done");
  });
});

describe("a run", () => {
  let data: string;
  beforeAll(() => {
    data = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-replay-"));
  });
  afterAll(() => fs.rmSync(data, { recursive: true }));

  /** Sends to a connection that is not there. */
  async function run() {
    const running = await start(data, path.join(__dirname, "../../docs/example-faults.json"));
    const names: string[] = [];
    for (let count = 0; count < 50; count++) names.push(await nameOf(send(running)));
    await stop(running);
    return { names, shown: shownBy(running), log: fs.readFileSync(path.join(data, "faults.log"), "utf8") };
  }

  test("of the example of the guide is reproduced exactly", async () => {
    const first = await run();
    expect(first.names).toContain("LimitExceededException");
    expect(first.log).toContain("one send in twenty");
    const second = await run();
    expect(second.names).toEqual(first.names);
    expect(second.log).toBe(first.log);
    expect(second.shown).toMatch(/The faults of this run are exactly those of the run before: \d+\./);
  });
});

test("a scenario with a mistake, and one that is not there, stop the start with their remedy", async () => {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-no-cloud-"));
  const file = path.join(data, "faults.json");
  await expect(start(data, file)).rejects.toThrow(
    /faults\.json, the scenario of faults, cannot be read \(ENOENT.*set TERRACE_FAULTS/,
  );
  fs.writeFileSync(file, "{");
  await expect(start(data, file)).rejects.toThrow(
    /faults\.json is not JSON: docs\/faults\.md has a scenario to start from\.$/,
  );
  fs.writeFileSync(file, '{"seed":1,"faults":[{"when":{"service":"kms"},"what":{"kind":"lose"}}]}');
  await expect(start(data, file)).rejects.toThrow(
    /faults\[0\]\.what\.kind: "lose" does not happen to kms; write one of error/,
  );
  fs.rmSync(data, { recursive: true });
});

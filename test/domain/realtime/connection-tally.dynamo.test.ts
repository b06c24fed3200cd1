import { PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { ConnectionTally } from "../../../domain/realtime/connection-count";
import { dynamoConnectionTally } from "../../../domain/realtime/connection-tally.dynamo";
import { newConnection } from "../../../domain/realtime/connections";
import { documentClient } from "../../../runtime/aws-clients";
import { type Dynamo, startDynamo } from "../../support/doubles/dynamo";
import { recordingLog } from "../../support/doubles/log";
import { dynamoError, type FaultyProxy, faultyProxy } from "../../support/doubles/servers/faulty-proxy";

/** The start of a window, in epoch seconds. */
const now = 1_800_000_000;
const at = (id: string, seconds: number) => newConnection(id, seconds * 1_000);

let dynamo: Dynamo;
let proxy: FaultyProxy;
let table: string;
let log: ReturnType<typeof recordingLog>;
let tally: ConnectionTally;
beforeAll(async () => {
  dynamo = await startDynamo();
  proxy = await faultyProxy(dynamo.endpoint);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.url;
  // The waits between attempts are random: the shortest is no time at all.
  jest.spyOn(Math, "random").mockReturnValue(0);
});
afterAll(async () => {
  jest.restoreAllMocks();
  await proxy.stop();
  await dynamo.stop();
});
beforeEach(async () => {
  table = await dynamo.create("connectionTally");
  log = recordingLog();
  tally = dynamoConnectionTally(documentClient(60_000), table, log);
  proxy.plan([]);
});
const rows = async () => (await dynamo.client.send(new ScanCommand({ TableName: table }))).Items;

describe("the tally of connections", () => {
  test("counts 1,000 connections by reading one item for each ten minutes, in one request that is no scan", async () => {
    const windows = Array.from({ length: 20 }, (_, n) => now - n * 600);
    const put = (window: number) =>
      dynamo.client.send(new PutCommand({ TableName: table, Item: { window: String(window), open: 1_000 } }));
    await Promise.all(windows.map(put));
    expect(await tally.count(now + 599)).toBe(14_000);
    expect(proxy.operations).toEqual(["BatchGetItem"]);
  });

  test("forgets with its window what nobody has told it of, and lets DynamoDB remove the item then", async () => {
    await tally.opened(at("a=", now));
    await tally.opened(at("b=", now + 599));
    await tally.opened(at("c=", now + 600));
    await tally.closed(at("c=", now + 600));
    expect(await rows()).toEqual(
      expect.arrayContaining([
        { window: String(now), open: 2, ttl: now + 8_400 },
        { window: String(now + 600), open: 0, ttl: now + 9_000 },
      ]),
    );
    expect(await tally.count(now + 8_399)).toBe(2);
    expect(await tally.count(now + 8_400)).toBe(0);
  });

  test("is not led below nothing by connections that it never counted", async () => {
    await tally.closed(at("a=", now));
    expect(await rows()).toEqual([]);
    await tally.opened(at("b=", now));
    for (const id of ["b=", "c=", "d="]) await tally.closed(at(id, now));
    await tally.opened(at("e=", now + 600));
    expect(await tally.count(now + 600)).toBe(1);
    expect(log.lines).toEqual([]);
  });

  test("of many connections that come and go at once is right", async () => {
    const ids = Array.from({ length: 30 }, (_, n) => `c${n}=`);
    await Promise.all(ids.map((id) => tally.opened(at(id, now))));
    await Promise.all(ids.slice(10).map((id) => tally.closed(at(id, now))));
    expect(await tally.count(now)).toBe(10);
  });

  test("logs what it could not count, and refuses nobody for it", async () => {
    proxy.plan([], dynamoError(400, "ProvisionedThroughputExceededException"));
    await tally.opened(at("a=", now));
    await tally.closed(at("a=", now), new AbortController().signal);
    expect(log.at("warn")).toMatchObject([{ fields: { connection_id: "a=" } }, { fields: { connection_id: "a=" } }]);
    await expect(tally.count(now)).rejects.toThrow();
  });
});

import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dynamoArrivals } from "../../../domain/admission/arrivals.dynamo";
import { dynamoConnectionTally } from "../../../domain/realtime/connection-tally.dynamo";
import { dynamoConnectionStore } from "../../../domain/realtime/connections.dynamo";
import { connectionStoreContract } from "../../support/contracts/connections";
import { type Dynamo, startDynamo } from "../../support/doubles/dynamo";
import { recordingLog } from "../../support/doubles/log";
import { memoryConnectionTally } from "../../support/doubles/memory/connections";
import { newRealtimeTables } from "../../support/doubles/stores";

let dynamo: Dynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

connectionStoreContract("DynamoDB", async () => {
  const tally = dynamoConnectionTally(dynamo.client, await dynamo.create("connectionTally"), recordingLog());
  const tables = await newRealtimeTables(dynamo);
  const store = {
    ...dynamoConnectionStore(dynamo.client, tables, tally),
    ...dynamoArrivals(dynamo.client, tables, tally),
  };
  return { store, tally };
});

describe("the DynamoDB store of connections, given rows that it did not write", () => {
  const now = 1_800_000_000;

  async function connectionsAmong(rows: readonly Record<string, unknown>[]) {
    const names = await newRealtimeTables(dynamo);
    for (const Item of rows) await dynamo.client.send(new PutCommand({ TableName: names.connections, Item }));
    const pages = [];
    for await (const page of dynamoConnectionStore(dynamo.client, names, memoryConnectionTally()).pages(now))
      pages.push(page);
    return pages;
  }

  test("leaves out a row whose ttl is missing or is text", async () => {
    const [page] = await connectionsAmong([
      { connectionId: "none=", connectedAt: now },
      { connectionId: "text=", connectedAt: now, ttl: String(now + 60) },
    ]);
    expect(page).toEqual([]);
  });

  test("keeps a row whose ttl is in milliseconds: it never expires, and closing it is found out by sending", async () => {
    const [page] = await connectionsAmong([{ connectionId: "a=", connectedAt: now, ttl: now * 1000 }]);
    expect(page).toEqual([{ connectionId: "a=", connectedAt: now }]);
  });

  test("takes a row that does not say when it was made for an old one, which can be forgotten", async () => {
    const names = await newRealtimeTables(dynamo);
    const store = dynamoConnectionStore(dynamo.client, names, memoryConnectionTally());
    const rows = [
      { connectionId: "none=", ttl: now + 60 },
      { connectionId: "text=", connectedAt: "yesterday", ttl: now + 60 },
    ];
    for (const Item of rows) await dynamo.client.send(new PutCommand({ TableName: names.connections, Item }));
    for await (const page of store.pages(now)) expect(page.map(({ connectedAt }) => connectedAt)).toEqual([0, 0]);
    await store.removeIfMadeBefore("none=", now);
    await store.removeIfMadeBefore("text=", now);
    for await (const page of store.pages(now)) expect(page).toEqual([]);
  });

  test("reads on after pages on which nobody is connected any more", async () => {
    const padding = "x".repeat(300_000);
    const expired = Array.from({ length: 8 }, (_, n) => ({ connectionId: `e${n}=`, connectedAt: 0, ttl: 1, padding }));
    const pages = await connectionsAmong([...expired, { connectionId: "open=", connectedAt: now, ttl: now + 60 }]);
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.flat()).toEqual([{ connectionId: "open=", connectedAt: now }]);
  });
});

import { GetCommand, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dynamoArrivals } from "../../../domain/admission/arrivals.dynamo";
import { dynamoConnectionTally } from "../../../domain/realtime/connection-tally.dynamo";
import { newConnection } from "../../../domain/realtime/connections";
import { dynamoDepartures } from "../../../domain/realtime/departures.dynamo";
import { placeOf } from "../../../domain/realtime/subscriptions";
import { dynamoSubscriptionStore } from "../../../domain/realtime/subscriptions.dynamo";
import { postTopic } from "../../../domain/realtime/topics";
import { subscriptionStoreContract } from "../../support/contracts/subscriptions";
import { type Dynamo, startDynamo } from "../../support/doubles/dynamo";
import { recordingLog } from "../../support/doubles/log";
import { memoryConnectionTally } from "../../support/doubles/memory/connections";
import { newRealtimeTables } from "../../support/doubles/stores";

let dynamo: Dynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

async function stores() {
  const tables = await newRealtimeTables(dynamo);
  const tally = dynamoConnectionTally(dynamo.client, await dynamo.create("connectionTally"), recordingLog());
  const store = dynamoSubscriptionStore(dynamo.client, tables, tally);
  return { tables, tally, store, arrivals: dynamoArrivals(dynamo.client, tables, tally) };
}

subscriptionStoreContract("DynamoDB", stores);

describe("the DynamoDB store of subscriptions", () => {
  const now = 1_800_000_000;

  test("reads on after pages on which nobody's time is left", async () => {
    const { tables, store } = await stores();
    const padding = "x".repeat(300_000);
    const put = (place: string, ttl: unknown) =>
      dynamo.client.send(
        new PutCommand({
          TableName: tables.subscriptions,
          Item: { topic: "all", place, connectedAt: now, ttl, padding },
        }),
      );
    for (let n = 0; n < 8; n++) await put(`0000000${n}expired=`, now);
    await put("00000009text=", String(now + 60));
    await put("ffffffffopen=", now + 60);
    const pages = [];
    for await (const page of store.pages(["all", postTopic("1")], {}, now)) pages.push(page);
    expect(pages.flat()).toEqual([{ connectionId: "open=", connectedAt: now, place: "ffffffffopen=", topic: "all" }]);
  });

  test("removes the subscription that was found if the connection's row is gone, as older code leaves it", async () => {
    const { tables, store } = await stores();
    const Item = { topic: "all", place: placeOf("a="), connectedAt: now, ttl: now + 60 };
    await dynamo.client.send(new PutCommand({ TableName: tables.subscriptions, Item }));
    for await (const [subscriber] of store.pages(["all"], {}, now))
      if (subscriber) await store.forget(subscriber, undefined);
    const { Items } = await dynamo.client.send(new ScanCommand({ TableName: tables.subscriptions }));
    expect(Items).toEqual([]);
  });

  test("forgets a connection that subscribes while it is being forgotten, with what it subscribed to", async () => {
    const { tables, arrivals } = await stores();
    const connection = newConnection("a=", now * 1000);
    await arrivals.put(connection);
    let subscribed = false;
    const client = Object.create(dynamo.client, {
      send: {
        value: async (command: GetCommand, ...rest: []) => {
          const answer = await dynamo.client.send(command, ...rest);
          if (command instanceof GetCommand && !subscribed) {
            subscribed = true;
            await dynamoSubscriptionStore(dynamo.client, tables, memoryConnectionTally()).add(
              connection,
              postTopic("1"),
            );
          }
          return answer;
        },
      },
    });
    await dynamoDepartures(client, tables, memoryConnectionTally())({ connectionId: "a=" }, undefined, undefined);
    for (const TableName of Object.values(tables))
      expect((await dynamo.client.send(new ScanCommand({ TableName }))).Items).toEqual([]);
  });
});

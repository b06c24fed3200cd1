import { PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { dynamoArrivals } from "../../../domain/admission/arrivals.dynamo";
import { dynamoTicketStore } from "../../../domain/admission/tickets.dynamo";
import { newConnection } from "../../../domain/realtime/connections";
import { dynamoDepartures } from "../../../domain/realtime/departures.dynamo";
import { documentClient } from "../../../runtime/aws-clients";
import { ticketStoreContract } from "../../support/contracts/tickets";
import { type Dynamo, startDynamo } from "../../support/doubles/dynamo";
import { memoryConnectionTally } from "../../support/doubles/memory/connections";
import { type FaultyProxy, faultyProxy } from "../../support/doubles/servers/faulty-proxy";
import { newRealtimeTables } from "../../support/doubles/stores";

let dynamo: Dynamo;
let proxy: FaultyProxy;
beforeAll(async () => {
  dynamo = await startDynamo();
  proxy = await faultyProxy(dynamo.endpoint);
});
afterAll(async () => {
  await proxy.stop();
  await dynamo.stop();
});

async function stores(client = dynamo.client) {
  const tables = await newRealtimeTables(dynamo);
  const arrivals = dynamoArrivals(client, tables, memoryConnectionTally());
  return { store: dynamoTicketStore(client, tables), arrivals, tables };
}

const now = 1_800_000_000;
const connection = { ...newConnection("a=", now * 1000), user_id: "ann" };

ticketStoreContract("DynamoDB", () => stores());

test("a ticket is used once, and its connection let in, when the answer to taking it is lost", async () => {
  process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.url;
  const { store, arrivals, tables } = await stores(documentClient());
  await store.put({ hash: "a", user_id: "ann", ttl: now + 60 }, now);
  const before = proxy.requests;
  proxy.plan(["reset after"]);
  expect(await arrivals.put(connection, "a", now)).toBe("admitted");
  expect(proxy.requests).toBe(2);
  expect(before).toBeGreaterThan(0);
  for (const [table, count] of [
    ["tickets", 0],
    ["connections", 1],
    ["subscriptions", 1],
    ["users", 1],
  ] as const)
    expect((await dynamo.client.send(new ScanCommand({ TableName: tables[table] }))).Items).toHaveLength(count);
});

test.each([
  ["missing", {}],
  ["text", { ttl: "100" }],
])("a ticket whose ttl is %s is no ticket, and leaves no connection", async (_, ttl) => {
  const { arrivals, tables } = await stores();
  const Item = { ticket: "a", user_id: "ann", ...ttl };
  await dynamo.client.send(new PutCommand({ TableName: tables.tickets, Item }));
  expect(await arrivals.put(connection, "a", 1)).toBe("no such ticket");
  for (const table of ["connections", "subscriptions", "users"] as const)
    expect((await dynamo.client.send(new ScanCommand({ TableName: tables[table] }))).Items).toEqual([]);
});

test("a user has no connection left, in any table, when all are forgotten", async () => {
  const { arrivals, tables } = await stores();
  const departures = dynamoDepartures(dynamo.client, tables, memoryConnectionTally());
  await arrivals.put(connection);
  await arrivals.put({ ...connection, connectionId: "b=" });
  for (const connectionId of ["a=", "b=", "b="]) await departures({ connectionId }, undefined, undefined);
  const { Items } = await dynamo.client.send(new ScanCommand({ TableName: tables.users }));
  expect(Items).toEqual([{ user_id: "ann", ttl: connection.ttl }]);
});

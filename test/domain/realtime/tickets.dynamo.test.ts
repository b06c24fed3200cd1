import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { dynamoTicketStore } from "../../../domain/realtime/tickets.dynamo";
import { documentClient } from "../../../runtime/aws-clients";
import { ticketStoreContract } from "../../support/contracts/tickets";
import { type Dynamo, startDynamo } from "../../support/doubles/dynamo";
import { type FaultyProxy, faultyProxy } from "../../support/doubles/faulty-proxy";

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

ticketStoreContract("DynamoDB", async () => dynamoTicketStore(dynamo.client, await dynamo.create("tickets")));

test("a ticket is lost, and not used twice, when the answer to taking it is", async () => {
  const table = await dynamo.create("tickets");
  process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.url;
  const store = dynamoTicketStore(documentClient(), table);
  await store.put({ hash: "a", user_id: "ann", ttl: 100 });
  proxy.plan(["reset after"]);
  expect(await store.take("a", 1)).toBeUndefined();
  expect(proxy.requests).toBe(2);
});

test.each([
  ["missing", {}],
  ["text", { ttl: "100" }],
])("a ticket whose ttl is %s is no ticket", async (_, ttl) => {
  const table = await dynamo.create("tickets");
  await dynamo.client.send(new PutCommand({ TableName: table, Item: { ticket: "a", user_id: "ann", ...ttl } }));
  expect(await dynamoTicketStore(dynamo.client, table).take("a", 1)).toBeUndefined();
});

import { PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ticketsTable } from "../../../domain/admission/tickets.table";
import { type Leftovers, sweepLeftovers } from "../../../domain/sweeping/leftovers";
import { dynamoLeftovers } from "../../../domain/sweeping/leftovers.dynamo";
import { type Dynamo, startDynamo } from "../../support/doubles/dynamo";

const never = new AbortController().signal;
const NOW = 1_800_000_000;

let dynamo: Dynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

test("what is over is removed from its table, what is not stays, and so does what never ends", async () => {
  const table = await dynamo.create("tickets");
  for (const [ticket, ttl] of [
    ["over", NOW],
    ["old", 1],
    ["good", NOW + 1],
    ["endless", undefined],
  ] as const) {
    const Item = { ticket, user_id: "ann", ...(ttl !== undefined && { ttl }) };
    await dynamo.client.send(new PutCommand({ TableName: table, Item }));
  }
  const tickets = dynamoLeftovers(dynamo.client, { definition: ticketsTable, table });
  expect(await sweepLeftovers(tickets, NOW, never)).toBe(2);
  const { Items = [] } = await dynamo.client.send(new ScanCommand({ TableName: table }));
  expect(Items.map(({ ticket }) => ticket).sort()).toEqual(["endless", "good"]);
  // One that was renewed since it was found stays.
  await tickets.remove("good", NOW, never);
  expect((await dynamo.client.send(new ScanCommand({ TableName: table }))).Count).toBe(2);
});

const pages = (left: string[][], stop?: () => void): Leftovers => ({
  async *expired(_now, signal) {
    for (const page of left) {
      signal.throwIfAborted();
      yield page;
      stop?.();
    }
  },
  remove: async () => undefined,
});

test("a sweep ends with its time, and says what it removed", async () => {
  const abort = new AbortController();
  expect(
    await sweepLeftovers(
      pages([["a", "b"], ["c"]], () => abort.abort()),
      NOW,
      abort.signal,
    ),
  ).toBe(2);
});

test("a sweep fails with its store, so that it is done again", async () => {
  const broken = { ...pages([["a"]]), remove: () => Promise.reject(new Error("the store is down")) };
  await expect(sweepLeftovers(broken, NOW, never)).rejects.toThrow("the store is down");
});

/** The lives of connections that go wrong, with the stores in DynamoDB. */
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { dynamoArrivals } from "../../../domain/admission/arrivals.dynamo";
import { type DoorRules, letIn } from "../../../domain/admission/door";
import { issueTicket } from "../../../domain/admission/tickets";
import { dynamoTicketStore } from "../../../domain/admission/tickets.dynamo";
import { deliver } from "../../../domain/delivery/delivery";
import { dynamoConnectionTally } from "../../../domain/realtime/connection-tally.dynamo";
import { CONNECTIONS_PER_USER } from "../../../domain/realtime/connections";
import { dynamoDepartures } from "../../../domain/realtime/departures.dynamo";
import { dynamoSubscriptionStore } from "../../../domain/realtime/subscriptions.dynamo";
import { TooMany, Unauthenticated } from "../../../domain/shared/errors";
import { type Dynamo, startDynamo } from "../../support/doubles/dynamo";
import { recordingLog } from "../../support/doubles/log";
import { memoryDeliveryProgress } from "../../support/doubles/memory/delivery-progress";
import { newRealtimeTables } from "../../support/doubles/stores";

const rules: DoorRules = { origins: [], withoutOrigin: "allowed", anonymous: true };
const never = () => new AbortController().signal;
const MINUTE = 60_000;

let dynamo: Dynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

let tables: Awaited<ReturnType<typeof newRealtimeTables>>;
let tally: ReturnType<typeof dynamoConnectionTally>;
let time: number;
beforeEach(async () => {
  tables = await newRealtimeTables(dynamo);
  tally = dynamoConnectionTally(dynamo.client, await dynamo.create("connectionTally"), recordingLog());
  time = 30_000_000 * MINUTE;
});

const rowsOf = async (table: keyof typeof tables) =>
  (await dynamo.client.send(new ScanCommand({ TableName: tables[table], ConsistentRead: true }))).Items ?? [];

/** Takes a ticket; the API's clock may be ahead by some milliseconds. */
const ticketOf = async (uid: string, ahead = 0) => {
  const caller = { uid, anonymous: false, tokenEndsAt: time / 1000 + 3_600 };
  const now = () => new Date(time + ahead);
  return (await issueTicket({ tickets: dynamoTicketStore(dynamo.client, tables), now }, caller)).ticket;
};
const connect = (connectionId: string, ticket?: string) =>
  letIn(
    { connectionId, origins: [], protocols: [], tickets: ticket ? [ticket] : [], topics: [], address: "192.0.2.1" },
    rules,
    { arrivals: dynamoArrivals(dynamo.client, tables, tally), sourceOf: async () => undefined, now: () => time },
  );
const disconnect = (connectionId: string) =>
  dynamoDepartures(dynamo.client, tables, tally)({ connectionId }, undefined, undefined);

/** Sends something to everyone; the gateway knows of these connections only. */
const send = (...open: readonly string[]) =>
  deliver(
    { id: `m${time}`, type: "test", data: {} },
    ["all"],
    {
      subscriptions: dynamoSubscriptionStore(dynamo.client, tables, tally),
      sender: { send: async (id) => (open.includes(id) ? "delivered" : "gone") },
      queue: { send: async () => undefined },
      progress: memoryDeliveryProgress(),
      threshold: 1_000,
      log: recordingLog(),
      now: () => time,
      random: () => 0,
      sleep: () => new Promise((resolve) => setImmediate(resolve)),
    },
    never(),
  );

describe("a connection", () => {
  test("whose end comes before its beginning is forgotten by the first message after half a minute", async () => {
    await disconnect("a=");
    await connect("a=", await ticketOf("ann"));
    expect(await send()).toMatchObject({ gone: 1 });
    expect(await rowsOf("connections")).toHaveLength(1);
    time += 31_000;
    expect(await send()).toMatchObject({ gone: 1 });
    for (const table of ["connections", "subscriptions"] as const) expect(await rowsOf(table)).toEqual([]);
    expect((await rowsOf("users"))[0]).not.toHaveProperty("open");
    expect(await tally.count(time / 1000)).toBe(0);
  });

  test("whose end comes before its beginning is sent nothing after two hours, though nobody has noticed", async () => {
    await disconnect("a=");
    await connect("a=");
    time += 120 * MINUTE;
    expect(await send()).toMatchObject({ attempted: 0 });
  });

  test("that is found gone while it is being made is sent to as soon as it is there", async () => {
    await connect("a=");
    expect(await send()).toMatchObject({ gone: 1 });
    time += 31_000;
    expect(await send("a=")).toMatchObject({ delivered: 1 });
  });

  test("that begins and ends twice is there once, and gone once", async () => {
    const ticket = await ticketOf("ann");
    for (let n = 0; n < 2; n++) await connect("a=", ticket);
    expect(await tally.count(time / 1000)).toBe(1);
    for (let n = 0; n < 2; n++) await disconnect("a=");
    expect(await tally.count(time / 1000)).toBe(0);
    for (const table of ["connections", "subscriptions", "tickets"] as const) expect(await rowsOf(table)).toEqual([]);
  });
});

test("a storm of reconnects, whose ends nobody noticed, lets everybody in and keeps the bounds", async () => {
  const users = Array.from({ length: 20 }, (_, n) => `user${n}`);
  for (let round = 0; round < 3; round++) {
    await Promise.all(users.map(async (user) => connect(`${user} ${round}=`, await ticketOf(user))));
    time += MINUTE;
  }
  expect(await tally.count(time / 1000)).toBe(60);
  const last = users.map((user) => `${user} 2=`);
  expect(await send(...last)).toMatchObject({ delivered: 20, gone: 40 });
  expect(await tally.count(time / 1000)).toBe(20);
  const reconnects = Array.from({ length: CONNECTIONS_PER_USER }, (_, n) => n);
  const outcomes = await Promise.allSettled(
    reconnects.map(async (n) => connect(`again ${n}=`, await ticketOf(users[0] ?? ""))),
  );
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(CONNECTIONS_PER_USER - 1);
  expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({ reason: expect.any(TooMany) });
});

describe("clocks that differ", () => {
  test.each([-20_000, 20_000])("by %i ms take tickets still", async (ahead) => {
    expect(await connect("a=", await ticketOf("ann", ahead))).toMatchObject({ user_id: "ann" });
  });

  test("by five minutes refuse tickets, or take them for longer; nobody is let in twice", async () => {
    await expect(connect("a=", await ticketOf("ann", -5 * MINUTE))).rejects.toThrow(Unauthenticated);
    const ticket = await ticketOf("ann", 5 * MINUTE);
    time += 4 * MINUTE;
    expect(await connect("b=", ticket)).toMatchObject({ user_id: "ann" });
    await expect(connect("c=", ticket)).rejects.toThrow(Unauthenticated);
  });

  test("let nobody hear anything whose token has ended by the clock of whoever sends", async () => {
    await connect("a=", await ticketOf("ann"));
    time += 60 * MINUTE - 1_000;
    expect(await send("a=")).toMatchObject({ delivered: 1 });
    time += 1_000;
    expect(await send("a=")).toMatchObject({ attempted: 0 });
  });
});

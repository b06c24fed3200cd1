import fs from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { StreamSourceDefinition } from "../../../local/definition/model";
import { StreamReader } from "../../../local/dynamodb/streams/reader";
import { StreamSource } from "../../../local/event-sources/stream-source";
import type { Records } from "../../../local/records/records";
import type { JsonObject } from "../../../local/shared/json";
import { at, createTable, type Database, openDatabase } from "../dynamodb/database";
import { until } from "../until";
import { type Answer, FUNCTION, passing, recordsIn, resultOf } from "./calls";

const SOURCE: StreamSourceDefinition = {
  kind: "stream",
  address: "aws_lambda_event_source_mapping.changes_items",
  function: FUNCTION,
  table: "items",
  batchSize: 100,
  windowSeconds: 0,
  patterns: [],
  reportsFailures: true,
  start: "TRIM_HORIZON",
  bisects: true,
  retries: 2,
  maximumAgeSeconds: 3600,
  onFailure: "arn:dead",
};

let database: Database;
let sources: StreamSource[];
let places: Map<string, string>;
let calls: string[][];
let sent: { readonly queue: string; readonly message: JsonObject }[];
let answer: (ids: readonly string[]) => Answer;
beforeEach(async () => {
  database = await openDatabase();
  await createTable(
    database,
    "items",
    ["id:S"],
    {},
    {
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    },
  );
  [sources, places, calls, sent] = [[], new Map(), [], []];
  answer = () => null;
});
afterEach(async () => {
  for (const source of sources) source.stop();
  for (const source of sources) await source.settled();
  await database.close();
  fs.rmSync(database.folder, { recursive: true });
});

const idOf = (record: JsonObject) => String(at(record, "dynamodb", "Keys", "id", "S"));
const numberOf = (record: JsonObject) => String(at(record, "dynamodb", "SequenceNumber"));
const records: Pick<Records, "entries" | "write"> = {
  async *entries(prefix) {
    for (const [key, value] of places) if (key.startsWith(prefix)) yield [key, value] as const;
  },
  async write(changes) {
    for (const [key, value] of changes) places.set(key, value ?? "");
  },
};
const reader = () => new StreamReader(database.engine);

async function start(definition: Partial<StreamSourceDefinition> = {}): Promise<StreamSource> {
  const source = new StreamSource({
    definition: { ...SOURCE, ...definition },
    reader: reader(),
    arn: reader().arnOf("items") ?? "",
    records,
    clock: database.clock,
    hint: () => undefined,
    send: async (queue, body) => void sent.push({ queue, message: JSON.parse(body) }),
    invoke: async (event) => {
      const found = recordsIn(event);
      calls.push(found.map(idOf));
      const given = answer(found.map(idOf));
      return resultOf(
        given !== null && "failing" in Object(given)
          ? {
              batchItemFailures: found
                .filter((record) => (given as { failing: readonly string[] }).failing.includes(idOf(record)))
                .map((record) => ({ itemIdentifier: numberOf(record) })),
            }
          : given,
      );
    },
  });
  sources.push(source);
  await source.start();
  return source;
}
const put = (id: string, more: JsonObject = {}) =>
  database.call("PutItem", { TableName: "items", Item: { id: { S: id }, ...more } });
const putAll = async (...ids: readonly string[]) => {
  for (const id of ids) await put(id);
};
const failing = (...ids: readonly string[]) => {
  answer = (found) => (found.some((id) => ids.includes(id)) ? "throws" : null);
};
/** Says which records failed, as a handler does that stops at the first. */
const reporting = (...ids: readonly string[]) => {
  answer = (found) => ({ failing: found.filter((id) => ids.includes(id)).slice(0, 1) });
};
const done = () => places.size > 0;
const lastOf = () => [...places.values()].at(-1);

describe("a function that reads a stream", () => {
  test("gets the records that are there and those that come, in their order, at most a batch at a time", async () => {
    await putAll("1", "2", "3");
    await start({ batchSize: 2 });
    await until(() => calls.length === 2);
    await putAll("4");
    await until(() => calls.length === 3);
    expect(calls).toEqual([["1", "2"], ["3"], ["4"]]);
  });

  test("gets what comes from now on only, if it starts with the latest", async () => {
    await putAll("1");
    await start({ start: "LATEST" });
    await putAll("2");
    await until(() => calls.length === 1);
    expect(calls).toEqual([["2"]]);
  });

  test("waits within its window until the batch is full or the time is over", async () => {
    await start({ windowSeconds: 10, batchSize: 2 });
    await putAll("1", "2");
    await until(() => calls.length === 1);
    await putAll("3");
    await passing(database.clock, () => calls.length === 2);
    expect(calls).toEqual([["1", "2"], ["3"]]);
  });

  test("goes on after a restart where it was, and not at the beginning", async () => {
    await putAll("1", "2");
    const first = await start();
    await until(done);
    first.stop();
    await first.settled();
    await putAll("3");
    await start();
    await until(() => calls.length === 2);
    expect(calls).toEqual([["1", "2"], ["3"]]);
  });

  test("is called again with what it was at work on when everything ended", async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const source = new StreamSource({
      definition: SOURCE,
      reader: reader(),
      arn: reader().arnOf("items") ?? "",
      records,
      clock: database.clock,
      hint: () => undefined,
      send: async () => undefined,
      invoke: async (event) => {
        calls.push(recordsIn(event).map(idOf));
        await held;
        return resultOf(null);
      },
    });
    await source.start();
    await putAll("1");
    await until(() => calls.length === 1);
    source.stop();
    release();
    await source.settled();
    expect(places.size).toBe(0);
    await start();
    await until(done);
    expect(calls).toEqual([["1"], ["1"]]);
  });

  test("is not called for records that match none of its patterns, and gets past them", async () => {
    await put("1", { kind: { S: "a" } });
    await put("2", { kind: { S: "b" } });
    await start({ patterns: [{ dynamodb: { NewImage: { kind: { S: ["b"] } } } }] });
    await until(done);
    expect(calls).toEqual([["2"]]);
    await put("3", { kind: { S: "a" } });
    await until(() => calls.length === 1 && lastOf() === String(reader().position("LATEST")));
    expect(calls).toEqual([["2"]]);
  });
});

test("a function gets the text of a record as the database wrote it: nobody on the way reads it, however large", async () => {
  const events: string[] = [];
  const text = "not even JSON";
  const source = new StreamSource({
    definition: SOURCE,
    reader: {
      arnOf: () => "arn",
      position: () => 0,
      shardOf: () => "shard",
      watch: () => () => undefined,
      read: async (_arn, after) =>
        after === 0
          ? { read: 1, records: [{ sequenceNumber: "100000000000000000001", createdAt: 4e9, json: text }], position: 1 }
          : { read: 0, records: [], position: after },
    },
    arn: "arn",
    records,
    clock: database.clock,
    hint: () => undefined,
    send: async () => undefined,
    invoke: async (event) => {
      events.push(event);
      return resultOf(null);
    },
  });
  sources.push(source);
  await source.start();
  await until(done);
  expect(events).toEqual([`{"Records":[${text}]}`]);
});

describe("a record that fails", () => {
  test("ends alone, and is given up after its retries; all others are handled, in order", async () => {
    failing("2");
    await putAll("1", "2", "3", "4");
    await start();
    await passing(database.clock, () => sent.length === 1);
    await passing(database.clock, () => calls.length === 7);
    // Halving uses up no retries: three attempts are of the one record alone.
    expect(calls).toEqual([["1", "2", "3", "4"], ["1", "2"], ["1"], ["2"], ["2"], ["2"], ["3", "4"]]);
    expect(sent).toEqual([
      {
        queue: "arn:dead",
        message: {
          requestContext: {
            requestId: expect.any(String),
            functionArn: `${FUNCTION.arn}:$LATEST`,
            condition: "RetryAttemptsExhausted",
            approximateInvokeCount: 3,
          },
          responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
          version: "1.0",
          timestamp: expect.stringMatching(/Z$/),
          DDBStreamBatchInfo: {
            shardId: expect.stringMatching(/^shardId-/),
            startSequenceNumber: expect.stringMatching(/^1\d{20}$/),
            endSequenceNumber: expect.stringMatching(/^1\d{20}$/),
            approximateArrivalOfFirstRecord: "2026-03-04T05:06:07Z",
            approximateArrivalOfLastRecord: "2026-03-04T05:06:07Z",
            batchSize: 1,
            streamArn: reader().arnOf("items"),
          },
        },
      },
    ]);
  });

  test("is where it goes on, if the function says so", async () => {
    reporting("3");
    await putAll("1", "2", "3", "4");
    await start();
    await passing(database.clock, () => sent.length === 1 && calls.length === 6);
    expect(calls).toEqual([["1", "2", "3", "4"], ["3", "4"], ["3"], ["3"], ["3"], ["4"]]);
    expect(at(sent[0]?.message, "responseContext", "functionError")).toBeNull();
  });

  test("is repeated with its whole batch, without bisecting", async () => {
    failing("1");
    await putAll("1", "2");
    await start({ bisects: false, retries: 1 });
    await passing(database.clock, () => sent.length === 1);
    expect(calls).toEqual([
      ["1", "2"],
      ["1", "2"],
    ]);
    expect(at(sent[0]?.message, "DDBStreamBatchInfo", "batchSize")).toBe(2);
  });

  test("is repeated until it is too old, if its retries have no end", async () => {
    failing("1");
    await putAll("1");
    await start({ retries: undefined, maximumAgeSeconds: 60 });
    await passing(database.clock, () => sent.length === 1);
    expect(at(sent[0]?.message, "requestContext", "condition")).toBe("RecordAgeExceeded");
    await putAll("2");
    await until(() => calls.at(-1)?.[0] === "2");
  });

  test("is handled when the function works again, and waits longer each time until then", async () => {
    const times: number[] = [];
    answer = () => {
      times.push(database.clock.now());
      return times.length < 4 ? "throws" : null;
    };
    await putAll("1");
    await start({ retries: 10 });
    await passing(database.clock, () => places.size > 0, 100);
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits[0]).toBeGreaterThanOrEqual(1_000);
    expect(sent).toEqual([]);
  });

  test.each<[string, Answer, number]>([
    ["null", null, 1],
    ["{}", {}, 1],
    ["an empty list", { batchItemFailures: [] }, 1],
    ["another member, which loses the failure as on AWS", { failedItems: [{ itemIdentifier: "1" }] }, 1],
    ["an unknown number: all of it failed", { batchItemFailures: [{ itemIdentifier: "1" }] }, 2],
    ["an empty number: all of it failed", { batchItemFailures: [{ itemIdentifier: "" }] }, 2],
    ["a wrong inner member: all of it failed", { batchItemFailures: [{ id: "1" }] }, 2],
    ["an error: all of it failed", "throws", 2],
  ])("is told from one that is handled by what the function answers: %s", async (_what, given, expected) => {
    answer = () => given;
    await putAll("1");
    await start({ retries: 1 });
    await passing(database.clock, done);
    expect([calls.length, sent.length]).toEqual([expected, expected - 1]);
  });
});

test("whatever fails and however often, every record is handled in order or given up, and none is skipped", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        count: fc.integer({ min: 1, max: 8 }),
        failures: fc.dictionary(
          fc.constantFrom("0", "1", "2", "3", "4", "5", "6", "7"),
          fc.integer({ min: 1, max: 4 }),
        ),
        batchSize: fc.integer({ min: 1, max: 5 }),
        reports: fc.boolean(),
      }),
      async ({ count, failures, batchSize, reports }) => {
        const run = String(calls.length + places.size + Math.floor(database.clock.now()));
        const ids = Array.from({ length: count }, (_, index) => `${run}-${index}`);
        const left = new Map(Object.entries(failures).map(([index, times]) => [`${run}-${index}`, times]));
        const handled: string[] = [];
        answer = (found) => {
          const first = found.findIndex((id) => (left.get(id) ?? 0) > 0);
          const id = found[first];
          if (id === undefined) {
            handled.push(...found);
            return null;
          }
          left.set(id, (left.get(id) ?? 0) - 1);
          if (!reports) return "throws";
          handled.push(...found.slice(0, first));
          return { failing: [id] };
        };
        const before = sent.length;
        const source = await start({ batchSize, start: "LATEST" });
        await putAll(...ids);
        const end = String(reader().position("LATEST"));
        await passing(database.clock, () => lastOf() === end);
        source.stop();
        await source.settled();
        expect(handled).toEqual([...handled].sort((a, b) => ids.indexOf(a) - ids.indexOf(b)));
        // A slow machine lets an hour of the clock pass, and then one message gives up several records as too old.
        const givenUp = sent.slice(before).map(({ message }) => Number(at(message, "DDBStreamBatchInfo", "batchSize")));
        expect(givenUp.reduce((sum, records) => sum + records, handled.length)).toBe(count);
        places.clear();
      },
    ),
    { numRuns: 30 },
  );
});

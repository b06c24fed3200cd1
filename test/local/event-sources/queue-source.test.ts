import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { QueueSourceDefinition } from "../../../local/definition/model";
import { QueueSource } from "../../../local/event-sources/queue-source";
import type { JsonObject } from "../../../local/shared/json";
import { Queues } from "../../../local/sqs/queues";
import { FakeClock } from "../fake-clock";
import { DEAD, JOBS, memoryRecords } from "../sqs/sqs";
import { until } from "../until";
import { type Answer, FUNCTION, passing, recordsIn, resultOf } from "./calls";

const SOURCE: QueueSourceDefinition = {
  kind: "queue",
  address: "aws_lambda_event_source_mapping.jobs_source",
  function: FUNCTION,
  queue: JOBS,
  batchSize: 10,
  windowSeconds: 0,
  patterns: [],
  reportsFailures: true,
  concurrency: 2,
};

let clock: FakeClock;
let records: ReturnType<typeof memoryRecords>;
let queues: Queues;
let sources: QueueSource[];
let events: JsonObject[][];
let answer: (records: readonly JsonObject[]) => Promise<Answer> | Answer;
beforeEach(async () => {
  clock = new FakeClock();
  records = memoryRecords();
  queues = await Queues.load([JOBS, DEAD], records, clock);
  [sources, events] = [[], []];
  answer = () => null;
});
afterEach(async () => {
  for (const source of sources) source.stop();
  for (const source of sources) await source.settled();
});

async function start(definition: Partial<QueueSourceDefinition> = {}): Promise<QueueSource> {
  const source = new QueueSource({
    definition: { ...SOURCE, ...definition },
    queue: queues.byName("jobs"),
    region: "eu-west-1",
    mostCalls: 4,
    clock,
    hint: () => undefined,
    invoke: async (event) => {
      const records = recordsIn(event);
      events.push([...records]);
      return resultOf(await answer(records));
    },
  });
  sources.push(source);
  await source.start();
  return source;
}
const send = (...bodies: readonly string[]) =>
  Promise.all(bodies.map((body) => queues.byName("jobs").send({ body, sender: "AIDA" })));
const bodiesOf = (records: readonly JsonObject[]) => records.map(({ body }) => String(body)).sort();
const called = () => events.map(bodiesOf);
const left = () => queues.byName("jobs").counts();
const empty = { visible: 0, inFlight: 0, delayed: 0 };
const isEmpty = () => JSON.stringify(left()) === JSON.stringify(empty);

describe("a function that a queue feeds", () => {
  test("gets messages as Lambda gives them, and they are deleted when it is done", async () => {
    const [id] = await send("a");
    await start();
    await until(() => events.length === 1 && isEmpty());
    expect(events[0]).toEqual([
      {
        messageId: id,
        receiptHandle: expect.any(String),
        body: "a",
        attributes: {
          ApproximateReceiveCount: "1",
          SentTimestamp: String(clock.now()),
          SenderId: "AIDA",
          ApproximateFirstReceiveTimestamp: String(clock.now()),
        },
        messageAttributes: {},
        md5OfBody: "0cc175b9c0f1b6a831c399e269772661",
        eventSource: "aws:sqs",
        eventSourceARN: JOBS.arn,
        awsRegion: "eu-west-1",
      },
    ]);
  });

  test("gets at most a batch, and more than ten within the window", async () => {
    await send(...Array.from({ length: 23 }, (_, index) => String(index)));
    await start({ batchSize: 20, windowSeconds: 1, concurrency: 2 });
    await passing(clock, () => events.length === 2 && isEmpty());
    expect(events.map((records) => records.length)).toEqual([20, 3]);
  });

  test("is called for as many batches at once as the mapping allows, and for the next when one is done", async () => {
    const releases: (() => void)[] = [];
    answer = () => new Promise<Answer>((resolve) => releases.push(() => resolve(null)));
    await send("1", "2", "3");
    await start({ batchSize: 1 });
    await until(() => events.length === 2);
    for (let round = 0; round < 10; round++) await new Promise((resolve) => setImmediate(resolve));
    expect(events).toHaveLength(2);
    releases[0]?.();
    await until(() => events.length === 3);
    for (const release of releases) release();
    await until(isEmpty);
  });

  test("gets a message again that it failed on when its visibility timeout is over, until it is a dead letter", async () => {
    answer = () => "throws";
    const sentAt = clock.now();
    await send("poison");
    await start();
    await until(() => events.length === 1);
    await passing(clock, () => queues.byName(DEAD.name).counts().visible === 1);
    expect(called()).toEqual([["poison"], ["poison"]]);
    expect(clock.now() - sentAt).toBeGreaterThanOrEqual(60_000);
  });

  test("gets only those again that it reported", async () => {
    answer = (records) => ({
      batchItemFailures: records
        .filter(({ body }) => body === "b")
        .map(({ messageId }) => ({ itemIdentifier: messageId })),
    });
    await send("a", "b", "c");
    await start();
    await until(() => events.length === 1 && left().inFlight === 1);
    answer = () => null;
    await passing(clock, isEmpty);
    expect(called()).toEqual([["a", "b", "c"], ["b"]]);
  });

  test("gets all of them again if what it reports is no id of the batch", async () => {
    answer = () => ({ batchItemFailures: [{ itemIdentifier: "" }] });
    await send("a", "b");
    await start();
    await until(() => events.length === 1);
    answer = () => null;
    await passing(clock, isEmpty);
    expect(called()).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
  });

  test("never sees what matches no pattern, which is deleted as on AWS", async () => {
    await send('{"kind":"a"}', '{"kind":"b"}', "no JSON");
    await start({ patterns: [{ body: { kind: ["b"] } }] });
    await until(() => events.length === 1 && isEmpty());
    expect(called()).toEqual([['{"kind":"b"}']]);
  });

  test("gets again after a restart what it was at work on, once the visibility timeout is over", async () => {
    let release: () => void = () => undefined;
    answer = () =>
      new Promise<Answer>((resolve) => {
        release = () => resolve(null);
      });
    await send("a");
    const source = await start();
    await until(() => events.length === 1);
    source.stop();
    release();
    await source.settled();
    queues = await Queues.load([JOBS, DEAD], records, clock);
    answer = () => null;
    await start();
    await passing(clock, isEmpty);
    expect(called()).toEqual([["a"], ["a"]]);
  });
});

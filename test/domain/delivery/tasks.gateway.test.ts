import { SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Task } from "../../../domain/delivery/tasks";
import { sqsTaskQueue } from "../../../domain/delivery/tasks.gateway";
import { awsVariables } from "../../support/doubles/dynamo";
import { type Queue, startQueue } from "../../support/doubles/servers/queue";

const task = (number: number, text = "{}"): Task => ({ kind: "segment", id: "m", text, topics: ["all"], number });
let server: Queue;
/** Says what becomes of an entry. */
let takes: Parameters<typeof startQueue>[0];
beforeEach(async () => {
  Object.assign(process.env, awsVariables);
  takes = undefined;
  server = await startQueue((...of) => takes?.(...of) ?? "taken");
});
afterEach(() => server.stop());

const queue = () => sqsTaskQueue(new SQSClient({ maxAttempts: 1, endpoint: server.url }), `${server.url}/1/deliveries`);
const sizes = () => server.batches.map(({ length }) => length);
const numbers = () => server.bodies().map((body) => (body as { number: number }).number);

describe("the queue of tasks in SQS", () => {
  test("takes as many tasks as there are, ten with each call", async () => {
    await queue().send(
      Array.from({ length: 23 }, (_, number) => task(number)),
      5,
    );
    expect(sizes()).toEqual([10, 10, 3]);
    expect(numbers()).toEqual(Array.from({ length: 23 }, (_, number) => number));
    expect(server.batches[0]?.[0]).toMatchObject({ DelaySeconds: 5 });
  });

  test("sends no more with one call than SQS takes", async () => {
    await queue().send(Array.from({ length: 20 }, (_, number) => task(number, "x".repeat(100_000))));
    expect(sizes()).toEqual(Array(10).fill(2));
  });

  test("sends again what the queue did not take", async () => {
    takes = ({ Id }, batch) => (batch > 1 || Id !== "3" ? "taken" : "failed");
    await queue().send(Array.from({ length: 5 }, (_, number) => task(number)));
    expect(numbers()).toEqual([0, 1, 2, 3, 4, 3]);
  });

  test("fails if the queue does not take a task in the end, and at once if it never will", async () => {
    takes = ({ MessageBody }) => (JSON.parse(MessageBody).number === 3 ? "failed" : "taken");
    await expect(queue().send(Array.from({ length: 5 }, (_, number) => task(number)))).rejects.toThrow(
      "The queue did not take 1 of 5 tasks.",
    );
    takes = () => "sender fault";
    server.clear();
    await expect(queue().send([task(0)])).rejects.toThrow("The queue refuses a task: Reason why");
    expect(server.batches).toHaveLength(1);
  });

  test("writes only characters that SQS takes, and loses none", async () => {
    const text = JSON.stringify({ text: "\u0000 \ufffe \uffff \ud800 日本 🎌" });
    await queue().send([task(0, text)]);
    const body = server.batches[0]?.[0]?.MessageBody ?? "";
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    expect(body).toMatch(/^[ -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
    expect(JSON.parse(body).text).toBe(text);
  });
});

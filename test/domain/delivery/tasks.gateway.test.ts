import { createHash } from "node:crypto";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Task } from "../../../domain/delivery/tasks";
import { sqsTaskQueue } from "../../../domain/delivery/tasks.gateway";
import { awsVariables } from "../../support/doubles/dynamo";
import { type Listening, serve } from "../../support/doubles/http-server";

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
}

const task = (number: number, text = "{}"): Task => ({ kind: "segment", id: "m", text, topics: ["all"], number });
const md5 = (body: string) => createHash("md5").update(body).digest("hex");

let server: Listening;
/** The batches that came. */
let batches: (readonly Entry[])[];
/** Says of an entry whether the queue takes it. */
let takes: (entry: Entry, batch: number) => boolean | "sender fault";
beforeEach(async () => {
  Object.assign(process.env, awsVariables);
  batches = [];
  takes = () => true;
  server = await serve(({ body }, response) => {
    const entries: readonly Entry[] = JSON.parse(body.toString()).Entries;
    batches.push(entries);
    const taken = entries.filter((entry) => takes(entry, batches.length) === true);
    const failed = entries.filter((entry) => takes(entry, batches.length) !== true);
    const answer = {
      Successful: taken.map(({ Id, MessageBody }) => ({ Id, MessageId: Id, MD5OfMessageBody: md5(MessageBody) })),
      Failed: failed.map((entry) => ({
        Id: entry.Id,
        Code: "Reason",
        Message: "why",
        SenderFault: takes(entry, batches.length) === "sender fault",
      })),
    };
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(answer));
  });
});
afterEach(() => server.stop());

const queue = () => sqsTaskQueue(new SQSClient({ maxAttempts: 1, endpoint: server.url }), `${server.url}/1/deliveries`);
const sizes = () => batches.map(({ length }) => length);
const numbers = () => batches.flatMap((batch) => batch.map(({ MessageBody }) => JSON.parse(MessageBody).number));

describe("the queue of tasks in SQS", () => {
  test("takes as many tasks as there are, ten with each call", async () => {
    await queue().send(
      Array.from({ length: 23 }, (_, number) => task(number)),
      5,
    );
    expect(sizes()).toEqual([10, 10, 3]);
    expect(numbers()).toEqual(Array.from({ length: 23 }, (_, number) => number));
    expect(batches[0]?.[0]).toMatchObject({ DelaySeconds: 5 });
  });

  test("sends no more with one call than SQS takes", async () => {
    await queue().send(Array.from({ length: 20 }, (_, number) => task(number, "x".repeat(100_000))));
    expect(sizes()).toEqual(Array(10).fill(2));
  });

  test("sends again what the queue did not take", async () => {
    takes = ({ Id }, batch) => batch > 1 || Id !== "3";
    await queue().send(Array.from({ length: 5 }, (_, number) => task(number)));
    expect(numbers()).toEqual([0, 1, 2, 3, 4, 3]);
  });

  test("fails if the queue does not take a task in the end, and at once if it never will", async () => {
    takes = ({ MessageBody }) => JSON.parse(MessageBody).number !== 3;
    await expect(queue().send(Array.from({ length: 5 }, (_, number) => task(number)))).rejects.toThrow(
      "The queue did not take 1 of 5 tasks.",
    );
    takes = () => "sender fault";
    batches.length = 0;
    await expect(queue().send([task(0)])).rejects.toThrow("The queue refuses a task: Reason why");
    expect(batches).toHaveLength(1);
  });

  test("writes only characters that SQS takes, and loses none", async () => {
    const text = JSON.stringify({ text: "\u0000 \ufffe \uffff \ud800 日本 🎌" });
    await queue().send([task(0, text)]);
    const body = batches[0]?.[0]?.MessageBody ?? "";
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    expect(body).toMatch(/^[ -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
    expect(JSON.parse(body).text).toBe(text);
  });
});

import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Queues } from "../../../local/sqs/queues";
import { receiveWithin } from "../../../local/sqs/waiting";
import { FakeClock } from "../fake-clock";
import { DEAD, JOBS, QueueFolder, queueOf } from "./sqs";

const clock = () => new FakeClock();
let time: FakeClock;
let folder: QueueFolder;
let queues: Queues;
beforeEach(async () => {
  time = clock();
  folder = new QueueFolder();
  queues = await folder.open(time);
});
afterEach(() => folder.remove());

const jobs = () => queues.byName("jobs");
const send = (body: string, delaySeconds?: number) => jobs().send({ body, sender: "AIDA", delaySeconds });
const bodies = async (most = 10) => (await jobs().receive(most)).map(({ message }) => message.body);
const dead = async () => (await queues.byName(DEAD.name).receive(10)).map(({ message }) => message);

describe("a message", () => {
  test("is hidden once it is handed out, and comes again after the visibility timeout until it is deleted", async () => {
    await send("a");
    expect(await bodies()).toEqual(["a"]);
    time.advance(29_999);
    expect(await bodies()).toEqual([]);
    time.advance(1);
    const [again] = await jobs().receive(1);
    expect(again?.message).toMatchObject({ body: "a", receives: 2 });
    await jobs().delete(again?.receipt ?? "");
    time.advance(60_000);
    expect(await bodies()).toEqual([]);
    expect(jobs().counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test("is not deleted by the receipt of an earlier time", async () => {
    await send("a");
    const [first] = await jobs().receive(1, 1);
    time.advance(1_000);
    expect(await bodies()).toEqual(["a"]);
    await jobs().delete(first?.receipt ?? "");
    expect(jobs().counts().inFlight).toBe(1);
  });

  test("is handed out when its delay is over", async () => {
    await send("late", 5);
    await send("now");
    expect(jobs().counts()).toEqual({ visible: 1, inFlight: 0, delayed: 1 });
    expect(await bodies()).toEqual(["now"]);
    expect(jobs().nextVisibleAt()).toBe(time.now() + 5_000);
    time.advance(5_000);
    expect(await bodies()).toEqual(["late"]);
  });

  test("is a dead letter after it was handed out often enough, with its age and where it is from", async () => {
    const id = await send("poison");
    const sentAt = time.now();
    for (let tries = 0; tries < 2; tries++) {
      expect(await bodies()).toEqual(["poison"]);
      time.advance(30_000);
    }
    expect(await bodies()).toEqual([]);
    expect(await dead()).toMatchObject([{ id, body: "poison", sentAt, deadLetterOf: JOBS.arn }]);
  });

  test("is forgotten when the queue's retention is over", async () => {
    await send("old");
    time.advance(345_600_000);
    expect(await bodies()).toEqual([]);
    expect(await dead()).toEqual([]);
  });

  test("of more bytes than the queue takes, of none or of characters that XML lacks is refused", async () => {
    await expect(send("x".repeat(262_145))).rejects.toThrow("Message must be shorter than 262144 bytes.");
    await expect(send("")).rejects.toThrow("The request must contain the parameter MessageBody.");
    for (const body of ["\u0000", "\ud800", "\uffff"])
      await expect(send(body)).rejects.toThrow("Invalid characters found.");
    await expect(send("x", 901)).rejects.toThrow("DelaySeconds must be >= 0 and <= 900.");
    expect(await send("x".repeat(262_144))).toEqual(expect.any(String));
  });
});

describe("a receiver", () => {
  test("that waits gets a message the moment it comes", async () => {
    const received = receiveWithin(jobs(), time, { most: 10, visibility: 30, wait: 20 });
    await send("a");
    expect((await received).map(({ message }) => message.body)).toEqual(["a"]);
  });

  test("may change how long a message stays hidden, while it is", async () => {
    await send("a");
    const [{ receipt = "" } = {}] = await jobs().receive(1);
    await jobs().changeVisibility(receipt, 0);
    expect(await bodies()).toEqual(["a"]);
    await expect(jobs().changeVisibility(receipt, 0)).rejects.toThrow("not available for visibility timeout change");
    await expect(jobs().changeVisibility("nonsense", 0)).rejects.toThrow("is not a valid receipt handle");
  });

  test("gets as many as it asks for, in the order they came", async () => {
    for (const body of ["a", "b", "c"]) await send(body);
    expect(await bodies(2)).toEqual(["a", "b"]);
    expect(await bodies(2)).toEqual(["c"]);
  });
});

test("messages outlive the process, with what happened to them", async () => {
  await send("a");
  await send("b");
  await bodies(1);
  queues = await folder.open(time);
  expect(jobs().counts()).toEqual({ visible: 1, inFlight: 1, delayed: 0 });
  time.advance(30_000);
  await send("c");
  expect(await bodies()).toEqual(["a", "b", "c"]);
});

test("queues with names that begin alike keep their messages apart", async () => {
  queues = await folder.open(time, [JOBS, DEAD, queueOf("jobs-2")]);
  await queues.byName("jobs-2").send({ body: "other", sender: "AIDA" });
  expect(await bodies()).toEqual([]);
});

/** What is committed is announced, and once, whatever dies on the way. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { FaultScenario } from "../../local/faults/scenario";
import { type LocalCloud, startLocalCloud } from "../../local/local-cloud";
import { type Clock, systemClock } from "../../local/shared/clock";
import { usersOf } from "../behaviour/laptop";
import { FILE } from "./definition/synthesized";
import { Client } from "./websocket-client";

/** The most milliseconds that nobody waits for: more than a stream waits after a failure, less than a function may take. */
const SKIPPED = 5_000;
let skipped = 0;
/** This machine's clock, but whoever would wait for a second or some goes on at once, at the time that he waited for. */
const hastyClock: Clock = {
  ...systemClock,
  now: () => systemClock.now() + skipped,
  after(delay, callback) {
    if (delay < 500 || delay > SKIPPED) return systemClock.after(delay, callback);
    skipped += delay;
    return systemClock.after(0, callback);
  },
};

let data: string;
let cloud: LocalCloud | undefined;
beforeEach(() => {
  data = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-announced-"));
});
afterEach(async () => {
  await cloud?.stop();
  fs.rmSync(data, { recursive: true });
});

/** A running local cloud in which this happens, with a listener and somebody who writes. */
async function running(faults: FaultScenario["faults"]) {
  cloud = await startLocalCloud({
    ...{ definition: FILE, dist: path.resolve(__dirname, "../../dist"), data },
    ports: { api: 0, gateway: 0, dynamodb: 0 },
    clock: hastyClock,
    faults: { seed: 1, faults },
  });
  const { apiUrl, websocketUrl } = cloud;
  const { idToken } = await usersOf(cloud).create();
  const post = async (at: string, body: object, headers: Record<string, string> = {}) => {
    const response = await fetch(apiUrl + at, {
      method: "POST",
      headers: { authorization: `Bearer ${idToken}`, "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, id: response.ok ? String(Object(await response.json()).id) : "" };
  };
  const listener = await Client.connect(String(websocketUrl));
  const { id } = await post("/api/v1/posts", { title: "Title", content: "Content" });
  const comment = (content: string) =>
    post(`/api/v1/posts/${id}/comments`, { content }, { "idempotency-key": `key-${content}` });
  /** The ids of the messages that tell of a comment, once another one is told of, which comes after it. */
  const toldOf = async (content: string) => {
    const after = `after-${content}`;
    expect((await comment(after)).status).toBe(201);
    await listener.first((text) => text.includes(after));
    return listener.messages.filter((text) => text.includes(`"${content}"`)).map((text) => JSON.parse(text).id);
  };
  return { comment, toldOf };
}

test("a comment whose function died right after the commit is announced, and once, though it is sent again", async () => {
  const { comment, toldOf } = await running([
    {
      when: { service: "dynamodb", function: "api", operation: "TransactWriteItems", nth: 1 },
      what: { kind: "crash" },
    },
  ]);
  expect((await comment("kept")).status).toBeGreaterThanOrEqual(500);
  for (const _ of ["again", "and again"]) expect((await comment("kept")).status).toBe(201);
  expect(await toldOf("kept")).toHaveLength(1);
});

test("a comment whose announcer died after it was sent is announced again, under the same id", async () => {
  const { comment, toldOf } = await running([
    // The first call announces the post.
    { when: { service: "lambda", function: "announce", nth: 2 }, what: { kind: "crash" } },
  ]);
  expect((await comment("twice")).status).toBe(201);
  const ids = await toldOf("twice");
  expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
});

test("a comment whose announcer died before it was sent is announced", async () => {
  const { comment, toldOf } = await running([
    { when: { service: "dynamodb", function: "announce", operation: "Query", nth: 4 }, what: { kind: "crash" } },
  ]);
  expect((await comment("late")).status).toBe(201);
  expect((await toldOf("late")).length).toBeGreaterThanOrEqual(1);
});

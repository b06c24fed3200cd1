/**
 * Random histories of a platform: people come, go without a word, choose what they listen to and are told of changes,
 * while functions crash at any of their calls, streams and queues give again what was done, and clocks jump.
 */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Dynamo, startDynamo } from "../../support/doubles/dynamo";
import { type Listener, World } from "./histories-world";

let dynamo: Dynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

const posts = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
const topic = fc.constantFrom("all", "own", ...posts.map((id) => `post:${id}`));
const crash = fc.option(fc.record({ call: fc.integer({ min: 1, max: 12 }), done: fc.boolean() }), {
  nil: undefined,
  freq: 2,
});
const few = fc.integer({ min: 1, max: 4 });
const who = fc.nat({ max: 20 });

const connecting = fc.record({
  kind: fc.constant("connect" as const),
  user: fc.constantFrom(undefined, "ann", "bob"),
  topics: fc.uniqueArray(topic, { maxLength: 3 }),
  seconds: fc.constantFrom(60, 600, 3_600, 10_000),
  manner: fc.constantFrom("at once" as const, "at once" as const, "slowly" as const, "left" as const),
  crash,
});
const leaving = fc.record({ kind: fc.constant("leave" as const), who, times: fc.constantFrom(0, 1, 1, 2), crash });
const asking = fc.record({
  kind: fc.constant("ask" as const),
  who,
  action: fc.constantFrom("subscribe" as const, "unsubscribe" as const),
  topic,
  crash,
});
const writing = fc.record({
  kind: fc.constant("write" as const),
  post: fc.nat({ max: 2 }),
  change: fc.constantFrom("write" as const, "write" as const, "delete" as const),
});
const announcing = fc.record({ kind: fc.constant("announce" as const), most: few, crash });
const repeating = fc.record({ kind: fc.constant("repeat" as const), changes: few });
const working = fc.record({ kind: fc.constant("work" as const), crash, isGivenTwice: fc.boolean() });
const moving = fc.record({
  kind: fc.constant("move" as const),
  seconds: fc.constantFrom(-300, -5, 1, 31, 59, 600, 3_600, 7_200),
});
const step = fc.oneof(
  { weight: 5, arbitrary: connecting },
  { weight: 2, arbitrary: leaving },
  { weight: 3, arbitrary: asking },
  { weight: 6, arbitrary: writing },
  { weight: 4, arbitrary: announcing },
  { weight: 1, arbitrary: repeating },
  { weight: 3, arbitrary: working },
  { weight: 2, arbitrary: moving },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

async function take(world: World, one: Step): Promise<void> {
  const open = world.listeners.filter(({ isOpen }) => isOpen);
  const chosen = "who" in one ? open[one.who % Math.max(1, open.length)] : undefined;
  switch (one.kind) {
    case "connect": {
      const names = one.topics.filter((name) => one.user !== undefined || name !== "own");
      return world.connect(one.user, names, one.seconds, one.manner, one.crash);
    }
    case "leave":
      return chosen && world.leave(chosen, one.times, one.crash);
    case "ask":
      return chosen && world.ask(chosen, one.action, one.topic, one.crash);
    case "write":
      return world.write(posts[one.post] ?? "", one.post === 0 ? "ann" : "bob", one.change);
    case "announce":
      return world.announce(one.most, one.crash);
    case "repeat":
      return world.repeat(one.changes);
    case "work":
      return world.work(one.crash, one.isGivenTwice);
    case "move":
      return world.move(one.seconds);
  }
}

/** Plays a history to its end and checks what is true of every one. */
async function play(steps: readonly Step[], threshold: number): Promise<World> {
  const world = await World.start(dynamo, threshold);
  for (const one of steps) await take(world, one);
  await world.settleAll();
  expect(world.breaches).toEqual([]);
  expect(world.missing()).toEqual([]);
  const { named, stored } = await world.subscriptions();
  expect(stored).toEqual(named);
  return world;
}

const history = fc.array(step, { minLength: 10, maxLength: 40 });
// A history takes a third of a second, and a shorter one that fails too would take hundreds of them to be found.
const runs = { numRuns: 40, endOnFailure: true };

/** The ids that somebody was told, as a client tells them: each once. */
const told = ({ received }: Listener) => [...new Map(received.map((message) => [message.id, message])).values()];

test("whoever stayed is told everything once and nobody what is not for them, in the order of each thing", async () => {
  let messages = 0;
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      const world = await play(steps, 1_000);
      for (const listener of world.listeners) {
        // Whoever came later may be told of a change from before when the stream gives it again, and knows its version.
        const owed = world.owedTo(listener);
        for (const post of posts) {
          const ids = told(listener).flatMap(({ id, thing }) =>
            thing === post && owed.has(id) ? [Number(id.slice(1))] : [],
          );
          expect(ids).toEqual([...ids].sort((a, b) => a - b));
        }
      }
      messages += world.listeners.reduce((sum, { received }) => sum + received.length, 0);
    }),
    runs,
  );
  // Histories in which nobody is told anything prove nothing. Of forty, most tell something.
  expect(messages).toBeGreaterThan(0);
});

test("the same of a delivery in segments, of which a later change may overtake an earlier one", async () => {
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      await play(steps, 2);
    }),
    runs,
  );
});

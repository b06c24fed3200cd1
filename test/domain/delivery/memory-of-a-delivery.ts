/**
 * A program that delivers to as many as it is told, one delivery after the other, and prints of each the bytes
 * that were in use at every look: memory.test.ts.
 */
import { deliver } from "../../../domain/delivery/delivery";
import type { Subscriber } from "../../../domain/realtime/subscriptions";
import { memoryDeliveryProgress } from "../../support/doubles/memory/delivery-progress";

const PAGE = 1_000;
/** The number of sends between two looks at the memory. */
const LOOK = 5_000;

const collect = globalThis.gc;
if (!collect) throw new Error("Run this with --expose-gc.");

let sends = 0;
function look(): number {
  collect?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Makes subscribers up as they are read. Their places ascend. */
async function* subscribers(count: number): AsyncGenerator<readonly Subscriber[]> {
  for (let start = 0; start < count; start += PAGE)
    yield Array.from({ length: PAGE }, (_, row): Subscriber => {
      const connectionId = `c${start + row}=`;
      const hash = Math.floor(((start + row) / count) * 2 ** 32);
      return { connectionId, connectedAt: 0, place: hash.toString(16).padStart(8, "0") + connectionId, topic: "all" };
    });
}

async function memoryOf(count: number) {
  const looks: number[] = [];
  const { delivered } = await deliver(
    { id: `m${count}`, type: "test", data: { text: "x".repeat(1_000) } },
    ["all"],
    {
      subscriptions: { pages: () => subscribers(count), forget: async () => undefined },
      sender: {
        send: () =>
          new Promise((resolve) => {
            if (++sends % LOOK === 0) looks.push(look());
            setImmediate(resolve, "delivered");
          }),
      },
      queue: { send: async () => undefined },
      progress: memoryDeliveryProgress(),
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
      now: Date.now,
      random: Math.random,
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      threshold: Number.POSITIVE_INFINITY,
    },
    new AbortController().signal,
  );
  return { delivered, looks };
}

async function main(): Promise<void> {
  const results: Awaited<ReturnType<typeof memoryOf>>[] = [];
  for (const count of process.argv.slice(2)) results.push(await memoryOf(Number(count)));
  console.log(JSON.stringify(results));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});

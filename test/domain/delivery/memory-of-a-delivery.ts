/** A program that delivers to as many as it is told and prints, in bytes, the most memory that was in use: memory.test.ts. */
import { deliver } from "../../../domain/delivery/delivery";
import type { Subscriber } from "../../../domain/realtime/subscriptions";
import { memoryDeliveryProgress } from "../../support/doubles/memory/delivery-progress";

const PAGE = 1_000;
/** The number of sends between two looks at the memory. */
const LOOK = 5_000;

const count = Number(process.argv[2]);
const collect = globalThis.gc;
if (!collect) throw new Error("Run this with --expose-gc.");

let most = 0;
let sends = 0;
function look(): void {
  collect?.();
  const { heapUsed, external } = process.memoryUsage();
  most = Math.max(most, heapUsed + external);
}

/** Makes subscribers up as they are read. Their places ascend. */
async function* pages(): AsyncGenerator<readonly Subscriber[]> {
  for (let start = 0; start < count; start += PAGE)
    yield Array.from({ length: PAGE }, (_, row): Subscriber => {
      const connectionId = `c${start + row}=`;
      const hash = Math.floor(((start + row) / count) * 2 ** 32);
      return { connectionId, connectedAt: 0, place: hash.toString(16).padStart(8, "0") + connectionId, topic: "all" };
    });
}

deliver(
  { id: "m1", type: "test", data: { text: "x".repeat(1_000) } },
  ["all"],
  {
    subscriptions: { pages, forget: async () => undefined },
    sender: {
      send: () =>
        new Promise((resolve) => {
          if (++sends % LOOK === 0) look();
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
).then(
  ({ delivered }) => console.log(JSON.stringify({ delivered, most })),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);

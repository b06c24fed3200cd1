import type { DeliveryServices } from "../../domain/delivery/delivery";
import type { DeliveryProgress } from "../../domain/delivery/delivery-progress";
import type { TaskQueue } from "../../domain/delivery/tasks";
import type { Log } from "../../runtime/log";
import type { Clients } from "./clients";
import type { Gateway } from "./gateway";
import type { Inputs } from "./inputs";
import type { Instance } from "./lambda";
import type { VirtualTime } from "./virtual-time";

/** The time at which a simulation starts, in milliseconds since 1970. */
const START = 1_800_000_000_000;

/** Everything that the functions share: what the simulated account consists of, and what was used of it. */
export interface World {
  readonly time: VirtualTime;
  readonly inputs: Inputs;
  readonly clients: Clients;
  readonly gateway: Gateway;
  readonly queue: TaskQueue;
  readonly progress: DeliveryProgress;
  readonly random: () => number;
  readonly used: { reads: number; writes: number };
}

/** Bytes of a subscription's row, and of what one strongly consistent read takes; see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html */
const ROW_BYTES = 110;
const READ_BYTES = 4 * 1024;
/** Writes for a connection that is forgotten: two items in a transaction, a user's and a count. */
const WRITES_TO_FORGET = 6;

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Creates what one instance delivers with: the code of the functions runs on it as it runs on AWS. */
export function servicesOf(world: World, instance: Instance): Omit<DeliveryServices, "threshold"> {
  const { time, inputs, clients, gateway, used } = world;

  /** Lets an operation take its time. Nobody hears its end if the instance has died meanwhile. */
  const takes = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      time.after(milliseconds, () => {
        if (instance.isAlive) resolve();
      });
    });

  async function write<Result>(operation: () => Promise<Result>): Promise<Result> {
    used.writes += 1;
    const result = await operation();
    await takes(inputs.table.write);
    return result;
  }

  return {
    subscriptions: {
      async *pages(_topics, range, _now, signal) {
        let from: number | undefined;
        do {
          await takes(inputs.table.page);
          signal?.throwIfAborted();
          const { page, next } = clients.page(range, from, inputs.table.rowsPerPage);
          used.reads += Math.ceil((page.length * ROW_BYTES) / READ_BYTES);
          yield page;
          from = next;
        } while (from !== undefined);
      },
      async forget({ connectionId }) {
        used.writes += WRITES_TO_FORGET;
        await takes(2 * inputs.table.write);
        clients.forget(connectionId);
      },
    },
    sender: gateway.senderOf(instance),
    queue: {
      async send(tasks, delaySeconds) {
        await takes(inputs.queue.send * Math.ceil(tasks.length / 10));
        await world.queue.send(tasks, delaySeconds);
      },
    },
    progress: {
      cut: (...input) => write(() => world.progress.cut(...input)),
      claim: (...input) => write(() => world.progress.claim(...input)),
      note: (...input) => write(() => world.progress.note(...input)),
      release: (...input) => write(() => world.progress.release(...input)),
      finish: (...input) => write(() => world.progress.finish(...input)),
    },
    log: quiet,
    now: () => START + time.now,
    random: world.random,
    async sleep(milliseconds, signal) {
      await time.sleep(milliseconds, signal);
      if (!instance.isAlive) await new Promise(() => undefined);
    },
  };
}

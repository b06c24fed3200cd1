import { type Deletion, type DeletionQueue, finishDeletion } from "../../../domain/deletion/finishing";

/** A queue of deletions in memory. */
export function memoryDeletionQueue(): DeletionQueue & { readonly waiting: Deletion[] } {
  const waiting: Deletion[] = [];
  return {
    waiting,
    async send(deletions) {
      waiting.push(...deletions);
    },
  };
}

/** Finishes what is in the queue, and what comes into it meanwhile, as a worker does that has all the time. */
export async function work(
  services: Omit<Parameters<typeof finishDeletion>[0], "queue"> & {
    readonly queue: ReturnType<typeof memoryDeletionQueue>;
  },
  signal: () => AbortSignal = () => new AbortController().signal,
): Promise<number> {
  let calls = 0;
  for (let next = services.queue.waiting.shift(); next; next = services.queue.waiting.shift()) {
    calls++;
    await finishDeletion(services, next, signal());
  }
  return calls;
}

import type { Clock } from "../shared/clock";
import type { Queue, Received } from "./queue";

/**
 * Receives messages, and waits for the first ones if there are none.
 *
 * @param options.wait the seconds after which it answers without any
 */
export async function receiveWithin(
  queue: Queue,
  clock: Clock,
  { most, visibility, wait }: { readonly most: number; readonly visibility: number; readonly wait: number },
): Promise<Received[]> {
  const end = clock.now() + wait * 1000;
  for (;;) {
    const received = await queue.receive(most, visibility);
    if (received.length > 0 || clock.now() >= end) return received;
    await changeOf(queue, clock, end);
  }
}

/** Resolves when the queue may have something to hand out that it had not before, and at the end at the latest. */
function changeOf(queue: Queue, clock: Clock, end = Number.POSITIVE_INFINITY): Promise<void> {
  return new Promise((resolve) => {
    const due = Math.min(queue.nextVisibleAt() ?? Number.POSITIVE_INFINITY, end);
    const cancel = Number.isFinite(due) ? clock.after(Math.max(0, due - clock.now()), done) : () => undefined;
    const unwatch = queue.watch(done);
    function done() {
      cancel();
      unwatch();
      resolve();
    }
  });
}

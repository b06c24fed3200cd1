import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { QueueDefinition } from "../../../local/definition/model";
import { openRecords, type Records } from "../../../local/records/records";
import { Queues } from "../../../local/sqs/queues";
import type { FakeClock } from "../fake-clock";

/** A queue as the local cloud reads it from a definition. */
export const queueOf = (name: string, rest: Partial<QueueDefinition> = {}): QueueDefinition => ({
  name,
  arn: `arn:aws:sqs:eu-west-1:123456789012:${name}`,
  url: `https://sqs.eu-west-1.amazonaws.com/123456789012/${name}`,
  visibilitySeconds: 30,
  retentionSeconds: 345_600,
  delaySeconds: 0,
  waitSeconds: 0,
  maxBytes: 262_144,
  deadLetters: undefined,
  ...rest,
});

/** A queue with dead letters, and the queue of those. */
export const DEAD = queueOf("jobs-dead-letters", { retentionSeconds: 1_209_600 });
export const JOBS = queueOf("jobs", { deadLetters: { arn: DEAD.arn, after: 2 } });

/** Queues in a folder of their own, which can be opened again. */
export class QueueFolder {
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-queues-"));
  records: Records | undefined;

  async open(clock: FakeClock, definitions: readonly QueueDefinition[] = [JOBS, DEAD]): Promise<Queues> {
    await this.records?.close();
    this.records = await openRecords({ folder: this.folder, sync: false, clock, hint: () => undefined });
    return Queues.load(definitions, this.records, clock);
  }

  async remove(): Promise<void> {
    await this.records?.close();
    fs.rmSync(this.folder, { recursive: true });
  }
}

/** Records that are kept in memory, so that a clock may be put forward while they are written. */
export function memoryRecords(): Records {
  const kept = new Map<string, string>();
  return {
    async *entries(prefix) {
      for (const key of [...kept.keys()].sort()) if (key.startsWith(prefix)) yield [key, kept.get(key) ?? ""] as const;
    },
    async write(changes) {
      for (const [key, value] of changes)
        if (value === undefined) kept.delete(key);
        else kept.set(key, value);
    },
    close: async () => undefined,
  };
}

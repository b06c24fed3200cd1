import type { QueueDefinition } from "../definition/model";
import type { Records } from "../records/records";
import type { Clock } from "../shared/clock";
import { sqsError } from "./errors";
import type { Message } from "./message";
import { Queue } from "./queue";

/** The characters of a message's number in its key, so that keys sort as numbers do. */
const DIGITS = 16;
const prefixOf = (name: string) => `message/${name}/`;

/** The queues of the definition, with the messages that were in them at the last end. */
export class Queues {
  private constructor(private readonly queues: readonly Queue[]) {}

  /** @param records where the messages are kept; those of queues that are no more in the definition stay there */
  static async load(
    definitions: readonly QueueDefinition[],
    records: Records,
    clock: Pick<Clock, "now">,
  ): Promise<Queues> {
    const queues: Queue[] = [];
    const loaded = new Queues(queues);
    for (const definition of definitions) {
      const { name, arn, deadLetters } = definition;
      const prefix = prefixOf(name);
      const messages = new Map<number, Message>();
      for await (const [key, value] of records.entries(prefix))
        messages.set(Number(key.slice(prefix.length)), JSON.parse(value) as Message);
      queues.push(
        new Queue({
          ...{ definition, clock, messages },
          persist: (number, message) =>
            records.write([
              [
                prefix + String(number).padStart(DIGITS, "0"),
                message === undefined ? undefined : JSON.stringify(message),
              ],
            ]),
          bury: async (message) =>
            loaded.byArn(deadLetters?.arn ?? "").add({
              ...message,
              ...{ deadLetterOf: arn, receives: 0, visibleAt: clock.now() },
            }),
        }),
      );
    }
    return loaded;
  }

  all(): readonly Queue[] {
    return this.queues;
  }

  /** Finds a queue by its URL, of which the host does not matter. Throws an SqsError if there is none. */
  byUrl(url: string): Queue {
    const [account, name] = (URL.canParse(url) ? new URL(url).pathname : url).split("/").slice(-2);
    return this.find(({ definition }) => new URL(definition.url).pathname === `/${account}/${name}`);
  }

  /** Finds a queue by its name. Throws an SqsError if there is none. */
  byName(name: string): Queue {
    return this.find(({ definition }) => definition.name === name);
  }

  /** Finds a queue by its ARN. Throws an SqsError if there is none. */
  byArn(arn: string): Queue {
    return this.find(({ definition }) => definition.arn === arn);
  }

  /** Buries what a queue and those whose dead letters it takes have to bury, so that what it says is up to date. */
  async settle(queue: Queue): Promise<void> {
    const { arn } = queue.definition;
    for (const source of this.queues) if (source.definition.deadLetters?.arn === arn) await source.settle();
    await queue.settle();
  }

  private find(isIt: (queue: Queue) => boolean): Queue {
    const queue = this.queues.find(isIt);
    if (!queue) throw sqsError("QueueDoesNotExist", "The specified queue does not exist.");
    return queue;
  }
}

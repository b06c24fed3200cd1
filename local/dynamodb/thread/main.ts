import { parentPort, workerData } from "node:worker_threads";
import { messageOf, StartError } from "../../shared/errors";
import type { JsonObject } from "../../shared/json";
import { Engine } from "../engine";
import { DynamoDbError, unserializable } from "../errors";
import { services } from "../operations/operations";
import { inspect, parseBody } from "../requests/inspect";
import { StreamReader } from "../streams/reader";
import { createTables } from "../tables/definition";
import { resumeIndexes } from "../tables/lifecycle";
import { TimeToLive } from "../time-to-live";
import type { FromThread, Performed, Question, Questions, ThreadSettings, ToThread } from "./protocol";
import { ToldClock } from "./told-clock";

/** The program of the thread in which the database runs, so that no request holds up the rest of the local cloud. */
async function main(): Promise<void> {
  if (!parentPort) throw new Error("This is the program of a thread.");
  const port = parentPort;
  const post = (message: FromThread) => port.postMessage(message);
  const { folder, place, tables, sync, now } = workerData as ThreadSettings;
  const clock = new ToldClock(now, post);
  const hint = (text: string) => post({ kind: "hint", text });
  const engine = await Engine.open({ folder, place, clock, hint, sync });
  try {
    resumeIndexes(engine);
    await createTables(engine, tables, folder);
  } catch (error) {
    await engine.close();
    throw error;
  }
  const timeToLive = new TimeToLive(engine, clock, hint);
  const answers = answersOf(engine, post, () => timeToLive.stop());
  port.on("message", (message: ToThread) => {
    clock.tell(message.now);
    if (message.kind === "tick") return clock.tick(message.timer);
    const { id } = message;
    const answer = answers[message.kind] as (question: ToThread) => unknown;
    // An answer that throws at once is a rejection, too.
    Promise.resolve()
      .then(() => answer(message))
      .then(
        (answer) => post({ kind: "answer", id, answer: answer as Questions[Question]["answer"] }),
        (error: unknown) => post({ kind: "failed", id, message: messageOf(error) }),
      );
  });
  post({
    kind: "ready",
    services: services.map(({ target, operations }) => ({ target, operations: [...operations.keys()] })),
  });
}

type Answers = {
  [Kind in Question]: (
    question: { readonly id: number } & Questions[Kind]["ask"],
  ) => Questions[Kind]["answer"] | Promise<Questions[Kind]["answer"]>;
};

function answersOf(engine: Engine, post: (message: FromThread) => void, endTimers: () => Promise<void>): Answers {
  const streams = new StreamReader(engine);
  /** Bodies that were inspected, by the number of that question. */
  const inspected = new Map<number, JsonObject | undefined>();

  async function perform({ target, operation: name, body }: Questions["perform"]["ask"]): Promise<Performed> {
    const operation = services.find((service) => service.target === target)?.operations.get(name);
    if (!operation) throw new Error(`There is no operation ${target}.${name}.`);
    const input = typeof body === "string" ? parseBody(body) : inspected.get(body);
    if (typeof body === "number") inspected.delete(body);
    try {
      if (!input) throw unserializable("The request body is not a JSON object.");
      return { status: 200, json: JSON.stringify(await operation.answer(input, engine)) };
    } catch (error) {
      if (error instanceof DynamoDbError) return { status: error.status, json: JSON.stringify(error.body) };
      throw error;
    }
  }

  return {
    inspect({ id, operation, body }) {
      const input = parseBody(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
      inspected.set(id, input);
      return inspect(operation, input, engine.place);
    },
    perform,
    drop({ inspected: number }) {
      inspected.delete(number);
      return undefined;
    },
    streamOf: ({ table }) => streams.arnOf(table),
    position: ({ start }) => streams.position(start),
    read: ({ arn, after, limit, patterns }) => streams.read(arn, after, limit, patterns),
    shardOf: ({ arn }) => streams.shardOf(arn),
    watch({ arn }) {
      streams.watch(arn, () => post({ kind: "changed", arn }));
      return undefined;
    },
    async close() {
      await endTimers();
      await engine.close();
      return undefined;
    },
  };
}

main().catch((error: unknown) => {
  // Everything else ends the thread with an error, which the local cloud hears of.
  if (!(error instanceof StartError)) throw error;
  parentPort?.postMessage({ kind: "refused", message: error.message } satisfies FromThread);
});

import { type DeliveryResult, deliver } from "../../domain/delivery/delivery";
import { deliveryWorker } from "../../functions/shared/delivery-worker";
import { memoryDeliveryProgress } from "../../test/support/doubles/memory/delivery-progress";
import { Clients } from "./clients";
import { Gateway } from "./gateway";
import { boundSeconds, type Inputs, PRICES } from "./inputs";
import { VirtualLambda } from "./lambda";
import { VirtualQueue } from "./queue";
import { seededRandom } from "./random";
import { servicesOf, type World } from "./services";
import { VirtualTime } from "./virtual-time";

export interface Outcome {
  /** The result of the function that began the delivery. */
  readonly first: DeliveryResult;
  /** Seconds until the last client that stayed received the message, and until nothing was left to do. */
  readonly seconds: number;
  readonly settledSeconds: number;
  /** Seconds that the account's quota alone makes it take. */
  readonly bound: number;
  /** Seconds until so many percent of the clients received it. */
  readonly p50: number;
  readonly p99: number;
  /** The number of clients that stayed and received the message, and of those that stayed and did not. */
  readonly received: number;
  readonly missing: number;
  /** Copies that clients threw away, having the message already. */
  readonly thrownAway: number;
  readonly calls: number;
  readonly throttled: number;
  readonly crashes: number;
  readonly duplicates: number;
  readonly deadLetters: number;
  readonly invocations: number;
  readonly lambdaSeconds: number;
  readonly dollars: number;
  /** The number of clients that had received the message after each second. */
  readonly bySecond: readonly number[];
}

const message = { id: "m1", type: "post.created", data: { title: "A title", content: "x".repeat(150) } };

/**
 * Delivers a message to many, in virtual time, with the functions' own code.
 *
 * @param firstSeconds the time of the function that begins it: those that a gateway calls have 29 seconds
 * @param isAlone ends with that function: whatever it leaves to the queue stays there
 */
export async function simulate(inputs: Inputs, firstSeconds = 29, isAlone = false): Promise<Outcome> {
  const random = seededRandom(inputs.seed);
  const time = new VirtualTime();
  const clients = new Clients(inputs, seededRandom(inputs.seed + 1));
  const gateway = new Gateway(time, clients, inputs, random);
  const used = { reads: 0, writes: 0 };
  const workers = new VirtualLambda(time, inputs, inputs.lambda.timeoutSeconds);
  const firstFunction = new VirtualLambda(time, inputs, firstSeconds);
  const queue = new VirtualQueue(
    time,
    inputs,
    workers,
    ({ instance, context, timeToSend }) =>
      (event) =>
        deliveryWorker(servicesOf(world, instance), () => timeToSend)(event, context),
    random,
  );
  const progress = memoryDeliveryProgress();
  const world: World = { time, inputs, clients, gateway, queue, progress, random, used };

  const first = await time.run(
    firstFunction.invoke(({ instance, timeToSend }) =>
      deliver(message, ["all"], { ...servicesOf(world, instance), threshold: inputs.lambda.threshold }, timeToSend),
    ),
  );
  if (!first) throw new Error("The first function was stopped.");
  if (!isAlone) await time.run(queue.settled());

  const { times, missing, thrownAway } = clients.received();
  const at = (share: number) => (times[Math.max(0, Math.ceil(times.length * share) - 1)] ?? 0) / 1_000;
  const lambdaSeconds = (workers.billed + firstFunction.billed) / 1_000;
  const invocations = workers.invocations + firstFunction.invocations;
  const dollars =
    (gateway.calls * PRICES.millionMessages +
      invocations * PRICES.millionInvocations +
      queue.calls * PRICES.millionQueueCalls +
      used.reads * PRICES.millionReads +
      used.writes * PRICES.millionWrites) /
      1e6 +
    lambdaSeconds * (inputs.lambda.memoryMegabytes / 1_024) * PRICES.gigabyteSecond;
  return {
    first,
    seconds: at(1),
    settledSeconds: time.now / 1_000,
    bound: boundSeconds(inputs),
    p50: at(0.5),
    p99: at(0.99),
    received: times.length,
    missing,
    thrownAway,
    calls: gateway.calls,
    throttled: gateway.throttled,
    crashes: queue.crashes,
    duplicates: queue.duplicates,
    deadLetters: queue.deadLetters,
    invocations,
    lambdaSeconds,
    dollars,
    bySecond: countsBySecond(times),
  };
}

function countsBySecond(times: Float64Array): readonly number[] {
  const counts: number[] = [];
  let count = 0;
  for (let second = 0; count < times.length; second++) {
    while (count < times.length && (times[count] ?? 0) <= second * 1_000) count += 1;
    counts.push(count);
  }
  return counts;
}

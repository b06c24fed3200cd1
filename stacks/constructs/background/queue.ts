import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { SqsQueueRedrivePolicy } from "@cdktf/provider-aws/lib/sqs-queue-redrive-policy";
import { Construct } from "constructs";
import type { Environment, FunctionSize } from "../../../environments/environment";
import { physicalName } from "../../../environments/names";
import { type Access, access } from "../access";
import type { Lambda } from "../lambda";
import { DeadLetters } from "./dead-letters";
import { MAX_MESSAGE_BYTES, TRIES } from "./limits";
import { addSourcePolicy } from "./source-policy";

/** The seconds that SQS keeps a message: its default, written down. */
const RETENTION = 4 * 24 * 60 * 60;
/** The seconds that Lambda collects a batch of more than ten messages for; AWS refuses such a batch without. */
const BATCHING_WINDOW = 1;
/** The most messages of a batch without a window, and of any batch with one. */
const WITHOUT_WINDOW = 10;
const MOST_MESSAGES = 10_000;

export interface QueueProps {
  readonly environment: Pick<Environment, "name" | "alarms">;
  /** The end of its physical name. */
  readonly name: string;
  /** The size of the function that works on it. A message is not handed out twice while one may be at work on it. */
  readonly worker: FunctionSize;
  /**
   * When a message comes back that its worker did not finish: `soon` is right after the worker's time, for workers that
   * nothing but this queue keeps from running, which concerns the advice of six times. @default - six times the worker's time
   */
  readonly redelivery?: "soon";
}

export interface Feeding {
  /** The most workers at once, 2 to 1,000; see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
  readonly maximumConcurrency: number;
  /** The most messages that a worker gets at once, 1 to 10,000. @default 10 */
  readonly batchSize?: number;
}

/**
 * A standard queue: each message is handled at least once, in no order that could be relied on, and becomes a dead
 * letter when that has failed five times.
 */
export class Queue extends Construct {
  private readonly name: string;
  private readonly arn: string;
  private readonly url: string;
  private readonly worker: FunctionSize;

  constructor(scope: Construct, id: string, { environment, name, worker, redelivery }: QueueProps) {
    super(scope, id);
    const deadLetters = new DeadLetters(this, "dead-letters", { environment, of: name });
    const queue = new SqsQueue(this, "Default", {
      name: physicalName(environment, name),
      // AWS's advice: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeoutSeconds: (redelivery === "soon" ? 1 : 6) * worker.timeoutSeconds + BATCHING_WINDOW,
      messageRetentionSeconds: RETENTION,
      maxMessageSize: MAX_MESSAGE_BYTES,
      // AWS encrypts anyway, but every plan shows an attribute that is not written as a value that is not known yet.
      sqsManagedSseEnabled: true,
    });
    // Both are resources of their own: as arguments of the queues they would refer to each other.
    new SqsQueueRedrivePolicy(this, "redrive", {
      queueUrl: queue.url,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: TRIES }),
    });
    deadLetters.accept(queue.arn);
    this.name = queue.name;
    this.arn = queue.arn;
    this.url = queue.url;
    this.worker = worker;
  }

  /** Lets a function send messages to the queue, whose URL the variable holds. */
  send<Variable extends string>(variable: Variable): Access<Variable> {
    return access(variable, this.url, { actions: ["sqs:SendMessage"], resources: [this.arn] });
  }

  /**
   * Calls a function with the messages of the queue, in batches of which it reports those that failed.
   *
   * @throws Error for numbers that AWS refuses, at apply only, and for a worker that may take longer than the queue's
   */
  feeds(target: Lambda, { maximumConcurrency, batchSize = WITHOUT_WINDOW }: Feeding): void {
    const where = `${this.node.path}, which feeds ${target.node.path},`;
    if (target.timeoutSeconds > this.worker.timeoutSeconds)
      throw new Error(
        `${where} hands a message out again while its function, which may take ${target.timeoutSeconds} seconds, is at work on it: give both the same size.`,
      );
    if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > MOST_MESSAGES)
      throw new Error(`${where} cannot have batches of ${batchSize}: write 1 to ${MOST_MESSAGES}.`);
    if (!Number.isInteger(maximumConcurrency) || maximumConcurrency < 2 || maximumConcurrency > 1_000)
      throw new Error(`${where} cannot have ${maximumConcurrency} workers at once: write 2 to 1000.`);
    const source = new Construct(this, "source");
    const policy = addSourcePolicy(source, target, this.name, [
      { actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], resources: [this.arn] },
    ]);
    new LambdaEventSourceMapping(source, "Default", {
      eventSourceArn: this.arn,
      functionName: target.functionName,
      batchSize,
      maximumBatchingWindowInSeconds: batchSize > WITHOUT_WINDOW ? BATCHING_WINDOW : 0,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency },
      dependsOn: [policy],
    });
  }
}

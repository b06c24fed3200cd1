import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { SqsQueueRedriveAllowPolicy } from "@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy";
import { Construct } from "constructs";
import type { Environment } from "../../../environments/environment";
import { physicalName } from "../../../environments/names";
import type { Statement } from "../access";
import { FailureAlarm } from "../failure-alarm";
import { MAX_MESSAGE_BYTES } from "./limits";

/** The seconds that SQS keeps a message at most; see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const LONGEST_RETENTION = 14 * 24 * 60 * 60;

export interface DeadLettersProps {
  readonly environment: Pick<Environment, "name" | "alarms">;
  /** What the letters are of, such as `deliveries`. */
  readonly of: string;
}

/**
 * A queue for what was tried often enough, kept for as long as SQS keeps anything: a message that comes from another
 * queue brings its age along. Nothing reads it but people, and its alarm tells them from the first message on.
 */
export class DeadLetters extends Construct {
  readonly arn: string;
  readonly url: string;

  constructor(scope: Construct, id: string, { environment, of }: DeadLettersProps) {
    super(scope, id);
    const name = physicalName(environment, `${of}-dead-letters`);
    const queue = new SqsQueue(this, "Default", {
      name,
      messageRetentionSeconds: LONGEST_RETENTION,
      maxMessageSize: MAX_MESSAGE_BYTES,
      sqsManagedSseEnabled: true,
    });
    this.arn = queue.arn;
    this.url = queue.url;
    new FailureAlarm(this, "depth", {
      alarms: environment.alarms,
      subject: name,
      metric: {
        namespace: "AWS/SQS",
        name: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: queue.name },
      },
      threshold: 1,
    });
  }

  /** Lets only this queue, given by its ARN, move messages here. Without one nothing is moved, only sent. */
  accept(queueArn?: string): void {
    new SqsQueueRedriveAllowPolicy(this, "allow", {
      queueUrl: this.url,
      redriveAllowPolicy: JSON.stringify(
        queueArn === undefined
          ? { redrivePermission: "denyAll" }
          : { redrivePermission: "byQueue", sourceQueueArns: [queueArn] },
      ),
    });
  }

  /** The statement of a role that sends to this queue. */
  get send(): Statement {
    return { actions: ["sqs:SendMessage"], resources: [this.arn] };
  }
}

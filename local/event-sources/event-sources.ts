import type { EventSourceDefinition, FunctionDefinition } from "../definition/model";
import type { InvocationResult } from "../lambda/invocation";
import { MAX_INSTANCES } from "../lambda/lambda";
import type { Records } from "../records/records";
import type { Clock } from "../shared/clock";
import { StartError } from "../shared/errors";
import type { Queues } from "../sqs/queues";
import { requirePermissions } from "./permissions";
import { QueueSource } from "./queue-source";
import type { ChangeStreams } from "./stream-position";
import { StreamSource } from "./stream-source";

export interface EventSourcesSettings {
  readonly definitions: readonly EventSourceDefinition[];
  readonly region: string;
  readonly reader: ChangeStreams;
  readonly queues: Queues;
  readonly records: Records;
  readonly invoke: (target: FunctionDefinition, event: string) => Promise<InvocationResult>;
  readonly clock: Clock;
  readonly hint: (text: string) => void;
}

/** Everything that calls functions with records of streams and messages of queues. */
export class EventSources {
  private constructor(private readonly sources: readonly (StreamSource | QueueSource)[]) {}

  /** @throws StartError for a source that AWS would refuse because its function's role lacks a permission */
  static async start(settings: EventSourcesSettings): Promise<EventSources> {
    const sources = await Promise.all(settings.definitions.map((definition) => sourceOf(definition, settings)));
    for (const source of sources) await source.start();
    return new EventSources(sources);
  }

  /** Begins no more calls. */
  stop(): void {
    for (const source of this.sources) source.stop();
  }

  /** Waits for the ends of calls that were under way. */
  async settled(): Promise<void> {
    await Promise.all(this.sources.map((source) => source.settled()));
  }
}

async function sourceOf(
  definition: EventSourceDefinition,
  settings: EventSourcesSettings,
): Promise<StreamSource | QueueSource> {
  const { region, reader, queues, records, clock, hint } = settings;
  const { address, function: target } = definition;
  const invoke = (event: string) => settings.invoke(target, event);
  if (definition.kind === "queue") {
    const queue = queues.byArn(definition.queue.arn);
    const actions = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map((name) => `sqs:${name}`);
    requirePermissions(address, target, actions, definition.queue.arn);
    return new QueueSource({ definition, queue, region, mostCalls: MAX_INSTANCES, invoke, clock, hint });
  }
  const arn = await reader.arnOf(definition.table);
  if (arn === undefined) throw new StartError(`${address}: the table ${definition.table} has no stream.`);
  const actions = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"];
  requirePermissions(
    address,
    target,
    actions.map((name) => `dynamodb:${name}`),
    arn,
  );
  if (definition.onFailure !== undefined)
    requirePermissions(address, target, ["sqs:SendMessage"], definition.onFailure);
  const send = async (queueArn: string, body: string) => {
    await queues.byArn(queueArn).send({ body, sender: `AROALOCAL:${target.name}` });
  };
  return new StreamSource({ definition, reader, arn, records, invoke, send, clock, hint });
}

import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import { Construct } from "constructs";
import type { Environment } from "../../../environments/environment";
import { physicalName } from "../../../environments/names";
import { FailureAlarm } from "../failure-alarm";
import type { Lambda } from "../lambda";
import type { Table } from "../table";
import { DeadLetters } from "./dead-letters";
import { addSourcePolicy } from "./source-policy";

/** The milliseconds of a record's age that are too many, in two periods in a row. */
const OLD = 60_000;

export interface StreamSourceProps {
  readonly environment: Pick<Environment, "name" | "alarms">;
  /** The end of the dead letters' physical name: up to 17 characters. */
  readonly name: string;
  readonly target: Lambda;
  /** The tables whose changes the function is called for. Each has a stream by its definition. */
  readonly tables: readonly Table[];
  /** The most records that a call gets, 1 to 10,000. @default 100 */
  readonly batchSize?: number;
  /** The seconds that Lambda collects a batch for, 0 to 300. @default 0 */
  readonly batchingWindowSeconds?: number;
  /** The times that one record is tried again after the function failed on it, 0 to 10,000. @default 10 */
  readonly retries?: number;
  /** The seconds after which a record is given up, 60 to 604,800. @default 6 hours */
  readonly maximumAgeSeconds?: number;
  /** The batches of a shard that are handled at once, 1 to 10, each with all records of its items. @default 1 */
  readonly parallelBatches?: number;
  /**
   * The patterns of which a record has to match one, as objects: `{ eventName: ["INSERT"] }`. A value needs the letter
   * of its type, and numbers of items are texts. @default - every record
   */
  readonly patterns?: readonly object[];
}

/**
 * Calls a function with the changes of tables: those of an item in their order, each at least once. A record that
 * fails goes on failing alone: its batch is halved until the others are through, and after the retries it is a dead
 * letter that says where in the stream it is. Lambda's own defaults would hold up its shard for a day.
 */
export class StreamSource extends Construct {
  constructor(scope: Construct, id: string, props: StreamSourceProps) {
    super(scope, id);
    const { environment, name, target, tables, patterns = [] } = props;
    const deadLetters = new DeadLetters(this, "dead-letters", { environment, of: name });
    deadLetters.accept();
    const policy = addSourcePolicy(this, target, physicalName(environment, name), [
      ...tables.map((table) => ({
        // The actions that Lambda's own managed policy has for this:
        // https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-permissions.html
        actions: ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"].map((name) => `dynamodb:${name}`),
        // The end of a stream's ARN is the time at which it was switched on, so that another view type has another one.
        resources: [`${table.stream.tableArn}/stream/*`],
      })),
      deadLetters.send,
    ]);
    for (const table of tables)
      new LambdaEventSourceMapping(this, table.node.id, {
        eventSourceArn: table.stream.arn,
        functionName: target.functionName,
        // Updates stop the polling for a while, in which LATEST would miss changes.
        startingPosition: "TRIM_HORIZON",
        batchSize: props.batchSize ?? 100,
        maximumBatchingWindowInSeconds: props.batchingWindowSeconds ?? 0,
        // Once written, a number that is left out again stays what it was: each is always written.
        parallelizationFactor: props.parallelBatches ?? 1,
        maximumRetryAttempts: props.retries ?? 10,
        maximumRecordAgeInSeconds: props.maximumAgeSeconds ?? 6 * 60 * 60,
        bisectBatchOnFunctionError: true,
        functionResponseTypes: ["ReportBatchItemFailures"],
        destinationConfig: { onFailure: { destinationArn: deadLetters.arn } },
        ...(patterns.length > 0 && {
          filterCriteria: { filter: patterns.map((pattern) => ({ pattern: JSON.stringify(pattern) })) },
        }),
        // AWS looks at the permissions when the mapping is made, and the mapping does not refer to them.
        dependsOn: [policy],
      });
    new FailureAlarm(this, "age", {
      alarms: environment.alarms,
      subject: target.name,
      metric: {
        namespace: "AWS/Lambda",
        name: "IteratorAge",
        dimensions: { FunctionName: target.functionName },
      },
      threshold: OLD,
    });
  }
}

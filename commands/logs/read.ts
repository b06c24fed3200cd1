import {
  type CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";

/** An event of a log group. */
export interface LogEvent {
  readonly id: string;
  /** `websocket`, `staging-api` …: the group's last part. */
  readonly group: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly message: string;
}

export interface Wanted {
  /** Epoch milliseconds, inclusive. */
  readonly from: number;
  /** Epoch milliseconds, exclusive; open if it is absent. */
  readonly until?: number | undefined;
  /** CloudWatch's pattern: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html */
  readonly pattern?: string | undefined;
}

/** Returns the names of the log groups with one of the prefixes. */
export async function groupsWith(
  client: CloudWatchLogsClient,
  prefixes: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const names: string[] = [];
  for (const logGroupNamePrefix of prefixes) {
    let nextToken: string | undefined;
    do {
      const page = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix, nextToken }), {
        abortSignal: signal,
      });
      names.push(...(page.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []));
      nextToken = page.nextToken;
    } while (nextToken);
  }
  return names.sort();
}

/** Returns the events of several groups in the order of their times. Nothing is left out: every page of each is read. */
export async function eventsOf(
  client: CloudWatchLogsClient,
  groups: readonly string[],
  wanted: Wanted,
  signal: AbortSignal,
): Promise<LogEvent[]> {
  const all = await Promise.all(groups.map((group) => eventsOfGroup(client, group, wanted, signal)));
  return all.flat().toSorted((one, other) => one.at - other.at || compare(one.id, other.id));
}

async function eventsOfGroup(
  client: CloudWatchLogsClient,
  group: string,
  { from, until, pattern }: Wanted,
  signal: AbortSignal,
): Promise<LogEvent[]> {
  const found: LogEvent[] = [];
  let nextToken: string | undefined;
  try {
    do {
      const page = await client.send(
        new FilterLogEventsCommand({
          logGroupName: group,
          startTime: from,
          ...(until !== undefined && { endTime: until }),
          ...(pattern !== undefined && { filterPattern: pattern }),
          nextToken,
        }),
        { abortSignal: signal },
      );
      for (const { eventId, timestamp, message } of page.events ?? [])
        found.push({
          id: eventId ?? "",
          group: group.replace(/^.*\//, ""),
          at: timestamp ?? 0,
          message: message ?? "",
        });
      nextToken = page.nextToken;
    } while (nextToken);
  } catch (error) {
    // Somebody deleted the group since it was listed.
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
  return found;
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

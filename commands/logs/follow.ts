import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { Clock } from "../../local/shared/clock";
import { pause } from "../environment/pause";
import { eventsOf, type LogEvent, type Wanted } from "./read";

/** How often CloudWatch is asked. It takes ten requests a second of an account; see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const PAUSE_MILLISECONDS = 3_000;
/** How late an event may be readable after its own time. What comes later is not shown. */
const LATE_MILLISECONDS = 30_000;

/** Gives every event once, as it comes, until the signal aborts. */
export async function* follow(
  client: CloudWatchLogsClient,
  groups: readonly string[],
  wanted: Wanted,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<LogEvent> {
  let from = wanted.from;
  let seen = new Map<string, number>();
  while (!signal.aborted) {
    const now = clock.now();
    for (const event of await eventsOf(client, groups, { ...wanted, from }, signal)) {
      const key = `${event.group} ${event.id}`;
      if (!seen.has(key)) yield event;
      seen.set(key, event.at);
    }
    from = Math.max(from, now - LATE_MILLISECONDS);
    seen = new Map([...seen].filter(([, at]) => at >= from));
    await pause(clock, PAUSE_MILLISECONDS, signal);
  }
}

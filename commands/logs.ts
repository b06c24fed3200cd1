import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { Command } from "commander";
import { environments } from "../environments";
import { environmentPrefix, gatewayLogGroup, lambdaLogGroup } from "../environments/names";
import { type Context, contextOf, surroundings } from "./environment/context";
import { CommandError } from "./errors/command-error";
import { EXIT } from "./errors/exit-codes";
import { follow } from "./logs/follow";
import { fieldsOf, lineOf } from "./logs/line";
import { eventsOf, groupsWith, type LogEvent } from "./logs/read";
import { since } from "./logs/since";
import { action, withCommonOptions } from "./terminal/command";

interface LogsOptions {
  readonly follow?: boolean;
  readonly function?: string;
  readonly request?: string;
  readonly since: string;
  readonly until?: string;
}

/** Adds `terrace logs`. */
export function addLogsCommand(program: Command, around = surroundings): void {
  const command = program
    .command("logs")
    .description("Prints the logs of all functions and gateways of an environment as one stream, by time")
    .argument("<environment>")
    .option("-f, --follow", "go on with what comes, until Ctrl-C")
    .option("--function <name>", "only of this function, such as api or websocket-connect")
    .option("--request <id>", "only what names this request id")
    .option("--since <time>", "15m, 2h, 3d, or a date such as 2026-11-26T09:00Z", "15m")
    .option("--until <time>", "the end, in the same form")
    .addHelpText("after", "\nWith --follow --json every event is a line of JSON: a document would never end.");
  withCommonOptions(command, { changes: false }).action(
    action(around.host, async (run, name: string, options: LogsOptions) => {
      const context = await contextOf(name, run, around);
      const client = new CloudWatchLogsClient({ ...context.settings });
      try {
        await print(context, client, options);
      } finally {
        client.destroy();
      }
      return EXIT.done;
    }),
  );
}

async function print(context: Context, client: CloudWatchLogsClient, options: LogsOptions): Promise<void> {
  const { clock, signal, terminal } = context;
  const now = clock.now();
  const wanted = {
    from: since(options.since, now),
    until: options.until === undefined ? undefined : since(options.until, now),
    // CloudWatch looks for a quoted text as it is, anywhere in a line.
    pattern: options.request === undefined ? undefined : JSON.stringify(options.request),
  };
  const groups = await groupsOf(context, client, options.function);
  if (!options.follow) {
    const events = await eventsOf(client, groups, wanted, signal);
    const { name } = context.environment;
    return terminal.finish(
      { environment: name, events: events.map((event) => documentOf(context, event)) },
      events.map((event) => lineIn(context, event)),
    );
  }
  try {
    for await (const event of follow(client, groups, wanted, clock, signal))
      if (terminal.json) terminal.line(documentOf(context, event));
      else terminal.say(lineIn(context, event));
  } catch (error) {
    // Ctrl-C is how following ends.
    if (!signal.aborted) throw error;
  }
}

async function groupsOf({ environment, signal }: Context, client: CloudWatchLogsClient, wanted: string | undefined) {
  const prefix = environmentPrefix(environment);
  const others = environments.map(environmentPrefix).filter((other) => other !== prefix && other.startsWith(prefix));
  const found = await groupsWith(client, [lambdaLogGroup(prefix), gatewayLogGroup(prefix)], signal);
  const groups = found.filter((group) => !others.some((other) => group.includes(`/${other}`)));
  const named = wanted === undefined ? groups : groups.filter((group) => group.endsWith(`/${prefix}${wanted}`));
  if (named.length > 0) return named;
  const known = groups.map((group) => group.slice(group.lastIndexOf(prefix) + prefix.length));
  throw new CommandError({
    subject: wanted === undefined ? environment.name : "--function",
    value: wanted,
    mistake: wanted === undefined ? "has no log groups" : "has no log group",
    remedy: known.length > 0 ? `name one of ${known.join(", ")}` : `run \`terrace deploy ${environment.name}\` first`,
  });
}

const groupIn = ({ environment }: Context, { group }: LogEvent) => group.replace(environmentPrefix(environment), "");

/** An event as a line for a person. */
function lineIn(context: Context, event: LogEvent): string {
  return lineOf({ ...event, group: groupIn(context, event) });
}

/** An event for programs: what the function wrote as fields, where it did. */
function documentOf(context: Context, event: LogEvent) {
  const { message, at } = event;
  return { at: new Date(at).toISOString(), function: groupIn(context, event), message: fieldsOf(message) ?? message };
}

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
    .addHelpText("after", "\nWith --json every event is a line of JSON.");
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
  const { clock, signal } = context;
  const now = clock.now();
  const wanted = {
    from: since(options.since, now),
    until: options.until === undefined ? undefined : since(options.until, now),
    // Quoted, so that it is looked for as it is, wherever it stands.
    pattern: options.request === undefined ? undefined : JSON.stringify(options.request),
  };
  const groups = await groupsOf(context, client, options.function);
  const events = options.follow
    ? follow(client, groups, wanted, clock, signal)
    : await eventsOf(client, groups, wanted, signal);
  try {
    for await (const event of events) show(context, event);
  } catch (error) {
    // Ctrl-C is how following ends.
    if (!(options.follow && signal.aborted)) throw error;
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

function show({ terminal, environment }: Context, event: LogEvent): void {
  const group = event.group.replace(environmentPrefix(environment), "");
  const { message, at } = event;
  if (terminal.json)
    terminal.line({ at: new Date(at).toISOString(), function: group, message: fieldsOf(message) ?? message });
  else terminal.say(lineOf({ ...event, group }));
}

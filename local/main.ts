import path from "node:path";
import { readArguments } from "./arguments";
import { type LocalCloud, startLocalCloud } from "./local-cloud";
import { systemClock } from "./shared/clock";
import { StartError } from "./shared/errors";
import { DEFAULT_PORTS } from "./shared/ports";
import { welcome } from "./welcome";

/**
 * Runs the local cloud of the `development` environment, as `npm start`. docs/local.md lists the arguments and variables
 * that it reads.
 */
async function main(): Promise<void> {
  // Lambda's clock is UTC, for every function.
  process.env.TZ = "UTC";
  const { strict } = readArguments(process.argv.slice(2));
  const root = path.resolve(__dirname, "../..");
  let cloud: LocalCloud | undefined;
  let endWatch: (() => void) | undefined;
  let stopping = false;
  const stop = async () => {
    // A second Ctrl-C does not wait.
    if (stopping) process.exit(1);
    stopping = true;
    console.log("Stopping.");
    endWatch?.();
    await cloud?.stop();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop().catch(fail));

  cloud = await startLocalCloud({
    definition: path.join(root, "cdktf.out/stacks/development/cdk.tf.json"),
    dist: path.join(root, "dist"),
    data: process.env.TERRACE_DATA ?? path.join(root, ".terrace/development"),
    ports: {
      api: readPort("TERRACE_API_PORT", DEFAULT_PORTS.api),
      gateway: readPort("TERRACE_GATEWAY_PORT", DEFAULT_PORTS.gateway),
      dynamodb: readPort("TERRACE_DYNAMODB_PORT", DEFAULT_PORTS.dynamodb),
    },
    openTo: readHostNames("TERRACE_OPEN"),
    strict,
    prepare: true,
    faults: process.env.TERRACE_FAULTS || undefined,
    throttling: process.env.TERRACE_THROTTLING !== "off",
    sync: process.env.TERRACE_SYNC === "on",
    output: process.stdout,
  });
  console.log(welcome(cloud, performance.now()));
  // Loaded now and not before, so that it does not compete with the start.
  const { watchSources } = await import("./watch");
  endWatch = watchSources({ root, cloud, clock: systemClock, print: console.log });
}

function readPort(variable: string, fallback: number): number {
  const text = process.env[variable];
  if (text === undefined || text === "") return fallback;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new StartError(`${variable} is "${text}": it has to be a port, from 0 (a free one) to 65535.`);
  return port;
}

function readHostNames(variable: string): string[] {
  const names = (process.env[variable] ?? "").split(",").map((name) => name.trim());
  const wrong = names.find((name) => !/^[a-z0-9.-]*$|^\[[0-9a-f:]+\]$/i.test(name));
  if (wrong !== undefined)
    throw new StartError(
      `${variable} has "${wrong}": it has to be host names with commas between them, without scheme and port.`,
    );
  return names.filter((name) => name !== "");
}

function fail(error: unknown): void {
  console.error(error instanceof StartError ? error.message : error);
  process.exit(1);
}

main().catch(fail);

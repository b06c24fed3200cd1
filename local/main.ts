import path from "node:path";
import { systemClock } from "./clock";
import { DEFAULT_PORTS, type LocalCloud, startLocalCloud } from "./local-cloud";
import { Problem } from "./problem";
import { watchSources } from "./watch";
import { welcome } from "./welcome";

/**
 * `npm start`: the local cloud of the `development` environment.
 *
 * TERRACE_API_PORT, TERRACE_GATEWAY_PORT and TERRACE_DYNAMODB_PORT change the ports, TERRACE_DATA the data folder;
 * TERRACE_THROTTLING=off lets measurements go beyond the throttles of the stages, TERRACE_SYNC=on makes every write to a
 * table wait for the disk.
 */
async function main(): Promise<void> {
  // Lambda's clock is UTC, for every function.
  process.env.TZ = "UTC";
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
      api: portOf("TERRACE_API_PORT", DEFAULT_PORTS.api),
      gateway: portOf("TERRACE_GATEWAY_PORT", DEFAULT_PORTS.gateway),
      dynamodb: portOf("TERRACE_DYNAMODB_PORT", DEFAULT_PORTS.dynamodb),
    },
    throttling: process.env.TERRACE_THROTTLING !== "off",
    sync: process.env.TERRACE_SYNC === "on",
    output: process.stdout,
  });
  console.log(welcome(cloud, performance.now()));
  endWatch = watchSources({ root, cloud, clock: systemClock, print: console.log });
}

function portOf(variable: string, otherwise: number): number {
  const text = process.env[variable];
  if (text === undefined || text === "") return otherwise;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Problem(`${variable} is "${text}": it has to be a port, from 0 (a free one) to 65535.`);
  return port;
}

function fail(error: unknown): void {
  console.error(error instanceof Problem ? error.message : error);
  process.exit(1);
}

main().catch(fail);

import { STSClient } from "@aws-sdk/client-sts";
import { signedPost } from "../../runtime/signed-request";
import type { Context, Synthesized } from "../environment/context";
import { pause } from "../environment/pause";
import { CommandError } from "../errors/command-error";
import { outputsOf } from "../terraform/stack";
import { type Addresses, type Check, checkAddresses, type Post } from "./checks";

/** How long an environment may take to work after it was changed: sandboxes of the old code answer for a while. */
const PATIENCE_MILLISECONDS = 90_000;
const PAUSE_MILLISECONDS = 5_000;

/** Finds the addresses of an environment whose stacks are initialized. @throws CommandError if it is not deployed */
export async function addressesOf(context: Context, { stacks }: Synthesized): Promise<Addresses> {
  const { environment, signal } = context;
  const stack = stacks.find(({ name }) => name === environment.name);
  if (stack === undefined) throw new Error(`${environment.name} has no stack of its own name.`);
  const outputs = await outputsOf(stack, signal);
  const output = (name: string) => {
    const value = outputs.get(name);
    if (typeof value === "string" && value !== "") return value;
    throw new CommandError({
      subject: environment.name,
      mistake: `has no output ${name} in its state, so it is not deployed, or only in part`,
      remedy: `run \`terrace deploy ${environment.name}\` first`,
    });
  };
  return {
    apiUrl: output("FunctionUrlEndpoint").replace(/\/$/, ""),
    websocketUrl: output("WebSocketURL"),
    broadcastUrl: output("BroadcastApiUrl"),
    origin: environment.cors.allowedOrigins[0] ?? "",
  };
}

/** Asks an environment once. */
export function checkOnce(context: Context, addresses: Addresses): Promise<Check[]> {
  return withPost(context, (post) => checkAddresses(addresses, post, context.signal));
}

/** Asks an environment again and again until nothing fails, or it has had its time. */
export function checkPatiently(context: Context, addresses: Addresses): Promise<Check[]> {
  const { clock, signal, terminal } = context;
  const until = clock.now() + PATIENCE_MILLISECONDS;
  return withPost(context, async (post) => {
    for (;;) {
      const checks = await checkAddresses(addresses, post, signal);
      const failed = checks.filter(({ state }) => state === "failed");
      if (failed.length === 0 || clock.now() >= until || signal.aborted) return checks;
      terminal.say(`  not yet: ${failed.map(({ name, detail }) => `${name} (${detail})`).join(", ")}`);
      await pause(clock, PAUSE_MILLISECONDS, signal);
    }
  });
}

/** Signs with the caller's credentials, as any client of AWS's has them, for as long as `use` takes. */
async function withPost<Result>({ settings }: Context, use: (post: Post) => Promise<Result>): Promise<Result> {
  const client = new STSClient({ ...settings });
  try {
    return await use(signedPost(client.config));
  } finally {
    client.destroy();
  }
}

/** Prints a line for every check. */
export function showChecks({ terminal }: Context, checks: readonly Check[]): void {
  const styles = { passed: "good", failed: "bad", "not run": "warning" } as const;
  for (const { name, state, detail } of checks)
    terminal.say(`  ${terminal.styled(styles[state], state.padEnd(7))}  ${name.padEnd(7)}  ${detail}`);
}

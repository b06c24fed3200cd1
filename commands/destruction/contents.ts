import { ECRClient } from "@aws-sdk/client-ecr";
import { repositoryName } from "../../environments/names";
import { isLost, ofType } from "../../review/plan/plan";
import { text } from "../../review/plan/value";
import { readDefinition } from "../clone/stacks";
import type { Context, Synthesized } from "../environment/context";
import type { Import } from "../takeover/take-over";
import { importResource, initialize, type Planned, planStack, stateOf } from "../terraform/stack";
import { imagesIn } from "./images";
import { requireUnprotected } from "./protection";
import { type Writer, writersIn } from "./writers";

/** What is to be destroyed of a stack: what its state knows, and what a killed deployment left without one. */
interface Doomed extends Planned {
  readonly leftovers: readonly Import[];
}

/** Everything of an environment that there is. */
export interface Contents {
  /** The application's plan first, as it is destroyed first. */
  readonly plans: readonly Doomed[];
  readonly tables: readonly string[];
  readonly writers: readonly Writer[];
  /** The digests of the images in the environment's repository. */
  readonly images: readonly string[];
}

/** Plans the destruction and looks for what Terraform does not say. Nothing is changed. */
export async function contentsOf(context: Context, { stacks }: Synthesized): Promise<Contents> {
  const { environment, leftovers, terminal, signal } = context;
  const plans: Doomed[] = [];
  for (const stack of stacks.toReversed()) {
    terminal.say(`Planning the destruction of ${stack.name}.`);
    await initialize(stack, signal);
    // Protection is refused here, with the remedy: the plan would fail and name none.
    if (environment.deletionProtection) requireUnprotected(environment, []);
    const found = await leftovers(environment, readDefinition(stack.folder), await stateOf(stack, signal));
    plans.push({ ...(await planStack(stack, { destroy: true, signal })), leftovers: found });
  }
  return {
    plans,
    tables: plans.flatMap(({ plan }) =>
      ofType(plan, "aws_dynamodb_table")
        .filter(isLost)
        .flatMap(({ before }) => text(before, "name") ?? []),
    ),
    writers: plans.flatMap(({ plan }) => writersIn(plan)),
    images: await imagesOf(context),
  };
}

/** Tells whether there is nothing to destroy. */
export const isEmpty = ({ plans, images }: Contents): boolean =>
  images.length === 0 && plans.every(({ changes, leftovers }) => !changes && leftovers.length === 0);

/** Prints everything that would go. */
export function showContents({ terminal }: Context, { plans, tables, images }: Contents): void {
  for (const { plan, leftovers } of plans) {
    for (const { address } of plan.changes.filter(isLost)) terminal.say(`    - ${address}`);
    for (const { to, id } of leftovers)
      terminal.say(`    - ${to} (${id}), in no state, as a killed deployment leaves it: it is taken over first`);
  }
  terminal.say(`${tables.length} tables are exported first: ${tables.join(", ") || "none"}.`);
  terminal.say(`${images.length} images are deleted.`);
}

/** Returns everything that would go, as programs read it. */
export function contentsJson({ plans, tables, images }: Contents) {
  const resources = plans.map(({ stack, plan, leftovers }) => ({
    stack: stack.name,
    resources: plan.changes.filter(isLost).map(({ address }) => address),
    leftovers: leftovers.map(({ to, id }) => ({ address: to, id })),
  }));
  return { resources, tables, images };
}

/**
 * Takes what no state knows into the states, one by one, so that it is exported and deleted like everything else, and
 * plans anew. What was taken over stays so if this is interrupted.
 */
export async function takeOver(context: Context, synthesized: Synthesized, contents: Contents): Promise<Contents> {
  if (contents.plans.every(({ leftovers }) => leftovers.length === 0)) return contents;
  for (const { stack, leftovers } of contents.plans)
    for (const found of leftovers) {
      context.terminal.say(`  taking over ${found.to}`);
      await importResource(stack, found, context.signal);
    }
  return contentsOf(context, synthesized);
}

async function imagesOf({ environment, settings }: Context): Promise<string[]> {
  const client = new ECRClient({ ...settings });
  try {
    return await imagesIn(client, repositoryName(environment));
  } finally {
    client.destroy();
  }
}

import fs from "node:fs";
import path from "node:path";
import type { Plan } from "../../../review/plan/plan";
import { readPlan } from "../../../review/plan/read";
import { edits } from "./edits/index.mjs";

interface Entry {
  readonly address: string;
  readonly change: { readonly actions: readonly string[]; readonly before: unknown; readonly after?: unknown };
}
interface Configured {
  readonly address: string;
}
interface Base {
  readonly resource_changes: readonly Entry[];
  readonly configuration: readonly Configured[];
}
interface Case extends Base {
  readonly base: string;
  readonly unlisted: readonly string[];
  readonly unconfigured: readonly string[];
  readonly root_variables?: object;
}

interface Stack {
  resource: Record<string, Record<string, { lifecycle?: { prevent_destroy?: boolean } }>>;
  provider: unknown;
}

const plans = path.join(__dirname, "plans");

/** Every edit of the corpus with the plan that Terraform made of it, in the form that `terraform show -json` prints. */
export const corpus = edits.map((edit) => ({ ...edit, json: () => planJson(edit.id) }));

const plansRead = new Map<string, Plan>();
/** The plan of one edit, which is read once: nothing changes a plan. */
export function planOf(id: string): Plan {
  const plan = plansRead.get(id) ?? readPlan(planJson(id));
  plansRead.set(id, plan);
  return plan;
}

/** Puts a plan together from what differs and its base, as `compact.mjs` took it apart. */
export function planJson(id: string): object {
  const { base, unlisted, unconfigured, root_variables, resource_changes, configuration, ...head } = read<Case>(id);
  const steady = read<Base>(`base.${base}`);
  const keep = <Item extends { readonly address: string }>(
    own: readonly Item[],
    all: readonly Item[],
    gone: readonly string[],
  ) => [
    ...own,
    ...all.filter(({ address }) => !gone.includes(address) && !own.some((item) => item.address === address)),
  ];
  return {
    ...head,
    resource_changes: keep(resource_changes, steady.resource_changes, unlisted).map(({ change, ...rest }) => ({
      ...rest,
      change: { ...change, after: "after" in change ? change.after : change.before },
    })),
    configuration: {
      root_module: {
        resources: keep(configuration, steady.configuration, unconfigured),
        ...(root_variables && { variables: root_variables }),
      },
    },
  };
}

/** The synthesized stack that an edit starts from, and what it makes of it. */
export function synthsOf({
  stack = "production",
  unguarded = false,
  edit,
}: (typeof edits)[number]): readonly [object, object] {
  const before = read<Stack>(`synth.${stack}`);
  const after = structuredClone(before);
  const resources = Object.values(after.resource).flatMap((named) => Object.values(named));
  if (unguarded) for (const { lifecycle } of resources) if (lifecycle) delete lifecycle.prevent_destroy;
  edit?.(after.resource, after);
  return [before, after];
}

function read<Shape>(name: string): Shape {
  return JSON.parse(fs.readFileSync(path.join(plans, `${name}.json`), "utf8"));
}

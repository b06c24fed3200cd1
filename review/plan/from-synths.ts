import { z } from "zod";
import type { Change, Plan } from "./plan";
import { REPLACING } from "./replacing-attributes";
import { equal, items, pick, text, type Value, type ValueObject } from "./value";

const anyValue = z.custom<Value>(() => true);
const stackSchema = z.looseObject({
  resource: z.record(z.string(), z.record(z.string(), z.record(z.string(), anyValue))).optional(),
  provider: anyValue.optional(),
  moved: anyValue.optional(),
  removed: anyValue.optional(),
});
type Stack = z.infer<typeof stackSchema>;

interface Resource {
  readonly type: string;
  readonly attributes: ValueObject;
  readonly lifecycle: Value;
}
type Resources = ReadonlyMap<string, Resource>;

/** What CDKTF writes beside a resource's own attributes. */
const NOT_ATTRIBUTES = ["//", "lifecycle", "depends_on", "provisioner", "connection", "count", "for_each", "provider"];

/**
 * Compares two synthesized stacks (`cdk.tf.json`) as if the first were deployed, for those who have no state and no
 * credentials, such as a pull request of a fork. References stay as they are written. What exists, what drifted and
 * what the provider computes are not in it.
 *
 * @throws Error that names the side and the field, if one is not a synthesized stack.
 */
export function planFromSynths(before: unknown, after: unknown): Plan {
  const [old, young] = [read("before", before), read("after", after)];
  const [was, becomes] = [resourcesOf(old), resourcesOf(young)];
  const moves = new Map(items(young.moved).map((move) => [text(move, "to") ?? "", text(move, "from") ?? ""]));
  const forgotten = new Set(
    items(young.removed)
      .filter((removal) => pick(removal, "lifecycle.destroy") === false)
      .map((removal) => text(removal, "from")),
  );
  const creatingFirst = withDependencies(becomes);
  const region = equal(pick(old.provider, "aws.region"), pick(young.provider, "aws.region"))
    ? undefined
    : { before: pick(old.provider, "aws.region"), after: pick(young.provider, "aws.region") };
  const origin = (address: string) => (was.has(address) ? address : (moves.get(address) ?? address));
  const taken = new Set([...becomes.keys()].map(origin));
  const kept = [...becomes].map(([address, resource]): Change => {
    const from = origin(address);
    return change(address, was.get(from), resource, creatingFirst.has(address), region, from);
  });
  const gone = [...was]
    .filter(([address]) => !taken.has(address))
    .map(
      ([address, resource]): Change => ({
        ...change(address, resource, undefined, false, undefined, address),
        ...(forgotten.has(address) && { action: "forget", actions: ["forget"] }),
      }),
    );
  return {
    source: "synths",
    errored: false,
    complete: true,
    changes: [...withReplacedReferences(kept, creatingFirst), ...gone],
    drift: [],
    unjudged: [],
    failedChecks: [],
    guarded: guarded(old, young),
  };
}

/** Returns which addresses `prevent_destroy` guards in each of two synthesized stacks. */
export function guardedAddresses(before: unknown, after: unknown): NonNullable<Plan["guarded"]> {
  return guarded(read("before", before), read("after", after));
}

function guarded(before: Stack, after: Stack): NonNullable<Plan["guarded"]> {
  const of = (stack: Stack) =>
    new Set(
      [...resourcesOf(stack)]
        .filter(([, { lifecycle }]) => pick(lifecycle, "prevent_destroy") === true)
        .map(([address]) => address),
    );
  return { before: of(before), after: of(after) };
}

function read(side: string, json: unknown): Stack {
  const parsed = stackSchema.safeParse(json);
  if (parsed.success && parsed.data.resource) return parsed.data;
  const issue = parsed.error?.issues[0];
  throw new Error(
    `The stack ${side} the change is not a synthesized one: ${issue ? `${issue.path.join(".")}: ${issue.message}` : "it has no resources"}. Give a cdk.tf.json.`,
  );
}

function resourcesOf(stack: Stack): Resources {
  return new Map(
    Object.entries(stack.resource ?? {}).flatMap(([type, named]) =>
      Object.entries(named).map(([name, body]): [string, Resource] => [
        `${type}.${name}`,
        {
          type,
          attributes: Object.fromEntries(Object.entries(body).filter(([key]) => !NOT_ATTRIBUTES.includes(key))),
          lifecycle: body.lifecycle,
        },
      ]),
    ),
  );
}

/** Returns what is made anew before it is deleted: `create_before_destroy` spreads to everything it depends on. */
function withDependencies(resources: Resources): Set<string> {
  const found = new Set<string>();
  const add = (address: string): void => {
    const resource = resources.get(address);
    if (!resource || found.has(address)) return;
    found.add(address);
    const written = JSON.stringify(resource.attributes);
    for (const other of resources.keys()) if (written.includes(`\${${other}.`)) add(other);
  };
  for (const [address, { lifecycle }] of resources) if (pick(lifecycle, "create_before_destroy") === true) add(address);
  return found;
}

/** Attributes that AWS makes anew with the resource; any other keeps its value unless it forces the replacement. */
const MADE_BY_AWS: Readonly<Record<string, readonly string[]>> = {
  aws_apigatewayv2_api: ["id", "execution_arn", "arn", "api_endpoint"],
  aws_apigatewayv2_integration: ["id"],
  aws_apigatewayv2_route: ["id"],
  aws_kms_key: ["id", "key_id", "arn"],
};

/** Replaces what names, in an attribute that forces a replacement, something that another replacement changes. */
function withReplacedReferences(changes: readonly Change[], creatingFirst: ReadonlySet<string>): Change[] {
  const replaced = changes.filter(({ action }) => action === "replace");
  const moving = replaced.flatMap(({ address, type, forcedBy }) =>
    [...forcedBy, ...(MADE_BY_AWS[type] ?? [])].map((name) => `\${${address}.${name}}`),
  );
  const followed = changes.map((change): Change => {
    if (change.action !== "none" && change.action !== "update") return change;
    const forcedBy = (REPLACING[change.type] ?? []).filter((name) => {
      const written = JSON.stringify(pick(change.after, name) ?? null);
      return moving.some((reference) => written.includes(reference));
    });
    if (forcedBy.length === 0) return change;
    return { ...change, ...replacement(creatingFirst.has(change.address)), forcedBy };
  });
  const isStable = followed.every((change, index) => change === changes[index]);
  return isStable ? followed : withReplacedReferences(followed, creatingFirst);
}

function replacement(createsFirst: boolean): Pick<Change, "action" | "actions" | "createsFirst"> {
  return {
    action: "replace",
    actions: createsFirst ? ["create", "delete"] : ["delete", "create"],
    createsFirst,
  };
}

function change(
  address: string,
  before: Resource | undefined,
  after: Resource | undefined,
  createsFirst: boolean,
  region: { readonly before: Value; readonly after: Value } | undefined,
  from: string,
): Change {
  const { type } = (after ?? before) as Resource;
  const side = (resource: Resource | undefined, value: Value): Value =>
    resource && { ...resource.attributes, ...(region && !type.startsWith("docker_") && { region: value }) };
  const [old, young] = [side(before, region?.before), side(after, region?.after)];
  const names = [...new Set([...Object.keys(old ?? {}), ...Object.keys(young ?? {})])];
  const differing = names.filter((name) => !equal(pick(old, name), pick(young, name)));
  const forcedBy =
    before && after ? differing.filter((name) => name === "region" || REPLACING[type]?.includes(name)) : [];
  const action =
    forcedBy.length > 0 ? "replace" : !before ? "create" : !after ? "delete" : differing.length > 0 ? "update" : "none";
  return {
    address,
    type,
    ...(action === "replace" ? replacement(createsFirst) : { action, actions: [action], createsFirst: false }),
    forcedBy,
    before: old,
    after: young,
    written: young,
    imported: false,
    ...(action === "delete" && { reason: "delete_because_no_resource_config" }),
    ...(from !== address && { previousAddress: from }),
  };
}

import { z } from "zod";
import type { Action, Change, Plan } from "./plan";
import { hider, type Marked } from "./sensitive";
import { isObject, UNKNOWN, type Value, withUnknown } from "./value";

// The format: https://developer.hashicorp.com/terraform/internals/json-format. Keys that are not listed here are
// ignored, because newer versions of the same major add some.
const anyValue = z.custom<Value>(() => true);
const markedSchema = z.looseObject({
  before: anyValue.optional(),
  after: anyValue.optional(),
  before_sensitive: anyValue.optional(),
  after_sensitive: anyValue.optional(),
});
const changeSchema = z.looseObject({
  address: z.string(),
  previous_address: z.string().optional(),
  mode: z.enum(["managed", "data"]).optional(),
  type: z.string(),
  deposed: z.string().optional(),
  action_reason: z.string().optional(),
  change: z.looseObject({
    ...markedSchema.shape,
    actions: z.array(z.string()),
    after_unknown: anyValue.optional(),
    replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
    importing: anyValue.optional(),
  }),
});
type ChangeJson = z.infer<typeof changeSchema>;

const resourceSchema = z.looseObject({ address: z.string(), expressions: anyValue.optional() });
const moduleSchema = z.looseObject({
  resources: z.array(resourceSchema).optional(),
  module_calls: z.record(z.string(), anyValue).optional(),
});
const planSchema = z.looseObject({
  format_version: z.string(),
  errored: z.boolean().optional(),
  complete: z.boolean().optional(),
  variables: z.record(z.string(), z.looseObject({ value: anyValue.optional() })).optional(),
  resource_changes: z.array(changeSchema).optional(),
  resource_drift: z.array(changeSchema).optional(),
  deferred_changes: z.array(anyValue).optional(),
  action_invocations: z.array(anyValue).optional(),
  deferred_action_invocations: z.array(anyValue).optional(),
  output_changes: z.record(z.string(), markedSchema).optional(),
  checks: z
    .array(
      z.looseObject({ address: z.looseObject({ to_display: z.string().optional() }).optional(), status: z.string() }),
    )
    .optional(),
  configuration: z
    .looseObject({
      root_module: z
        .looseObject({
          ...moduleSchema.shape,
          variables: z.record(z.string(), z.looseObject({ sensitive: z.boolean().optional() })).optional(),
        })
        .optional(),
    })
    .optional(),
});

/** The actions Terraform 1.11 knows, joined by commas. Any other combination must not pass as harmless. */
const ACTIONS: Readonly<Record<string, Action>> = {
  "no-op": "none",
  create: "create",
  read: "read",
  update: "update",
  delete: "delete",
  forget: "forget",
  "delete,create": "replace",
  "create,delete": "replace",
  "create,forget": "create",
};

/**
 * Reads what `terraform show -json <plan file>` prints.
 *
 * @throws Error that names the field, if it is not a plan, or a plan of another major version of the format.
 */
export function readPlan(json: unknown): Plan {
  const parsed = planSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(
      `This is not a plan: ${issue?.path.join(".") || "the whole"}: ${issue?.message}. Give what \`terraform show -json <plan file>\` prints.`,
    );
  }
  const plan = parsed.data;
  if (plan.format_version.split(".")[0] !== "1")
    throw new Error(
      `format_version is "${plan.format_version}" and this reviewer reads 1.x: use Terraform 1.11, or a newer reviewer.`,
    );
  const hide = hider(markedIn(plan));
  const written = new Map(
    (plan.configuration?.root_module?.resources ?? []).map(({ address, expressions }) => [
      address,
      hide(texts(expressions)),
    ]),
  );
  const changes = (list: readonly ChangeJson[] = []) =>
    list.filter(({ mode }) => mode !== "data").map((change) => readChange(change, written, hide));
  return {
    source: "terraform",
    errored: plan.errored ?? false,
    complete: plan.complete ?? true,
    changes: changes(plan.resource_changes),
    drift: changes(plan.resource_drift),
    unjudged: [
      ...counted(plan.deferred_changes, "deferred change"),
      ...counted(plan.action_invocations, "action invocation"),
      ...counted(plan.deferred_action_invocations, "deferred action invocation"),
      ...counted(Object.keys(plan.configuration?.root_module?.module_calls ?? {}), "module call"),
    ],
    failedChecks: (plan.checks ?? [])
      .filter(({ status }) => status === "fail" || status === "error")
      .map(({ address }) => address?.to_display ?? "a check"),
  };
}

/** Collects everything that the plan marks: resources, outputs, and the values of sensitive variables. */
function markedIn(plan: z.infer<typeof planSchema>): Marked[] {
  const changes = [...(plan.resource_changes ?? []), ...(plan.resource_drift ?? [])].map(({ change }) => change);
  const outputs = Object.values(plan.output_changes ?? {});
  const variables = Object.entries(plan.configuration?.root_module?.variables ?? {});
  return [
    ...[...changes, ...outputs].flatMap((change) => [
      { value: change.before, mark: change.before_sensitive },
      { value: change.after, mark: change.after_sensitive },
    ]),
    ...variables
      .filter(([, { sensitive }]) => sensitive)
      .map(([name]) => ({ value: plan.variables?.[name]?.value, mark: true })),
  ];
}

function readChange(
  json: ChangeJson,
  written: ReadonlyMap<string, Value>,
  hide: (value: Value, mark?: Value) => Value,
): Change {
  const { change } = json;
  const actions = change.actions.join(",");
  return {
    address: json.address,
    type: json.type,
    action: ACTIONS[actions] ?? "unreadable",
    actions: change.actions,
    createsFirst: actions === "create,delete",
    forcedBy: (change.replace_paths ?? []).map((path) => path.join(".")),
    before: hide(change.before, change.before_sensitive),
    after: withUnknown(hide(change.after, change.after_sensitive), change.after_unknown),
    imported: change.importing !== undefined && change.importing !== null,
    // An instance of `count` or `for_each` has the configuration of its block.
    written: written.get(json.address.replace(/\[[^\]]*\]$/, "")),
    ...(json.deposed !== undefined && { deposed: json.deposed }),
    ...(json.action_reason !== undefined && { reason: json.action_reason }),
    ...(json.previous_address !== undefined && { previousAddress: json.previous_address }),
  };
}

/** Takes the written constants out of a resource's `expressions`, in the shape of the resource itself. */
function texts(expressions: Value): Value {
  if (Array.isArray(expressions)) return expressions.map(texts);
  if (!isObject(expressions)) return undefined;
  if ("constant_value" in expressions) return expressions.constant_value;
  // HCL keeps the names of what is referred to, not the text: something is written, and nobody can read it.
  if ("references" in expressions) return UNKNOWN;
  return Object.fromEntries(Object.entries(expressions).map(([name, value]) => [name, texts(value)]));
}

function counted(list: readonly unknown[] | undefined, what: string): string[] {
  const count = list?.length ?? 0;
  return count === 0 ? [] : [`${count} ${what}${count === 1 ? "" : "s"}`];
}

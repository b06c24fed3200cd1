// Keeps of a plan what a reviewer reads, and of a case only what differs from its base: 40 KB instead of 330 KB each.

/**
 * @typedef {{ address: string, change: Record<string, unknown> }} Entry
 * @typedef {{ address: string, expressions?: unknown }} Configured
 * @typedef {{ resource_changes: Entry[], configuration: Configured[] }} Base
 * @typedef {{ [key: string]: unknown, resource_changes?: Entry[], configuration: { root_module: { resources?: Configured[],
 *   variables?: object } } }} Shown what `terraform show -json` prints
 */
const HEAD = ["format_version", "terraform_version", "applyable", "complete", "errored"];

/** @param {Shown} plan @returns {Base} */
export function compactBase(plan) {
  return {
    resource_changes: (plan.resource_changes ?? []).map(entry),
    configuration: configured(plan),
  };
}

/** @param {Shown} plan @param {Base} base */
export function compact(plan, base) {
  const changes = (plan.resource_changes ?? []).map(entry);
  const known = new Map(base.resource_changes.map((change) => [change.address, JSON.stringify(change)]));
  const written = new Map(base.configuration.map((resource) => [resource.address, JSON.stringify(resource)]));
  const listed = new Set(changes.map(({ address }) => address));
  const now = configured(plan);
  const named = new Set(now.map(({ address }) => address));
  return {
    ...Object.fromEntries(HEAD.map((key) => [key, plan[key]])),
    ...(plan.checks !== undefined && { checks: plan.checks }),
    ...(plan.variables !== undefined && {
      variables: plan.variables,
      root_variables: plan.configuration.root_module.variables,
    }),
    resource_changes: changes.filter((change) => known.get(change.address) !== JSON.stringify(change)),
    unlisted: [...known.keys()].filter((address) => !listed.has(address)),
    configuration: now.filter((resource) => written.get(resource.address) !== JSON.stringify(resource)),
    unconfigured: [...written.keys()].filter((address) => !named.has(address)),
  };
}

/** @param {Shown} plan @returns {Configured[]} */
function configured(plan) {
  return (plan.configuration.root_module.resources ?? []).map(({ address, expressions }) => ({
    address,
    expressions,
  }));
}

/** @param {Entry & { provider_name?: string, name?: string }} change @returns {Entry} */
function entry({ provider_name: _, name: __, change, ...rest }) {
  const { before_sensitive, after_sensitive, before, after, ...kept } = change;
  const isSame = JSON.stringify(before) === JSON.stringify(after);
  return {
    ...rest,
    change: {
      ...kept,
      before,
      ...(isSame ? {} : { after }),
      ...(isMarked(before_sensitive) && { before_sensitive }),
      ...(isMarked(after_sensitive) && { after_sensitive }),
    },
  };
}

/** @param {unknown} marks @returns {boolean} */
function isMarked(marks) {
  return JSON.stringify(marks ?? {}).includes("true");
}

/** The door to everything below: an environment that passes can be synthesized, and AWS will accept its values. */
import { ARCHITECTURES, type Environment, LOG_LEVELS, LOG_RETENTION_DAYS } from "./environment";
import { physicalNames, stackNames } from "./names";
import { project } from "./project";
import { alarms } from "./rules/alarms";
import { cors } from "./rules/cors";
import { throttle } from "./rules/gateways";
import { account, firebaseProjectId, region } from "./rules/identifiers";
import { gatewayFunctionSize, runtime, urlFunctionSize } from "./rules/lambda";
import { environmentName, isEnvironmentName, prefix } from "./rules/names";
import { fields, isRecord, oneOf, type Problem, problem, type Rule, yesOrNo } from "./rules/rule";
import { tags } from "./rules/tags";

export type { Problem };

export interface ValidateOptions {
  /** Refuses the placeholder account, with which a fresh clone can be synthesized but nothing deployed. */
  readonly deploying?: boolean;
}

/** Everything that is wrong with the environments, whatever they are; nothing when they can be used. */
export function validate(environments: unknown, { deploying = false }: ValidateOptions = {}): readonly Problem[] {
  const naming = prefix(project.prefix, "project.prefix");
  if (!Array.isArray(environments) || environments.length === 0) {
    return [...naming, problem("environments", environments, "is not a list of environments; write at least one")];
  }
  const entries: readonly unknown[] = Array.from(environments);
  const rule = environmentRule(deploying);
  return [
    ...naming,
    ...entries.flatMap((entry, index) => rule(entry, pathOf(entry) ?? `environments[${index}]`)),
    ...clashes(entries),
  ];
}

/**
 * The environments, when nothing is wrong with them.
 *
 * @throws Error that lists every problem, one a line.
 */
export function checked(environments: readonly Environment[], options?: ValidateOptions): readonly Environment[] {
  const problems = validate(environments, options);
  if (problems.length === 0) return environments;
  const lines = problems.map(({ path, value, message }) => `  ${path}: ${value} ${message}`);
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  throw new Error(`${count} in environments/\n${lines.join("\n")}`);
}

function environmentRule(deploying: boolean): Rule {
  return fields<Environment>({
    name: environmentName,
    account: account(deploying),
    region,
    cors,
    logLevel: oneOf(LOG_LEVELS),
    logRetentionDays: oneOf(LOG_RETENTION_DAYS),
    firebaseProjectId,
    apiDocs: yesOrNo,
    runtime,
    architecture: oneOf(ARCHITECTURES),
    api: urlFunctionSize,
    functions: gatewayFunctionSize,
    throttle: fields<Environment["throttle"]>({ websocket: throttle, http: throttle }),
    pointInTimeRecovery: yesOrNo,
    deletionProtection: yesOrNo,
    alarms,
    tags,
  });
}

function pathOf(environment: unknown): string | undefined {
  return isRecord(environment) && isEnvironmentName(environment.name) ? environment.name : undefined;
}

/** Environments that would own the same thing: a stack, its state or anything physical. */
function clashes(environments: readonly unknown[]): readonly Problem[] {
  const owners = new Map<string, number>();
  return environments.flatMap((environment, index) => {
    const name = pathOf(environment);
    if (name === undefined) return [];
    const stacks = Object.values(stackNames({ name })).map((stack) => `stack ${stack}`);
    const owned = [...stacks, ...physicalNames({ name }).map((one) => `${one.kind} ${one.name}`)];
    const taken = owned.find((thing) => owners.has(thing));
    for (const thing of owned) if (!owners.has(thing)) owners.set(thing, index);
    if (taken === undefined) return [];
    const message = `makes a second ${taken}, which environments[${owners.get(taken)}] has already; choose another name`;
    return [problem(`environments[${index}].name`, name, message)];
  });
}

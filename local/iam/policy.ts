import { StartError } from "../shared/errors";
import { isObject, type Json, parseJson } from "../shared/json";

/**
 * The permissions of a role. Only statements that allow exact actions on ARNs or ARN patterns are understood, because
 * those are all the definition uses. Anything else is refused when the definition is read: a guess would either block
 * what AWS allows or, worse, allow what AWS blocks.
 */
export interface Policy {
  /** Returns whether the policy allows `action`, such as `dynamodb:PutItem`, on the resource with this ARN. */
  allows(action: string, resource: string): boolean;
}

/**
 * Reads a policy document.
 *
 * @param where the resource that holds the policy, for errors
 * @throws StartError for every construct that is not emulated
 */
export function readPolicy(text: string, where: string): Policy {
  const document = parseJson(text);
  if (!isObject(document)) throw new StartError(`${where}: the policy is not a JSON object.`);
  const allowed = new Map<string, RegExp[]>();
  for (const statement of listOf(document.Statement ?? [])) {
    if (!isObject(statement)) throw new StartError(`${where}: a statement of the policy is not an object.`);
    const { Effect, Action, Resource, Sid: _, ...others } = statement;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) throw new StartError(`${where}: "${unknown}" in a policy is not emulated.`);
    if (Effect !== "Allow")
      throw new StartError(`${where}: the effect "${String(Effect)}" in a policy is not emulated.`);
    const resources = texts(Resource, "Resource", where).map(patternOf);
    for (const action of texts(Action, "Action", where)) {
      if (!/^[a-z0-9-]+:[A-Za-z]+$/.test(action))
        throw new StartError(`${where}: the action "${action}" is not emulated: name one action exactly.`);
      const known = allowed.get(action.toLowerCase());
      if (known) known.push(...resources);
      else allowed.set(action.toLowerCase(), [...resources]);
    }
  }
  return {
    allows: (action, resource) => allowed.get(action.toLowerCase())?.some((pattern) => pattern.test(resource)) ?? false,
  };
}

/** Joins the policies of a role: what any of them allows is allowed. */
export function union(policies: readonly Policy[]): Policy {
  return { allows: (action, resource) => policies.some((policy) => policy.allows(action, resource)) };
}

const listOf = (value: Json): readonly Json[] => (Array.isArray(value) ? value : [value]);

function texts(value: Json | undefined, key: string, where: string): string[] {
  const list = listOf(value ?? []).filter((item) => typeof item === "string");
  if (list.length === 0) throw new StartError(`${where}: a statement of the policy has no ${key}.`);
  return list;
}

/**
 * Compiles an ARN with `*` (any characters) and `?` (one character) to a regular expression; see
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function patternOf(arn: string): RegExp {
  const escaped = arn.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
}

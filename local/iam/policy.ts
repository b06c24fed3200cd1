import { StartError } from "../shared/errors";
import { isObject, type Json, parseJson } from "../shared/json";

/**
 * The permissions of a role. Only statements that allow exact actions on ARNs or ARN patterns are understood, because
 * those are all the definition uses. Anything else is refused when the definition is read: a guess would either block
 * what AWS allows or, worse, allow what AWS blocks.
 */
export interface Policy {
  /** Every permission of every statement. */
  readonly grants: readonly Grant[];
  /** Returns whether the policy allows `action`, such as `dynamodb:PutItem`, on the resource with this ARN. */
  allows(action: string, resource: string): boolean;
}

/** One permission that the definition grants: an action of a statement on one of its resources. */
export interface Grant {
  /** The address of the resource that holds the statement, such as `aws_iam_role_policy.api_role_policy`. */
  readonly source: string;
  readonly action: string;
  /** An ARN or ARN pattern, or `*`. */
  readonly resource: string;
}

/** A decision about an action on a resource. */
export interface Decision {
  readonly action: string;
  readonly resource: string;
  /** The first grant that allows the action; undefined if none does, and the action is denied. */
  readonly grant: Grant | undefined;
}

/** A decision about what a function does, or about who invokes it. */
export interface Authorization extends Decision {
  /** The name of the function that has the permission or the denial. */
  readonly function: string;
}

/** Hears of every decision, at the moment it is made. */
export type OnAuthorization = (authorization: Authorization) => void;

/**
 * Reads a policy document.
 *
 * @param where the resource that holds the policy, for errors
 * @throws StartError for every construct that is not emulated
 */
export function readPolicy(text: string, where: string): Policy {
  const document = parseJson(text);
  if (!isObject(document)) throw new StartError(`${where}: the policy is not a JSON object.`);
  const grants: Grant[] = [];
  for (const statement of listOf(document.Statement ?? [])) {
    if (!isObject(statement)) throw new StartError(`${where}: a statement of the policy is not an object.`);
    const { Effect, Action, Resource, Sid: _, ...others } = statement;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) throw new StartError(`${where}: "${unknown}" in a policy is not emulated.`);
    if (Effect !== "Allow")
      throw new StartError(`${where}: the effect "${String(Effect)}" in a policy is not emulated.`);
    const resources = texts(Resource, "Resource", where);
    for (const action of texts(Action, "Action", where)) {
      if (!/^[a-z0-9-]+:[A-Za-z]+$/.test(action))
        throw new StartError(`${where}: the action "${action}" is not emulated: name one action exactly.`);
      grants.push(...resources.map((resource) => ({ source: where, action, resource })));
    }
  }
  return policyOf(grants);
}

/**
 * Joins the policies of a role: what any of them allows is allowed.
 *
 * @param decided hears of every decision
 */
export function union(policies: readonly Policy[], decided?: (decision: Decision) => void): Policy {
  const grants = policies.flatMap((policy) => policy.grants);
  return policyOf(grants, decided);
}

function policyOf(grants: readonly Grant[], decided?: (decision: Decision) => void): Policy {
  // Made when something is asked first: most policies are only joined to others, or never asked.
  let byAction: ReturnType<typeof byActionOf> | undefined;
  return {
    grants,
    allows(action, resource) {
      byAction ??= byActionOf(grants);
      const grant = byAction.get(action.toLowerCase())?.find(({ pattern }) => pattern.test(resource))?.grant;
      decided?.({ action, resource, grant });
      return grant !== undefined;
    },
  };
}

function byActionOf(grants: readonly Grant[]) {
  const byAction = new Map<string, { readonly grant: Grant; readonly pattern: RegExp }[]>();
  for (const grant of grants) {
    const action = grant.action.toLowerCase();
    const ofAction = byAction.get(action) ?? [];
    ofAction.push({ grant, pattern: patternOf(grant.resource) });
    byAction.set(action, ofAction);
  }
  return byAction;
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

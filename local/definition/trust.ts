import { StartError } from "../shared/errors";
import { isObject, type Json, parseJson } from "../shared/json";
import type { Resource } from "./terraform";

/** Refuses a role that a service of AWS may not take, although the user of the role is of that service. */
export function requireTrust(role: Resource, service: string, user: string): void {
  const policy = parseJson(role.text("assume_role_policy"));
  if (!isObject(policy) || !statements(policy.Statement ?? null).some((one) => trusts(one, service)))
    throw new StartError(`${role.address} does not let ${service} take it: ${user} would fail.`);
}

const statements = (value: Json): readonly Json[] => (Array.isArray(value) ? value : [value]);

function trusts(statement: Json, service: string): boolean {
  if (!isObject(statement) || statement.Effect !== "Allow" || !isObject(statement.Principal)) return false;
  return statement.Action === "sts:AssumeRole" && statement.Principal.Service === service;
}

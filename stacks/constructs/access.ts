/**
 * Everything a function needs to use a resource, as one value. A function's variables and its policy are both made from
 * the same list of these, so that the one can never name a table that the other does not open.
 */

/** Actions that are allowed, and the exact resources they are allowed on; see https://docs.aws.amazon.com/service-authorization/latest/reference/ for the actions. */
export interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** The variables that locate a resource, and the statements that allow its use. */
export interface Access<Variable extends string = string> {
  readonly variables: Readonly<Record<Variable, string>>;
  readonly statements: readonly Statement[];
}

/** Makes an access of one variable that locates a resource, and the statements that allow its use. */
export function access<Variable extends string>(
  variable: Variable,
  value: string,
  ...statements: readonly Statement[]
): Access<Variable> {
  // The compiler widens a computed key to any string.
  return { variables: { [variable]: value } as Record<Variable, string>, statements };
}

/**
 * Merges the variables of a function's uses.
 *
 * @throws Error if two of them give one variable different values.
 */
export function variablesOf(uses: readonly Access[]): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of uses.flatMap((access) => Object.entries(access.variables))) {
    const other = variables[name];
    if (other !== undefined && other !== value)
      throw new Error(
        `Two of the function's uses set ${name}, to "${other}" and to "${value}": give one another name.`,
      );
    variables[name] = value;
  }
  return variables;
}

/** Returns an IAM policy that allows the statements, as the JSON text that Terraform takes. */
export function policyOf(statements: readonly Statement[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map(({ actions, resources }) => ({ Effect: "Allow", Action: actions, Resource: resources })),
  });
}

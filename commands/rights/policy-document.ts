/** IAM's policies, as far as these are written here. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html */

export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export interface Statement {
  readonly effect?: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition?: Condition;
}

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly {
    readonly Effect: "Allow" | "Deny";
    readonly Action: readonly string[];
    readonly Resource: readonly string[];
    readonly Condition?: Condition;
  }[];
}

/** Merges statements on the same resources under the same condition, sorted, so that equal rights are equal text. */
export function policyDocument(statements: readonly Statement[]): PolicyDocument {
  const merged = new Map<string, { statement: Statement; actions: Set<string> }>();
  for (const statement of statements.filter(({ actions }) => actions.length > 0)) {
    const { effect = "Allow", resources, condition } = statement;
    const key = JSON.stringify([effect, [...resources].sort(), condition]);
    const found = merged.get(key) ?? { statement, actions: new Set<string>() };
    for (const action of statement.actions) found.actions.add(action);
    merged.set(key, found);
  }
  return {
    Version: "2012-10-17",
    Statement: [...merged.values()].map(({ statement: { effect = "Allow", resources, condition }, actions }) => ({
      Effect: effect,
      Action: [...actions].sort(),
      Resource: [...new Set(resources)].sort(),
      ...(condition !== undefined && { Condition: condition }),
    })),
  };
}

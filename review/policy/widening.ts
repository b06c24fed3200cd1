import type { Condition, Statement } from "./document";
import { covers } from "./pattern";

/** One thing that a policy says: one action, one resource, one principal. */
export interface Atom {
  readonly effect: "Allow" | "Deny";
  readonly action: string;
  readonly resource: string;
  readonly principal: string;
  readonly conditions: readonly Condition[];
  readonly negated: readonly string[];
}

export interface Widening {
  /** Allowed by the new policy and by no single statement of the old one. */
  readonly allowed: readonly Atom[];
  /** Denied by the old policy and by no single statement of the new one. */
  readonly noLongerDenied: readonly Atom[];
}

/**
 * Finds what a policy newly allows. Every new atom has to be covered by one old atom; two old ones that cover it
 * together are not recognized, so it errs towards asking.
 */
export function widening(before: readonly Statement[], after: readonly Statement[]): Widening {
  const [old, young] = [atoms(before), atoms(after)];
  const of = (list: readonly Atom[], effect: Atom["effect"]) => list.filter((atom) => atom.effect === effect);
  const allows = of(old, "Allow");
  const denies = of(young, "Deny");
  return {
    allowed: of(young, "Allow").filter((atom) => !allows.some((allowed) => coversAtom(allowed, atom))),
    noLongerDenied: of(old, "Deny").filter((atom) => !denies.some((denied) => coversAtom(denied, atom))),
  };
}

function atoms(statements: readonly Statement[]): Atom[] {
  return statements.flatMap(({ effect, actions, resources, principals, conditions, negated }) => {
    // A negated element has no list to take apart: the statement is one atom, equal to itself only.
    const spread = (list: readonly string[]) => (list.length === 0 ? ["*"] : list);
    return spread(actions).flatMap((action) =>
      spread(resources).flatMap((resource) =>
        spread(principals).map((principal) => ({ effect, action, resource, principal, conditions, negated })),
      ),
    );
  });
}

function coversAtom(wide: Atom, narrow: Atom): boolean {
  return (
    wide.negated.join() === narrow.negated.join() &&
    covers(wide.action.toLowerCase(), narrow.action.toLowerCase()) &&
    covers(wide.resource, narrow.resource) &&
    covers(wide.principal, narrow.principal) &&
    wide.conditions.every((old) => narrow.conditions.some((young) => coversCondition(old, young)))
  );
}

/** The operators whose values are patterns, and those they are at least as wide as. */
const PATTERN_OPERATORS: Readonly<Record<string, readonly string[]>> = {
  StringLike: ["StringLike", "StringEquals"],
  ArnLike: ["ArnLike", "ArnEquals", "StringEquals"],
  ArnEquals: ["ArnLike", "ArnEquals", "StringEquals"],
};

function coversCondition(wide: Condition, narrow: Condition): boolean {
  if (wide.key !== narrow.key) return false;
  const asPatterns = PATTERN_OPERATORS[wide.operator]?.includes(narrow.operator) ?? false;
  if (asPatterns) return narrow.values.every((value) => wide.values.some((pattern) => covers(pattern, value)));
  if (wide.operator !== narrow.operator) return false;
  // A negated test gets narrower with every value, any other wider.
  const negated = wide.operator.includes("Not");
  const [more, fewer] = negated ? [narrow.values, wide.values] : [wide.values, narrow.values];
  return fewer.every((value) => more.includes(value));
}

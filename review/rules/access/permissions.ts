import type { Finding } from "../../finding";
import { type Change, isChanged, ofType } from "../../plan/plan";
import type { Statement } from "../../policy/document";
import { type Atom, widening } from "../../policy/widening";
import type { Context, Rule } from "../rule";
import { isThroughUrl, lostCaller, newCaller } from "./callers";
import { CONDITIONS, functionOf, statement } from "./permission-statement";

const TYPE = "aws_lambda_permission";

/**
 * Finds who may newly invoke a function, and who no longer can. Lambda keeps one policy per function, so all of its
 * permissions are compared together: one that is only called otherwise changes nothing.
 */
export const permissions: Rule = {
  name: "permission",
  judges: {
    [TYPE]: [
      "action",
      "principal",
      "function_name",
      "qualifier",
      "statement_id",
      ...CONDITIONS.map(({ argument }) => argument),
    ],
  },
  review: (context: Context) => {
    const changed = ofType(context.plan, TYPE).filter(isChanged);
    const functions = new Set(
      changed.flatMap((change) => [functionOf(context, change, "before"), functionOf(context, change, "after")]),
    );
    return [...functions].filter((name) => name !== undefined).flatMap((name) => compare(context, name));
  },
};

function compare(context: Context, functionName: string): Finding[] {
  const { plan } = context;
  const all = ofType(plan, TYPE);
  const old = all.filter(
    (change) => functionOf(context, change, "before") === functionName && change.action !== "create",
  );
  const young = all.filter(
    (change) => functionOf(context, change, "after") === functionName && !["delete", "forget"].includes(change.action),
  );
  const [before, after] = [
    old.map((change) => statement(context, change, "before")),
    young.map((change) => statement(context, change, "after")),
  ];
  const gained = widening(before, after).allowed;
  const lost = widening(after, before).allowed;
  const address = (atom: Atom, list: readonly Change[], statements: readonly Statement[]) =>
    list[statements.findIndex(({ conditions }) => conditions === atom.conditions)]?.address ?? TYPE;
  return [
    ...gained.map((atom) => newCaller(plan, functionName, atom, address(atom, young, after), before.length === 0)),
    ...lost
      .filter((atom) => !isNarrowed(atom, after))
      .flatMap((atom) => lostCaller(plan, functionName, atom, address(atom, old, before))),
  ];
}

/** Tells whether the same caller is still let in, now through the function's URL only: a door that was too wide. */
function isNarrowed({ action, principal }: Atom, after: readonly Statement[]): boolean {
  return (
    principal === "*" &&
    after.some(
      ({ actions, principals, conditions }) =>
        actions.includes(action) && principals.includes(principal) && conditions.some(isThroughUrl),
    )
  );
}

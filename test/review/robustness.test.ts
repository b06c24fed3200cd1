import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { readPlan } from "../../review/plan/read";
import { markdown } from "../../review/report/markdown";
import { text } from "../../review/report/text";
import { review } from "../../review/review";
import { corpus } from "./corpus/corpus";

type Tree = { [name: string]: unknown };

/** Puts another value at a place somewhere in what a resource is or becomes, as another provider's version might. */
function disturb(plan: object, seed: readonly number[], value: unknown): void {
  const { resource_changes } = plan as { resource_changes: { change: Tree }[] };
  const changes = resource_changes.filter(({ change }) => JSON.stringify(change.actions) !== '["no-op"]');
  let here: unknown = changes[(seed[0] ?? 0) % Math.max(changes.length, 1)]?.change;
  for (const [depth, step] of seed.entries()) {
    if (typeof here !== "object" || here === null) return;
    const names = Object.keys(here).filter((name) => depth > 0 || ["before", "after"].includes(name));
    const name = names[step % Math.max(names.length, 1)];
    if (name === undefined) return;
    const tree = here as Tree;
    if (depth === seed.length - 1 || typeof tree[name] !== "object") tree[name] = structuredClone(value);
    here = tree[name];
  }
}

test("whatever a provider writes into a plan, the reviewer says something and never fails", () => {
  const plans = fc.constantFrom(...corpus);
  const seed = fc.array(fc.nat({ max: 1000 }), { minLength: 2, maxLength: 5 });
  const value = fc.constantFrom(null, "", "text", 0, -1, true, [], {}, [null], ["*"], [{}], "{", "${a.b.c}");
  fc.assert(
    fc.property(plans, seed, value, (edit, path, other) => {
      const plan = edit.json();
      disturb(plan, path, other);
      const found = review(readPlan(plan));
      expect(markdown(found, { stack: "s" })).toContain("### `s`: ");
      expect(text(found, { stack: "s" })).toContain("s: ");
    }),
    { numRuns: 60 },
  );
});

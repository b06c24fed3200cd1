import type { Finding } from "../../finding";
import { ofType } from "../../plan/plan";
import { equal, isObject, items, pick, text, type Value } from "../../plan/value";
import type { Context, Rule } from "../rule";

/** Finds rules that would let an image expire that a function runs. Lambda reads a deployed image again at any time. */
export const images: Rule = {
  name: "images",
  judges: { aws_ecr_lifecycle_policy: ["policy"], docker_registry_image: ["keep_remotely"] },
  review: ({ plan, told }: Context) => [
    ...ofType(plan, "aws_ecr_lifecycle_policy")
      .filter(({ action, address }) => ["create", "update", "replace"].includes(action) && !told.has(address))
      .flatMap(({ address, before, after }): Finding[] => {
        const [old, young] = [rules(before), rules(after)];
        const shorter = young.filter(expiresTagged).filter((rule) => !old.some((other) => equal(other, rule)));
        if (shorter.length > 0)
          return [
            {
              rule: "images",
              severity: "asks",
              address,
              reason: "lets images expire that have a tag",
              consequence:
                "The image that a function runs may be among them; the function then fails when AWS reads it again.",
              remedy: "Let only untagged images expire.",
            },
          ];
        if (old.length === 0 || equal(old, young)) return [];
        return [
          {
            rule: "images",
            severity: "notes",
            address,
            reason: "changes which untagged images expire",
            consequence: "What a function runs has a tag and stays.",
            remedy: "None needed.",
          },
        ];
      }),
    ...ofType(plan, "docker_registry_image")
      .filter(
        ({ action, before, after }) =>
          action === "update" && pick(before, "keep_remotely") === true && pick(after, "keep_remotely") !== true,
      )
      .map(
        ({ address }): Finding => ({
          rule: "images",
          severity: "asks",
          address,
          reason: "changes `keep_remotely` to false",
          consequence: "The next image deletes this one from the registry, while functions may still run it.",
          remedy: "Leave it on: the repository's lifecycle policy cleans up.",
        }),
      ),
  ],
};

/** Reads the rules of a lifecycle policy, without what only describes them. */
function rules(resource: Value): Value[] {
  const policy = text(resource, "policy") ?? "{}";
  try {
    const { rules }: { rules?: Value } = JSON.parse(policy);
    return items(rules)
      .filter(isObject)
      .map(({ selection, action }) => ({ selection, action }));
  } catch {
    // ECR will refuse a policy that is no JSON. As a text it differs from the old one, which is a change.
    return [policy];
  }
}

function expiresTagged(rule: Value): boolean {
  return pick(rule, "selection.tagStatus") !== "untagged" && pick(rule, "action.type") === "expire";
}

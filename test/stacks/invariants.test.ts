import { describe, expect, test } from "@jest/globals";
import { environments } from "../../environments";
import type { Environment } from "../../environments/environment";
import { production } from "../../environments/production";
import { invariants } from "../support/invariants";
import { breaches } from "../support/invariants/breaches";
import type { Invariant } from "../support/invariants/invariant";
import { account, type StackJson, synthesizeEnvironment } from "../support/synth";

type Stacks = Readonly<Record<"application" | "repository", StackJson>>;

const problems = (rule: Invariant, { application, repository }: Stacks, environment = strict) => [
  ...rule(application, environment),
  ...rule(repository, environment),
];
const rules = Object.entries(invariants);

/** An environment like one that is added later, with other choices than those there are. */
const added: Environment = {
  ...production,
  name: "preview-2",
  region: "us-gov-west-1",
  architecture: "x86_64",
  runtime: "nodejs22.x",
  cors: { allowedOrigins: [], allowCredentials: true },
  deletionProtection: false,
  tags: { Owner: "web team" },
};

describe.each([...environments, added].map((environment) => ({ ...environment, account })))(
  "in $name",
  (environment) => {
    const stacks = synthesizeEnvironment(environment);
    test.each(rules)("%s", (_sentence, rule) => {
      expect(problems(rule, stacks, environment)).toEqual([]);
    });
  },
);

const topic = "arn:aws:sns:ap-northeast-1:123456789012:on-call";
/** Everything that can be switched on is on. */
const strict: Environment = { ...production, account, alarms: { notifyTopicArns: [topic] } };

describe("a breach is noticed of the rule that", () => {
  const stacks = synthesizeEnvironment(strict);
  test.each(rules)("%s", (sentence, rule) => {
    expect(problems(rule, stacks)).toEqual([]);
    const unnoticed = (breaches[sentence] ?? []).filter(
      ([path, value]) => problems(rule, changed(stacks, path, value)).length === 0,
    );
    expect(unnoticed).toEqual([]);
    expect(breaches[sentence]).not.toHaveLength(0);
  });

  test("an environment without alarms has none", () => {
    const rule =
      invariants[
        "every function, Function URL, gateway, stream and dead letter has its alarms, and they tell the environment's topics"
      ];
    expect(rule?.(stacks.application, { ...strict, alarms: "off" })).not.toEqual([]);
  });
});

/** The stacks with another value at a path, or none. The path up to its last step has to be there. */
function changed({ application, repository }: Stacks, path: string, value: unknown): Stacks {
  const [stack, ...steps] = path.split("/");
  if (stack === "application") return { application: replaced(application, steps, value), repository };
  if (stack === "repository") return { application, repository: replaced(repository, steps, value) };
  throw new Error(`there is no stack ${stack} to change`);
}

/** What no step leads through is not copied: the rules have read it already. */
function replaced<Node>(node: Node, [step = "", ...rest]: readonly string[], value: unknown): Node {
  if (typeof node !== "object" || node === null) throw new Error(`there is no ${step} to change`);
  const copy: Node & object = Array.isArray(node) ? Object.assign([], node) : { ...node };
  if (rest.length > 0) Reflect.set(copy, step, replaced(Reflect.get(node, step), rest, value));
  else if (value === undefined) Reflect.deleteProperty(copy, step);
  else Reflect.set(copy, step, value);
  return copy;
}

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

/** A copy with another value at a path, or none. The path up to its last step has to be there. */
function changed(stacks: Stacks, path: string, value: unknown): Stacks {
  return JSON.parse(JSON.stringify(replaced(stacks, path.split("/"), value)));
}

function replaced(node: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(node))
    return node.map((item, index) => (String(index) === step ? replaced(item, rest, value) : item));
  if (typeof node !== "object" || node === null) throw new Error(`there is no ${step} to change`);
  const entries = new Map<string, unknown>(Object.entries(node));
  if (rest.length > 0 && !entries.has(step)) throw new Error(`there is no ${step} to change`);
  return Object.fromEntries(entries.set(step, replaced(entries.get(step), rest, value)));
}

import { describe, expect, test } from "@jest/globals";
import { type Definition, readDefinition } from "../../../local/definition/definition";
import { resourceTypes } from "../../../local/definition/resource-types";
import type { Policy } from "../../../local/iam/policy";
import { StartError } from "../../../local/shared/errors";
import { type Stack, synthesized } from "./synthesized";

const read = (stack: Stack) => readDefinition(JSON.stringify(stack), "cdk.tf.json");

/** The keys that lead to one value, and its path as the table of attributes writes it. */
interface Leaf {
  readonly keys: readonly string[];
  readonly path: string;
}

function leavesOf(value: unknown, keys: readonly string[] = [], path = ""): Leaf[] {
  if (typeof value !== "object" || value === null) return [{ keys, path }];
  return Object.entries(value).flatMap(([key, item]) =>
    leavesOf(item, [...keys, key], Array.isArray(value) ? path : [path, key].filter(Boolean).join(".")),
  );
}

const stack = synthesized();

/** What the local cloud makes of the stack in which one value of a resource is another one. */
function readChanged(type: string, name: string, keys: readonly string[]): Definition {
  const [last = "", ...above] = [...keys].reverse();
  let holder: object = stack.resource[type]?.[name] ?? {};
  for (const key of above.reverse()) holder = Reflect.get(holder, key);
  const value: unknown = Reflect.get(holder, last);
  Reflect.set(
    holder,
    last,
    typeof value === "boolean" ? !value : typeof value === "number" ? value + 1 : `${value}-changed`,
  );
  try {
    return read(stack);
  } finally {
    Reflect.set(holder, last, value);
  }
}

const original = read(stack);
const actions = [...new Set(JSON.stringify(stack.resource.aws_iam_role_policy).match(/[a-z-]+:[A-Z]\w+/g))];
const resources = [
  ...original.tables.map(({ arn }) => `${arn}/stream/2026-03-04T05:06:07.089`),
  ...original.queues.map(({ arn }) => arn),
  ...original.functions.map(({ arn }) => arn),
  ...original.tables.flatMap(({ arn, indexes }) => [arn, ...indexes.map(({ name }) => `${arn}/index/${name}`)]),
  ...[original.httpApi, original.webSocketApi].flatMap((api) =>
    api
      ? ["broadcast/comments", "@connections/abc="].map((path) => `${api.executionArn}/${api.stage.name}/POST/${path}`)
      : [],
  ),
  ...original.functions.map(
    ({ logGroup }) => `arn:aws:logs:ap-northeast-1:000000000000:log-group:${logGroup}:log-stream:x`,
  ),
];

/** What policies with these grants allow. Nothing else goes into that, and asking is most of this file's time. */
const allowed = new Map<string, string>();
function allowedBy({ grants, allows }: Policy): string {
  const key = JSON.stringify(grants);
  const known =
    allowed.get(key) ?? JSON.stringify(actions.map((action) => resources.filter((arn) => allows(action, arn))));
  allowed.set(key, known);
  return known;
}

/** Returns all that a definition makes the local cloud do, as text: its data, its decisions and its log formats. */
function behaviour(definition: Definition): string {
  const { counts: _, ...data } = definition;
  const { functionUrl, httpApi, webSocketApi, functions, schedules } = definition;
  // A grant does nothing by itself: what counts is what the policies and permissions allow.
  const text = JSON.stringify(data, (key, value) => (key === "grants" ? undefined : value));
  return JSON.stringify([
    text,
    [...(httpApi?.routes ?? []), ...(webSocketApi?.routes ?? [])].map((route) => route.permitted()),
    functionUrl?.permitted(),
    functions.map((target) => target.mayWriteLogs()),
    [...functions, ...schedules].map(({ policy }) => allowedBy(policy)),
    [httpApi, webSocketApi].map((api) => api?.stage.accessLog?.format({})),
  ]);
}

const cases = Object.entries(stack.resource).flatMap(([type, named]) =>
  Object.entries(named).flatMap(([name, values]) =>
    leavesOf(values)
      .filter(({ path }) => !/^(\/\/|depends_on|lifecycle)/.test(path))
      .map(({ keys, path }) => ({ type, name, keys, path })),
  ),
);
const isEmulated = ({ type, path }: { type: string; path: string }) =>
  resourceTypes[type]?.emulated.some((known) => known === path || known === path.replace(/\.[^.]+$/, ".*")) ?? false;
const pointer = ({ type, name, keys }: (typeof cases)[number]) => `${type}.${name}.${keys.join(".")}`;

describe("of the synthesized stack", () => {
  test("every value that counts as emulated changes what runs, or is refused", () => {
    const before = behaviour(original);
    const ineffective = cases.filter(isEmulated).filter(({ type, name, keys }) => {
      try {
        return behaviour(readChanged(type, name, keys)) === before;
      } catch (error) {
        if (error instanceof StartError) return false;
        throw error;
      }
    });
    expect(ineffective.map(pointer)).toEqual([]);
  });

  test("no value that counts as cloud-only changes anything", () => {
    const before = behaviour(original);
    const effective = cases
      .filter((candidate) => !isEmulated(candidate))
      .filter(({ type, name, keys }) => behaviour(readChanged(type, name, keys)) !== before);
    expect(effective.map(pointer)).toEqual([]);
  });

  test("both kinds are there", () => {
    expect(cases.filter(isEmulated).length).toBeGreaterThan(150);
    expect(cases.filter((candidate) => !isEmulated(candidate)).length).toBeGreaterThan(30);
  });
});

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

interface Case {
  readonly type: string;
  readonly name: string;
  readonly keys: readonly string[];
}

/** Makes one value of the stack another one. Returns what makes it itself again. */
function change({ type, name, keys }: Case): () => void {
  const [last = "", ...above] = [...keys].reverse();
  let holder: object = stack.resource[type]?.[name] ?? {};
  for (const key of above.reverse()) holder = Reflect.get(holder, key);
  const value: unknown = Reflect.get(holder, last);
  const another = typeof value === "boolean" ? !value : typeof value === "number" ? value + 1 : `${value}-changed`;
  Reflect.set(holder, last, another);
  return () => Reflect.set(holder, last, value);
}

/** What the local cloud makes of the stack in which these values are other ones. */
function readChanged(...changed: readonly Case[]): Definition {
  const changesBack = changed.map(change);
  try {
    return read(stack);
  } finally {
    for (const changeBack of changesBack) changeBack();
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

/** All that a definition makes the local cloud do, as texts: its data, and its decisions and log formats. */
const behaviour: readonly ((definition: Definition) => string)[] = [
  // A grant does nothing by itself: what counts is what the policies and permissions allow.
  ({ counts: _, ...data }) => JSON.stringify(data, (key, value) => (key === "grants" ? undefined : value)),
  ({ functionUrl, httpApi, webSocketApi, functions, schedules }) =>
    JSON.stringify([
      [...(httpApi?.routes ?? []), ...(webSocketApi?.routes ?? [])].map((route) => route.permitted()),
      functionUrl?.permitted(),
      functions.map((target) => target.mayWriteLogs()),
      [...functions, ...schedules].map(({ policy }) => allowedBy(policy)),
      [httpApi, webSocketApi].map((api) => api?.stage.accessLog?.format({})),
    ]),
];
const before = behaviour.map((of) => of(original));
const behavesAsBefore = (definition: Definition) => behaviour.every((of, index) => of(definition) === before[index]);

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
    const ineffective = cases.filter(isEmulated).filter((candidate) => {
      try {
        return behavesAsBefore(readChanged(candidate));
      } catch (error) {
        if (error instanceof StartError) return false;
        throw error;
      }
    });
    expect(ineffective.map(pointer)).toEqual([]);
  });

  test("no value that counts as cloud-only changes anything", () => {
    // Of all resources of a type at once: what would change anything in one of them changes it still.
    const byPath = new Map<string, (typeof cases)[number][]>();
    for (const candidate of cases.filter((candidate) => !isEmulated(candidate))) {
      const path = `${candidate.type}.${candidate.path}`;
      byPath.set(path, [...(byPath.get(path) ?? []), candidate]);
    }
    const effective = [...byPath].filter(([, alike]) => !behavesAsBefore(readChanged(...alike)));
    expect(effective.map(([path]) => path)).toEqual([]);
  });

  test("both kinds are there", () => {
    expect(cases.filter(isEmulated).length).toBeGreaterThan(150);
    expect(cases.filter((candidate) => !isEmulated(candidate)).length).toBeGreaterThan(30);
  });
});

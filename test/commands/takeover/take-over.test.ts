import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, test } from "@jest/globals";
import { idsIn, resourcesIn } from "../../../commands/takeover/definition";
import { type Find, found } from "../../../commands/takeover/finding";
import { findersOf, findLeftovers, NEVER_THERE, writeImports } from "../../../commands/takeover/take-over";
import { environment, resourcesOf, synthesizeEnvironment } from "../../support/synth";

const { application, repository } = synthesizeEnvironment();

/** A state that knows these resources. */
const stateWith = (...addresses: readonly string[]) =>
  JSON.stringify({
    resources: addresses.map((address) => {
      const [type, name] = address.split(".");
      return { mode: "managed", type, name, instances: [{ attributes: { id: `id-of-${name}` } }] };
    }),
  });

describe("what is looked for", () => {
  test("is every type that a stack holds, but for what is only on a machine", () => {
    const { finders, destroy } = findersOf(environment);
    destroy();
    const types = [application, repository].flatMap(({ resource }) => Object.keys(resource));
    expect(types.filter((type) => !(type in finders) && !NEVER_THERE.has(type))).toEqual([]);
  });

  test("a type that nobody taught is named, unless the state knows its resources", async () => {
    const definition = { resource: { aws_thing: { one: {} } } };
    await expect(findLeftovers(environment, definition, "", {})).rejects.toThrow(
      'resource type: "aws_thing" cannot be looked for, and the state does not know aws_thing.one',
    );
    expect(await findLeftovers(environment, definition, stateWith("aws_thing.one"), {})).toEqual([]);
  });

  test("is nothing that the state knows", async () => {
    const asked: string[] = [];
    const find: Find = async ({ address }) => {
      asked.push(address);
      return undefined;
    };
    const definition = { resource: { aws_sqs_queue: { one: { name: "one" }, two: { name: "two" } } } };
    await findLeftovers(environment, definition, stateWith("aws_sqs_queue.one"), { aws_sqs_queue: find });
    expect(asked).toEqual(["aws_sqs_queue.two"]);
  });
});

test("what only has a new address in the definition is no leftover: the state has it by the old one", async () => {
  const definition = { resource: { aws_sqs_queue: { young: { name: "one" }, other: { name: "two" } } } };
  const finders = { aws_sqs_queue: async ({ address }: { address: string }) => found(`id-of-${address.slice(14)}`) };
  const state = stateWith("aws_sqs_queue.old").replace("id-of-old", "id-of-young");
  expect(await findLeftovers(environment, definition, state, finders)).toEqual([
    { to: "aws_sqs_queue.other", id: "id-of-other" },
  ]);
});

describe("what belongs to something that AWS named", () => {
  const definition = {
    resource: {
      aws_apigatewayv2_api: { http: { name: "blogapp-staging-http" } },
      aws_apigatewayv2_route: { one: { api_id: `\${aws_apigatewayv2_api.http.id}`, route_key: "GET /" } },
      aws_apigatewayv2_route_response: { one: { route_id: `\${aws_apigatewayv2_route.one.id}` } },
    },
  };
  const finders: Readonly<Record<string, Find>> = {
    aws_apigatewayv2_route_response: async (sought) => {
      const route = sought.text("route_id");
      return route === undefined ? undefined : found("c", `${route}/c`);
    },
    aws_apigatewayv2_route: async (sought) => {
      const api = sought.text("api_id");
      return api === undefined ? undefined : found("b", `${api}/b`);
    },
    aws_apigatewayv2_api: async () => found("a"),
  };

  test("is looked for once that was found, whatever the order", async () => {
    expect(await findLeftovers(environment, definition, "", finders)).toEqual([
      { to: "aws_apigatewayv2_api.http", id: "a" },
      { to: "aws_apigatewayv2_route_response.one", id: "b/c" },
      { to: "aws_apigatewayv2_route.one", id: "a/b" },
    ]);
  });

  test("is found in what the state knows", async () => {
    const imports = await findLeftovers(environment, definition, stateWith("aws_apigatewayv2_api.http"), finders);
    expect(imports).toContainEqual({ to: "aws_apigatewayv2_route.one", id: "id-of-http/b" });
  });
});

test("every argument that a finder reads is there in the synthesized stacks, or refers to what is found before", async () => {
  // Plays an account in which everything is there: what is not found lacks an argument.
  const all = [application, repository].map((stack) => ({ resource: stack.resource }));
  const needed: Readonly<Record<string, readonly string[]>> = {
    aws_iam_role: ["name"],
    aws_iam_role_policy: ["role", "name"],
    aws_lambda_permission: ["function_name", "statement_id"],
    aws_lambda_function_url: ["function_name"],
    aws_lambda_function_event_invoke_config: ["function_name"],
    aws_apigatewayv2_stage: ["api_id", "name"],
    aws_apigatewayv2_route: ["api_id", "route_key"],
    aws_apigatewayv2_route_response: ["api_id", "route_id", "route_response_key"],
    aws_ecr_lifecycle_policy: ["repository"],
    aws_ecr_repository_policy: ["repository"],
    aws_scheduler_schedule: ["group_name", "name"],
    aws_sqs_queue_redrive_policy: ["queue_url"],
    aws_sqs_queue_redrive_allow_policy: ["queue_url"],
  };
  const incomplete: string[] = [];
  const find =
    (type: string): Find =>
    async (sought) => {
      const lacking = (needed[type] ?? []).filter((argument) => sought.text(argument) === undefined);
      if (lacking.length === 0) return found(sought.address);
      incomplete.push(sought.address);
      return undefined;
    };
  for (const definition of all) {
    const finders = Object.fromEntries(Object.keys(definition.resource).map((type) => [type, find(type)]));
    const imports = await findLeftovers(environment, definition, "", finders);
    const wanted = Object.keys(resourcesOf(definition)).filter(
      (address) => !NEVER_THERE.has(address.split(".")[0] ?? ""),
    );
    expect(imports.map(({ to }) => to).sort()).toEqual(wanted.sort());
  }
});

test("the next plan imports what was found, and the one after it does not", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-takeover-"));
  const file = path.join(folder, "takeover.tf.json");
  writeImports(folder, [{ to: "aws_sqs_queue.one", id: "one" }]);
  expect(JSON.parse(fs.readFileSync(file, "utf8"))).toEqual({ import: [{ to: "aws_sqs_queue.one", id: "one" }] });
  writeImports(folder, []);
  expect(fs.existsSync(file)).toBe(false);
  fs.rmSync(folder, { recursive: true });
});

test("a state that is empty, or has no resources, knows none", () => {
  expect([idsIn("").size, idsIn("{}").size, idsIn('{"resources":null}').size]).toEqual([0, 0, 0]);
  expect(resourcesIn({}).size).toBe(0);
});

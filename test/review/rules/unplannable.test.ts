// What the real Terraform and the stand-in providers do not plan here: drift, imports, values only an older provider or
// AWS itself refuses. Each plan has the form that Terraform's source gives it.
import { describe, expect, test } from "@jest/globals";
import { readPlan } from "../../../review/plan/read";
import { review } from "../../../review/review";

const said = (plan: object) =>
  review(readPlan({ format_version: "1.2", ...plan })).findings.map(
    ({ severity, rule, reason }) => `${severity} ${rule}: ${reason}`,
  );
const updated = (type: string, before: object, after: object, unknown: object = {}, written: object = {}) => ({
  resource_changes: [
    { address: `${type}.x`, type, change: { actions: ["update"], before, after, after_unknown: unknown } },
    { address: "aws_iam_role.kept", type: "aws_iam_role", change: { actions: ["no-op"] } },
  ],
  configuration: { root_module: { resources: [{ address: `${type}.x`, expressions: written }] } },
});

test("drift names what was changed outside, and asks where something was deleted", () => {
  const change = (actions: readonly string[]) => ({
    address: "aws_kms_key.k",
    type: "aws_kms_key",
    change: { actions, before: { is_enabled: true }, after: actions[0] === "delete" ? null : { is_enabled: false } },
  });
  expect(said({ resource_drift: [change(["update"])] })).toEqual([
    "notes drift: was changed outside Terraform: `is_enabled`",
  ]);
  expect(said({ resource_drift: [change(["delete"])] })).toEqual(["asks drift: was deleted outside Terraform"]);
  expect(said({ resource_drift: [change(["no-op"])] })).toEqual([]);
});

test("an import is a note", () => {
  const change = { actions: ["no-op"], importing: { id: "x" } };
  expect(said({ resource_changes: [{ address: "aws_kms_key.k", type: "aws_kms_key", change }] })).toEqual([
    "notes imported: is taken over by Terraform",
  ]);
});

test("any origin together with credentials stops", () => {
  const cors = (allow_origins: readonly string[]) => ({ cors: [{ allow_origins, allow_credentials: true }] });
  expect(said(updated("aws_lambda_function_url", cors(["https://a.example"]), cors(["*"])))).toEqual([
    "stops cors: lets in the origin `*` and takes out the origin `https://a.example`",
  ]);
});

test("the limits of a route of its own are compared by the route", () => {
  const settings = (...routes: readonly (readonly [string, number?, number?])[]) => ({
    route_settings: routes.map(([route_key, throttling_rate_limit, throttling_burst_limit]) => ({
      route_key,
      ...(throttling_rate_limit !== undefined && { throttling_rate_limit }),
      ...(throttling_burst_limit !== undefined && { throttling_burst_limit }),
    })),
  });
  const both = settings(["$connect", 100, 200], ["$default", 50, 100]);
  const judged = (after: object, before: object = both) =>
    said(updated("aws_apigatewayv2_stage", before, after)).map((one) => one.split(" ").slice(0, 2).join(" "));
  expect(judged(settings(["$default", 50, 100], ["$connect", 100, 200]))).toEqual([]);
  expect(judged(settings(["$connect", 100, 150], ["$default", 50, 100]))).toEqual(["asks throttling:"]);
  expect(judged(settings(["$connect", 100, 200], ["$default", 60, 100]))).toEqual(["notes throttling:"]);
  expect(judged(settings(["$connect", 100, 200]))).toEqual(["asks throttling:"]);
  expect(judged(settings(["$connect", 100], ["$default", 50, 100]))).toEqual(["stops throttling:"]);
  expect(judged(settings(["$connect", 100, 0]), settings())).toEqual(["stops throttling:"]);
});

test("a WebSocket API that opens to whoever has no ticket or no Origin is asked about, and one that closes is a note", () => {
  const of = (variables: object) => ({ environment: [{ variables }] });
  const judged = (before: object, after: object) => said(updated("aws_lambda_function", of(before), of(after)));
  expect(judged({ WEBSOCKET_ANONYMOUS: "off" }, { WEBSOCKET_ANONYMOUS: "on" })).toEqual([
    "asks variables: sets the variable `WEBSOCKET_ANONYMOUS`",
  ]);
  expect(judged({ WEBSOCKET_WITHOUT_ORIGIN: "refused" }, { WEBSOCKET_WITHOUT_ORIGIN: "allowed" })).toEqual([
    "asks variables: sets the variable `WEBSOCKET_WITHOUT_ORIGIN`",
  ]);
  expect(judged({ WEBSOCKET_ANONYMOUS: "on" }, { WEBSOCKET_ANONYMOUS: "off" })).toEqual([
    "notes variables: changes the variable `WEBSOCKET_ANONYMOUS`",
  ]);
  expect(judged({}, { WEBSOCKET_ANONYMOUS: "on", WEBSOCKET_WITHOUT_ORIGIN: "allowed" })).toEqual([]);
});

test("a Function URL that opens to everybody stops", () => {
  const url = (authorization_type: string) => ({ authorization_type });
  expect(said(updated("aws_lambda_function_url", url("AWS_IAM"), url("NONE")))).toEqual([
    "stops gateways: changes its authorization so that anybody on the internet may call",
  ]);
});

describe("a judged attribute whose value is known only after the apply", () => {
  test("is asked about where the configuration writes it in a way that cannot be read", () => {
    const plan = updated(
      "aws_kms_key",
      { is_enabled: true },
      {},
      { is_enabled: true },
      { is_enabled: { references: ["x.y"] } },
    );
    expect(said(plan)).toEqual(["asks protection: sets `is_enabled` to a value that is known only after the apply"]);
  });

  test("is not a word where the provider computes it", () => {
    expect(said(updated("aws_kms_key", { is_enabled: true }, {}, { is_enabled: true }))).toEqual([]);
  });
});

test("a policy that cannot be read is asked about", () => {
  const plan = updated(
    "aws_iam_role_policy",
    { policy: "{}" },
    {},
    { policy: true },
    { policy: { references: ["data.x"] } },
  );
  expect(said(plan)).toEqual(["asks access: gets a `policy` that cannot be read from the plan"]);
});

test("a change of an attribute that no rule judges is said, and so is the loss of a type that no rule knows", () => {
  expect(said(updated("aws_new_thing", { size: 1 }, { size: 2 }))).toEqual(["notes unexplained: changes `size`"]);
  const change = { actions: ["delete"], before: {} };
  expect(said({ resource_changes: [{ address: "aws_new_thing.x", type: "aws_new_thing", change }] })).toEqual([
    "asks destroyed: is deleted, as `-destroy` asks",
  ]);
});

test("a route that is removed stays deployed if its API gets the new deployment first, and goes if it does not", () => {
  const of = (address: string, actions: readonly string[]) => ({
    address,
    type: address.split(".")[0],
    change: { actions, before: { api_id: "a1", id: "a1", route_key: "$default" }, after: { api_id: "a1" } },
  });
  const plan = (deployment: readonly string[]) => ({
    resource_changes: [
      of("aws_apigatewayv2_api.w", ["no-op"]),
      of("aws_apigatewayv2_route.default", ["delete"]),
      of("aws_apigatewayv2_deployment.d", deployment),
    ],
  });
  const about = (deployment: readonly string[]) =>
    said(plan(deployment)).filter((line) => line.includes("deployment:"));
  expect(about(["create", "delete"])).toEqual([
    "asks deployment: is deleted, and the new deployment is made before that",
  ]);
  expect(about(["delete", "create"])).toEqual([]);
  expect(about(["no-op"])).toEqual(["asks deployment: is deleted, and the API gets no new deployment"]);
});

test("the remains of a replaced table hold its items: their deletion stops", () => {
  const change = { actions: ["delete"], before: { name: "posts" } };
  const deposed = (type: string) => ({
    resource_changes: [{ address: `${type}.x`, type, deposed: "0a1b2c3d", change }],
  });
  expect(said(deposed("aws_dynamodb_table"))).toEqual([
    "stops deposed: has remains of an interrupted replacement, which are deleted",
  ]);
  expect(said(deposed("aws_iam_role"))).toEqual([
    "notes deposed: has remains of an interrupted replacement, which are deleted",
  ]);
});

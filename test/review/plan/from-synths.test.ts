import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "@jest/globals";
import { planFromSynths } from "../../../review/plan/from-synths";
import { review } from "../../../review/review";
import { synthsOf } from "../corpus/corpus";
import { edits } from "../corpus/edits/index.mjs";

type Resources = Record<string, Record<string, Record<string, unknown>>>;
const stack = (resource: Resources, more: object = {}) => ({ resource, ...more });
const table = (attributes: object = {}) => ({ name: "posts", hash_key: "id", ...attributes });
const said = (before: object, after: object) =>
  review(planFromSynths(before, after)).findings.map(({ severity, rule, address }) => `${severity} ${rule} ${address}`);

describe("two synthesized stacks", () => {
  test("that are the same are not a word", () => {
    const same = stack({ aws_dynamodb_table: { posts: table() } });
    expect(said(same, structuredClone(same))).toEqual([]);
  });

  test("tell a replacement by the attributes that force one", () => {
    const change = (attributes: object) =>
      said(
        stack({ aws_dynamodb_table: { posts: table() } }),
        stack({ aws_dynamodb_table: { posts: table(attributes) } }),
      );
    expect(change({ hash_key: "slug" })).toEqual(["stops replaced aws_dynamodb_table.posts"]);
    expect(change({ table_class: "STANDARD" })).toEqual([]);
  });

  test("tell a rename, with and without its moved block", () => {
    const before = stack({ aws_dynamodb_table: { posts: table() } });
    const after = { aws_dynamodb_table: { articles: table() } };
    expect(said(before, stack(after))).toEqual(["stops renamed aws_dynamodb_table.posts"]);
    const moved = [{ from: "aws_dynamodb_table.posts", to: "aws_dynamodb_table.articles" }];
    expect(said(before, stack(after, { moved }))).toEqual([]);
  });

  test("tell what a removed block only forgets", () => {
    const removed = [{ from: "aws_dynamodb_table.posts", lifecycle: { destroy: false } }];
    expect(said(stack({ aws_dynamodb_table: { posts: table() } }), stack({}, { removed }))).toEqual([
      "notes forgotten aws_dynamodb_table.posts",
    ]);
  });

  test("tell that a guard left the code, which no plan shows", () => {
    const guarded = (prevent_destroy: boolean) =>
      stack({ aws_dynamodb_table: { posts: { ...table(), lifecycle: { prevent_destroy } } } });
    expect(said(guarded(true), guarded(false))).toEqual(["asks guard aws_dynamodb_table.posts"]);
    expect(said(guarded(false), guarded(true))).toEqual([]);
  });

  test("tell that create_before_destroy reaches a table through what depends on it", () => {
    const of = (hash_key: string) =>
      stack({
        aws_dynamodb_table: { posts: table({ hash_key }) },
        aws_lambda_function: { api: { environment: { variables: { TABLE: "${aws_dynamodb_table.posts.name}" } } } },
        aws_apigatewayv2_deployment: {
          one: { triggers: { api: "${aws_lambda_function.api.arn}" }, lifecycle: { create_before_destroy: true } },
        },
      });
    expect(said(of("id"), of("slug"))).toEqual([
      "stops replaced aws_dynamodb_table.posts",
      "stops taken-name aws_dynamodb_table.posts",
    ]);
  });

  test("tell a changed region once", () => {
    const of = (region: string) =>
      stack({ aws_dynamodb_table: { posts: table() }, aws_kms_key: { k: {} } }, { provider: { aws: [{ region }] } });
    expect(said(of("eu-west-1"), of("us-east-1"))).toEqual(["stops region the plan"]);
  });

  test("tell a policy that becomes wider by its templates", () => {
    const of = (...Action: readonly string[]) =>
      stack({
        aws_iam_role_policy: {
          p: {
            policy: JSON.stringify({
              Statement: [{ Effect: "Allow", Action, Resource: ["${aws_dynamodb_table.posts.arn}"] }],
            }),
          },
        },
      });
    expect(said(of("dynamodb:GetItem"), of("dynamodb:GetItem"))).toEqual([]);
    expect(said(of("dynamodb:GetItem"), of("dynamodb:GetItem", "dynamodb:PutItem"))).toEqual([
      "asks access aws_iam_role_policy.p",
    ]);
  });

  test("of which one is none are refused by name", () => {
    expect(() => planFromSynths({}, stack({}))).toThrow(
      /before the change is not a synthesized one: it has no resources/,
    );
    expect(() => planFromSynths(stack({}), { resource: { aws_x: 1 } })).toThrow(/after the change.*resource\.aws_x/);
  });
});

describe("what two synthesized stacks say of the corpus' edits", () => {
  // Arguments of `terraform plan` and half-made states are in no code.
  const typed = edits.filter(({ args, state, stack }) => !args && !state && stack !== "empty");
  const verdictOf = (edit: (typeof edits)[number]) => review(planFromSynths(...synthsOf(edit))).verdict;

  test.each(typed.filter(({ verdict }) => verdict === "stops").map((edit) => [edit.id, edit] as const))(
    "%s stops as well",
    (_, edit) => {
      expect(verdictOf(edit)).toBe("stops");
    },
  );

  test("is never a stop where Terraform's plan is harmless", () => {
    const harmless = typed.filter(({ verdict }) => verdict === "nothing" || verdict === "notes");
    expect(harmless.length).toBeGreaterThan(30);
    expect(harmless.filter((edit) => verdictOf(edit) === "stops").map(({ id }) => id)).toEqual([]);
  });
});

test("this project's own stack, compared with itself, is not a word", () => {
  const own = JSON.parse(fs.readFileSync(path.resolve("cdktf.out/stacks/production/cdk.tf.json"), "utf8"));
  expect(said(own, structuredClone(own))).toEqual([]);
});

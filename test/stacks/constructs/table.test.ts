import { describe, expect, test } from "@jest/globals";
import type { Access } from "../../../stacks/constructs/access";
import { Table } from "../../../stacks/constructs/table";
import { entry, environment, synthesizeConstruct, synthesizeValue } from "../../support/synth";

const posts = {
  environment,
  name: "posts",
  variable: "TABLE",
  hashKey: "id",
  indexes: { by_creation: { hashKey: "feed", rangeKey: "created_at" } },
  holds: "what users wrote",
} as const;

const tableOf = (changes: Partial<ConstructorParameters<typeof Table>[2]> = {}) =>
  entry(
    synthesizeConstruct((scope) => new Table(scope, "posts", { ...posts, ...changes })),
    "aws_dynamodb_table.posts",
  );

describe("a table", () => {
  test("declares its keys, and no attribute that is not one", () => {
    expect(tableOf()).toEqual({
      name: "blogapp-staging-posts",
      billing_mode: "PAY_PER_REQUEST",
      hash_key: "id",
      attribute: [
        { name: "id", type: "S" },
        { name: "feed", type: "S" },
        { name: "created_at", type: "S" },
      ],
      global_secondary_index: [
        { name: "by_creation", hash_key: "feed", range_key: "created_at", projection_type: "ALL" },
      ],
      point_in_time_recovery: { enabled: true },
      deletion_protection_enabled: false,
      lifecycle: { prevent_destroy: false },
    });
  });

  test("declares an attribute once, however many keys it is in", () => {
    const indexes = { by_post: { hashKey: "post_id", rangeKey: "user_id" } };
    expect(tableOf({ hashKey: "user_id", rangeKey: "post_id", indexes })).toMatchObject({
      hash_key: "user_id",
      range_key: "post_id",
      attribute: [
        { name: "user_id", type: "S" },
        { name: "post_id", type: "S" },
      ],
    });
  });

  test("lets items expire by an attribute that is no key", () => {
    expect(tableOf({ timeToLive: "ttl", indexes: {} })).toMatchObject({
      ttl: { attribute_name: "ttl", enabled: true },
      attribute: [{ name: "id", type: "S" }],
    });
    expect(tableOf()).not.toHaveProperty("ttl");
  });

  test.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])(
    "with what users wrote is protected as the environment says: %s, %s",
    (pointInTimeRecovery, deletionProtection) => {
      expect(tableOf({ environment: { ...environment, pointInTimeRecovery, deletionProtection } })).toMatchObject({
        point_in_time_recovery: { enabled: pointInTimeRecovery },
        deletion_protection_enabled: deletionProtection,
        lifecycle: { prevent_destroy: deletionProtection },
      });
    },
  );

  test("with what comes back by itself is never protected", () => {
    const strict = { ...environment, pointInTimeRecovery: true, deletionProtection: true };
    expect(tableOf({ environment: strict, holds: "what comes back by itself" })).toMatchObject({
      point_in_time_recovery: { enabled: false },
      deletion_protection_enabled: false,
      lifecycle: { prevent_destroy: false },
    });
  });
});

describe("a function that uses a table", () => {
  const arn = `\${aws_dynamodb_table.posts.arn}`;
  const uses = (use: (table: Table) => Access, props: ConstructorParameters<typeof Table>[2] = posts) =>
    synthesizeValue((scope) => use(new Table(scope, "posts", props)));

  test("finds it by its variable", () => {
    expect(uses((table) => table.allow())).toEqual({
      variables: { TABLE: `\${aws_dynamodb_table.posts.name}` },
      statements: [],
    });
  });

  test("may do what is named, and nothing else", () => {
    expect(uses((table) => table.allow("PutItem", "BatchGetItem"))).toMatchObject({
      statements: [{ actions: ["dynamodb:PutItem", "dynamodb:BatchGetItem"], resources: [arn] }],
    });
  });

  test("queries its indexes only", () => {
    expect(uses((table) => table.allow("Query", "GetItem"))).toMatchObject({
      statements: [
        { actions: ["dynamodb:GetItem"], resources: [arn] },
        { actions: ["dynamodb:Query"], resources: [`${arn}/index/by_creation`] },
      ],
    });
    expect(() => uses((table) => table.allow("Query"), { ...posts, indexes: {} })).toThrow(
      "posts has no index to query",
    );
  });

  test("queries itself if it has no index and is sorted by a range key", () => {
    expect(uses((table) => table.allow("Query"), { ...posts, rangeKey: "place", indexes: {} })).toMatchObject({
      statements: [{ actions: ["dynamodb:Query"], resources: [arn] }],
    });
  });
});

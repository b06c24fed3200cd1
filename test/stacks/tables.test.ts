import { expect, test } from "@jest/globals";
import { addTables } from "../../stacks/tables";
import { environment, synthesizeConstruct } from "../support/synth";

test("the data model is nine tables: what users wrote is listed by index, and what comes back by itself ends by itself", () => {
  const tables = synthesizeConstruct((scope) => {
    addTables(scope, { environment });
  });
  const keys = Object.entries(tables).map(
    ([address, { hash_key, range_key, global_secondary_index: indexes, ttl }]) => ({
      [address]: { key: [hash_key, range_key], indexes, ttl },
    }),
  );
  const index = (name: string, hash_key: string, range_key: string) => ({
    name,
    hash_key,
    range_key,
    projection_type: "ALL",
  });
  const ttl = { attribute_name: "ttl", enabled: true };
  expect(Object.assign({}, ...keys)).toEqual({
    "aws_dynamodb_table.posts": { key: ["id", undefined], indexes: [index("by_creation", "feed", "created_at")], ttl },
    "aws_dynamodb_table.comments": {
      key: ["id", undefined],
      indexes: [index("by_post", "post_id", "created_at")],
      ttl,
    },
    "aws_dynamodb_table.favorites": {
      key: ["user_id", "post_id"],
      indexes: [index("by_creation", "user_id", "created_at"), index("by_post", "post_id", "user_id")],
    },
    "aws_dynamodb_table.connections": { key: ["connectionId", undefined], ttl },
    "aws_dynamodb_table.subscriptions": { key: ["topic", "place"], ttl },
    "aws_dynamodb_table.tally": { key: ["window", undefined], ttl },
    "aws_dynamodb_table.users": { key: ["user_id", undefined], ttl },
    "aws_dynamodb_table.delivery-progress": { key: ["part", undefined], ttl },
    "aws_dynamodb_table.tickets": { key: ["ticket", undefined], ttl },
  });
});
